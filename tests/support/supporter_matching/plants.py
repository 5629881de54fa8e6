"""Planted bugs of supporter matching: each breaks one promise, so that a test can show that its check would notice.

They are patched in by tests, never switched on in the product.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from kyodo_platform.commands import CommandBus
from kyodo_supporter_matching.device_stock.model import DeviceStock

TWO = 2


def decide_on_what_was_read_before(patch: pytest.MonkeyPatch) -> None:
    """What is decided on a stock is appended, whoever came first, as where streams have no versions.

    Two decisions wait for each other, so that both were taken before either is saved, however slow the machine is.
    """
    save, taken = CommandBus._save, list[str]()

    async def save_anyway(bus: CommandBus, state: Any, decide: Any) -> Any:
        if not isinstance(state, DeviceStock) or not state.version:
            return await save(bus, state, decide)
        decided = list(decide(state))
        taken.append(state.id)
        for _ in range(600):
            if len(taken) >= TWO:
                break
            await asyncio.sleep(0.05)
        tx = bus._context.tx
        await tx.run("SELECT pg_advisory_xact_lock(hashtext($1))", state.id)
        at = await tx.scalar("SELECT max(version) FROM event WHERE category = 'device-stock' AND stream = $1", state.id)
        return await save(bus, replace(state, version=at), lambda _: iter(decided))

    patch.setattr(CommandBus, "_save", save_anyway)
