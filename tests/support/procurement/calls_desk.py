"""Procurement with one project of three municipalities, on a day that the test sets."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import httpx

from kyodo_events.contracts.procurement.projects import ParticipantJoined, ProjectStarted, Stage
from kyodo_events.event import Audit, new_uuid
from kyodo_events.store import append
from kyodo_events.values.fiscal import TOKYO_TIME, Month
from kyodo_events.views import apply_all
from kyodo_platform.settings import Settings
from tests.support.building import As
from tests.support.databases import Databases
from tests.support.running import Running, running

CHIYODA, MUSASHINO, MITAKA = "131016", "132039", "132047"
PROJECT = "0193f1a0-0000-7000-8000-000000000001"
ANY = {"If-Match": "*"}
TIERS = [
    {"from_quantity": 1, "expected_unit_price": 120_000},
    {"from_quantity": 500, "expected_unit_price": 110_000},
    {"from_quantity": 2000, "expected_unit_price": 100_000},
]
PLAN: dict[str, Any] = {
    "title_ja": "業務用端末の共同調達",
    "mode": "all_units",
    "lots": [
        {"number": 1, "name_ja": "端末", "items": [{"code": "pc", "name_ja": "端末", "unit_ja": "台", "tiers": TIERS}]},
        {
            "number": 2,
            "name_ja": "周辺機器",
            "items": [{"code": "dock", "name_ja": "接続機", "unit_ja": "台", "tiers": TIERS[:1]}],
        },
    ],
    "criteria": [
        {"code": "price", "name_ja": "価格", "weight": 60},
        {"code": "support", "name_ja": "保守体制", "weight": 40},
    ],
    "commitments_until": "2024-05-31",
    "top_up_until": "2024-06-14",
    "questions_until": "2024-06-07",
    "quotations_until": "2024-06-28",
    "standstill_days": 10,
}
SPRING, WINDOW, LATER, AFTER = date(2024, 4, 10), date(2024, 6, 1), date(2024, 6, 15), date(2024, 6, 29)


@dataclass
class Desk:
    """Procurement with one project, on a day that the test sets."""

    service: Running
    as_: As

    async def send(self, method: str, path: str, body: Any = None, *role: str, **headers: str) -> httpx.Response:
        """A request as this role; the secretariat where none is named."""
        sent = self.as_(*role or ("secretariat",)) | ANY | headers
        return await self.service.client.request(method, path, json=body, headers=sent)

    async def get(self, path: str, *role: str, **params: Any) -> Any:
        """What somebody reads; without a role, everybody."""
        answer = await self.service.client.get(path, params=params, headers=self.as_(*role) if role else {})
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def drafted(self, **changes: Any) -> str:
        """The address of a new draft."""
        answer = await self.send("POST", "/v1/calls", PLAN | {"project_id": PROJECT} | changes)
        assert answer.status_code == 201, answer.text
        return f"/v1/calls/{answer.json()['id']}"

    async def published(self, **changes: Any) -> str:
        """The address of a call that was published in spring."""
        call = await self.drafted(**changes)
        answer = await self.send("PUT", f"{call}/publication")
        assert answer.status_code == 200, answer.text
        return call

    async def commit(self, call: str, municipality: str, *own: dict[str, Any]) -> httpx.Response:
        """An officer commits to these items."""
        body = {"commitments": list(own)}
        return await self.send("PUT", f"{call}/commitments/{municipality}", body, "officer", municipality)

    def set_day(self, day: date) -> None:
        """Noon of that day in Tokyo."""
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=TOKYO_TIME)
        self.service.app.state.runtime.clock = lambda: noon

    async def events(self) -> int:
        """How many events there are."""
        return await self.service.count("event")


@asynccontextmanager
async def opened(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[Desk]:
    """Spring 2024; three municipalities take part."""
    async with running(databases, settings_for, "procurement") as service:
        joined = [
            ParticipantJoined(municipality=code, from_month=Month("2024-04")) for code in (CHIYODA, MUSASHINO, MITAKA)
        ]
        started = ProjectStarted(name_ja="端末の共同調達", theme_id=PROJECT, stage=Stage.FULL)
        await happened(service, 0, started, *joined)
        desk = Desk(service, as_)
        desk.set_day(SPRING)
        yield desk


async def happened(service: Running, expected: int, *events: Any) -> None:
    """Events of the project, past the routes of other slices."""
    runtime = service.app.state.runtime
    audit = Audit(actor="test", organisation="tokyo", correlation=new_uuid())
    async with runtime.database.transaction() as tx:
        at = datetime(2024, 4, 1, tzinfo=TOKYO_TIME)
        recorded = await append(tx, "project", PROJECT, expected, events, at, audit, "procurement")
        await apply_all(tx, runtime.views, recorded)


def units(firm: int = 0, optional: int = 0, item: str = "pc") -> dict[str, Any]:
    """One item of a commitment, as a body names it."""
    return {"item": item, "firm": firm, "optional": optional}
