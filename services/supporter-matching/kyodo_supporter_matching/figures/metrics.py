"""Gauges of supporter matching, for Grafana: who can help, what still lacks helpers, and what was reached."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

import sqlalchemy as sa
from prometheus_client import Gauge

from kyodo_events.database import Row, Transaction
from kyodo_supporter_matching.assignments.values import AssignmentStatus
from kyodo_supporter_matching.assignments.views import assignment, status_at
from kyodo_supporter_matching.devices.values import State
from kyodo_supporter_matching.devices.views import device
from kyodo_supporter_matching.figures.periods import fiscal_year_of, held
from kyodo_supporter_matching.figures.targets import PEOPLE, PEOPLE_IN, SUPPORTERS
from kyodo_supporter_matching.reports.views import activity_report
from kyodo_supporter_matching.sessions.values import SessionStatus
from kyodo_supporter_matching.sessions.views import session
from kyodo_supporter_matching.supporters.parts import Status
from kyodo_supporter_matching.supporters.views import supporter

SOON: Final = timedelta(days=7)
AHEAD: Final = timedelta(days=14)

DECIDED: Final = [one for one in Status if one is not Status.EXPIRED]
"""That a certificate ran out is not decided: it stands in no row, and a gauge of it would always say none."""

supporters = Gauge("kyodo_supporter_supporters", "Supporters by status, as decided", ["status"])
open_seats = Gauge("kyodo_supporter_open_seats", "Open seats of published sessions of the next 14 days")
nobody = Gauge("kyodo_supporter_sessions_with_nobody", "Published sessions of the next 7 days to which nobody comes")
unanswered = Gauge("kyodo_supporter_unanswered_offers", "Offers that wait for an answer and are not expired")
devices = Gauge("kyodo_supporter_devices", "Devices for lending, by state", ["state"])
people = Gauge("kyodo_supporter_people_supported", "People supported at sessions of a fiscal year", ["fiscal_year"])
sessions = Gauge(
    "kyodo_supporter_sessions_held", "Sessions of a fiscal year that took place, by kind", ["fiscal_year", "kind"]
)
supporters_target = Gauge("kyodo_supporter_supporters_target", "Supporters to be reached by the end of 2023")
people_target = Gauge(
    "kyodo_supporter_people_supported_target",
    "People to be supported in a fiscal year that has a target",
    ["fiscal_year"],
)


async def measure_supporters(tx: Transaction) -> None:
    """Set the gauges as things stand now."""
    await measure_at(tx, datetime.now(UTC))


async def measure_at(tx: Transaction, now: datetime) -> None:
    """Set the gauges. All values at once, between two waits: a scrape never sees a part of them."""
    by_status = await _by(tx, supporter.c.status)
    by_state = await _by(tx, device.c.state)
    seats = sa.func.coalesce(sa.func.sum(session.c.seats - session.c.seats_taken), 0)
    lacking = await tx.scalar(sa.select(seats).where(_to_come(now, AHEAD)))
    empty = sa.select(sa.func.count()).select_from(session).where(_to_come(now, SOON), session.c.seats_taken == 0)
    with_nobody = await tx.scalar(empty)
    offered = status_at(now) == AssignmentStatus.OFFERED.value
    waiting = await tx.scalar(sa.select(sa.func.count()).select_from(assignment).where(offered))
    reached = await _by_year(tx, sa.func.sum(activity_report.c.people_supported), reported=True)
    took_place = await _by_year(tx, sa.func.count(), session.c.kind)
    for status in DECIDED:
        supporters.labels(status.value).set(by_status.get(status.value, 0))
    for state in State:
        devices.labels(state.value).set(by_state.get(state.value, 0))
    open_seats.set(lacking)
    nobody.set(with_nobody)
    unanswered.set(waiting)
    people.clear()
    for year, number in reached:
        people.labels(str(year)).set(number)
    sessions.clear()
    for year, kind, number in took_place:
        sessions.labels(str(year), kind).set(number)
    supporters_target.set(SUPPORTERS)
    people_target.labels(str(int(PEOPLE_IN))).set(PEOPLE)


def _to_come(now: datetime, within: timedelta) -> sa.ColumnElement[bool]:
    """Published sessions that begin from now on and before the end of a span."""
    published = session.c.step == SessionStatus.PUBLISHED.value
    return sa.and_(published, session.c.starts_at >= now, session.c.starts_at < now + within)


async def _by(tx: Transaction, column: sa.Column[str]) -> dict[str, int]:
    rows = await tx.rows(sa.select(column.label("code"), sa.func.count().label("number")).group_by(column))
    return {row["code"]: row["number"] for row in rows}


async def _by_year(
    tx: Transaction, number: sa.ColumnElement[int], *by: sa.Column[str], reported: bool = False
) -> list[Row]:
    """A number of the sessions that took place, by fiscal year and these columns; of those `reported`, or of all."""
    source = session.join(activity_report, activity_report.c.session_id == session.c.session_id)
    query = sa.select(fiscal_year_of(session.c.starts_at), *by, number).select_from(source if reported else session)
    return await tx.rows(query.where(held).group_by(*(sa.text(str(place + 1)) for place in range(1 + len(by)))))
