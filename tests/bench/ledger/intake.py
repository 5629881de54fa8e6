"""From the topic to committed charges, beside the same topic consumed and inserted by nothing but the clients.

Times run from the first records to the last commit, so that connecting and joining a group (seconds) count on neither
side. CPU seconds of this process and of PostgreSQL stand beside them, because other work on the machine moves the
clock and not these.
"""

from __future__ import annotations

import asyncio
from typing import Any

import asyncpg
import psutil
from aiokafka import AIOKafkaConsumer

from kyodo_cost_ledger.app import service
from kyodo_events.consumer import Consumer, ConsumerSettings
from kyodo_events.contracts.procurement.usage import USAGE
from kyodo_events.database import Database
from kyodo_events.event import new_id
from tests.bench.ledger.measure import Cost, Meter
from tests.bench.ledger.world import know_the_rules
from tests.bench.topics import BARE_INSERT, BARE_TABLE

BATCH = ConsumerSettings().batch
COUNT = "SELECT coalesce(sum(records), 0)::bigint FROM usage_cell"
CHARGED = "SELECT coalesce(sum(amount), 0)::bigint FROM charge WHERE book = 'usage'"
WANTED = "SELECT coalesce(sum(quantity), 0)::bigint * 30 FROM usage_cell"


async def ledger(url: str, bootstrap: str, size: int, server: psutil.Process) -> Cost:
    """What a fresh ledger needs until all is charged."""
    database = await Database.connect(url, statement_seconds=60)
    await know_the_rules(database)
    consumer = Consumer(database, service.name, bootstrap, service.subscribed, service.views, service.reactions)
    meter, process = Meter(server), consumer.processor.process

    async def timed(*args: Any, **kwargs: Any) -> Any:
        meter.begin()
        return await process(*args, **kwargs)

    consumer.processor.process = timed  # type: ignore[method-assign]  # measured from outside
    consumer.start()
    try:
        while await _ask(database, COUNT) < size:
            await asyncio.sleep(0.1)
        cost = meter.end(size)
        assert await _ask(database, CHARGED) == await _ask(database, WANTED)
        return cost
    finally:
        await consumer.stop()
        await database.close()


async def ceiling(owner_url: str, bootstrap: str, size: int, server: psutil.Process) -> Cost:
    """What aiokafka and asyncpg need for the same records in a table of three columns, without any logic."""
    connection = await asyncpg.connect(owner_url)
    await connection.execute(BARE_TABLE)
    consumer = AIOKafkaConsumer(
        USAGE.name,
        bootstrap_servers=bootstrap,
        group_id=f"bare-{new_id()}",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
    )
    await consumer.start()
    meter, done = Meter(server), 0
    try:
        while done < size:
            found = await consumer.getmany(timeout_ms=250, max_records=BATCH)
            records = [record for part in found.values() for record in part]
            if not records:
                continue
            meter.begin()
            rows = [(dict(r.headers)["ce_id"].decode(), r.key.decode(), r.value.decode()) for r in records]
            await connection.execute(BARE_INSERT, *zip(*rows, strict=True))
            await consumer.commit()
            done += len(rows)
        return meter.end(size)
    finally:
        await consumer.stop()
        await connection.close()


async def _ask(database: Database, sql: str) -> int:
    async with database.transaction(read_only=True) as tx:
        return int(await tx.scalar(sql))
