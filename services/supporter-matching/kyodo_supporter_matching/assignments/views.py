"""Assignments: a municipality sees its own, a supporter the own."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from kyodo_events.contracts.supporter_matching import SupporterAttendanceCorrected, SupporterAttended
from kyodo_events.contracts.supporter_matching_assignments import SupporterAssigned, SupporterUnassigned
from kyodo_events.event import Batch
from kyodo_events.views import RowChange, RowWrite, View, change, upsert
from kyodo_supporter_matching.assignments.events import (
    AssignmentAccepted,
    AssignmentCancelled,
    AssignmentDeclined,
    AssignmentOffered,
    AttendanceRecorded,
    NoShowRecorded,
)
from kyodo_supporter_matching.assignments.values import AssignmentStatus
from kyodo_supporter_matching.sessions.views import session
from kyodo_supporter_matching.supporters.views import supporter
from kyodo_supporter_matching.tables import metadata

assignment = sa.Table(
    "assignment",
    metadata,
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("assignment_id", sa.Text, primary_key=True),
    sa.Column("supporter_id", sa.Text, nullable=False),
    sa.Column("session_id", sa.Text, nullable=False),
    sa.Column("line", sa.Integer, nullable=False),
    sa.Column("origin", sa.Text, nullable=False),
    sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("accepted_at", sa.DateTime(timezone=True)),
    sa.Column("step", sa.Text, nullable=False, comment="as decided; expired follows from expires_at"),
    sa.Column("reason", sa.Text, comment="why declined"),
    sa.Column("cancelled_by", sa.Text),
    sa.Column("hours_before", sa.Integer, comment="whole hours between cancellation and beginning"),
    sa.Column("minutes", sa.Integer, comment="that the supporter helped"),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("assignment_of_supporter", "supporter_id", "starts_at"),
    sa.Index("assignment_of_session", "session_id"),
    info={"private_to": "municipality", "person": "supporter_id"},
)

assignments = View("assignments", assignment)


@assignments.on(AssignmentOffered)
def _(rows: Batch[AssignmentOffered]) -> RowWrite:
    return upsert(
        assignment,
        [
            {
                "municipality": r.event.municipality,
                "assignment_id": r.stream,
                "supporter_id": r.event.supporter_id,
                "session_id": r.event.session_id,
                "line": r.event.line,
                "origin": r.event.origin.value,
                "starts_at": r.event.starts_at,
                "ends_at": r.event.ends_at,
                "offered_at": r.at,
                "expires_at": r.event.expires_at,
                "step": AssignmentStatus.OFFERED.value,
                "version": r.version,
            }
            for r in rows
        ],
    )


@assignments.on(AssignmentAccepted)
def _(rows: Batch[AssignmentAccepted]) -> RowChange:
    accepted = AssignmentStatus.ACCEPTED.value
    return change(assignment, [{**_key(r), "step": accepted, "accepted_at": r.at} for r in rows])


@assignments.on(SupporterAssigned)
def _(rows: Batch[SupporterAssigned]) -> RowChange:
    return change(assignment, [{**_key(r), "step": AssignmentStatus.CONFIRMED.value} for r in rows])


@assignments.on(AssignmentDeclined)
def _(rows: Batch[AssignmentDeclined]) -> RowChange:
    declined = AssignmentStatus.DECLINED.value
    return change(assignment, [{**_key(r), "step": declined, "reason": r.event.reason.value} for r in rows])


@assignments.on(AttendanceRecorded)
def _(rows: Batch[AttendanceRecorded]) -> RowChange:
    attended = AssignmentStatus.ATTENDED.value
    return change(assignment, [{**_key(r), "step": attended, "minutes": r.event.minutes} for r in rows])


@assignments.on(NoShowRecorded)
def _(rows: Batch[NoShowRecorded]) -> RowChange:
    return change(assignment, [{**_key(r), "step": AssignmentStatus.NO_SHOW.value, "minutes": None} for r in rows])


@assignments.on(AssignmentCancelled)
def _(rows: Batch[AssignmentCancelled]) -> RowChange:
    return change(
        assignment,
        [
            {
                **_key(r),
                "step": AssignmentStatus.CANCELLED.value,
                "cancelled_by": r.event.by.value,
                "hours_before": r.event.hours_before,
            }
            for r in rows
        ],
    )


@assignments.on(SupporterUnassigned, SupporterAttended, SupporterAttendanceCorrected)
def _(rows: Batch[SupporterUnassigned | SupporterAttended | SupporterAttendanceCorrected]) -> RowChange:
    return change(assignment, [_key(r) for r in rows])


def _key(r: Any) -> dict[str, Any]:
    return {"municipality": r.event.municipality, "assignment_id": r.stream, "version": r.version}


def status_at(now: datetime) -> sa.ColumnElement[str]:
    """How an assignment stands, as `Assignment.status_at` says it."""
    over = sa.and_(assignment.c.step == AssignmentStatus.OFFERED.value, assignment.c.expires_at <= now)
    return sa.case((over, AssignmentStatus.EXPIRED.value), else_=assignment.c.step)


def assignments_with(
    now: datetime,
    *,
    supporter_id: str | None = None,
    session_id: str | None = None,
    status: AssignmentStatus | None = None,
) -> sa.Select[Any]:
    """Assignments by what they are."""
    query = sa.select(assignment, status_at(now).label("status"))
    conditions = [
        assignment.c.supporter_id == supporter_id if supporter_id else None,
        assignment.c.session_id == session_id if session_id else None,
        status_at(now) == status.value if status else None,
    ]
    return query.where(*(condition for condition in conditions if condition is not None))


COMING = (
    AssignmentStatus.ACCEPTED,
    AssignmentStatus.CONFIRMED,
    AssignmentStatus.ATTENDED,
    AssignmentStatus.NO_SHOW,
)


def coming_to(session_id: str) -> sa.Select[Any]:
    """Who comes to a session, or was to come, with the skills that the seat asks for: whoever has it has them."""
    skills = sa.func.jsonb_extract_path(session.c.needs, sa.cast(assignment.c.line, sa.Text), "skills")
    return (
        sa.select(assignment, assignment.c.step.label("status"), supporter.c.pseudonym, supporter.c.grade)
        .add_columns(skills.label("skills"))
        .join(supporter, supporter.c.id == assignment.c.supporter_id)
        .join(session, session.c.session_id == assignment.c.session_id)
        .where(assignment.c.session_id == session_id, assignment.c.step.in_([one.value for one in COMING]))
    )
