"""The academy's exchange at work: officials who ask, answer and read."""

from __future__ import annotations

from typing import Any

import httpx

from tests.support.academy_desk import AcademyDesk

ASKED: dict[str, Any] = {
    "subject": "ai",
    "tags": ["chat"],
    "title_ja": "見本の質問の件名",
    "text_ja": "見本の質問の本文",
}


class ExchangeDesk(AcademyDesk):
    """Learners by the token that names them."""

    async def by(self, learner_id: str, method: str, path: str, body: Any = None) -> httpx.Response:
        """What a learner commands."""
        return await self.send(method, path, body, "learner", person=learner_id)

    async def did(self, learner_id: str, method: str, path: str, body: Any = None) -> Any:
        """What a learner commands that succeeds; its answer."""
        return await self.done(method, path, body, "learner", person=learner_id)

    async def sees(self, path: str, *role: str, person: str | None = None) -> Any:
        """What somebody reads."""
        found = await self.service.client.get(f"/v1/{path}", headers=self.as_(*role, person=person))
        assert found.is_success, found.text
        return found.json()

    async def asked(self, learner_id: str, **changes: Any) -> str:
        """A question; its thread's id."""
        return str((await self.did(learner_id, "POST", "threads", ASKED | changes))["thread_id"])

    async def answered(self, thread_id: str, learner_id: str, text_ja: str = "見本の回答", *mentions: str) -> int:
        """An answer; its number."""
        body = {"text_ja": text_ja, "mentions": list(mentions)}
        stands = await self.did(learner_id, "POST", f"threads/{thread_id}/answers", body)
        return int(stands["answers"] + stands["comments"])

    async def notices(self, learner_id: str) -> list[tuple[str, int, str]]:
        """What is unread: thread, post and why."""
        found = await self.sees(f"learners/{learner_id}/notices", "learner", person=learner_id)
        return [(row["thread_id"], row["number"], row["kind"]) for row in found["items"]]

    async def posts(self, thread_id: str, *role: str, person: str | None = None) -> list[dict[str, Any]]:
        """What is said in a thread."""
        found = await self.sees(f"threads/{thread_id}/posts", *role, person=person)
        return list(found["items"])
