"""What ends many assignments at once: a session that does not take place, a supporter who does not help any more."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from kyodo_events.database import Row
from kyodo_platform.commands import CommandBus
from kyodo_platform.resources import ReadSession
from kyodo_supporter_matching.assignments import seating
from kyodo_supporter_matching.assignments.calls import call
from kyodo_supporter_matching.assignments.model import PROMISED
from kyodo_supporter_matching.assignments.seating import OPEN_OR_PROMISED
from kyodo_supporter_matching.assignments.values import Canceller
from kyodo_supporter_matching.assignments.views import assignment, assignments_with, status_at

MOST: Final = 2_000
"""Standing assignments of a session (50 seats, asked for in waves), or of a supporter (62 sessions a month)."""


async def end_all_of(commands: CommandBus, reader: ReadSession, session_id: str) -> None:
    """Free everybody who was asked for a session or accepted: it does not take place."""
    now = commands.now
    for row in await _standing(reader, now, assignments_with(now, session_id=session_id)):
        await seating.unseat(commands, row["assignment_id"], Canceller.MUNICIPALITY)


async def let_go(commands: CommandBus, reader: ReadSession, supporter_id: str, by: Canceller) -> None:
    """Free all seats that a supporter took in sessions to come, and call others for them at once."""
    now, left = commands.now, []
    for row in await _standing(reader, now, assignments_with(now, supporter_id=supporter_id)):
        if row["starts_at"] > now:
            cancelled = await seating.unseat(commands, row["assignment_id"], by)
            left += [cancelled.session_id] if row["step"] in PROMISED else []
    await call(commands, reader.tx, left)


async def _standing(reader: ReadSession, now: datetime, of: sa.Select[Any]) -> list[Row]:
    query = of.where(status_at(now).in_(OPEN_OR_PROMISED))
    return await reader.tx.rows(reader.own(query.order_by(assignment.c.assignment_id).limit(MOST)))
