"""What enrolment and session decide together, in one transaction: seats, the queue, and who moves up."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from kyodo_academy.enrolments.model import Enrolment
from kyodo_academy.enrolments.views import clashing_in
from kyodo_academy.learners.model import Learner
from kyodo_academy.sessions.model import TrainingSession
from kyodo_events.aggregate import Events
from kyodo_events.database import Transaction
from kyodo_platform.commands import CommandBus
from kyodo_platform.own_scope import as_the_service

SeatDecision = Callable[[TrainingSession, datetime, Collection[str]], Events]


async def on_seats(commands: CommandBus, tx: Transaction, session_id: str, decide: SeatDecision) -> TrainingSession:
    """Decide on a session's seats. Whoever moves up by it may work anywhere: the service writes that, not the caller.

    Those who want the same session queue up before they read it: all nominations of a session meet in one stream, and
    whoever lost the race for it would do everything again. Raises what the decision refuses.
    """
    now = commands.now
    async with as_the_service(tx):
        await tx.run("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"training-session/{session_id}")
        clashing = {row["enrolment_id"] for row in await tx.rows(clashing_in(session_id))}
        return await commands.on(TrainingSession, session_id, lambda session: decide(session, now, clashing))


async def seat(commands: CommandBus, tx: Transaction, one: Enrolment) -> None:
    """Give a nominated enrolment a seat, or have it wait.

    Raises SessionNotOpen, TooLate, EnrolledAlready, and LearnerIsGone for who left after the application.
    """
    (await commands.read(Learner, one.learner_id)).here()
    await on_seats(
        commands,
        tx,
        one.session_id,
        lambda session, now, clashing: session.enrol(one.id, one.municipality, one.since, now, clashing),
    )


async def seat_each(commands: CommandBus, tx: Transaction, session_id: str, enrolments: Sequence[Enrolment]) -> None:
    """The same for many of one session, in their order, decided at once: nobody comes between them."""

    def decide(session: TrainingSession, now: datetime, clashing: Collection[str]) -> Events:
        for one in enrolments:
            events = [*session.enrol(one.id, one.municipality, one.since, now, clashing)]
            yield from events
            session = session.fold(events)

    await on_seats(commands, tx, session_id, decide)


async def unseat(commands: CommandBus, tx: Transaction, one: Enrolment) -> None:
    """Take an enrolment out of its session, wherever it stands there."""
    await on_seats(commands, tx, one.session_id, lambda session, now, clashing: session.leave(one.id, now, clashing))
