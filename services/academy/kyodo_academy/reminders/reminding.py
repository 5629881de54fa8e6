"""Reminders are given by time alone, each once: whichever of several servers comes second finds it given."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from kyodo_academy.reminders.model import SessionReminders
from kyodo_academy.reminders.views import near
from kyodo_academy.sessions.model import TrainingSession
from kyodo_events.database import Transaction
from kyodo_platform.chores import Chore
from kyodo_platform.commands import CommandBus

MOST: Final = 500


async def _due(tx: Transaction, now: datetime) -> list[str]:
    return [row["session_id"] for row in await tx.rows(near(now).limit(MOST))]


async def _remind(commands: CommandBus, tx: Transaction, session_id: str) -> None:
    session = await commands.read(TrainingSession, session_id)
    await commands.on_or_new(SessionReminders, session_id, lambda one: one.remind(session, commands.now))


reminding = Chore("reminding", _due, _remind)
