"""What a service measures of itself: again and again, through failures, and never at the cost of its work."""

from __future__ import annotations

import asyncio
import time

import pytest

from kyodo_events.database import Transaction
from kyodo_platform import runtime
from tests.support.running import Running


async def test_a_measure_that_failed_is_taken_again(sample: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime, "MEASURE_SECONDS", 0.0)
    taken: list[int] = []
    enough = asyncio.Event()

    async def measure(tx: Transaction) -> None:
        taken.append(await tx.scalar("SELECT 1"))
        if len(taken) == 1:
            raise OSError("the database is away")
        enough.set()

    loop = asyncio.create_task(runtime._keep_measuring(sample.app.state.runtime.database, measure))
    try:
        await asyncio.wait_for(enough.wait(), 10)
    finally:
        loop.cancel()
    assert len(taken) > 1


async def test_what_takes_long_is_taken_seldom(sample: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime, "MEASURE_SECONDS", 0.0)
    begun: list[float] = []

    async def measure(tx: Transaction) -> None:
        begun.append(time.monotonic())
        await tx.scalar("SELECT pg_sleep(0.02)")

    loop = asyncio.create_task(runtime._keep_measuring(sample.app.state.runtime.database, measure))
    await asyncio.sleep(0.5)
    loop.cancel()
    assert len(begun) == 1  # the next one after fifty times as long


async def test_a_measure_writes_nothing(sample: Running) -> None:
    """It runs beside requests and under no municipality: a read-only transaction holds it to that."""
    done = asyncio.Event()
    failed: list[BaseException] = []

    async def measure(tx: Transaction) -> None:
        try:
            await tx.run("DELETE FROM note")
        except Exception as error:
            failed.append(error)
            raise
        finally:
            done.set()

    loop = asyncio.create_task(runtime._keep_measuring(sample.app.state.runtime.database, measure))
    await asyncio.wait_for(done.wait(), 10)
    loop.cancel()
    assert "read-only" in str(failed[0])
