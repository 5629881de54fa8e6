"""A fresh ledger database for a test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest_asyncio

from kyodo_cost_ledger.app import service
from kyodo_events.database import Database
from tests.support.books_desk import Desk
from tests.support.books_desk import desk as open_desk


@pytest_asyncio.fixture
async def ledger_database(databases: Any) -> AsyncIterator[Any]:
    """A fresh, migrated database."""
    async with databases.of(service.name, service.migrations) as made:
        yield made


@pytest_asyncio.fixture
async def ledger(ledger_database: Any, databases: Any) -> AsyncIterator[Database]:
    """It, as the ledger's application role."""
    database = await Database.connect(ledger_database.app_url(databases.admin_url), max_size=4)
    try:
        yield database
    finally:
        await database.close()


@pytest_asyncio.fixture
async def owner(ledger_database: Any, databases: Any) -> AsyncIterator[asyncpg.Connection]:
    """It, as the role that owns the tables."""
    connection = await asyncpg.connect(ledger_database.owner_url(databases.admin_url), command_timeout=30)
    try:
        yield connection
    finally:
        await connection.close()


@pytest_asyncio.fixture
async def desk(databases: Any, settings_for: Any, as_: Any) -> AsyncIterator[Desk]:
    """A ledger with two municipalities' charges, on the exercise clock."""
    async with open_desk(databases, settings_for, as_) as opened:
        yield opened
