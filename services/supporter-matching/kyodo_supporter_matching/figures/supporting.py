"""Those who help: whether they stay, how soon they begin, and how evenly the load lies on them.

These are Tokyo's figures: a municipality sees what was done in its own sessions, and its supporters help elsewhere too.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from kyodo_events.values.fiscal import FiscalYear
from kyodo_platform.resources import ReadSession
from kyodo_supporter_matching.assignments.views import assignment
from kyodo_supporter_matching.figures.activity import at_its_session, attended
from kyodo_supporter_matching.figures.periods import bounds, day_of, month_of, months_later, within
from kyodo_supporter_matching.figures.views import spells, standing
from kyodo_supporter_matching.sessions.views import session
from kyodo_supporter_matching.supporters.parts import Status
from kyodo_supporter_matching.supporters.views import supporter

MARKS: Final = ((0, 3), (3, 6), (6, 12))
"""After so many months it is looked how a supporter stands, each with the mark before it."""


async def supporters_at(reader: ReadSession, moment: datetime) -> int:
    """Those who were registered and had not left at a moment; also while they rest, or their certificate ran out."""
    found = spells()
    here = sa.and_(standing(found, moment), found.c.status != Status.WITHDRAWN.value)
    query = sa.select(sa.func.count().label("number")).select_from(found).where(here)
    (row,) = await reader.tx.rows(reader.own(query))
    return int(row["number"])


async def retention(reader: ReadSession, year: FiscalYear, now: datetime) -> dict[tuple[str, int], dict[str, Any]]:
    """How those who were registered in a month stood after some months, by both."""
    found = spells()
    begun = _registered(found, year)
    marks = sa.values(sa.column("since", sa.Integer), sa.column("months", sa.Integer), name="marks").data(list(MARKS))
    at_mark, before = months_later(begun.c.at, marks.c.months), months_later(begun.c.at, marks.c.since)
    then = found.alias("then_")
    reached = at_mark <= now
    helped = (
        sa.select(sa.literal(1))
        .join_from(assignment, session, at_its_session)
        .where(attended, assignment.c.supporter_id == begun.c.supporter_id)
        .where(session.c.starts_at >= before, session.c.starts_at < at_mark)
        .exists()
    )

    def number(*conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
        return sa.func.count().filter(reached, *conditions)

    query = (
        sa.select(
            month_of(begun.c.at).label("month"),
            marks.c.months.label("after_months"),
            sa.func.count().label("registered"),
            number().label("reached"),
            number(then.c.status == Status.REGISTERED.value).label("not_begun"),
            number(then.c.status == Status.ACTIVE.value).label("active"),
            number(then.c.status == Status.RESTING.value).label("resting"),
            number(then.c.status == Status.SUSPENDED.value).label("suspended"),
            number(then.c.status == Status.WITHDRAWN.value).label("left"),
            number(helped).label("helped"),
        )
        .select_from(begun)
        .join(marks, sa.true())
        .join(then, sa.and_(then.c.supporter_id == begun.c.supporter_id, standing(then, at_mark)))
        .group_by(month_of(begun.c.at), marks.c.months)
    )
    rows = await reader.tx.rows(reader.own(query))
    return {(row["month"], row["after_months"]): dict(row) for row in rows}


async def first_sessions(reader: ReadSession, year: FiscalYear) -> dict[str, dict[str, Any]]:
    """How many of those registered in a month have helped, and how long it took them to begin."""
    begun = _registered(spells(), year)
    first = (
        sa.select(assignment.c.supporter_id, sa.func.min(session.c.starts_at).label("at"))
        .join_from(assignment, session, at_its_session)
        .where(attended)
        .group_by(assignment.c.supporter_id)
        .subquery("first_session")
    )
    days = day_of(first.c.at) - day_of(begun.c.at)
    query = (
        sa.select(
            month_of(begun.c.at).label("month"),
            sa.func.count().label("registered"),
            sa.func.count(first.c.at).label("helped"),
            sa.func.percentile_disc(0.5).within_group(days).label("median_days"),
        )
        .select_from(begun.outerjoin(first, first.c.supporter_id == begun.c.supporter_id))
        .group_by(month_of(begun.c.at))
    )
    return {row["month"]: dict(row) for row in await reader.tx.rows(reader.own(query))}


async def load(reader: ReadSession, year: FiscalYear, *, by_home: bool) -> dict[str | None, dict[str, Any]]:
    """Minutes and their evenness over those who could help in a fiscal year; by where they live, or of all."""
    first, end = bounds(year)
    found = spells()
    could = (
        sa.select(found.c.supporter_id)
        .distinct()
        .where(found.c.status == Status.ACTIVE.value, found.c.at < end)
        .where(sa.or_(found.c.until.is_(None), found.c.until > first))
        .subquery("could")
    )
    did = (
        sa.select(assignment.c.supporter_id, sa.func.sum(assignment.c.minutes).label("minutes"))
        .join_from(assignment, session, at_its_session)
        .where(attended, within(year, session.c.starts_at))
        .group_by(assignment.c.supporter_id)
        .subquery("did")
    )
    home = supporter.c.home_municipality if by_home else sa.null()
    minutes = sa.func.coalesce(did.c.minutes, 0)
    place = sa.func.row_number().over(partition_by=home if by_home else None, order_by=minutes)
    each = (
        sa.select(home.label("home"), minutes.label("minutes"), place.label("place"))
        .select_from(could.join(did, did.c.supporter_id == could.c.supporter_id, full=True))
        .join(supporter, supporter.c.id == sa.func.coalesce(could.c.supporter_id, did.c.supporter_id))
        .subquery("each_supporter")
    )
    query = sa.select(
        each.c.home,
        sa.func.count().label("supporters"),
        sa.func.count().filter(each.c.minutes > 0).label("helped"),
        sa.func.sum(each.c.minutes).label("minutes"),
        sa.func.sum(each.c.minutes * each.c.place).label("weighted"),
    ).group_by(each.c.home)
    return {row["home"]: dict(row) for row in await reader.tx.rows(reader.own(query))}


def _registered(found: sa.CTE, year: FiscalYear) -> sa.Subquery:
    """Those who were registered in a fiscal year, and when."""
    registered = found.c.status == Status.REGISTERED.value
    query = sa.select(found.c.supporter_id, found.c.at).where(registered, within(year, found.c.at))
    return query.subquery("registered")
