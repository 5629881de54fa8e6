"""What took place: sessions, people supported, hours, questions, visitors, and what had been planned."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from kyodo_events.values.fiscal import FiscalYear
from kyodo_platform.resources import ReadSession
from kyodo_supporter_matching.assignments.values import AssignmentStatus
from kyodo_supporter_matching.assignments.views import assignment
from kyodo_supporter_matching.figures.periods import held, month_of, within
from kyodo_supporter_matching.participation_surveys.views import planned_of
from kyodo_supporter_matching.reports.views import activity_report
from kyodo_supporter_matching.sessions.values import SessionStatus
from kyodo_supporter_matching.sessions.views import session

attended = assignment.c.step == AssignmentStatus.ATTENDED.value

at_its_session = session.c.session_id == assignment.c.session_id
"""An assignment belongs to the time and kind of its session."""


async def sessions_held(reader: ReadSession, year: FiscalYear) -> dict[str, int]:
    """Sessions that took place in a fiscal year, by municipality."""
    query = sa.select(session.c.municipality, sa.func.count().label("number"))
    query = query.where(held, within(year, session.c.starts_at)).group_by(session.c.municipality)
    return {row["municipality"]: row["number"] for row in await reader.tx.rows(query)}


async def people_supported(reader: ReadSession, year: FiscalYear) -> dict[str, int]:
    """People supported at sessions of a fiscal year, by municipality."""
    return {row["municipality"]: row["people"] for row in await reader.tx.rows(reader.own(people_of(year)))}


def people_of(year: FiscalYear) -> sa.Select[Any]:
    """People supported at sessions of a fiscal year that took place, as far as they were reported."""
    number = sa.func.sum(activity_report.c.people_supported).label("people")
    return _reported(year, activity_report.c.municipality, number).group_by(activity_report.c.municipality)


def hours_given(year: FiscalYear) -> sa.Subquery:
    """Help by municipality, month and kind."""
    month = month_of(session.c.starts_at)
    place = session.c.municipality, month, session.c.kind
    return (
        sa.select(
            session.c.municipality,
            month.label("month"),
            session.c.kind,
            sa.func.sum(assignment.c.minutes).label("minutes"),
            sa.func.count(assignment.c.supporter_id.distinct()).label("supporters"),
            sa.func.count(assignment.c.session_id.distinct()).label("sessions"),
        )
        .join_from(assignment, session, at_its_session)
        .where(attended, within(year, session.c.starts_at))
        .group_by(*place)
        .subquery("hours_given")
    )


def questions_asked(year: FiscalYear) -> sa.Subquery:
    """What was asked, by municipality, kind of session and question."""
    return _counted(year, activity_report.c.questions, "question", "times")


def visitors_counted(year: FiscalYear) -> sa.Subquery:
    """Who came, by municipality, kind of session and age."""
    return _counted(year, activity_report.c.visitors, "age", "visitors")


def plans(year: FiscalYear) -> sa.Subquery:
    """Sessions planned in the survey, scheduled and held, by municipality and kind."""
    planned = planned_of(year).subquery("planned")
    scheduled = (
        sa.select(
            session.c.municipality,
            session.c.kind,
            sa.func.count().label("scheduled"),
            sa.func.count().filter(held).label("held"),
        )
        .where(session.c.step != SessionStatus.CANCELLED.value, within(year, session.c.starts_at))
        .group_by(session.c.municipality, session.c.kind)
        .subquery("scheduled")
    )
    same = sa.and_(planned.c.municipality == scheduled.c.municipality, planned.c.kind == scheduled.c.kind)
    return (
        sa.select(
            sa.func.coalesce(planned.c.municipality, scheduled.c.municipality).label("municipality"),
            sa.func.coalesce(planned.c.kind, scheduled.c.kind).label("kind"),
            planned.c.sessions.label("planned"),
            sa.func.coalesce(scheduled.c.scheduled, 0).label("scheduled"),
            sa.func.coalesce(scheduled.c.held, 0).label("held"),
        )
        .select_from(planned.join(scheduled, same, full=True))
        .subquery("plans")
    )


def _counted(year: FiscalYear, counts: sa.ColumnElement[Any], code: str, number: str) -> sa.Subquery:
    """The sums of what reports count by code."""
    each = sa.func.jsonb_each_text(counts).table_valued("code", "number", name="each_count").render_derived()
    columns = activity_report.c.municipality, session.c.kind, each.c.code
    total = sa.func.sum(sa.cast(each.c.number, sa.Integer))
    query = _reported(year, *columns[:2], each.c.code.label(code), total.label(number))
    return query.join(each, sa.true()).group_by(*columns).subquery("counted")


def _reported(year: FiscalYear, *columns: Any) -> sa.Select[Any]:
    """Reports of sessions of a fiscal year that took place."""
    same = session.c.session_id == activity_report.c.session_id
    query = sa.select(*columns).select_from(activity_report).join(session, same)
    return query.where(held, within(year, session.c.starts_at))
