"""Supporter matching at work: a supporter and a session, and short ways to command."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from tests.support.awarded import set_clock
from tests.support.building import ANY, As
from tests.support.running import Running
from tests.support.supporter_matching.programmes import CONTENT

NOW = datetime(2026, 11, 28, 3, tzinfo=UTC)  # a Saturday, noon in Tokyo
MUSASHINO, MITAKA, CHIYODA = "132039", "132047", "131016"
EVERY_DAY = [{"weekday": weekday, "begin": "09:00", "end": "18:00"} for weekday in range(7)]
HALL = {
    "municipality": MUSASHINO,
    "name_ja": "見本会館",
    "address_ja": "見本町1",
    "latitude": 35.718,
    "longitude": 139.566,
    "seats": 30,
}


@dataclass
class SupporterDesk:
    """The service, and who is who."""

    service: Running
    as_: As
    venue_id: str = ""
    programme_id: str = ""
    supporters: list[str] = field(default_factory=list)

    @property
    def client(self) -> httpx.AsyncClient:
        """The way in."""
        return self.service.client

    async def send(
        self, method: str, path: str, body: Any = None, *role: str, person: str | None = None
    ) -> httpx.Response:
        """A command; of the secretariat where no role is named."""
        headers = self.as_(*role or ("secretariat",), person=person) | ANY
        return await self.client.request(method, f"/v1/{path}", json=body, headers=headers)

    async def done(self, method: str, path: str, body: Any = None, *role: str, person: str | None = None) -> Any:
        """A command that succeeds; its answer."""
        answer = await self.send(method, path, body, *role, person=person)
        assert answer.is_success, f"{method} {path}: {answer.text}"
        return answer.json()

    async def with_venue(self) -> SupporterDesk:
        """The same, with a hall in Musashino."""
        set_clock(self.service.app, NOW)
        self.venue_id = (await self.done("POST", "venues", HALL, "officer", MUSASHINO))["venue_id"]
        return self

    async def supporter(self, home: str = MUSASHINO, **conditions: Any) -> str:
        """An active supporter, with a certificate for a year."""
        stated = {"languages": ["ja"], "sessions_per_month": 4, "travel_km": 10, "weekly": EVERY_DAY} | conditions
        body = {"home_municipality": home, **stated}
        supporter_id: str = (await self.done("POST", "supporters", body))["id"]
        await self.certify(supporter_id)
        await self.done("PUT", f"supporters/{supporter_id}/registration")
        declared = {"insured_until": "2027-12-31", "declared_on": "2026-11-01"}
        await self.done("PUT", f"supporters/{supporter_id}/declarations", declared)
        await self.done("PUT", f"supporters/{supporter_id}/activation", None, "supporter", person=supporter_id)
        self.supporters.append(supporter_id)
        return supporter_id

    async def with_programme(self) -> None:
        """Offer a programme of training, once."""
        if not self.programme_id:
            self.programme_id = (await self.done("POST", "training-programmes", {"content": CONTENT}))["programme_id"]
            await self.done("PUT", f"training-programmes/{self.programme_id}/publication")

    async def certify(self, supporter_id: str) -> None:
        """See the supporter through the training."""
        await self.learn(supporter_id)
        number = f"TSS-{supporter_id[-12:].upper()}"
        await self.done("PUT", f"supporters/{supporter_id}/training/certificate", {"number": number})

    async def learn(self, supporter_id: str) -> None:
        """See the supporter through the units and the test."""
        await self.with_programme()
        training = f"supporters/{supporter_id}/training"
        await self.done("PUT", training, {"programme_id": self.programme_id, "programme_version": 1})
        for unit in CONTENT["units"]:
            await self.done("PUT", f"{training}/units/{unit['code']}")
        await self.done("POST", f"{training}/tests", {"score": CONTENT["passing_score"]})

    async def session(self, day: str = "2026-12-07", begin: str = "10:00", end: str = "12:00", **plan: Any) -> str:
        """A published session of two seats in the hall of Musashino, applications until the day before."""
        needs = plan.pop("needs", [{"seats": 2}])
        body = {
            "plan": {"kind": "experience", "title_ja": "見本の体験会", "venue_id": self.venue_id, "needs": needs}
            | plan,
            "times": {"starts_at": f"{day}T{begin}:00+09:00", "ends_at": f"{day}T{end}:00+09:00"},
        }
        planned = await self.done("POST", f"municipalities/{MUSASHINO}/sessions", body, "officer", MUSASHINO)
        path = f"municipalities/{MUSASHINO}/sessions/{planned['session_id']}/publication"
        until = datetime.fromisoformat(f"{day}T00:00:00+09:00") - timedelta(days=1)
        await self.done("PUT", path, {"applications_until": until.isoformat()}, "officer", MUSASHINO)
        return str(planned["session_id"])

    async def offered(self, session_id: str, supporter_id: str, line: int = 0) -> str:
        """An offer by hand; its id."""
        path = f"municipalities/{MUSASHINO}/sessions/{session_id}/assignments"
        body = {"supporter_id": supporter_id, "line": line}
        return str((await self.done("POST", path, body, "officer", MUSASHINO))["assignment_id"])

    async def answer(self, assignment_id: str, supporter_id: str, answer: str, body: Any = None) -> httpx.Response:
        """What a supporter says to an offer: acceptance, declination, cancellation."""
        path = f"supporters/{supporter_id}/assignments/{assignment_id}/{answer}"
        return await self.send("PUT", path, body, "supporter", person=supporter_id)
