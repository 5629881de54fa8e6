"""Offers that nobody answered: they lapse by themselves, and whoever waits behind moves up."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import sqlalchemy as sa

from kyodo_academy.enrolments.placing import on_seats
from kyodo_academy.enrolments.values import Place
from kyodo_academy.enrolments.views import enrolment
from kyodo_academy.sessions.values import SessionStatus
from kyodo_academy.sessions.views import training_session
from kyodo_events.database import Transaction
from kyodo_platform.chores import Chore
from kyodo_platform.commands import CommandBus

MOST: Final = 500


async def _due(tx: Transaction, now: datetime) -> list[str]:
    """The open sessions with an offer whose time is over."""
    over = sa.and_(enrolment.c.place == Place.OFFERED.value, enrolment.c.answer_until <= now)
    is_open = training_session.c.status == SessionStatus.OPEN.value
    query = (
        sa.select(enrolment.c.session_id)
        .join(training_session, training_session.c.session_id == enrolment.c.session_id)
        .where(over, is_open)
        .distinct()
        .order_by(enrolment.c.session_id)
        .limit(MOST)
    )
    return [row["session_id"] for row in await tx.rows(query)]


async def _move_on(commands: CommandBus, tx: Transaction, session_id: str) -> None:
    await on_seats(commands, tx, session_id, lambda session, now, clashing: session.move_on(now, clashing))


lapsing = Chore("lapsing", _due, _move_on)
