"""Read models are rebuilt while commands, consumers and sequencers go on: nothing lost, doubled or locked out (G6)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
import pytest_asyncio

from kyodo_events import rebuild as rebuilding
from kyodo_events import store
from kyodo_events.event import Event, Recorded, new_uuid
from kyodo_events.sequencer import sequence, sequence_in
from kyodo_events.views import apply_all
from tests.support.read_models import AUDIT, Coloured, Emptied, Filled, Heard, World, arrive_in, equal, new_world


@pytest_asyncio.fixture
async def world(database_url: str, owner_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    """Read models without events; a rebuild takes many batches."""
    monkeypatch.setattr(rebuilding, "BATCH", 40)
    async with new_world(database_url, owner_url) as new:
        yield new


async def test_what_is_appended_meanwhile_is_neither_lost_nor_doubled(world: World) -> None:
    """Commands, the consumer and the sequencer go on while read models are rebuilt and switched, several times."""
    await world.history(20)
    over = asyncio.Event()

    async def commands(writer: int) -> int:
        written = 0
        while not over.is_set():
            await world.happen(f"w{writer}", Filled(words=("w",)), Coloured(colour="green"))
            written += 1
            await asyncio.sleep(0.01)
        return written

    async def arrivals() -> int:
        arrived = 0
        while not over.is_set():
            await world.arrive("radio", f"s{arrived % 12}")
            arrived += 1
            await asyncio.sleep(0.01)
        return arrived

    async def sequencing() -> None:
        while not over.is_set():
            await sequence(world.app, limit=5)
            await asyncio.sleep(0.001)

    async def late_arrival() -> None:
        """Numbered before others and visible after them."""
        while not over.is_set():
            async with world.app.transaction() as tx:
                await arrive_in(tx, [], "late")
                await asyncio.sleep(0.05)
                await apply_all(tx, world.views, [late()])

    def late() -> Recorded[Event]:
        return Recorded(Heard(), new_uuid(), "radio", "late", 1, datetime.now(UTC), AUDIT, "other", 1)

    green = (await world.tallies())["green"]
    async with asyncio.TaskGroup() as tasks:
        writers = [tasks.create_task(commands(number)) for number in range(3)]
        tasks.create_task(arrivals())
        tasks.create_task(sequencing())
        tasks.create_task(late_arrival())
        for _ in range(6):
            assert await world.rebuild(switch=True) == equal("jar", "tally", "heard")
        over.set()
    written = sum(writer.result() for writer in writers)
    assert written > 20
    assert (await world.tallies())["green"] == green + written
    assert await world.rebuild() == equal("jar", "tally", "heard")


async def test_a_sequencer_at_work_and_a_rebuild_do_not_lock_each_other_out(world: World) -> None:
    await world.history(5)
    async with world.app.transaction() as tx:
        await tx.scalar("SELECT position FROM sequencer FOR UPDATE")
        rebuilt = asyncio.create_task(world.rebuild())
        await _until_somebody_waits(world)
        assert await sequence_in(tx, limit=100) > 0
    assert await rebuilt == equal("jar", "tally", "heard")


async def test_a_consumer_that_appends_and_a_rebuild_do_not_lock_each_other_out(world: World) -> None:
    """A reaction may append events of its own: it has written to the inbox first, and to the outbox then."""
    await world.history(5)

    async def consume() -> None:
        async with world.app.transaction() as tx:
            await arrive_in(tx, world.views, "late")
            await asyncio.sleep(0.5)  # time enough to wait for each other
            recorded = await store.append(tx, "jar", "fresh", 0, [Emptied()], datetime.now(UTC), AUDIT, "test")
            await apply_all(tx, world.views, recorded)

    async with world.app.transaction() as command:
        await store.append(command, "jar", "first", 0, [Emptied()], datetime.now(UTC), AUDIT, "test")
        rebuilt = asyncio.create_task(world.rebuild())
        await _until_somebody_waits(world)
        consumed = asyncio.create_task(consume())
        await asyncio.sleep(0.2)
    await consumed
    assert await rebuilt == equal("jar", "tally", "heard")


async def _until_somebody_waits(world: World) -> None:
    """Until a lock is waited for in this database: the rebuild has come as far as it can."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    async with asyncio.timeout(20):
        waits = 0
        while waits < 3:  # and still waits a moment later
            async with world.owner.transaction(read_only=True) as tx:
                waits = waits + 1 if await tx.scalar(waiting) else 0
            await asyncio.sleep(0.05)
