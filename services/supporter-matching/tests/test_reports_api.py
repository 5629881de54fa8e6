"""Activity reports and targets over HTTP, on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import pytest_asyncio

from conftest import As
from kyodo_platform.settings import Settings
from tests.support.awarded import set_clock
from tests.support.databases import Databases
from tests.support.running import running
from tests.support.supporter_desk import CHIYODA, MUSASHINO, SupporterDesk

AFTERWARDS = datetime(2026, 12, 7, 4, tzinfo=UTC)
ACTIVITY = {"visitors": {"from_70": 6, "from_75": 5}, "questions": {"safety": 3}, "people_supported": 9}


@pytest_asyncio.fixture
async def desk(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[SupporterDesk]:
    """A hall in Musashino."""
    async with running(databases, settings_for, "supporter-matching") as service:
        yield await SupporterDesk(service, as_).with_venue()


async def held(desk: SupporterDesk, **plan: Any) -> str:
    """A session that took place; its address for the municipality."""
    session = await desk.session(**plan)
    set_clock(desk.service.app, AFTERWARDS)
    path = f"municipalities/{MUSASHINO}/sessions/{session}"
    await desk.done("PUT", f"{path}/holding", {"visitors": 11}, "officer", MUSASHINO)
    return path


async def targets(desk: SupporterDesk, year: int = 2026) -> dict[str, int]:
    found = await desk.client.get(f"/v1/targets/{year}", headers=desk.as_("auditor"))
    return {row["figure"]: row["reached"] for row in found.json()["items"]}


async def test_a_report_counts_towards_the_targets_once_however_often_it_is_filed(desk: SupporterDesk) -> None:
    await desk.supporter()
    path = await held(desk, kind="consultation")
    for people in (8, 9):
        body = {"activity": ACTIVITY | {"people_supported": people}}
        await desk.done("PUT", f"{path}/report", body, "officer", MUSASHINO)
    found = await targets(desk)
    assert (found["people_supported"], found["sessions_consultation"], found["supporters"]) == (9, 1, 1)
    assert (await targets(desk, 2025))["people_supported"] == 0
    session = await desk.client.get(f"/v1/sessions/{path.rpartition('/')[2]}", headers=desk.as_("secretariat"))
    assert session.json()["status"] == "reported"


async def test_a_session_that_lasted_otherwise_says_so(desk: SupporterDesk) -> None:
    path = await held(desk)
    await desk.done("PUT", f"{path}/report", {"activity": ACTIVITY | {"minutes": 95}}, "officer", MUSASHINO)
    session = path.rpartition("/")[2]
    read = await desk.client.get(f"/v1/activity-reports/{session}", headers=desk.as_("officer", MUSASHINO))
    assert read.json()["minutes"] == 95


async def test_a_report_is_its_municipalitys(desk: SupporterDesk) -> None:
    path = await held(desk)
    await desk.done("PUT", f"{path}/report", {"activity": ACTIVITY}, "officer", MUSASHINO)
    seen = [
        len((await desk.client.get("/v1/activity-reports", headers=desk.as_("officer", code))).json()["items"])
        for code in (MUSASHINO, CHIYODA)
    ]
    assert seen == [1, 0]


async def test_only_the_host_of_a_session_reports_it(desk: SupporterDesk) -> None:
    path = f"municipalities/{MUSASHINO}/hosts"
    hosts = [
        (await desk.done("POST", path, {"name_ja": name}, "officer", MUSASHINO))["host_id"]
        for name in ("見本町会", "別の町会")
    ]
    session = (await held(desk, kind="community_class", host_id=hosts[0])).rpartition("/")[2]
    answers = [
        await desk.send("PUT", f"hosts/{host}/sessions/{session}/report", {"activity": ACTIVITY}, "host", person=host)
        for host in reversed(hosts)
    ]
    assert [answer.status_code for answer in answers] == [404, 200]


async def test_what_cannot_be_is_refused(desk: SupporterDesk) -> None:
    """More helped than came; a session that has not taken place."""
    path = await held(desk)
    too_many = {"activity": ACTIVITY | {"people_supported": 12}}
    refused = await desk.send("PUT", f"{path}/report", too_many, "officer", MUSASHINO)
    assert refused.status_code == 422
    other = f"municipalities/{MUSASHINO}/sessions/{await desk.session('2026-12-20')}"
    early = await desk.send("PUT", f"{other}/report", {"activity": ACTIVITY}, "officer", MUSASHINO)
    assert (early.status_code, early.json()["type"]) == (409, "/problems/session-not-open")
    assert (await targets(desk))["people_supported"] == 0
