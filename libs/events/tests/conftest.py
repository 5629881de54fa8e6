"""Fixtures of the messaging tests: a database with an effects' table, a topic of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from kyodo_events.database import Database
from kyodo_events.event import Topic
from tests.support import messaging


@pytest_asyncio.fixture
async def database(database_url: str, owner_url: str) -> AsyncIterator[Database]:
    """The fresh kernel database with a table for effects."""
    await messaging.prepare(owner_url)
    database = await Database.connect(database_url)
    yield database
    await database.close()


@pytest.fixture
def topic() -> Iterator[Topic]:
    """A topic of this test's own; what it poisoned is cured at the end."""
    yield messaging.new_topic()
    messaging.POISON.clear()
