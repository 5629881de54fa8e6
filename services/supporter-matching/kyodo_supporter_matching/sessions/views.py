"""The calendar of sessions: public, for it names nobody."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.event import Batch
from kyodo_events.views import RowChange, RowWrite, View, change, upsert
from kyodo_supporter_matching.sessions.events import (
    ReplacementCalled,
    SeatFreed,
    SeatTaken,
    SessionCancelled,
    SessionChanged,
    SessionHeld,
    SessionPlanned,
    SessionPublished,
    SessionReported,
)
from kyodo_supporter_matching.sessions.values import SessionKind, SessionStatus
from kyodo_supporter_matching.tables import metadata
from kyodo_supporter_matching.venues.views import venue

session = sa.Table(
    "session",
    metadata,
    sa.Column("session_id", sa.Text, primary_key=True),
    sa.Column("municipality", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("title_ja", sa.Text, nullable=False),
    sa.Column("venue_id", sa.Text, nullable=False),
    sa.Column("host_id", sa.Text),
    sa.Column("project_id", sa.Text),
    sa.Column("series_id", sa.Text),
    sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("latitude", sa.Double, nullable=False),
    sa.Column("longitude", sa.Double, nullable=False),
    sa.Column("needs", JSONB, nullable=False, comment="lines of seats, skills and experience"),
    sa.Column("seats", sa.Integer, nullable=False),
    sa.Column("taken", JSONB, nullable=False, comment="seats taken of each line"),
    sa.Column("seats_taken", sa.Integer, nullable=False),
    sa.Column("expected_visitors", sa.Integer, nullable=False),
    sa.Column("visitors", sa.Integer),
    sa.Column("step", sa.Text, nullable=False, comment="as decided; staffed follows from the seats"),
    sa.Column("applications_until", sa.DateTime(timezone=True)),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("session_by_time", "starts_at", "session_id"),
    sa.Index("session_of_municipality", "municipality", "starts_at", "session_id"),
    sa.Index("session_of_series", "series_id"),
)

sessions = View("sessions", session)


def _described(event: SessionPlanned | SessionChanged) -> dict[str, Any]:
    plan = event.plan
    return {
        "kind": plan.kind.value,
        "title_ja": plan.title_ja,
        "venue_id": plan.venue_id,
        "host_id": plan.host_id,
        "project_id": plan.project_id,
        "starts_at": event.times.starts_at,
        "ends_at": event.times.ends_at,
        "latitude": event.place.latitude,
        "longitude": event.place.longitude,
        "needs": [need.model_dump(mode="json") for need in plan.needs],
        "seats": sum(need.seats for need in plan.needs),
        "taken": [0] * len(plan.needs),
        "expected_visitors": plan.expected_visitors,
    }


@sessions.on(SessionPlanned)
def _(rows: Batch[SessionPlanned]) -> RowWrite:
    return upsert(
        session,
        [
            {
                "session_id": r.stream,
                "municipality": r.event.municipality,
                "series_id": r.event.series_id,
                **_described(r.event),
                "seats_taken": 0,
                "step": SessionStatus.PLANNED.value,
                "version": r.version,
            }
            for r in rows
        ],
    )


@sessions.on(SessionChanged)
def _(rows: Batch[SessionChanged]) -> RowChange:
    return change(session, [{"session_id": r.stream, **_described(r.event), "version": r.version} for r in rows])


@sessions.on(SessionPublished)
def _(rows: Batch[SessionPublished]) -> RowChange:
    return change(
        session,
        [
            {
                "session_id": r.stream,
                "step": SessionStatus.PUBLISHED.value,
                "applications_until": r.event.applications_until,
                "version": r.version,
            }
            for r in rows
        ],
    )


@sessions.on(SeatTaken, SeatFreed)
def _(rows: Batch[SeatTaken | SeatFreed]) -> RowChange:
    return change(
        session,
        [
            {
                "session_id": r.stream,
                "taken": list(r.event.taken),
                "seats_taken": sum(r.event.taken),
                "version": r.version,
            }
            for r in rows
        ],
    )


@sessions.on(ReplacementCalled)
def _(rows: Batch[ReplacementCalled]) -> RowChange:
    return change(session, [{"session_id": r.stream, "version": r.version} for r in rows])


@sessions.on(SessionHeld)
def _(rows: Batch[SessionHeld]) -> RowChange:
    return change(
        session,
        [
            {
                "session_id": r.stream,
                "step": SessionStatus.HELD.value,
                "visitors": r.event.visitors,
                "version": r.version,
            }
            for r in rows
        ],
    )


@sessions.on(SessionReported)
def _(rows: Batch[SessionReported]) -> RowChange:
    return change(
        session,
        [{"session_id": r.stream, "step": SessionStatus.REPORTED.value, "version": r.version} for r in rows],
    )


@sessions.on(SessionCancelled)
def _(rows: Batch[SessionCancelled]) -> RowChange:
    return change(
        session,
        [{"session_id": r.stream, "step": SessionStatus.CANCELLED.value, "version": r.version} for r in rows],
    )


def status() -> sa.ColumnElement[str]:
    """How a session stands, as `Session.status` says it."""
    full = sa.and_(session.c.step == SessionStatus.PUBLISHED.value, session.c.seats_taken >= session.c.seats)
    return sa.case((full, SessionStatus.STAFFED.value), else_=session.c.step)


def held_on() -> sa.ColumnElement[date]:
    """The day of a session in Tokyo."""
    return sa.func.date(sa.func.timezone("Asia/Tokyo", session.c.starts_at))


def sessions_with(
    *,
    municipality: str | None = None,
    kind: SessionKind | None = None,
    is_: SessionStatus | None = None,
    series_id: str | None = None,
    since: datetime | None = None,
    before: datetime | None = None,
    host_id: str | None = None,
    published: bool = False,
) -> sa.Select[Any]:
    """Sessions by what they are; `published` leaves out those that are only planned."""
    query = sa.select(session, status().label("status"))
    conditions = [
        session.c.municipality == municipality if municipality else None,
        session.c.kind == kind.value if kind else None,
        status() == is_.value if is_ else None,
        session.c.series_id == series_id if series_id else None,
        session.c.starts_at >= since if since else None,
        session.c.starts_at < before if before else None,
        session.c.host_id == host_id if host_id else None,
        session.c.step != SessionStatus.PLANNED.value if published else None,
    ]
    return query.where(*(condition for condition in conditions if condition is not None))


def at_venues(sessions: sa.Select[Any]) -> sa.Select[Any]:
    """Sessions with the names and addresses of their venues, and the seats that are left."""
    return sessions.join(venue, venue.c.venue_id == session.c.venue_id).add_columns(
        venue.c.name_ja.label("venue_ja"),
        venue.c.address_ja,
        (session.c.seats - session.c.seats_taken).label("seats_open"),
    )


def one_session(session_id: str) -> sa.Select[Any]:
    """One session."""
    return sessions_with().where(session.c.session_id == session_id)
