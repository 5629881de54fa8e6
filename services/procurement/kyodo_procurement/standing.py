"""Aggregates that may have no past yet: those whose id is another aggregate's, or follows from who asks."""

from __future__ import annotations

from typing import TypeVar

from kyodo_events.aggregate import Aggregate
from kyodo_events.errors import NotFound
from kyodo_platform.commands import CommandBus

A = TypeVar("A", bound=Aggregate)


async def standing(commands: CommandBus, aggregate: type[A], stream: str) -> A:
    """The aggregate as it stands; one without a past (version 0) where nothing has happened to it."""
    try:
        return await commands.read(aggregate, stream)
    except NotFound:
        return aggregate(id=stream)
