"""One expert at work for two municipalities, and short ways to ask for figures of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import httpx

from kyodo_platform.settings import Settings
from tests.support.awarded import set_clock
from tests.support.building import As
from tests.support.databases import Databases
from tests.support.running import running
from tests.support.talent.time_desk import ANY, CHIYODA, NOW, OKUTAMA, TimeDesk

LATER = datetime(2027, 1, 5, 3, tzinfo=UTC)
DAYS = "2026-12-01", "2027-01-31"
SHARED = {CHIYODA: 2, OKUTAMA: 1}
WANTED = {
    "kind": "shared_use",
    "title_ja": "様式の電子化",
    "need_ja": "紙の様式を電子化したい。",
    "reason_ja": "人手が足りない",
    "urgency": 2,
    "half_days_per_month": 1,
    "from_month": "2027-02",
    "until_month": "2027-02",
    "mode": "either",
    "budget_yen": 0,
}


@asynccontextmanager
async def at_work(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[TimeDesk]:
    """One expert at work for two municipalities since December, another one only registered."""
    async with running(databases, settings_for, "talent") as service:
        set_clock(service.app, NOW)
        desk = await TimeDesk(service, as_).with_expert(half_days_per_month=8)
        body = {"personas": ["producer"], "half_days_per_month": 4}
        assert (await desk.client.post("/v1/experts", json=body, headers=as_("secretariat"))).is_success
        assignment = await desk.confirmed(SHARED, *DAYS)
        set_clock(service.app, LATER)
        assert (await desk.act(assignment, "start", None)).is_success
        for code, days in ((CHIYODA, ["2026-12-07", "2026-12-08"]), (OKUTAMA, ["2026-12-09"])):
            await approved(desk, assignment, code, days)
        yield desk


async def submitted(desk: TimeDesk, assignment: str, code: str, days: list[str]) -> str:
    """A work log of these half-days, handed in; its id."""
    entries = [{"day": day, "half": "am", "activity": "meeting"} for day in days]
    body = {"assignment_id": assignment, "municipality": code, "month": days[0][:7], "entries": entries}
    log = (await desk.put("work-logs", body, "expert", person=desk.expert_id)).json()["log_id"]
    submission = f"/v1/work-logs/{log}/submission/{desk.expert_id}"
    assert (await send(desk, "PUT", submission, None, "expert", person=desk.expert_id)).is_success
    return str(log)


async def approved(desk: TimeDesk, assignment: str, code: str, days: list[str]) -> None:
    """The same, approved."""
    log = await submitted(desk, assignment, code, days)
    assert (await send(desk, "PUT", f"/v1/work-logs/{log}/approval/{code}", None, "officer", code)).is_success


async def requested(desk: TimeDesk, kind: str) -> str:
    """A request of a town that was taken in; its address."""
    made = await send(desk, "POST", "/v1/requests", WANTED | {"kind": kind}, "officer", OKUTAMA)
    path = f"/v1/requests/{made.json()['request_id']}"
    assert (await send(desk, "PUT", f"{path}/submission/{OKUTAMA}", None, "officer", OKUTAMA)).is_success
    triage = {"kind": kind, "persona": "engineer", "urgency": 2}
    assert (await send(desk, "PUT", f"{path}/triage", triage, "secretariat")).is_success
    return path


async def longlisted(desk: TimeDesk, kind: str) -> str:
    """A case of the expert for such a request; its address."""
    request_id = (await requested(desk, kind)).rpartition("/")[2]
    body = {"request_id": request_id, "expert_id": desk.expert_id}
    made = await send(desk, "POST", "/v1/introductions", body, "secretariat")
    return f"/v1/introductions/{made.json()['case_id']}"


async def send(
    desk: TimeDesk, method: str, path: str, body: Any, *role: str, person: str | None = None
) -> httpx.Response:
    """A command."""
    headers = desk.as_(*role, person=person) | ANY
    return await desk.client.request(method, path, json=body, headers=headers)


async def read(desk: TimeDesk, path: str, *role: str, person: str | None = None) -> httpx.Response:
    """A figure, for an auditor where nobody else is named."""
    return await desk.client.get(f"/v1/{path}", headers=desk.as_(*role or ("auditor",), person=person))


async def rows(desk: TimeDesk, path: str, *role: str, person: str | None = None) -> list[Any]:
    """Its rows."""
    answer = await read(desk, path, *role, person=person)
    assert answer.status_code == 200, answer.text
    found: list[Any] = answer.json()["items"]
    return found
