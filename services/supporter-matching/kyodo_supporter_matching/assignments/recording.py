"""Recording who came to a session: the same whether its municipality does so or its host."""

from __future__ import annotations

from kyodo_platform.commands import CommandBus
from kyodo_supporter_matching.assignments.model import Assignment
from kyodo_supporter_matching.sessions.model import Session


async def attend(commands: CommandBus, found: Assignment, minutes: int) -> Assignment:
    """Record for how long the supporter helped. Raises NotOffered."""
    now, project_id = commands.now, (await commands.read(Session, found.session_id)).project_id
    return await commands.on(Assignment, found.id, lambda one: one.attend(found.municipality, minutes, project_id, now))


async def miss(commands: CommandBus, found: Assignment) -> Assignment:
    """Record that the supporter did not come and had not said so. Raises NotOffered."""
    now = commands.now
    return await commands.on(Assignment, found.id, lambda one: one.miss(found.municipality, now))
