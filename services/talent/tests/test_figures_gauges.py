"""The gauges of talent say what the figures say."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta

import pytest_asyncio
from prometheus_client import REGISTRY

from conftest import As
from kyodo_events.values.fiscal import Month
from kyodo_platform.settings import Settings
from kyodo_talent.figures.metrics import measure_at
from kyodo_talent.figures.model import Step
from tests.support.databases import Databases
from tests.support.talent.assignments import CHECKLIST
from tests.support.talent.figures_desk import LATER, approved, at_work, requested, rows, send
from tests.support.talent.time_desk import CHIYODA, MUSASHINO, TimeDesk


@pytest_asyncio.fixture
async def desk(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[TimeDesk]:
    """One expert at work for two municipalities since December, another one only registered."""
    async with at_work(databases, settings_for, as_) as desk:
        yield desk


async def test_the_gauges_say_the_same(desk: TimeDesk) -> None:
    held = await desk.propose({MUSASHINO: 2}, "2027-01-18", "2027-01-31")
    await desk.act(held, "checklist", CHECKLIST)
    assert (await desk.act(held, "hold", {"until": "2027-01-12"})).is_success
    active = (await rows(desk, "assignments?status=active"))[0]["assignment_id"]
    await approved(desk, active, CHIYODA, ["2027-01-04"])
    await requested(desk, "hands_on")
    async with desk.service.app.state.runtime.database.transaction(read_only=True) as tx:
        await measure_at(tx, LATER)
    value = REGISTRY.get_sample_value
    assert [value("kyodo_talent_experts", {"step": step}) for step in Step] == [2, 1, 1, 1]
    assert value("kyodo_talent_requests", {"kind": "hands_on", "status": "triaged"}) == 1
    states = ("capacity", "held", "confirmed", "worked")
    assert [value("kyodo_talent_half_days", {"state": state}) for state in states] == [12, 2, 3, 1]


async def test_the_gauge_of_capacity_takes_absences_off_and_counts_nobody_who_left_before(desk: TimeDesk) -> None:
    """The rule of the figure: most of January away, and in February whoever left in January offers nothing."""
    absence = {"from_day": "2027-01-05", "until_day": "2027-01-28"}
    assert (await send(desk, "POST", f"/v1/experts/{desk.expert_id}/absences", absence, "secretariat")).is_success

    async def gauged(now: datetime) -> tuple[float | None, int]:
        async with desk.service.app.state.runtime.database.transaction(read_only=True) as tx:
            await measure_at(tx, now)
        by_month = {row["month"]: row["capacity"] for row in await rows(desk, "figures/months?fiscal_year=2026")}
        gauge = REGISTRY.get_sample_value("kyodo_talent_half_days", {"state": "capacity"})
        return gauge, by_month[Month.containing(now)]

    gauge, figure = await gauged(LATER)
    assert gauge == figure < 12
    removal = f"/v1/experts/{desk.expert_id}/removal"
    assert (await send(desk, "PUT", removal, {"reason": "own_wish"}, "secretariat")).is_success
    assert await gauged(LATER) == (gauge, figure)
    assert await gauged(LATER + timedelta(days=31)) == (4, 4)
