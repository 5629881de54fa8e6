"""Offers that nobody answered, quotas that nobody used: both lapse by themselves, and whoever waits moves up."""

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
    """The open sessions with an offer whose time is over, or with quotas that applications have outlasted."""
    its = training_session.c
    offered = (
        sa.select(its.session_id)
        .join(enrolment, enrolment.c.session_id == its.session_id)
        .where(enrolment.c.place == Place.OFFERED.value, enrolment.c.answer_until <= now)
    )
    kept = sa.select(its.session_id).where(
        sa.func.jsonb_array_length(its.quotas) > 0, sa.not_(its.released), its.apply_until <= now
    )
    is_open = its.status == SessionStatus.OPEN.value
    found = sa.union(offered.where(is_open), kept.where(is_open)).subquery("due")
    rows = await tx.rows(sa.select(found.c.session_id).order_by(found.c.session_id).limit(MOST))
    return [row["session_id"] for row in rows]


async def _move_on(commands: CommandBus, tx: Transaction, session_id: str) -> None:
    await on_seats(commands, tx, session_id, lambda session, now, clashing: session.move_on(now, clashing))


lapsing = Chore("lapsing", _due, _move_on)
