"""The time of experts as rows: how events fill them, and how they are asked."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from kyodo_events.event import Batch, Event
from kyodo_events.views import AnyWrite, RowChange, RowWrite, View, change, upsert
from kyodo_talent.schedules.events import (
    AbsenceAdded,
    AbsenceRemoved,
    CapacitySet,
    HoldConfirmed,
    HoldLapsed,
    HoldPlaced,
    HoldReleased,
    ScheduleBegun,
)
from kyodo_talent.schedules.tables import hold, schedule

schedules = View("schedules", schedule, hold)

_OF_HOLD = sa.tuple_(hold.c.expert_id, hold.c.hold_id)
_OF_MONTH = sa.tuple_(hold.c.expert_id, hold.c.hold_id, hold.c.month)


@schedules.on(ScheduleBegun)
def _(rows: Batch[ScheduleBegun]) -> RowWrite:
    return upsert(
        schedule,
        [
            {
                "expert_id": r.stream,
                "half_days_per_month": r.event.half_days_per_month,
                "exceptions": [],
                "earlier": [],
                "absences": [],
                "version": r.version,
            }
            for r in rows
        ],
    )


@schedules.on(CapacitySet)
def _(rows: Batch[CapacitySet]) -> RowChange:
    return change(
        schedule, [{"expert_id": r.stream, **r.event.model_dump(mode="json"), "version": r.version} for r in rows]
    )


@schedules.on(AbsenceAdded, AbsenceRemoved)
def _(rows: Batch[AbsenceAdded | AbsenceRemoved]) -> RowChange:
    absences = [(r, r.event.model_dump(mode="json", include={"absences"})) for r in rows]
    return change(schedule, [{"expert_id": r.stream, **all_, "version": r.version} for r, all_ in absences])


@schedules.on(HoldPlaced)
def _(rows: Batch[HoldPlaced]) -> list[AnyWrite]:
    held = [
        {
            "expert_id": r.stream,
            **line.model_dump(),
            **r.event.model_dump(include={"hold_id", "from_day", "until_day", "expires_at"}),
        }
        for r in rows
        for line in r.event.lines
    ]
    return [upsert(hold, held), *_versions(rows)]


@schedules.on(HoldConfirmed)
def _(rows: Batch[HoldConfirmed]) -> list[AnyWrite]:
    confirmed = [(r.stream, r.event.hold_id) for r in rows]
    return [sa.update(hold).where(_OF_HOLD.in_(confirmed)).values(expires_at=None), *_versions(rows)]


@schedules.on(HoldLapsed)
def _(rows: Batch[HoldLapsed]) -> list[AnyWrite]:
    lapsed = [(r.stream, r.event.hold_id) for r in rows]
    return [sa.delete(hold).where(_OF_HOLD.in_(lapsed)), *_versions(rows)]


@schedules.on(HoldReleased)
def _(rows: Batch[HoldReleased]) -> list[AnyWrite]:
    released = [(r.stream, r.event.hold_id, month) for r in rows for month in r.event.months]
    return [sa.delete(hold).where(_OF_MONTH.in_(released)), *_versions(rows)]


def _versions(rows: Batch[Event]) -> list[AnyWrite]:
    """Every event moves the schedule's version."""
    return [change(schedule, [{"expert_id": r.stream, "version": r.version} for r in rows])]


def schedule_of(expert_id: str) -> sa.Select[Any]:
    """One expert's capacity and absences."""
    return sa.select(schedule).where(schedule.c.expert_id == expert_id)
