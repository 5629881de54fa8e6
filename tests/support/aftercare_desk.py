"""What follows a session: one that took place in Musashino, with supporters who came, and the days after it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from tests.support.awarded import set_clock
from tests.support.supporter_desk import MUSASHINO, NOW, SupporterDesk

HOME = f"municipalities/{MUSASHINO}"
ENDED = datetime(2026, 12, 7, 3, tzinfo=UTC)  # noon in Tokyo
AFTERWARDS = ENDED + timedelta(hours=1)


@dataclass
class Aftercare:
    """A session that was held: its id, and the assignments of those who came, by supporter."""

    desk: SupporterDesk
    session_id: str = ""
    attended: dict[str, str] = field(default_factory=dict)

    async def officer(self, method: str, path: str, body: Any = None, municipality: str = MUSASHINO) -> httpx.Response:
        """A command of an officer, on the own municipality where no other is named."""
        return await self.desk.send(method, f"municipalities/{municipality}/{path}", body, "officer", municipality)

    async def get(self, path: str, *role: str, person: str | None = None) -> httpx.Response:
        """A question."""
        return await self.desk.client.get(f"/v1/{path}", headers=self.desk.as_(*role, person=person))

    async def items(self, path: str, *role: str, person: str | None = None) -> list[dict[str, Any]]:
        """The rows of a list."""
        found = await self.get(path, *role, person=person)
        assert found.is_success, found.text
        rows: list[dict[str, Any]] = found.json()["items"]
        return rows

    def later(self, **time: int) -> None:
        """Let it be so long after the session."""
        set_clock(self.desk.service.app, AFTERWARDS + timedelta(**time))

    async def host(self, name_ja: str = "見本町会") -> str:
        """A host in Musashino."""
        return str(
            (await self.desk.done("POST", f"{HOME}/hosts", {"name_ja": name_ja}, "officer", MUSASHINO))["host_id"]
        )

    async def held(self, supporters: int = 1, visitors: int = 0, **plan: Any) -> Aftercare:
        """The same, after a session with so many supporters, and a report where there were visitors."""
        desk, one = self.desk, Aftercare(self.desk)
        set_clock(desk.service.app, NOW)
        one.session_id = await desk.session(**{"needs": [{"seats": max(supporters, 1)}]} | plan)
        for _ in range(supporters):
            supporter_id = await desk.supporter()
            one.attended[supporter_id] = await desk.offered(one.session_id, supporter_id)
            assert (await desk.answer(one.attended[supporter_id], supporter_id, "acceptance")).is_success
        self.later()
        path = f"{HOME}/sessions/{one.session_id}"
        await desk.done("PUT", f"{path}/holding", {"visitors": visitors}, "officer", MUSASHINO)
        for assignment_id in one.attended.values():
            came = f"{HOME}/assignments/{assignment_id}/attendance"
            await desk.done("PUT", came, {"minutes": 120}, "officer", MUSASHINO)
        if visitors:
            await one.report(visitors)
        return one

    async def report(self, visitors: int) -> None:
        """File the activity report."""
        body = {"activity": {"visitors": {"from_70": visitors}, "people_supported": 0}}
        await self.desk.done("PUT", f"{HOME}/sessions/{self.session_id}/report", body, "officer", MUSASHINO)

    async def events(self) -> int:
        """How many events there are."""
        return await self.desk.service.count("event")
