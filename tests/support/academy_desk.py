"""The academy at work: learners, sessions, and short ways to command."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx

from kyodo_events.values.fiscal import TOKYO_TIME
from tests.support.awarded import set_clock
from tests.support.building import ANY, As
from tests.support.running import Running

NOW = datetime(2026, 5, 11, 10, tzinfo=TOKYO_TIME)
BEGINS = datetime(2026, 6, 22, 14, tzinfo=TOKYO_TIME)
APPLY_UNTIL, CHANGES_UNTIL = BEGINS - timedelta(days=7), BEGINS - timedelta(days=2)
CHIYODA, MUSASHINO, MITAKA = "131016", "132039", "132047"
COURSE = {"title_ja": "見本の講座", "programme": "shared_training", "starts_on": "2026-06-22", "seats": 40}


@dataclass
class AcademyDesk:
    """The service, and a course."""

    service: Running
    as_: As
    course_id: str = ""

    async def send(
        self, method: str, path: str, body: Any = None, *role: str, person: str | None = None
    ) -> httpx.Response:
        """A command; of the secretariat where no role is named."""
        headers = self.as_(*role or ("secretariat",), person=person) | ANY
        return await self.service.client.request(method, f"/v1/{path}", json=body, headers=headers)

    async def done(self, method: str, path: str, body: Any = None, *role: str, person: str | None = None) -> Any:
        """A command that succeeds; its answer."""
        answer = await self.send(method, path, body, *role, person=person)
        assert answer.is_success, f"{method} {path}: {answer.text}"
        return answer.json()

    def at(self, moment: datetime) -> None:
        """Let it be then."""
        set_clock(self.service.app, moment)

    async def with_course(self) -> AcademyDesk:
        """The same, with a course."""
        self.at(NOW)
        self.course_id = (await self.done("POST", "courses", COURSE))["id"]
        return self

    async def session(self, begins: datetime = BEGINS, **plan: Any) -> str:
        """An open session of two seats."""
        body = {
            "title_ja": "見本の研修",
            "place_ja": "見本会議室",
            "starts_at": begins.isoformat(),
            "ends_at": (begins + timedelta(hours=2)).isoformat(),
            "apply_until": (begins - timedelta(days=7)).isoformat(),
            "changes_until": (begins - timedelta(days=2)).isoformat(),
            "seats": 2,
        } | plan
        planned = await self.done("POST", f"courses/{self.course_id}/sessions", {"plan": body})
        await self.done("PUT", f"sessions/{planned['session_id']}/opening")
        return str(planned["session_id"])

    async def learner(self, code: str = MUSASHINO) -> str:
        """An official."""
        return str((await self.done("POST", "learners", None, "officer", code))["learner_id"])

    async def says(self, learner_id: str, session_id: str, what: str) -> httpx.Response:
        """What a learner does: application, acceptance, cancellation."""
        path = f"learners/{learner_id}/enrolments/{session_id}/{what}"
        return await self.send("PUT", path, None, "learner", person=learner_id)

    async def enrolled(self, session_id: str, code: str = MUSASHINO, learner_id: str | None = None) -> tuple[str, Any]:
        """A learner who applied and was nominated, and the enrolment after it."""
        learner_id = learner_id or await self.learner(code)
        applied = (await self.says(learner_id, session_id, "application")).json()
        path = f"enrolments/{applied['enrolment_id']}/nomination"
        return learner_id, await self.done("PUT", path, None, "officer", code)

    async def standing(self, session_id: str) -> dict[str, str]:
        """How the learners of a session stand."""
        found = await self.service.client.get(
            "/v1/enrolments", params={"session_id": session_id, "limit": 200}, headers=self.as_("secretariat")
        )
        return {row["learner_id"]: row["status"] for row in found.json()["items"]}
