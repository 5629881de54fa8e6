"""What people see of assignments: how it is filled from events, and how it is asked.

A municipality sees an assignment where it has a line in it, and of its lines the own ones; an expert sees the own
assignments whole. Both walls stand on the lines: every query of assignments asks for those with a line that is there.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from kyodo_events.contracts.talent_assignments import AssignmentConfirmed, AssignmentEnded
from kyodo_events.event import Batch, Event, Recorded
from kyodo_events.views import AnyWrite, RowChange, View, change, upsert
from kyodo_talent.assignments.events import (
    AssignmentChecklistTicked,
    AssignmentDeclined,
    AssignmentExpertAgreed,
    AssignmentHeld,
    AssignmentHomeAgreed,
    AssignmentMunicipalityAgreed,
    AssignmentPaused,
    AssignmentProposed,
    AssignmentStarted,
)
from kyodo_talent.assignments.forms import FORMS
from kyodo_talent.assignments.state import AssignmentStatus, end_of, parties_of
from kyodo_talent.assignments.tables import assignment, line

assignments = View("assignments", assignment, line)


@assignments.on(AssignmentProposed)
def _(rows: Batch[AssignmentProposed]) -> list[AnyWrite]:
    proposed = [
        {
            **_seen(r),
            **r.event.model_dump(exclude={"lines"}),
            "pseudonym": f"expert-{r.event.expert_id}",
            "status": AssignmentStatus.PROPOSED,
            "expires_at": None,
            "checklist_open": list(FORMS[r.event.form].checklist),
            "missing": list(parties_of(r.event.lines)),
            "reason": None,
            "freed_from": None,
        }
        for r in rows
    ]
    lines = [
        {"assignment_id": r.stream, "expert_id": r.event.expert_id, **one.model_dump()}
        for r in rows
        for one in r.event.lines
    ]
    return [upsert(assignment, proposed), upsert(line, lines)]


@assignments.on(AssignmentChecklistTicked)
def _(rows: Batch[AssignmentChecklistTicked]) -> RowChange:
    return change(assignment, [{**_seen(r), "checklist_open": r.event.open} for r in rows])


@assignments.on(AssignmentHeld)
def _(rows: Batch[AssignmentHeld]) -> RowChange:
    return change(
        assignment,
        [
            {
                **_seen(r),
                "status": AssignmentStatus.HELD,
                "expires_at": end_of(r.event.held_until),
                "missing": r.event.missing,
            }
            for r in rows
        ],
    )


@assignments.on(AssignmentExpertAgreed, AssignmentHomeAgreed, AssignmentMunicipalityAgreed)
def _(rows: Batch[AssignmentExpertAgreed | AssignmentHomeAgreed | AssignmentMunicipalityAgreed]) -> RowChange:
    return change(assignment, [{**_seen(r), "missing": r.event.missing} for r in rows])


@assignments.on(AssignmentConfirmed)
def _(rows: Batch[AssignmentConfirmed]) -> RowChange:
    return change(assignment, [{**_seen(r), "status": AssignmentStatus.CONFIRMED, "expires_at": None} for r in rows])


@assignments.on(AssignmentDeclined)
def _(rows: Batch[AssignmentDeclined]) -> RowChange:
    status = AssignmentStatus.DECLINED
    return change(
        assignment, [{**_seen(r), "status": status, "expires_at": None, "reason": r.event.reason} for r in rows]
    )


@assignments.on(AssignmentStarted)
def _(rows: Batch[AssignmentStarted]) -> RowChange:
    return change(assignment, [{**_seen(r), "status": AssignmentStatus.ACTIVE} for r in rows])


@assignments.on(AssignmentPaused)
def _(rows: Batch[AssignmentPaused]) -> RowChange:
    return change(assignment, [{**_seen(r), "status": AssignmentStatus.PAUSED} for r in rows])


@assignments.on(AssignmentEnded)
def _(rows: Batch[AssignmentEnded]) -> list[AnyWrite]:
    ended = [
        {
            **_seen(r),
            "status": AssignmentStatus(r.event.ending.value),
            **r.event.model_dump(include={"reason", "freed_from"}),
        }
        for r in rows
    ]
    freed = [
        {"assignment_id": r.stream, **one.model_dump(include={"municipality", "month"}), "half_days": 0}
        for r in rows
        for one in r.event.freed
    ]
    return [change(assignment, ended), change(line, freed)]


def _seen(record: Recorded[Event]) -> dict[str, Any]:
    return {"assignment_id": record.stream, "version": record.version}


def assignments_by(
    now: datetime,
    *,
    status: AssignmentStatus | None = None,
    municipality: str | None = None,
    **filters: str | None,
) -> sa.Select[Any]:
    """Assignments with a line that the caller may see, with these values in their columns."""
    own = sa.select(line.c.assignment_id)
    if municipality is not None:
        own = own.where(line.c.municipality == municipality)
    lapsed = sa.and_(assignment.c.status == AssignmentStatus.HELD, assignment.c.expires_at <= now)
    seen = sa.case((lapsed, AssignmentStatus.LAPSED.value), else_=assignment.c.status)
    columns = [column for column in assignment.c if column is not assignment.c.status]
    query = sa.select(*columns, seen.label("status")).where(assignment.c.assignment_id.in_(own))
    if status is not None:
        query = query.where(seen == status.value)
    for column, value in filters.items():
        if value is not None:
            query = query.where(assignment.c[column] == value)
    return query


def lines_of(assignment_id: str) -> sa.Select[Any]:
    """The lines of an assignment that the caller may see."""
    return sa.select(line).where(line.c.assignment_id == assignment_id)
