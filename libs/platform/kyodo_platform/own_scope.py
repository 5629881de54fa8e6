"""Under the service's own scope: for what a service computes by itself when somebody of one municipality commands.

A token that names a municipality always narrows (docs/decisions/0012-row-level-security-on-writes.md). Some commands
nevertheless lead to more: a withdrawn dispute lets amounts of all participants be posted, a cancelled seat lets
supporters of other municipalities be asked.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from kyodo_events.database import EVERYONE, Transaction


@asynccontextmanager
async def as_the_service(tx: Transaction) -> AsyncIterator[None]:
    """Touch the rows of all, once what was commanded was held against the caller's scope.

    Only what the service computes may happen inside, and nothing read there may go into the answer. Where it fails, the
    scope goes with the transaction.
    """
    scope = await tx.scalar("SELECT current_setting('kyodo.municipality')")
    await tx.run("SELECT set_config('kyodo.municipality', $1, true)", EVERYONE.municipality)
    yield
    await tx.run("SELECT set_config('kyodo.municipality', $1, true)", scope)
