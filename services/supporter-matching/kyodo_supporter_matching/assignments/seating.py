"""Asking a supporter and seating one: what several aggregates decide together, in one transaction."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from kyodo_events.errors import require
from kyodo_events.values.fiscal import tokyo_date
from kyodo_platform.commands import CommandBus
from kyodo_platform.resources import ReadSession
from kyodo_supporter_matching.assignments.events import AskedAlready, SupporterNotAvailable, UnknownLine
from kyodo_supporter_matching.assignments.model import PROMISED, Assignment
from kyodo_supporter_matching.assignments.values import AssignmentStatus, Canceller, Origin
from kyodo_supporter_matching.assignments.views import assignment, assignments_with
from kyodo_supporter_matching.diaries.model import Diary, Entry
from kyodo_supporter_matching.sessions.events import SeatsAreFull
from kyodo_supporter_matching.sessions.model import Session
from kyodo_supporter_matching.supporters.model import Supporter
from kyodo_supporter_matching.supporters.parts import Grade
from kyodo_supporter_matching.trainees.model import Trainee

ANSWER_WITHIN: Final = timedelta(days=3)
OPEN_OR_PROMISED: Final = (AssignmentStatus.OFFERED, *PROMISED)


async def offer(
    commands: CommandBus,
    reader: ReadSession,
    session: Session,
    supporter_id: str,
    line: int,
    origin: Origin,
    within: timedelta = ANSWER_WITHIN,
) -> Assignment:
    """Ask a supporter for a seat.

    Raises SessionNotOpen, SessionInThePast, UnknownLine, SeatsAreFull, SupporterNotAvailable, AskedAlready.
    """
    now = commands.now
    session.require_open(now)
    require(line < len(session.needs), UnknownLine(line=line, last=len(session.needs) - 1))
    seats = session.needs[line].seats
    require(session.taken[line] < seats, SeatsAreFull(seats=seats))
    await suitable(commands, session, supporter_id, line)
    query = assignments_with(now, supporter_id=supporter_id, session_id=session.id).limit(100)
    asked = {AssignmentStatus(row["status"]) for row in await reader.tx.rows(query)}
    require(asked.isdisjoint(OPEN_OR_PROMISED), AskedAlready())
    return await commands.create(
        Assignment,
        lambda one: one.offer(
            municipality=session.municipality,
            supporter_id=supporter_id,
            session_id=session.id,
            line=line,
            origin=origin,
            starts_at=session.starts_at,
            ends_at=session.ends_at,
            expires_at=now + within,
        ),
    )


async def seat(commands: CommandBus, assignment_id: str, supporter_id: str) -> Assignment:
    """Let a supporter accept: the seat is taken and the time promised, or nothing happens.

    Raises NotOffered, SupporterNotAvailable, SessionNotOpen, SeatsAreFull, NoTime.
    """
    now = commands.now
    accepted = await commands.on(Assignment, assignment_id, lambda one: one.accept(supporter_id, now))
    if not commands.has_recorded:  # it was accepted before; meanwhile it may be cancelled, and its seat another's
        return accepted
    session = await commands.on(Session, accepted.session_id, lambda one: one.seat(accepted.id, accepted.line, now))
    supporter = await suitable(commands, session, supporter_id, accepted.line)
    entry = Entry(starts_at=session.starts_at, ends_at=session.ends_at, place=session.place)
    await commands.on_or_new(Diary, supporter_id, lambda one: one.promise(accepted.id, entry, supporter.conditions))
    return accepted


async def unseat(commands: CommandBus, assignment_id: str, by: Canceller) -> Assignment:
    """Cancel an assignment: its seat is open and its time free again. Raises NotOffered."""
    now = commands.now
    cancelled = await commands.on(Assignment, assignment_id, lambda one: one.cancel(by, now))
    await commands.on(Session, cancelled.session_id, lambda one: one.free(cancelled.id))
    await commands.on_or_new(Diary, cancelled.supporter_id, lambda one: one.release(cancelled.id))
    return cancelled


async def suitable(commands: CommandBus, session: Session, supporter_id: str, line: int) -> Supporter:
    """The supporter, who may be sent to a session and can do what its line asks. Raises SupporterNotAvailable."""
    supporter = await commands.read(Supporter, supporter_id)
    training = await commands.read_or_new(Trainee, supporter_id)
    need, day = session.needs[line], tokyo_date(session.starts_at)
    missing = sorted(set(need.skills) - supporter.conditions.skills)
    refusals = {
        f"The supporter is '{supporter.status.value}', or the insurance ends before.": supporter.can_help_on(day),
        "The training certificate is not valid on that day.": training.certified_on(day),
        f"The supporter lacks: {', '.join(missing)}.": not missing,
        "The seat is for somebody experienced.": supporter.grade is not Grade.NEWCOMER or not need.experienced,
        "The supporter avoids this host.": session.host_id not in supporter.conditions.avoided_hosts,
    }
    for why, holds in refusals.items():
        require(holds, SupporterNotAvailable(why=why))
    return supporter


async def promised_at(reader: ReadSession, session_id: str, now: datetime) -> list[str]:
    """The assignments of a session that were accepted."""
    accepted = assignments_with(now, session_id=session_id).where(
        assignment.c.step.in_([one.value for one in PROMISED])
    )
    return [row["assignment_id"] for row in await reader.tx.rows(reader.own(accepted).limit(200))]
