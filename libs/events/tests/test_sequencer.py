"""No committed event is ever skipped by a reader, and a stream's events are never seen out of order (G2)."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from kyodo_events import store
from kyodo_events.database import Database
from kyodo_events.errors import ConcurrentChange
from kyodo_events.sequencer import sequence
from tests.support.messaging import CATEGORY, NO_FAULTS, Counted, audit, faults
from tests.support.plants_of_kernel import number_rows, read_by_sequence_number

WRITERS, TRANSACTIONS, STREAMS = 8, 40, 6
Read = Callable[[Database, int], Awaitable[list[tuple[int, str, int]]]]


async def _write(database: Database, seed: int, written: list[tuple[str, int]]) -> None:
    """Append one to three events a transaction; every third commits late, after others that drew later numbers."""
    chance = random.Random(seed)  # noqa: S311 - not for secrets
    for _ in range(TRANSACTIONS):
        stream = f"s{chance.randrange(STREAMS)}"
        try:
            async with database.transaction() as tx:
                version = await tx.scalar("SELECT coalesce(max(version), 0) FROM event WHERE stream = $1", stream)
                events = [Counted(number=version + step) for step in range(1, chance.randint(2, 4))]
                await store.append(tx, CATEGORY, stream, version, events, datetime.now(UTC), audit(), "testing")
                if chance.random() < 0.33:
                    await asyncio.sleep(chance.random() * 0.03)
        except ConcurrentChange:
            continue
        written += [(stream, event.number) for event in events]


async def _read_by_position(database: Database, after: int) -> list[tuple[int, str, int]]:
    async with database.transaction(read_only=True) as tx:
        found = await store.read_all(tx, after=after, limit=100, source="testing")
    return [(r.position or 0, r.stream, r.version) for r in found]


async def _writers_against_a_reader(
    database: Database, read: Read
) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
    """Concurrent writers, two competing sequencers and one reader that remembers where it was."""
    written: list[tuple[str, int]] = []
    seen: list[tuple[str, int]] = []
    done = asyncio.Event()

    async def keep_sequencing() -> None:
        while not done.is_set() or await sequence(database, limit=7):
            await sequence(database, limit=7)
            await asyncio.sleep(0.001)

    async def keep_reading() -> None:
        cursor = 0
        while True:
            last_round = done.is_set() and all(task.done() for task in sequencers)
            found = await read(database, cursor)
            seen.extend((stream, number) for _, stream, number in found)
            cursor = max([cursor, *(place for place, _, _ in found)])
            if last_round and not found:
                return
            await asyncio.sleep(0.001)

    sequencers = [asyncio.create_task(keep_sequencing()) for _ in range(2)]
    reader = asyncio.create_task(keep_reading())
    await asyncio.gather(*(_write(database, seed, written) for seed in range(WRITERS)))
    done.set()
    await asyncio.gather(*sequencers, reader)
    return written, seen


async def test_concurrent_writers_with_early_and_late_commits_lose_nothing_and_keep_the_order(
    database: Database,
) -> None:
    written, seen = await _writers_against_a_reader(database, _read_by_position)
    assert len(written) > 200
    assert faults(written, seen) == NO_FAULTS
    async with database.transaction() as tx:
        positions = [r["position"] for r in await tx.rows("SELECT position FROM event_position ORDER BY position")]
    assert positions == list(range(1, len(written) + 1))  # without gaps


async def test_the_check_catches_a_cursor_by_sequence_number(database: Database, owner_url: str) -> None:
    """Planted bug: a reader that remembers the highest number drawn at INSERT skips what commits late."""
    await number_rows(owner_url)
    written, seen = await _writers_against_a_reader(database, read_by_sequence_number)
    assert faults(written, seen)["lost"]
