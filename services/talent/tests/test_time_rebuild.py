"""The read models of schedules and assignments, made anew from their events."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from conftest import As
from kyodo_events.database import Database
from kyodo_events.rebuild import rebuild
from kyodo_platform.settings import Settings
from kyodo_talent.assignments.views import assignments
from kyodo_talent.schedules.views import schedules
from tests.support.awarded import set_clock
from tests.support.databases import Databases
from tests.support.running import running
from tests.support.talent.assignments import NO_TIME
from tests.support.talent.time_desk import CHIYODA, MUSASHINO, NOW, TimeDesk

VIEWS = [schedules, assignments]
DAYS = "2026-12-01", "2027-02-28"


async def live_out(desk: TimeDesk) -> None:
    """Everything that can happen to an expert's time happens to one."""
    both = {CHIYODA: 2, MUSASHINO: 1}
    completed, terminated = await desk.confirmed(both, *DAYS), await desk.confirmed(both, *DAYS)
    declined, lapsed = await desk.held(both, *DAYS), await desk.held(both, *DAYS)
    await desk.propose(both, *DAYS)
    assert (await desk.act(declined, f"declinations/municipalities/{CHIYODA}", NO_TIME, "approver", CHIYODA)).is_success
    assert (await desk.act(lapsed, "hold", {"until": "2026-11-16"})).is_success
    away = {"from_day": "2026-12-30", "until_day": "2026-12-31"}
    assert (await desk.post("absences", away)).is_success
    assert (await desk.post("absences", away | {"until_day": "2027-01-05"})).is_success
    assert (await desk.delete("absences/1")).is_success
    set_clock(desk.service.app, datetime(2026, 12, 1, tzinfo=UTC))
    body = {"half_days_per_month": 9, "exceptions": [{"month": "2027-02", "half_days": 6}]}
    assert (await desk.put("capacity", body)).is_success
    for step in ("start", "pause", "start", "completion"):
        assert (await desk.act(completed, step)).is_success
    body = {"reason": "goal_met", "from_month": "2027-02"}
    assert (await desk.act(terminated, "termination", body)).is_success


async def test_rebuilt_time_equals_the_live_one(
    databases: Databases, settings_for: Callable[..., Settings], as_: As
) -> None:
    async with running(databases, settings_for, "talent") as service:
        set_clock(service.app, NOW)
        await live_out(await TimeDesk(service, as_).with_expert(half_days_per_month=12))
        happened = {type_ for (type_,) in await service.as_owner("SELECT DISTINCT type FROM event")}
        assert {event.event_type for view in VIEWS for event in view.events} <= happened
        owner = await Database.connect(service.database.owner_url(service.admin_url))
        try:
            found = await rebuild(owner, VIEWS, source="talent", progress=lambda *_: None, switch=False)
        finally:
            await owner.close()
        assert {one.table for one in found} == {"schedule", "schedule_hold", "assignment", "assignment_line"}
        assert [one for one in found if one.only_live or one.only_rebuilt] == []
