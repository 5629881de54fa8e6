"""The sample service, running on a fresh database of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager

import pytest
import pytest_asyncio

from kyodo_platform.settings import Settings
from tests.support.databases import Databases
from tests.support.running import Running, running


@pytest_asyncio.fixture
async def sample(databases: Databases, settings_for: Callable[..., Settings]) -> AsyncIterator[Running]:
    """The sample service of tests/support/sample."""
    async with running(databases, settings_for, "sample") as service:
        yield service


@pytest.fixture
def slow_sample(
    databases: Databases, settings_for: Callable[..., Settings]
) -> Callable[[], AbstractAsyncContextManager[Running]]:
    """Runs the sample service with little patience for the database."""

    def start() -> AbstractAsyncContextManager[Running]:
        patience = {"statement_timeout_seconds": 0.5, "command_timeout_seconds": 5}
        return running(databases, settings_for, "sample", **patience)

    return start
