"""A moment at which nothing is arriving: what is there came before it, what comes is stamped after it."""

from __future__ import annotations

import asyncio

from kyodo_events.database import Database
from kyodo_events.inbox import open_inbox, shut_inbox
from tests.support.arriving import Hand, record


async def test_shutting_waits_for_what_is_arriving_and_holds_up_what_comes(database: Database) -> None:
    arriving, shut = asyncio.Event(), asyncio.Event()

    async def slow_consumer() -> None:
        async with database.transaction() as tx:
            await open_inbox(tx)
            arriving.set()
            await asyncio.sleep(0.3)
            await tx.run(
                "INSERT INTO inbox (event_id, source, category, stream, version, type, type_version, at, actor,"
                " organisation, correlation, data) VALUES (gen_random_uuid(), 'x', 'x', 'late', 1, 'x', 1, now(), 'x',"
                " 'x', gen_random_uuid(), '{}')"
            )

    async def run() -> None:
        await arriving.wait()
        async with database.transaction() as tx:
            moment = await shut_inbox(tx)
            shut.set()
            await asyncio.sleep(0.2)
            before = await tx.rows("SELECT stream FROM inbox WHERE received_at < $1", moment)
            assert [row["stream"] for row in before] == ["late"]
            assert await tx.scalar("SELECT count(*) FROM inbox") == 1

    async def next_batch() -> None:
        await shut.wait()
        await Hand(database).over(record(0), record(1))

    await asyncio.gather(slow_consumer(), run(), next_batch())
    async with database.transaction() as tx:
        stamps = await tx.rows("SELECT received_at FROM inbox ORDER BY arrival")
    assert [row["received_at"] for row in stamps] == sorted(row["received_at"] for row in stamps)
    assert len({row["received_at"] for row in stamps}) == 3


async def test_consumers_do_not_hold_up_each_other(database: Database) -> None:
    async with database.transaction() as tx:
        await open_inbox(tx)
        async with asyncio.timeout(5):
            assert (await Hand(database).over(record(0))).effective == 1
