"""Officers at the counter where devices are lent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from typing import Any

from tests.support.awarded import set_clock
from tests.support.building import ANY, As
from tests.support.running import Running
from tests.support.supporter_matching.venues import DETAILS

CHIYODA, MUSASHINO = "131016", "132039"
TODAY = date(2026, 12, 1)
CONSENT = {"consented_on": "2024-04-01", "consent_reference": "第5-123号"}
_NOON, _TOKYO = time(12), timezone(timedelta(hours=9))

Json = dict[str, Any]


def day(after: int) -> str:
    """A day, so many after the first."""
    return (TODAY + timedelta(days=after)).isoformat()


@dataclass
class LendingDesk:
    """The service, on a day that a test sets, and what officers ask of it."""

    service: Running
    as_: As

    def __post_init__(self) -> None:
        self.on(0)

    def on(self, after: int) -> None:
        """Let it be so many days after the first."""
        set_clock(self.service.app, datetime.combine(TODAY + timedelta(days=after), _NOON, _TOKYO))

    async def send(self, method: str, path: str, body: Any = None, *role: str, **headers: str) -> Any:
        """A request to the service; an officer of Chiyoda where nobody is named."""
        sent = ANY | self.as_(*role or ("officer", CHIYODA)) | headers
        return await self.service.client.request(method, path, json=body, headers=sent)

    async def ok(self, method: str, path: str, body: Any = None, *role: str) -> Any:
        """The answer of a request that succeeds."""
        answer = await self.send(method, path, body, *role)
        assert answer.is_success, answer.text
        return answer.json()

    async def refused(self, method: str, path: str, body: Any = None, *role: str) -> tuple[int, str]:
        """Status and kind of a refusal that says what to do; nothing was written."""
        before = await self.service.count("event")
        answer = await self.send(method, path, body, *role)
        assert await self.service.count("event") == before
        assert answer.status_code == 404 or answer.json()["remedy"], answer.text
        return answer.status_code, answer.json()["type"].removeprefix("/problems/")

    async def added(self, number: int, code: str = CHIYODA, family: str = "tablet") -> list[str]:
        """New devices; their ids."""
        bodies = [{"asset_tag": f"{family}-{n}", "family": family, "product": "見本"} for n in range(number)]
        return [(await self.ok("POST", "/v1/devices", body, "officer", code))["device_id"] for body in bodies]

    async def move(self, device_id: str, step: str, body: Any = None, code: str = CHIYODA) -> Json:
        """A step of a device."""
        moved: Json = await self.ok("PUT", f"/v1/devices/{device_id}/{step}/{code}", body, "officer", code)
        return moved

    async def reserved(self, number: int, first: int = 0, last: int = 7, **for_: Any) -> str:
        """A reservation's id, of tablets of Chiyoda for a resident unless a session is named."""
        body = wanted(number, first, last, **for_)
        return str((await self.ok("POST", "/v1/device-reservations", body))["reservation_id"])

    async def session(self, code: str = CHIYODA) -> str:
        """A session that is planned three days after the first; its id."""
        officer = "officer", code
        venue = await self.ok("POST", "/v1/venues", DETAILS | {"municipality": code}, *officer)
        plan = {"kind": "experience", "title_ja": "体験会", "venue_id": venue["venue_id"], "needs": [{"seats": 2}]}
        times = {"starts_at": f"{day(3)}T10:00:00+09:00", "ends_at": f"{day(3)}T12:00:00+09:00"}
        planned = await self.ok("POST", f"/v1/municipalities/{code}/sessions", {"plan": plan, "times": times}, *officer)
        return str(planned["session_id"])

    async def lent(self, reservation_id: str, *device_ids: str) -> Json:
        """The reservation, after these went out."""
        path = f"/v1/device-reservations/{reservation_id}/loans/{CHIYODA}"
        lent: Json = await self.ok("PUT", path, {"device_ids": list(device_ids)})
        return lent

    async def items(self, path: str, *role: str) -> list[Json]:
        """The rows of a list."""
        rows: list[Json] = (await self.ok("GET", path, None, *role))["items"]
        return rows


def wanted(number: int, first: int = 0, last: int = 7, **for_: Any) -> Json:
    """Tablets for a resident who consented, or for whom is named."""
    window = {"from_day": day(first), "until_day": day(last)}
    return {"family": "tablet", "number": number, **window, **(for_ or {"resident": CONSENT})}
