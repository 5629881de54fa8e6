"""A desk at which an expert's time is arranged over HTTP: one expert, and assignments taken as far as a test needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, Self

import httpx

from kyodo_events.database import EVERYONE
from kyodo_events.event import new_id
from kyodo_events.values.fiscal import Month
from tests.support.running import Running
from tests.support.talent.assignments import CHECKLIST, FREELANCE, HANDS_ON

ANY = {"If-Match": "*"}
CHIYODA, MUSASHINO, OKUTAMA = "131016", "132039", "133086"
NOW = datetime(2026, 11, 10, 3, tzinfo=UTC)
UNTIL = "2026-11-17"


@dataclass(frozen=True)
class TimeDesk:
    """The secretariat's desk, and everybody else's."""

    service: Running
    as_: Callable[..., dict[str, str]]
    expert_id: str = ""
    everyone = EVERYONE

    @property
    def client(self) -> httpx.AsyncClient:
        """The way to the service."""
        return self.service.client

    async def with_expert(self, half_days_per_month: int) -> Self:
        """The desk, with one qualified expert."""
        body = {"personas": ["engineer"], "half_days_per_month": half_days_per_month}
        answer = await self.client.post("/v1/experts", json=body, headers=self.as_("secretariat"))
        desk = replace(self, expert_id=answer.json()["id"])
        assert (await desk.put("screening", None)).is_success
        assert (await desk.put("qualification", {"valid_until": "2027-11-09"})).is_success
        return desk

    async def read(self, path: str) -> httpx.Response:
        """Something of the expert, as the secretariat reads it."""
        return await self.client.get(f"/v1/experts/{self.expert_id}/{path}", headers=self.as_("secretariat"))

    async def put(self, path: str, body: Any, role: str = "secretariat", person: str | None = None) -> httpx.Response:
        """Set something of the expert."""
        return await self._change("PUT", f"experts/{self.expert_id}/{path}", body, role, person=person)

    async def post(self, path: str, body: Any, role: str = "secretariat", person: str | None = None) -> httpx.Response:
        """Add something to the expert."""
        return await self._change("POST", f"experts/{self.expert_id}/{path}", body, role, person=person)

    async def delete(self, path: str, role: str = "secretariat", person: str | None = None) -> httpx.Response:
        """Take something of the expert back."""
        return await self._change("DELETE", f"experts/{self.expert_id}/{path}", None, role, person=person)

    # assignments

    def proposal(self, half_days: Mapping[str, int], from_day: str, until_day: str) -> dict[str, Any]:
        """So many half-days for each municipality in each month of these days."""
        months = Month.range(
            Month.containing(date.fromisoformat(from_day)), Month.containing(date.fromisoformat(until_day))
        )
        return {
            "expert_id": self.expert_id,
            "project_id": new_id(),
            "engagement": HANDS_ON,
            "from_day": from_day,
            "until_day": until_day,
            "lines": [
                {"municipality": code, "month": month, "half_days": number}
                for month in months
                for code, number in half_days.items()
            ],
        }

    async def propose(self, half_days: Mapping[str, int], from_day: str, until_day: str) -> str:
        """A proposed assignment's id."""
        body = self.proposal(half_days, from_day, until_day)
        answer = await self.client.post("/v1/assignments", json=body, headers=self.as_("secretariat"))
        assert answer.status_code == 201, answer.text
        return str(answer.json()["assignment_id"])

    async def held(self, half_days: Mapping[str, int], from_day: str, until_day: str) -> str:
        """The id of an assignment with a complete checklist whose time is held for a week."""
        assignment = await self.propose(half_days, from_day, until_day)
        for path, body in (("checklist", CHECKLIST), ("hold", {"until": UNTIL})):
            assert (await self.act(assignment, path, body)).is_success
        return assignment

    async def confirmed(self, half_days: Mapping[str, int], from_day: str, until_day: str) -> str:
        """The id of an assignment to which everybody agreed."""
        assignment = await self.held(half_days, from_day, until_day)
        assert (await self.act(assignment, "confirmations/home", FREELANCE)).is_success
        assert (await self.expert_agrees(assignment)).is_success
        for code in half_days:
            assert (await self.agrees(assignment, code)).is_success
        return assignment

    async def act(self, assignment: str, path: str, body: Any = None, *role: str) -> httpx.Response:
        """A step of an assignment; the secretariat's where no role is named."""
        return await self._change("PUT", f"assignments/{assignment}/{path}", body, *role or ("secretariat",))

    async def agrees(self, assignment: str, code: str) -> httpx.Response:
        """A municipality's approver agrees."""
        return await self.act(assignment, f"confirmations/municipalities/{code}", None, "approver", code)

    async def expert_agrees(self, assignment: str) -> httpx.Response:
        """The expert agrees."""
        return await self.as_expert(assignment, "confirmations", None)

    async def as_expert(self, assignment: str, what: str, body: Any, person: str | None = None) -> httpx.Response:
        """The expert, or somebody who is another, agrees or declines."""
        path = f"assignments/{assignment}/{what}/expert/{self.expert_id}"
        return await self._change("PUT", path, body, "expert", person=person or self.expert_id)

    async def _change(self, method: str, path: str, body: Any, *role: str, person: str | None = None) -> httpx.Response:
        headers = self.as_(*role, person=person) | ANY
        return await self.client.request(method, f"/v1/{path}", json=body, headers=headers)
