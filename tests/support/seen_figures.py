"""An invented world in a running service, seed by seed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from kyodo_platform.settings import Settings
from tests.support.awarded import set_clock
from tests.support.building import As
from tests.support.databases import Databases
from tests.support.figure_reader import FigureReader
from tests.support.running import running
from tests.support.supporter_desk import NOW
from tests.support.supporter_figures import World, invented

Seen = tuple[World, FigureReader]


@asynccontextmanager
async def figures_of(
    seed: int, databases: Databases, settings_for: Callable[..., Settings], as_: As
) -> AsyncIterator[Seen]:
    """The world of a seed, and its figures as they are read at the desk's moment."""
    world = invented(seed)
    async with running(databases, settings_for, "supporter-matching") as service:
        set_clock(service.app, NOW)
        await world.store(service)
        yield world, FigureReader(service, as_)
