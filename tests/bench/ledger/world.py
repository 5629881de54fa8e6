"""What is measured on: a project of all 62 with terms in force, and a topic of metered use, written quickly.

The records are those that procurement's relay would send, encoded by the same function; only the event store before it
is left out.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random

import orjson
from aiokafka import AIOKafkaProducer
from aiokafka.partitioner import DefaultPartitioner

from kyodo_cost_ledger.app import service
from kyodo_cost_ledger.testing import Story, learn, terms
from kyodo_events import topics
from kyodo_events.cloudevents import Encoded, encode
from kyodo_events.contracts.procurement.usage import USAGE, ServiceUsed
from kyodo_events.database import Database
from kyodo_events.event import new_uuid
from kyodo_events.values.municipalities import municipalities

CODES = [municipality.code for municipality in municipalities()]
PROJECT = "01900000-0000-7000-8000-000000000001"
FIRST_DAY = date(2023, 4, 1)
CHUNK = 5_000  # events of one request


async def know_the_rules(database: Database) -> None:
    """Tell the ledger of the project, its participants and its terms."""
    story = Story(PROJECT).started().joined(*CODES, month="2023-04").agreed(terms(124_000_000, year=2023))
    async with database.transaction() as tx:
        await learn(tx, story.told)


async def fill(bootstrap: str, size: int) -> None:
    """Write this many records of use, over all municipalities and the days of a year, into a new topic.

    In the order of days, as use is reported; one in fifty is up to 60 days late.
    """
    await topics.ensure(bootstrap, service.subscribed)
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", max_batch_size=1 << 20)
    await producer.start()
    chance = Random(1)  # noqa: S311 - sample data
    try:
        partitions = sorted(await producer.partitions_for(USAGE.name))
        for start in range(0, size, CHUNK):
            numbers = range(start, min(size, start + CHUNK))
            await _send(
                producer, partitions, _records(numbers, FIRST_DAY + timedelta(days=start * 365 // size), chance)
            )
    finally:
        await producer.stop()


async def _send(producer: AIOKafkaProducer, partitions: list[int], records: Sequence[Encoded]) -> None:
    """By whole batches: record by record the producer would take longer than what is measured."""
    partitioner, parts = DefaultPartitioner(), {p: producer.create_batch() for p in partitions}
    sent = []
    for key, value, headers in records:
        partition = partitioner(key, partitions, partitions)
        if parts[partition].append(key=key, value=value, timestamp=None, headers=headers) is None:
            sent.append(await producer.send_batch(parts[partition], USAGE.name, partition=partition))
            parts[partition] = producer.create_batch()
            parts[partition].append(key=key, value=value, timestamp=None, headers=headers)
    for partition, batch in parts.items():
        if batch.record_count():
            sent.append(await producer.send_batch(batch, USAGE.name, partition=partition))
    await asyncio.gather(*sent)


def _records(numbers: range, day: date, chance: Random) -> list[Encoded]:
    shared = {
        "category": "usage",
        "type": ServiceUsed.event_type,
        "type_version": ServiceUsed.event_version,
        "version": 1,
        "at": datetime.now(UTC),
        "actor": "operator@tokyo",
        "organisation": "tokyo",
        "correlation": new_uuid(),
        "causation": None,
        "traceparent": None,
    }
    return [encode({**shared, **_used(number, day, chance)}, "procurement") for number in numbers]  # type: ignore[arg-type]


def _used(number: int, day: date, chance: Random) -> dict[str, object]:
    municipality, late = chance.choice(CODES), 0 if chance.randrange(50) else chance.randrange(60)
    data = {
        "meter": "applications",
        "record": str(number),
        "used_on": max(FIRST_DAY, day - timedelta(days=late)),
        "quantity": chance.randrange(1, 500),
        "project_id": PROJECT,
        "municipality": municipality,
    }
    return {
        "id": new_uuid(),
        "stream": f"{PROJECT}:{number}",
        "record_key": municipality,
        "position": number + 1,
        "data": orjson.dumps(data).decode(),
    }
