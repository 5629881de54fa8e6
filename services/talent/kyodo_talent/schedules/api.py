"""Experts' time over HTTP: capacity and absences set, and months asked. Holds come by assignments alone."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query

from kyodo_events.errors import NotFound, Refused, require
from kyodo_events.values.fiscal import Month
from kyodo_events.values.texts import Id
from kyodo_platform.commands import Commands
from kyodo_platform.history import HistoryRow
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import person_of, role, secretariat
from kyodo_platform.matrices import Matrix, MatrixColumn, MatrixRow
from kyodo_platform.resources import Page, PageQuery, Reader
from kyodo_platform.routing import Router
from kyodo_talent.schedules import views
from kyodo_talent.schedules.events import CapacityBelowCommitments, MonthIsOver
from kyodo_talent.schedules.facts import months_of
from kyodo_talent.schedules.model import Schedule
from kyodo_talent.schedules.schemas import AbsenceIn, CapacityIn, MonthRow, ScheduleOut

router = Router(prefix="/v1/experts/{expert_id}", tags=["schedules"])
months = Router(prefix="/v1/free-months", tags=["schedules"])

MONTHS_AT_ONCE = 36

planners = role(Role.SECRETARIAT, Role.AUDITOR, Role.OFFICER, Role.APPROVER)
the_expert = person_of("expert_id", Role.EXPERT)

AbsenceNumber = Annotated[int, Path(ge=1, le=9999)]


class TooManyMonths(Refused):
    status, type = 422, "too-many-months"
    title = "These are no months that can be answered at once"
    detail = "From {from_month} to {until_month}: ask for one month at least and for {most} at most, in order of time."
    remedy = "Ask for fewer months."


@router.get("/schedule", allow=planners | the_expert)
async def read_schedule(expert_id: Id, reader: Reader) -> ScheduleOut:
    """An expert's capacity and absences."""
    return await reader.one(ScheduleOut, views.schedule_of(expert_id), what="schedule", id=expert_id)


@router.get("/schedule/history", allow=planners | the_expert)
async def read_schedule_history(expert_id: Id, reader: Reader, page: PageQuery) -> Page[HistoryRow]:
    """What happened to an expert's time, in words; for whom it was held stands in the assignments."""
    return await reader.history(Schedule, expert_id, page)


@router.put("/capacity", allow=secretariat, raises=[MonthIsOver, CapacityBelowCommitments])
async def set_capacity(expert_id: Id, body: CapacityIn, commands: Commands) -> ScheduleOut:
    """Set how many half-days a month the expert has from this month on, never below what is held or confirmed."""
    now = commands.now
    schedule = await commands.on(
        Schedule, expert_id, lambda schedule: schedule.set_capacity(body.half_days_per_month, body.exceptions, now)
    )
    return ScheduleOut.of(schedule)


@router.post("/absences", allow=secretariat | the_expert, raises=[MonthIsOver, CapacityBelowCommitments])
async def add_absence(expert_id: Id, body: AbsenceIn, commands: Commands) -> ScheduleOut:
    """Enter days on which the expert does not work, as far as nothing is promised for them."""
    now = commands.now
    schedule = await commands.on(
        Schedule, expert_id, lambda schedule: schedule.add_absence(body.from_day, body.until_day, now)
    )
    return ScheduleOut.of(schedule)


@router.delete("/absences/{absence}", allow=secretariat | the_expert, raises=[MonthIsOver])
async def remove_absence(expert_id: Id, absence: AbsenceNumber, commands: Commands) -> ScheduleOut:
    """Take an absence back."""
    now = commands.now
    schedule = await commands.on(Schedule, expert_id, lambda schedule: schedule.remove_absence(absence, now))
    return ScheduleOut.of(schedule)


@router.get("/months", allow=planners | the_expert, raises=[TooManyMonths])
async def list_months(
    expert_id: Id, reader: Reader, commands: Commands, from_month: Month, until_month: Month
) -> Page[MonthRow]:
    """Capacity, what is held, confirmed and free, month by month."""
    found = await months_of(reader.tx, _asked(from_month, until_month), commands.now, [expert_id])
    require(bool(found), NotFound(what="schedule", id=expert_id))
    return Page[MonthRow](items=[MonthRow.of(one) for one in found])


@months.get("", allow=planners, raises=[TooManyMonths])
async def read_free_months(
    reader: Reader,
    commands: Commands,
    from_month: Month,
    until_month: Month,
    at_least: Annotated[int, Query(ge=0, le=62, description="Only experts with so many free in some month.")] = 0,
) -> Matrix:
    """Experts × months: half-days that are still free."""
    asked = _asked(from_month, until_month)
    free: dict[str, dict[str, int]] = {}
    for one in await months_of(reader.tx, asked, commands.now):
        free.setdefault(one.expert_id, {})[one.month] = one.free
    rows = [
        MatrixRow(id=expert_id, label_ja=f"expert-{expert_id}", cells={month: str(n) for month, n in by_month.items()})
        for expert_id, by_month in free.items()
        if max(by_month.values()) >= at_least
    ]
    return Matrix(columns=[MatrixColumn(id=month, label_ja=month) for month in asked], rows=rows)


def _asked(first: Month, last: Month) -> list[Month]:
    asked = list(Month.range(first, last))
    within = 1 <= len(asked) <= MONTHS_AT_ONCE
    require(within, TooManyMonths(from_month=first, until_month=last, most=MONTHS_AT_ONCE))
    return asked
