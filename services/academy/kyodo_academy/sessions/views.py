"""Sessions of courses as everybody reads them, and as their hosts plan them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_academy.sessions.events import (
    QuotasReleased,
    SeatGiven,
    SeatOffered,
    SeatOfferLapsed,
    SeatReturned,
    SeatsChanged,
    SeatWaitedFor,
    SessionCancelled,
    SessionHeld,
    SessionMoved,
    SessionOpened,
    SessionPlanned,
)
from kyodo_academy.sessions.values import Plan, SessionStatus
from kyodo_academy.tables import metadata
from kyodo_events.event import Batch
from kyodo_events.views import RowChange, RowWrite, View, change, upsert

training_session = sa.Table(
    "training_session",
    metadata,
    sa.Column("session_id", sa.Text, primary_key=True),
    sa.Column("course_id", sa.Text, nullable=False),
    sa.Column("contents_version", sa.Integer, nullable=False, server_default="0"),
    sa.Column("series_id", sa.Text),
    sa.Column("host", sa.Text, nullable=False),
    sa.Column("title_ja", sa.Text, nullable=False),
    sa.Column("place_ja", sa.Text, nullable=False),
    sa.Column("online", sa.Boolean, nullable=False),
    sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("apply_until", sa.DateTime(timezone=True), nullable=False),
    sa.Column("changes_until", sa.DateTime(timezone=True), nullable=False),
    sa.Column("seats", sa.Integer, nullable=False),
    sa.Column("project_id", sa.Text),
    sa.Column("quotas", JSONB, nullable=False),
    sa.Column("released", sa.Boolean, nullable=False, server_default=sa.false(), comment="what quotas kept"),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("training_session_by_time", "starts_at", "session_id"),
    sa.Index("training_session_of_course", "course_id"),
    sa.Index("training_session_of_series", "series_id"),
)

sessions = View("training_sessions", training_session)

OfSeats = SeatGiven | SeatWaitedFor | SeatOffered | SeatOfferLapsed | SeatReturned


@sessions.on(SessionPlanned)
def _(rows: Batch[SessionPlanned]) -> RowWrite:
    return upsert(
        training_session,
        [
            {
                "session_id": r.stream,
                "course_id": r.event.course_id,
                "contents_version": r.event.contents_version,
                "series_id": r.event.series_id,
                "host": r.event.host,
                **_plan(r.event.plan),
                "status": SessionStatus.PLANNED.value,
                "version": r.version,
            }
            for r in rows
        ],
    )


@sessions.on(SessionMoved)
def _(rows: Batch[SessionMoved]) -> RowChange:
    return change(
        training_session, [{"session_id": r.stream, **_plan(r.event.plan), "version": r.version} for r in rows]
    )


@sessions.on(SeatsChanged)
def _(rows: Batch[SeatsChanged]) -> RowChange:
    return change(
        training_session, [{"session_id": r.stream, "seats": r.event.seats, "version": r.version} for r in rows]
    )


@sessions.on(QuotasReleased)
def _(rows: Batch[QuotasReleased]) -> RowChange:
    return change(training_session, [{"session_id": r.stream, "released": True, "version": r.version} for r in rows])


@sessions.on(SessionOpened)
def _(rows: Batch[SessionOpened]) -> RowChange:
    return _now(rows, SessionStatus.OPEN)


@sessions.on(SessionHeld)
def _(rows: Batch[SessionHeld]) -> RowChange:
    return _now(rows, SessionStatus.HELD)


@sessions.on(SessionCancelled)
def _(rows: Batch[SessionCancelled]) -> RowChange:
    return _now(rows, SessionStatus.CANCELLED)


@sessions.on(SeatGiven, SeatWaitedFor, SeatOffered, SeatOfferLapsed, SeatReturned)
def _(rows: Batch[OfSeats]) -> RowChange:
    return change(training_session, [{"session_id": r.stream, "version": r.version} for r in rows])


def _plan(plan: Plan) -> dict[str, Any]:
    return {**vars(plan), "quotas": [quota.model_dump(mode="json") for quota in plan.quotas]}


def _now(rows: Batch[Any], status: SessionStatus) -> RowChange:
    return change(
        training_session, [{"session_id": r.stream, "status": status.value, "version": r.version} for r in rows]
    )


def sessions_to_come(course_id: str) -> sa.Select[Any]:
    """How many sessions of a course are planned or open."""
    standing = training_session.c.status.in_([SessionStatus.PLANNED.value, SessionStatus.OPEN.value])
    return sa.select(sa.func.count()).where(training_session.c.course_id == course_id, standing)
