"""A race that always comes out the same: what somebody else does between two readings of one request."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from kyodo_events.aggregate import Aggregate
from kyodo_events.database import Transaction
from kyodo_platform import commands

Happens = Callable[[], Awaitable[object]]


def meanwhile(patch: pytest.MonkeyPatch, aggregate: type[Aggregate], happens: Happens) -> None:
    """Let something happen right after the next request has read an aggregate of this kind, and once only."""
    waiting = [happens]

    def then(load: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def loaded(tx: Transaction, kind: type[Aggregate], stream: str) -> Any:
            found = await load(tx, kind, stream)
            if kind is aggregate and waiting:
                await waiting.pop()()
            return found

        return loaded

    for name in ("load", "load_or_new"):
        patch.setattr(commands, name, then(getattr(commands, name)))
