"""Appends a second: the kernel's append against the same INSERTs by plain asyncpg."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import asyncpg
import orjson

from kyodo_events.contracts.procurement.projects import Stage
from kyodo_events.contracts.procurement.themes import THEMES
from kyodo_events.database import Database
from kyodo_events.event import Audit, Event, new_id, new_uuid
from kyodo_events.store import append
from tests.bench.measure import Clock, Rate

APPENDS = 4_000
CONNECTIONS = 16

EVENT = """
INSERT INTO event (id, category, stream, version, type, type_version, at, actor, organisation, correlation,
                   topic, record_key, data)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
"""
OUTBOX = "INSERT INTO outbox (event_id) VALUES ($1)"


class ThemeBenched(Event, type="kyodo-bench.theme-benched", topic=THEMES):
    """An event of ordinary size."""

    name_ja: str
    stage: Stage
    remarks: str


SAMPLE = ThemeBenched(name_ja="共同電子申請システム", stage=Stage.FULL, remarks="x" * 150)
AUDIT = Audit("officer@131016", "131016", new_uuid())


async def ours(url: str) -> Rate:
    """One event a transaction through the kernel."""
    database = await Database.connect(url, min_size=CONNECTIONS, max_size=CONNECTIONS)

    async def one() -> None:
        async with database.transaction() as tx:
            await append(tx, "theme", new_id(), 0, [SAMPLE], datetime.now(UTC), AUDIT, "procurement")

    try:
        return await _timed(one)
    finally:
        await database.close()


async def ceiling(url: str) -> Rate:
    """The same rows by plain asyncpg."""
    pool = await asyncpg.create_pool(url, min_size=CONNECTIONS, max_size=CONNECTIONS, init=_codec)

    async def one() -> None:
        async with pool.acquire() as connection, connection.transaction():
            id_, stream = new_uuid(), new_id()
            fields = ("theme", stream, 1, SAMPLE.event_type, 1, datetime.now(UTC), AUDIT.actor, AUDIT.organisation)
            body = SAMPLE.model_dump(mode="json")
            await connection.execute(EVENT, id_, *fields, AUDIT.correlation, THEMES.name, stream, body)
            await connection.execute(OUTBOX, id_)

    try:
        return await _timed(one)
    finally:
        await pool.close()


async def _timed(one: Callable[[], Awaitable[None]]) -> Rate:
    async def worker() -> None:
        for _ in range(APPENDS // CONNECTIONS):
            await one()

    with Clock() as clock:
        await asyncio.gather(*(worker() for _ in range(CONNECTIONS)))
    return Rate(APPENDS, clock.seconds)


async def _codec(connection: asyncpg.Connection) -> None:
    await connection.set_type_codec(
        "jsonb", schema="pg_catalog", encoder=lambda v: orjson.dumps(v).decode(), decoder=orjson.loads
    )
