"""What a round is given, read from the rows in a handful of queries: whatever is open, and whoever can be asked."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from kyodo_events.database import Row, Transaction
from kyodo_events.values.fiscal import TOKYO_TIME, FiscalYear, Month, tokyo_date
from kyodo_events.values.municipalities import by_code, municipalities
from kyodo_supporter_matching.applications.views import application, standing
from kyodo_supporter_matching.assignments.values import AssignmentStatus
from kyodo_supporter_matching.assignments.views import assignment
from kyodo_supporter_matching.diaries.model import minute_of_day, minutes_since_1970
from kyodo_supporter_matching.matching.values import Busy, Candidate, Instance, Line, Opening, Weights
from kyodo_supporter_matching.sessions.values import Need
from kyodo_supporter_matching.sessions.views import session, sessions_with
from kyodo_supporter_matching.supporters.parts import Conditions, Grade, Status
from kyodo_supporter_matching.supporters.views import supporter
from kyodo_supporter_matching.trainees.views import trainee

MOST_SESSIONS = 5_000
MOST_SUPPORTERS = 20_000
ON_THE_WAY = [AssignmentStatus.ACCEPTED.value, AssignmentStatus.CONFIRMED.value]


@dataclass(frozen=True)
class Window:
    """From and until when sessions are looked at, and what is now."""

    since: datetime
    before: datetime
    now: datetime


async def instance_of(
    tx: Transaction,
    window: Window,
    weights: Weights,
    seed: int,
    *,
    session_ids: Iterable[str] | None = None,
    supporter_id: str | None = None,
) -> Instance:
    """Open seats and active supporters; of some sessions, or for one supporter, where they are named."""
    open_sessions = sessions_with(since=max(window.since, window.now), before=window.before, published=True)
    open_sessions = open_sessions.where(session.c.step == "published", session.c.seats_taken < session.c.seats)
    if session_ids is not None:
        open_sessions = open_sessions.where(session.c.session_id.in_(list(session_ids)))
    rows = await tx.rows(open_sessions.order_by(session.c.session_id).limit(MOST_SESSIONS))
    asked = await _asked(tx, [row["session_id"] for row in rows], window.now)
    little = await _little(tx, window.now)
    pending = Counter(
        (one["session_id"], one["line"]) for one in asked if one["step"] == AssignmentStatus.OFFERED.value
    )
    openings = [opening for row in rows if (opening := _opening(row, pending, little))]
    wished = await tx.rows(standing().where(application.c.session_id.in_([one.session_id for one in openings])))
    return Instance(tuple(openings), await _candidates(tx, window, asked, wished, supporter_id), weights, seed)


async def _asked(tx: Transaction, session_ids: Sequence[str], now: datetime) -> list[Row]:
    """Everybody who was asked for these sessions, and declined, cancelled, was cancelled, comes or may still answer."""
    gone = sa.or_(
        assignment.c.step.in_([AssignmentStatus.DECLINED.value, AssignmentStatus.CANCELLED.value, *ON_THE_WAY]),
        sa.and_(assignment.c.step == AssignmentStatus.OFFERED.value, assignment.c.expires_at > now),
    )
    columns = assignment.c.session_id, assignment.c.supporter_id, assignment.c.line, assignment.c.step
    return await tx.rows(sa.select(*columns).where(assignment.c.session_id.in_(session_ids), gone))


def _opening(row: Row, pending: Counter[tuple[str, int]], little: Mapping[str, int]) -> Opening | None:
    """A session with the seats that nobody took and nobody is asked for; None where there are none."""
    needs = [Need.model_validate(need) for need in row["needs"]]
    waiting = [pending[row["session_id"], number] for number in range(len(needs))]
    lines = tuple(
        Line(number, seats, frozenset(need.skills), need.experienced, need.for_disability)
        for number, need in enumerate(needs)
        if (seats := need.seats - row["taken"][number] - waiting[number]) > 0
    )
    starts, day = row["starts_at"], tokyo_date(row["starts_at"])
    return (
        Opening(
            session_id=row["session_id"],
            municipality=row["municipality"],
            starts=minutes_since_1970(starts),
            ends=minutes_since_1970(row["ends_at"]),
            day=day.toordinal(),
            month=str(Month.containing(starts)),
            weekday=day.weekday(),
            minute=minute_of_day(starts),
            latitude=row["latitude"],
            longitude=row["longitude"],
            lines=lines,
            host_id=row["host_id"],
            staffed=row["seats_taken"] + sum(waiting) > 0,
            little=little.get(row["municipality"], 0),
        )
        if lines
        else None
    )


async def _candidates(
    tx: Transaction, window: Window, asked: list[Row], wished: list[Row], supporter_id: str | None
) -> tuple[Candidate, ...]:
    active = (
        sa.select(supporter, sa.func.least(supporter.c.insured_until, trainee.c.certified_until).label("valid_until"))
        .join(trainee, trainee.c.supporter_id == supporter.c.id)
        .where(supporter.c.status == Status.ACTIVE.value, supporter.c.conditions.is_not(None))
        .where(trainee.c.certified_until.is_not(None), supporter.c.insured_until.is_not(None))
    )
    if supporter_id is not None:
        active = active.where(supporter.c.id == supporter_id)
    rows = await tx.rows(active.order_by(supporter.c.id).limit(MOST_SUPPORTERS))
    busy, minutes = await _busy(tx, window), await _minutes(tx, window.now)
    # in a thread: reading the conditions of ten thousand supporters takes a second, in which others are answered
    return await asyncio.to_thread(_from_rows, rows, busy, minutes, asked, wished)


def _from_rows(
    rows: Iterable[Row],
    busy: Mapping[str, list[Busy]],
    minutes: Mapping[str, int],
    asked: Iterable[Row],
    wished: Iterable[Row],
) -> tuple[Candidate, ...]:
    wishes, barred = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
    for row in wished:
        wishes[row["supporter_id"]].add(row["session_id"])
    for row in asked:
        barred[row["supporter_id"]].add(row["session_id"])
    return tuple(
        _candidate(
            row,
            busy=tuple(busy.get(row["id"], ())),
            minutes=minutes.get(row["id"], 0),
            applied=frozenset(wishes[row["id"]]),
            barred=frozenset(barred[row["id"]]),
        )
        for row in rows
    )


def _candidate(row: Row, **more: Any) -> Candidate:
    conditions, home = Conditions.model_validate(row["conditions"]), by_code(row["home_municipality"])
    days = [one.day for one in conditions.exceptions]
    return Candidate(
        supporter_id=row["id"],
        latitude=home.latitude,
        longitude=home.longitude,
        travel_km=conditions.travel_km,
        per_month=conditions.sessions_per_month,
        certified_until=row["valid_until"].toordinal(),
        weekly=tuple(conditions.in_week(weekday) for weekday in range(7)),
        skills=conditions.skills,
        experienced=row["grade"] != Grade.NEWCOMER.value,
        exceptions=tuple((day.toordinal(), conditions.on(day)) for day in days),
        liked=frozenset(conditions.liked_hosts),
        avoided=frozenset(conditions.avoided_hosts),
        **more,
    )


async def _busy(tx: Transaction, window: Window) -> Mapping[str, list[Busy]]:
    """What was accepted, by supporter: in all of the months of the window, for the months have limits."""
    first = Month.containing(max(window.since, window.now)).first_day
    last = Month.containing(window.before).last_day
    columns = assignment.c.supporter_id, session.c.starts_at, session.c.ends_at, session.c.latitude, session.c.longitude
    query = (
        sa.select(*columns)
        .join(session, session.c.session_id == assignment.c.session_id)
        .where(assignment.c.step.in_([*ON_THE_WAY, AssignmentStatus.ATTENDED.value]))
        .where(assignment.c.starts_at >= datetime.combine(first, time.min, TOKYO_TIME))
        .where(assignment.c.starts_at < datetime.combine(last + timedelta(days=1), time.min, TOKYO_TIME))
        .order_by(assignment.c.supporter_id, assignment.c.starts_at, assignment.c.assignment_id)
    )
    busy = defaultdict[str, list[Busy]](list)
    for row in await tx.rows(query):
        starts = row["starts_at"]
        busy[row["supporter_id"]].append(
            Busy(
                minutes_since_1970(starts),
                minutes_since_1970(row["ends_at"]),
                tokyo_date(starts).toordinal(),
                str(Month.containing(starts)),
                row["latitude"],
                row["longitude"],
            )
        )
    return busy


async def _minutes(tx: Transaction, now: datetime) -> Mapping[str, int]:
    """Minutes helped in this fiscal year, by supporter."""
    query = (
        sa.select(assignment.c.supporter_id, sa.func.sum(assignment.c.minutes).label("minutes"))
        .where(assignment.c.minutes.is_not(None), assignment.c.starts_at >= _year_start(now))
        .group_by(assignment.c.supporter_id)
    )
    return {row["supporter_id"]: int(row["minutes"]) for row in await tx.rows(query)}


async def _little(tx: Transaction, now: datetime) -> Mapping[str, int]:
    """How far each municipality lies behind the best served one this year, in percent of seats taken per resident."""
    query = (
        sa.select(session.c.municipality, sa.func.sum(session.c.seats_taken).label("seats"))
        .where(session.c.starts_at >= _year_start(now))
        .group_by(session.c.municipality)
    )
    taken = {row["municipality"]: int(row["seats"]) for row in await tx.rows(query)}
    per_resident = {one.code: taken.get(one.code, 0) * 1_000_000 // one.population for one in municipalities()}
    most = max(per_resident.values())
    return {code: 100 - 100 * got // most if most else 0 for code, got in per_resident.items()}


def _year_start(now: datetime) -> datetime:
    return datetime.combine(FiscalYear.of(now).first_day, time.min, TOKYO_TIME)
