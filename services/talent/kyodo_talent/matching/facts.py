"""What a round looks at: open requests that miss half-days, and available experts with what they have free."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa

from kyodo_events.database import Row, Transaction
from kyodo_events.values.fiscal import Month
from kyodo_events.values.municipalities import Area, by_code
from kyodo_talent.assignments.state import AssignmentStatus
from kyodo_talent.assignments.tables import assignment, line
from kyodo_talent.consultations.views import consultation
from kyodo_talent.experts.parts import Mode
from kyodo_talent.experts.views import expert, is_available
from kyodo_talent.matching.values import Candidate, Instance, Seeker
from kyodo_talent.reference.personas import Persona
from kyodo_talent.requests.model import OPEN
from kyodo_talent.requests.values import RequestKind, RequestMode
from kyodo_talent.requests.views import request
from kyodo_talent.schedules.facts import months_of

MATCHED: Final = (RequestKind.SHARED_USE.value, RequestKind.HANDS_ON.value)
"""Kinds that take half-days of a shared expert; introductions and consultations have ways of their own."""

GONE: Final = (AssignmentStatus.DECLINED.value, AssignmentStatus.TERMINATED.value)
MOST_MONTHS: Final = 24


async def instance_of(tx: Transaction, now: datetime, today: date, request_id: str | None = None) -> Instance:
    """All open requests, or one, from the current month on, with all experts who are available today."""
    this_month = Month.containing(today)
    rows = [row for row in await tx.rows(_open(request_id)) if row["until_month"] >= this_month]
    last = min(max((Month(row["until_month"]) for row in rows), default=this_month), _after(this_month))
    months = tuple(Month.range(this_month, last))
    given, declined = await _given(tx, months), await _declined(tx)
    seekers = [_seeker(row, months, given, declined.get(row["request_id"], frozenset())) for row in rows]
    return Instance(
        months,
        tuple(seeker for seeker in seekers if any(seeker.asked)),
        tuple(await _candidates(tx, months, now, today)),
    )


def _after(month: Month) -> Month:
    for _ in range(MOST_MONTHS - 1):
        month = month.next()
    return month


def _open(request_id: str | None) -> sa.Select[Any]:
    wanted = request.c.status.in_([status.value for status in OPEN]), request.c.kind.in_(MATCHED)
    query = sa.select(request).where(*wanted).order_by(request.c.request_id)
    return query if request_id is None else query.where(request.c.request_id == request_id)


async def _given(tx: Transaction, months: Sequence[Month]) -> dict[tuple[str, str], int]:
    """Half-days by request and month that an assignment promises, or would promise once everybody agrees."""
    rows = await tx.rows(
        sa.select(assignment.c.request_id, line.c.month, sa.func.sum(line.c.half_days).label("half_days"))
        .join(line, line.c.assignment_id == assignment.c.assignment_id)
        .where(
            assignment.c.request_id.is_not(None),
            assignment.c.status.not_in(GONE),
            line.c.month.in_([str(month) for month in months]),
        )
        .group_by(assignment.c.request_id, line.c.month)
    )
    return {(row["request_id"], row["month"]): int(row["half_days"]) for row in rows}


def _seeker(row: Row, months: Sequence[Month], given: dict[tuple[str, str], int], barred: frozenset[str]) -> Seeker:
    wanted = row["half_days_per_month"]
    return Seeker(
        request_id=row["request_id"],
        municipality=row["municipality"],
        area=by_code(row["municipality"]).area,
        persona=Persona(row["persona"]),
        urgency=row["urgency"],
        mode=RequestMode(row["mode"]),
        asked=tuple(
            max(0, wanted - given.get((row["request_id"], month), 0))
            if row["from_month"] <= month <= row["until_month"]
            else 0
            for month in months
        ),
        barred=barred,
    )


async def _candidates(tx: Transaction, months: Sequence[Month], now: datetime, today: date) -> list[Candidate]:
    rows = await tx.rows(sa.select(expert).where(is_available(today)).order_by(expert.c.id))
    free: dict[str, list[int]] = defaultdict(list)
    load: dict[str, int] = defaultdict(int)
    for one in await months_of(tx, months, now, [row["id"] for row in rows]):
        free[one.expert_id].append(one.free)
        load[one.expert_id] += one.held + one.confirmed
    proposed = await _proposed(tx, months)
    for (expert_id, month), half_days in proposed.items():
        if expert_id in free:
            place = months.index(Month(month))
            free[expert_id][place] = max(0, free[expert_id][place] - half_days)
    ratings, day = await _ratings(tx), today.isoformat()
    proven = {
        row["id"]: [skill["verified"] for skill in row["skills"] if skill["verified"] and skill["expires_on"] >= day]
        for row in rows
    }
    return [
        Candidate(
            expert_id=row["id"],
            personas=frozenset(map(Persona, row["personas"])),
            areas=frozenset(map(Area, row["areas"])),
            remote=Mode.REMOTE.value in row["modes"],
            on_site=Mode.ON_SITE.value in row["modes"],
            free=tuple(free[row["id"]]),
            level=max(proven[row["id"]], default=0),
            verified=len(proven[row["id"]]),
            rating=ratings.get(row["id"]),
            load=load[row["id"]],
        )
        for row in rows
        if row["id"] in free
    ]


async def _proposed(tx: Transaction, months: Sequence[Month]) -> dict[tuple[str, str], int]:
    """Half-days by expert and month of assignments that are proposed and hold no time yet: none is proposed twice."""
    rows = await tx.rows(
        sa.select(line.c.expert_id, line.c.month, sa.func.sum(line.c.half_days).label("half_days"))
        .join(assignment, line.c.assignment_id == assignment.c.assignment_id)
        .where(assignment.c.status == AssignmentStatus.PROPOSED.value, line.c.month.in_([str(one) for one in months]))
        .group_by(line.c.expert_id, line.c.month)
    )
    return {(row["expert_id"], row["month"]): int(row["half_days"]) for row in rows}


async def _declined(tx: Transaction) -> dict[str, frozenset[str]]:
    """By request, the experts of assignments that did not come about."""
    declined = assignment.c.status == AssignmentStatus.DECLINED.value
    rows = await tx.rows(
        sa.select(assignment.c.request_id, assignment.c.expert_id).where(assignment.c.request_id.is_not(None), declined)
    )
    by_request: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        by_request[row["request_id"]].add(row["expert_id"])
    return {request_id: frozenset(experts) for request_id, experts in by_request.items()}


async def _ratings(tx: Transaction) -> dict[str, int]:
    """The mean satisfaction with each expert's consultations, in hundredths."""
    rows = await tx.rows(
        sa.select(
            consultation.c.expert_id,
            (sa.func.sum(consultation.c.satisfaction) * 100 / sa.func.count()).label("rating"),
        )
        .where(consultation.c.satisfaction.is_not(None))
        .group_by(consultation.c.expert_id)
    )
    return {row["expert_id"]: int(row["rating"]) for row in rows}
