"""What the figures are computed from: a few grouped queries over the read models of the other slices."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from kyodo_events.database import Transaction
from kyodo_events.values.fiscal import FiscalYear, Month, tokyo_date
from kyodo_platform.resources import ReadSession
from kyodo_talent.assignments.events import DeclineReason, TerminationReason
from kyodo_talent.assignments.state import AssignmentStatus
from kyodo_talent.assignments.tables import assignment, line
from kyodo_talent.experts.views import expert
from kyodo_talent.figures.model import Asked, Step
from kyodo_talent.figures.views import first_steps
from kyodo_talent.introductions.values import Reason
from kyodo_talent.introductions.views import introduction
from kyodo_talent.profiles.views import profile
from kyodo_talent.requests.model import RequestStatus
from kyodo_talent.requests.values import OutcomeReason
from kyodo_talent.requests.views import request
from kyodo_talent.schedules.facts import MonthOfExpert
from kyodo_talent.work_logs.model import APPROVED
from kyodo_talent.work_logs.views import work_log

WITHDRAWN: Final = RequestStatus.WITHDRAWN.value

REASONS_JA: Final[Mapping[str, Mapping[str, str]]] = {
    "introduction": {one.value: one.label_ja for one in Reason},
    "declined_assignment": {one.value: one.label_ja for one in DeclineReason},
    "terminated_assignment": {one.value: one.label_ja for one in TerminationReason},
    "request": {**{one.value: one.label_ja for one in OutcomeReason}, WITHDRAWN: RequestStatus.WITHDRAWN.label_ja},
}
"""Why something ended without success, by where it happened; a withdrawn request says why in free text only."""

COUNTED: Final = [status.value for status in APPROVED]


async def reached(reader: ReadSession) -> list[dict[Step, datetime]]:
    """For each expert the moment at which each step was reached first."""
    by_expert: dict[str, dict[Step, datetime]] = defaultdict(dict)
    for row in await reader.tx.rows(first_steps()):
        by_expert[row["expert_id"]][Step(row["step"])] = row["at"]
    return list(by_expert.values())


async def asked(reader: ReadSession) -> list[Asked]:
    """Every request that was handed in."""
    columns = (
        request.c.municipality,
        request.c.kind,
        request.c.status,
        request.c.submitted_at,
        request.c.first_offer_at,
    )
    query = sa.select(*columns).where(request.c.submitted_at.is_not(None))
    return [
        Asked(row["municipality"], row["kind"], row["status"], _days(row["submitted_at"], row["first_offer_at"]))
        for row in await reader.tx.rows(reader.own(query))
    ]


async def reasons(reader: ReadSession) -> list[tuple[str, str, int]]:
    """How often what ended for which reason."""
    assignments, withdrawn = assignment.c.reason, sa.literal(WITHDRAWN)
    success = TerminationReason.GOAL_MET.value
    parts = [
        _times("introduction", introduction.c.reason, introduction.c.reason.is_not(None)),
        _times("declined_assignment", assignments, assignment.c.status == AssignmentStatus.DECLINED.value),
        _times(
            "terminated_assignment",
            assignments,
            sa.and_(assignment.c.status == AssignmentStatus.TERMINATED.value, assignments != success),
        ),
        _times("request", request.c.outcome_reason, request.c.outcome_reason.is_not(None)),
        _times("request", withdrawn, request.c.status == RequestStatus.WITHDRAWN.value),
    ]
    rows = await reader.tx.rows(reader.own(sa.union_all(*parts).subquery("ended").select()))
    return sorted((row["source"], row["reason"], row["times"]) for row in rows)


def _times(source: str, reason: sa.ColumnElement[Any], ended: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """How often each reason was given, of what ended so."""
    columns = sa.literal(source).label("source"), reason.label("reason"), sa.func.count().label("times")
    return sa.select(*columns).where(ended).group_by(sa.text("2"))


async def last_months(tx: Transaction) -> dict[str, Month]:
    """The month in which an expert left the list, by removal or erasure: their time counts up to then.

    A month that has passed keeps the capacity it had, so that leaving rewrites no figure of the past (promise G8).
    """
    left = sa.func.least(expert.c.removed_at, profile.c.erased_at).label("left")
    query = sa.select(expert.c.id, left).outerjoin(profile, profile.c.expert_id == expert.c.id)
    return {row["id"]: Month.containing(row["left"]) for row in await tx.rows(query.where(left.is_not(None)))}


def capacity(one: MonthOfExpert, last: Mapping[str, Month]) -> int:
    """The half-days of a month that count: absences taken off, and none after the month of leaving the list."""
    return one.offered if one.month <= last.get(one.expert_id, one.month) else 0


async def worked(reader: ReadSession, months: list[Month], expert_id: str | None = None) -> dict[tuple[str, str], int]:
    """Approved half-days by municipality and month; a municipality's people see their own."""
    query = (
        sa.select(work_log.c.municipality, work_log.c.month, sa.func.sum(work_log.c.half_days).label("half_days"))
        .where(work_log.c.month.in_([str(month) for month in months]), work_log.c.status.in_(COUNTED))
        .group_by(work_log.c.municipality, work_log.c.month)
    )
    query = query if expert_id is None else query.where(work_log.c.expert_id == expert_id)
    rows = await reader.tx.rows(reader.own(query))
    return {(row["municipality"], row["month"]): int(row["half_days"]) for row in rows}


async def planned(reader: ReadSession, months: list[Month], expert_id: str) -> dict[str, int]:
    """Half-days by month that the expert's confirmed assignments plan; a municipality's people see their own."""
    agreed = assignment.c.status.in_(["confirmed", "active", "paused", "completed", "terminated"])
    query = (
        sa.select(line.c.month, sa.func.sum(line.c.half_days).label("half_days"))
        .join(assignment, assignment.c.assignment_id == line.c.assignment_id)
        .where(line.c.expert_id == expert_id, line.c.month.in_([str(month) for month in months]), agreed)
        .group_by(line.c.month)
    )
    return {row["month"]: int(row["half_days"]) for row in await reader.tx.rows(reader.own(query))}


def months_of_year(year: FiscalYear) -> list[Month]:
    """April to March."""
    return list(year.months())


def by_municipality(half_days: Mapping[tuple[str, str], int]) -> dict[str, int]:
    """The same, all months together."""
    found: dict[str, int] = defaultdict(int)
    for (municipality, _), number in half_days.items():
        found[municipality] += number
    return found


def by_month(half_days: Mapping[tuple[str, str], int]) -> dict[str, int]:
    """The same, all municipalities together."""
    found: dict[str, int] = defaultdict(int)
    for (_, month), number in half_days.items():
        found[month] += number
    return found


def _days(begun: Any, ended: Any) -> int | None:
    return None if ended is None else (tokyo_date(ended) - tokyo_date(begun)).days
