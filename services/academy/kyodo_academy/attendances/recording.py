"""Many attendances of one session at once: decided row by row, written together, or named and not written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kyodo_academy.enrolments.model import Enrolment, Step
from kyodo_academy.sessions.model import TrainingSession
from kyodo_events.aggregate import Events
from kyodo_events.database import Transaction
from kyodo_events.event import Event
from kyodo_events.lists import Once, RowsRefused, decide_each
from kyodo_events.values.fiscal import tokyo_date
from kyodo_platform.commands import CommandBus
from kyodo_platform.identity.callers import party_of
from kyodo_platform.own_scope import as_the_service


class AttendancesRefused(RowsRefused):
    type = "attendances-refused"
    title = "Some attendances cannot be recorded (記録できない行がある)"


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to be recorded of one enrolment: the part of the session that was attended, 0 for none; its place."""

    place: str
    enrolment_id: str
    percent: int
    reason_ja: str | None


async def own_session_begun(commands: CommandBus, session_id: str) -> TrainingSession:
    """The session, which the caller hosts and which has begun, held against If-Match.

    Raises NotFound, SessionNotOpen, StaleVersion.
    """
    host, now = party_of(commands.identity), commands.now

    def look(session: TrainingSession) -> Events:
        session.hosted_by(host).require_begun(now)
        return iter(())

    return await commands.on(TrainingSession, session_id, look)


async def record_entries(
    commands: CommandBus, tx: Transaction, session: TrainingSession, entries: Sequence[Entry]
) -> Counter[Step]:
    """Record all of them; answers with how many are new or corrected. Raises AttendancesRefused with what is wrong."""
    enrolments, once = await commands.read_each(Enrolment, [one.enrolment_id for one in entries]), Once()
    decide = _decision(session)

    def row(place: str, entry: Entry) -> tuple[Enrolment, list[Event]]:
        once.require(entry.enrolment_id, place)
        session.require_seat(entry.enrolment_id)
        one = enrolments[entry.enrolment_id]
        return one, [*decide(one, entry)]

    decided = decide_each(AttendancesRefused, ((one.place, one) for one in entries), row)
    async with as_the_service(tx):
        await commands.save_each(Enrolment, decided)
    after = (one.fold(events).step for one, events in decided if events)
    return Counter(step for step in after if step is not None)


def _decision(session: TrainingSession) -> Callable[[Enrolment, Entry], Events]:
    plan, course_id, held_on = session.planned, session.course_id, tokyo_date(session.planned.starts_at)

    def decide(one: Enrolment, entry: Entry) -> Events:
        if entry.percent:
            return one.attend(entry.percent, entry.reason_ja, plan.project_id, course_id, held_on)
        return one.miss(entry.reason_ja, plan.project_id, held_on)

    return decide
