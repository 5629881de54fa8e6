"""Seats: how many were filled, how and how soon, and what became of those who had accepted one."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from kyodo_events.values.fiscal import FiscalYear
from kyodo_platform.resources import ReadSession
from kyodo_supporter_matching.assignments.values import AssignmentStatus, Canceller, Origin
from kyodo_supporter_matching.assignments.views import assignment
from kyodo_supporter_matching.figures.activity import at_its_session, attended
from kyodo_supporter_matching.figures.periods import DONE, within
from kyodo_supporter_matching.figures.ratios import LATE_HOURS, SOON_HOURS, Lateness
from kyodo_supporter_matching.figures.views import session_publication
from kyodo_supporter_matching.sessions.values import SessionStatus
from kyodo_supporter_matching.sessions.views import session

SEATED: Final = [
    one.value
    for one in (
        AssignmentStatus.ACCEPTED,
        AssignmentStatus.CONFIRMED,
        AssignmentStatus.ATTENDED,
        AssignmentStatus.NO_SHOW,
    )
]
"""The steps of an assignment whose seat nobody else can have."""

accepted = assignment.c.accepted_at.is_not(None)
cancelled = assignment.c.step == AssignmentStatus.CANCELLED.value

NO_SEATS: Final = {"sessions": 0, "with_nobody": 0, "seats": 0, "filled": 0}
NOBODY_SEATED: Final = {"by_round": 0, "by_application": 0, "by_replacement": 0, "by_hand": 0, "median_hours": None}
NOTHING_ACCEPTED: Final = {"accepted": 0, "attended": 0, "no_shows": 0, "cancelled": 0, "cancelled_late": 0}


async def seats(reader: ReadSession, year: FiscalYear, now: datetime) -> dict[str, dict[str, Any]]:
    """Seats asked for and filled, by municipality."""
    query = (
        sa.select(
            session.c.municipality,
            sa.func.count().label("sessions"),
            sa.func.count().filter(session.c.seats_taken == 0).label("with_nobody"),
            sa.func.sum(session.c.seats).label("seats"),
            sa.func.sum(session.c.seats_taken).label("filled"),
        )
        .where(*_begun(year, now))
        .group_by(session.c.municipality)
    )
    return {row["municipality"]: dict(row) for row in await reader.tx.rows(query)}


async def ways(reader: ReadSession, year: FiscalYear, now: datetime) -> dict[str, dict[str, Any]]:
    """How those who fill the seats came to them, and how long after the session was published, by municipality."""
    waited = assignment.c.accepted_at - session_publication.c.published_at
    hours = sa.cast(sa.func.floor(sa.extract("epoch", waited) / 3600), sa.Integer)
    query = (
        sa.select(
            assignment.c.municipality,
            _from(Origin.ROUND).label("by_round"),
            _from(Origin.APPLICATION).label("by_application"),
            _from(Origin.REPLACEMENT).label("by_replacement"),
            _from(Origin.HAND).label("by_hand"),
            sa.func.percentile_disc(0.5).within_group(hours).label("median_hours"),
        )
        .join_from(assignment, session, at_its_session)
        .join(session_publication, session_publication.c.session_id == session.c.session_id)
        .where(assignment.c.step.in_(SEATED), *_begun(year, now))
        .group_by(assignment.c.municipality)
    )
    return {row["municipality"]: dict(row) for row in await reader.tx.rows(reader.own(query))}


async def kept(reader: ReadSession, year: FiscalYear) -> dict[str, dict[str, Any]]:
    """What became of the seats that were accepted, by municipality."""
    late = sa.and_(
        cancelled,
        assignment.c.cancelled_by == Canceller.SUPPORTER.value,
        assignment.c.hours_before < SOON_HOURS,
    )
    query = (
        sa.select(
            assignment.c.municipality,
            sa.func.count().label("accepted"),
            sa.func.count().filter(attended).label("attended"),
            sa.func.count().filter(assignment.c.step == AssignmentStatus.NO_SHOW.value).label("no_shows"),
            sa.func.count().filter(cancelled).label("cancelled"),
            sa.func.count().filter(late).label("cancelled_late"),
        )
        .join_from(assignment, session, at_its_session)
        .where(accepted, within(year, session.c.starts_at))
        .group_by(assignment.c.municipality)
    )
    return {row["municipality"]: dict(row) for row in await reader.tx.rows(reader.own(query))}


def cancellations(year: FiscalYear) -> sa.Subquery:
    """Accepted seats given back, by municipality, by whom and how late."""
    given_back = (
        sa.select(assignment.c.municipality, assignment.c.cancelled_by, _lateness().label("lateness"))
        .join_from(assignment, session, at_its_session)
        .where(cancelled, accepted, within(year, session.c.starts_at))
        .subquery("given_back")
    )
    number = sa.func.count().label("cancellations")
    return sa.select(*given_back.c, number).group_by(*given_back.c).subquery("cancellations")


def _begun(year: FiscalYear, now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    """Sessions of a fiscal year that were open to supporters, were not cancelled, and have begun."""
    open_or_done = session.c.step.in_([SessionStatus.PUBLISHED.value, *DONE])
    return open_or_done, session.c.starts_at <= now, within(year, session.c.starts_at)


def _from(origin: Origin) -> sa.ColumnElement[int]:
    return sa.func.count().filter(assignment.c.origin == origin.value)


def _lateness() -> sa.ColumnElement[str]:
    return sa.case(
        (assignment.c.hours_before < LATE_HOURS, Lateness.UNDER_24_HOURS.value),
        (assignment.c.hours_before < SOON_HOURS, Lateness.UNDER_72_HOURS.value),
        else_=Lateness.EARLIER.value,
    )
