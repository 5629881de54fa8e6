"""Relay messages a second, against a bare aiokafka producer; topic-to-charge events a second, against bare consuming.

All four work on the same usage events. The relay starts with everything sequenced; the ledger with the
project, its participants and its terms charged. Times run from the first message to the last, so that
connecting and joining a group (seconds) count on neither side.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime
from random import Random
from typing import Any

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from kyodo_cost_ledger.app import service as ledger
from kyodo_events import topics
from kyodo_events.canonical import content_hash
from kyodo_events.cloudevents import Encoded, encode
from kyodo_events.consumer import Consumer
from kyodo_events.contracts.base_terms import BaseComponent, BaseTerms, Driver
from kyodo_events.contracts.burden_terms import BurdenTerms
from kyodo_events.contracts.meter_prices import MeterPrice
from kyodo_events.contracts.procurement.projects import ParticipantJoined, ProjectStarted, Stage
from kyodo_events.contracts.procurement.terms import BurdenTermsEnteredIntoForce
from kyodo_events.contracts.procurement.usage import USAGE as USAGE_TOPIC
from kyodo_events.contracts.procurement.usage import ServiceUsed
from kyodo_events.database import Database
from kyodo_events.event import Audit, Event, new_id, new_uuid
from kyodo_events.relay import Relay
from kyodo_events.sequencer import sequence_all
from kyodo_events.store import append, append_new
from kyodo_events.values.fiscal import FiscalYear, Month
from kyodo_events.values.municipalities import municipalities
from kyodo_procurement.app import service as procurement
from tests.bench.measure import Clock, Rate

USAGE = 40_000
PROJECT = "01900000-0000-7000-8000-000000000001"
CODES = [municipality.code for municipality in municipalities()]
BATCH = 2_000

BARE_TABLE = "CREATE TABLE bare (event_id text PRIMARY KEY, municipality text NOT NULL, data jsonb NOT NULL)"
BARE_INSERT = """
INSERT INTO bare SELECT id, municipality, data::jsonb
FROM unnest($1::text[], $2::text[], $3::text[]) AS given (id, municipality, data)
"""


async def fill(procurement_url: str) -> None:
    """A project of all 62 with terms in force, and USAGE records of use, sequenced."""
    database = await Database.connect(procurement_url)
    audit, now = Audit("bench", "tokyo", new_uuid()), datetime.now(UTC)
    chance = Random(1)  # noqa: S311 - sample data
    try:
        async with database.transaction() as tx:
            await append(tx, "project", PROJECT, 0, _project(), now, audit, "procurement")
            await append(tx, "burden-terms", new_id(), 0, [_terms()], now, audit, "procurement")
        for start in range(0, USAGE, BATCH):
            records = [(f"{PROJECT}:{n}", _used(n, chance)) for n in range(start, start + BATCH)]
            async with database.transaction() as tx:
                await append_new(tx, "usage", records, now, audit, "procurement")
        await sequence_all(database)
    finally:
        await database.close()


async def relay(procurement_url: str, bootstrap: str, *, idempotent: bool) -> Rate:
    """Publish everything again by the relay."""
    database = await Database.connect(procurement_url)
    try:
        await topics.ensure(bootstrap, procurement.published)
        async with database.transaction() as tx:
            await tx.run("UPDATE relay SET position = 0")
        publisher = Relay(database, "procurement", bootstrap, procurement.published, idempotent=idempotent)
        publisher.start()
        while not await _relayed(database):
            await asyncio.sleep(0.002)
        before, started = await _relayed(database), time.perf_counter()
        while (now := await _relayed(database)) < USAGE:
            await asyncio.sleep(0.005)
        seconds = time.perf_counter() - started
        await publisher.stop()
        return Rate(now - before, seconds)
    finally:
        await database.close()


async def bare_producer(procurement_url: str, bootstrap: str, *, idempotent: bool) -> Rate:
    """The same messages, encoded beforehand, by aiokafka alone with the same guarantees."""
    messages = await _messages(procurement_url)
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap, acks="all", linger_ms=5, enable_idempotence=idempotent, max_batch_size=1 << 18
    )
    await producer.start()
    try:
        with Clock() as clock:
            for start in range(0, len(messages), BATCH):
                part = messages[start : start + BATCH]
                sent = [await producer.send(USAGE_TOPIC.name, v, key=k, headers=h) for k, v, h in part]
                await asyncio.gather(*sent)
        return Rate(len(messages), clock.seconds)
    finally:
        await producer.stop()


async def charges(ledger_url: str, bootstrap: str) -> Rate:
    """From the topic to the charges of a fresh ledger."""
    database = await Database.connect(ledger_url, statement_seconds=60)
    consumer = Consumer(database, "cost-ledger", bootstrap, ledger.subscribed, ledger.views, ledger.reactions)
    started: list[float] = []
    process = consumer.processor.process

    async def timed(*args: Any, **kwargs: Any) -> Any:
        started.append(time.perf_counter())
        return await process(*args, **kwargs)

    consumer.processor.process = timed  # type: ignore[method-assign]  # measured from outside
    consumer.start()
    try:
        while await _count(database, "SELECT coalesce(sum(records), 0) FROM usage_cell") < USAGE:
            await asyncio.sleep(0.1)
        return Rate(USAGE, time.perf_counter() - started[0])
    finally:
        await consumer.stop()
        await database.close()


async def bare_consumer(owner_url: str, bootstrap: str) -> Rate:
    """Consume the same topic and insert every event in batches."""
    connection = await asyncpg.connect(owner_url)
    await connection.execute(BARE_TABLE)
    consumer = AIOKafkaConsumer(
        USAGE_TOPIC.name,
        bootstrap_servers=bootstrap,
        group_id=f"bare-{new_id()}",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        metadata_max_age_ms=3_000,
    )
    await consumer.start()
    done, started = 0, 0.0
    try:
        while done < USAGE:
            found = await consumer.getmany(timeout_ms=250, max_records=BATCH)
            started = started or (time.perf_counter() if found else 0.0)
            records = [record for part in found.values() for record in part]
            rows = [(dict(r.headers)["ce_id"].decode(), r.key.decode(), r.value.decode()) for r in records]
            done += len(rows)
            if rows:
                await connection.execute(BARE_INSERT, *zip(*rows, strict=True))
                await consumer.commit()
        return Rate(USAGE, time.perf_counter() - started)
    finally:
        await consumer.stop()
        await connection.close()


def _project() -> Sequence[Event]:
    started = ProjectStarted(name_ja="共同電子申請サービス", theme_id=new_id(), stage=Stage.FULL)
    first = Month("2023-04")
    return [started, *(ParticipantJoined(municipality=code, from_month=first) for code in CODES)]


def _terms() -> Event:
    price = MeterPrice(meter="applications", label_ja="電子申請", unit_ja="件", unit_price=30)
    base = BaseTerms(annual_amount=124_000_000, components=(BaseComponent(driver=Driver.POPULATION, share="1"),))
    terms = BurdenTerms(fiscal_year=FiscalYear(2023), effective_from=Month("2023-04"), base=base, usage=(price,))
    return BurdenTermsEnteredIntoForce(
        project_id=PROJECT, terms_version=1, terms=terms, terms_hash=content_hash(terms), consented_by=tuple(CODES)
    )


def _used(number: int, chance: Random) -> Event:
    return ServiceUsed(
        project_id=PROJECT,
        meter="applications",
        municipality=chance.choice(CODES),
        quantity=chance.randrange(1, 500),
        used_on=date(2023, chance.randrange(4, 13), chance.randrange(1, 29)),
        record=str(number),
    )


async def _relayed(database: Database) -> int:
    return await _count(database, "SELECT position FROM relay")


async def _count(database: Database, sql: str) -> int:
    async with database.transaction(read_only=True) as tx:
        return int(await tx.scalar(sql))


async def _messages(url: str) -> list[Encoded]:
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch(
            "SELECT p.position, e.* FROM event e JOIN event_position p ON p.event_id = e.id"
            " WHERE e.topic = $1 ORDER BY p.position",  # without a codec, jsonb comes as its text
            USAGE_TOPIC.name,
        )
    finally:
        await connection.close()
    return [encode(row, "procurement") for row in rows]
