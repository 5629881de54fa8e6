"""What the tests of relay and consumer share: an event, effects that show every fault, producers, checks."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition

from kyodo_events import store, topics
from kyodo_events.consumer import Consumer, ConsumerSettings
from kyodo_events.database import Database, Transaction
from kyodo_events.event import Audit, Batch, Event, Topic
from kyodo_events.parking import announcement_topic
from kyodo_events.reactions import Reactions
from kyodo_events.relay import Relay
from kyodo_events.taking import Patience

CATEGORY = "counter"
IDEMPOTENT = os.environ.get("KYODO_TEST_BROKER") == "apache"  # the embedded broker has no idempotent producer
QUICK = ConsumerSettings(
    poll=0.1,
    session=6.0,
    heartbeat=0.5,
    new_topics=0.5,
    patience=Patience(attempts=2, first_pause=0.05, longest_pause=0.2),
)


class Counted(Event, type="kyodo.testing.counted", version=1, topic=Topic("kyodo.testing.counters.v1")):
    """Something was counted. The stream is the key; `number` is its place in the stream."""

    number: int


class Overheard(Event, type="kyodo.testing.overheard", version=1, topic=Topic("kyodo.testing.counters.v1")):
    """An event on the same topic that nobody listens to."""

    words: str


class Poisoned(RuntimeError):
    """What a reaction raises on the streams named in POISON."""


POISON: set[tuple[str, int]] = set()
reactions = Reactions()


@reactions.on(Counted)
async def take_effect(batch: Batch[Counted], tx: Transaction) -> None:
    """One row an effect, without any key that would hide a second one."""
    for record in batch:
        if (record.stream, record.event.number) in POISON:
            raise Poisoned(f"{record.stream} {record.event.number}")
    columns = zip(*((r.id, r.stream, r.event.number) for r in batch), strict=True)
    await tx.run(
        "INSERT INTO effect (event_id, stream, number) SELECT * FROM unnest($1::uuid[], $2::text[], $3::int[])",
        *columns,
    )


async def prepare(owner_url: str) -> None:
    """Add the effects' table to a kernel database."""
    owner = await asyncpg.connect(owner_url)
    try:
        await owner.execute(
            "CREATE TABLE effect (place bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, event_id uuid NOT NULL,"
            " stream text NOT NULL, number integer NOT NULL); GRANT SELECT, INSERT ON effect TO kyodo_app"
        )
    finally:
        await owner.close()


def new_topic(partitions: int = 3) -> Topic:
    """A topic of this test's own, to which both events go."""
    topic = Topic(f"kyodo.testing.t{uuid4().hex[:12]}.v1", partitions=partitions)
    use_topic(topic)
    return topic


def use_topic(topic: Topic) -> None:
    """Publish both events to this topic from now on."""
    Counted.topic = Overheard.topic = topic


def audit() -> Audit:
    """Somebody's audit fields."""
    return Audit("tester", "131016", uuid4(), uuid4())


async def count(database: Database, stream: str, numbers: Iterable[int]) -> None:
    """Append one event a number to the stream, in a transaction of its own."""
    numbers = list(numbers)
    events = [Counted(number=number) for number in numbers]
    async with database.transaction() as tx:
        await store.append(tx, CATEGORY, stream, numbers[0] - 1, events, datetime.now(UTC), audit(), "testing")


def relay_of(database: Database, bootstrap: str, topic: Topic, **options: object) -> Relay:
    """A relay as the tests use it."""
    options = {"idempotent": IDEMPOTENT, "poll_seconds": 0.1, **options}
    return Relay(database, "testing", bootstrap, [topic, announcement_topic("tester")], **options)  # type: ignore[arg-type]


def consumer_of(
    database: Database, bootstrap: str, topic: Topic, name: str, settings: ConsumerSettings = QUICK
) -> Consumer:
    """A consumer that lets every Counted have its effect."""
    return Consumer(database, name, bootstrap, [topic], reactions=[reactions], settings=settings)


def patient(**changes: object) -> ConsumerSettings:
    """QUICK with other values."""
    return replace(QUICK, **changes)  # type: ignore[arg-type]


@asynccontextmanager
async def running(*parts: Relay | Consumer) -> AsyncIterator[None]:
    """Run relays and consumers, and stop them at the end."""
    for part in parts:
        part.start()
    try:
        yield
    finally:
        await asyncio.gather(*(part.stop() for part in parts))


async def effects(database: Database) -> list[tuple[str, int]]:
    """Stream and number of every effect, in the order in which they came."""
    async with database.transaction(read_only=True) as tx:
        return [(row["stream"], row["number"]) for row in await tx.rows("SELECT * FROM effect ORDER BY place")]


def faults(expected: Iterable[tuple[str, int]], seen: Sequence[tuple[str, int]]) -> dict[str, list[tuple[str, int]]]:
    """The invariant: each expected effect once, and each stream's in order. Answers with what breaks it."""
    wanted, found = list(expected), set(seen)
    latest: dict[str, int] = {}
    disorder = []
    for stream, number in seen:
        if number < latest.get(stream, 0):
            disorder.append((stream, number))
        latest[stream] = max(number, latest.get(stream, 0))
    return {
        "lost": [effect for effect in wanted if effect not in found],
        "doubled": sorted({effect for effect in seen if seen.count(effect) > 1}),
        "disordered": disorder,
    }


NO_FAULTS: dict[str, list[tuple[str, int]]] = {"lost": [], "doubled": [], "disordered": []}


async def log_of(bootstrap: str, topic: str) -> list[ConsumerRecord]:
    """All records of a topic, partition by partition."""
    width = (await topics.partitions(bootstrap))[topic]
    reader = AIOKafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False)
    await reader.start()
    try:
        partitions = [TopicPartition(topic, number) for number in range(width)]
        reader.assign(partitions)
        await reader.seek_to_beginning(*partitions)
        records: list[ConsumerRecord] = []
        async with asyncio.timeout(20):
            # not by end_offsets: the embedded broker answers with the start of the last batch plus one
            while any(
                [
                    await reader.position(p) < (reader.highwater(p) or 0) or reader.highwater(p) is None
                    for p in partitions
                ]
            ):
                for batch in (await reader.getmany(timeout_ms=200)).values():
                    records += batch
        return sorted(records, key=lambda r: (r.partition, r.offset))
    finally:
        await reader.stop()


async def publish(bootstrap: str, topic: str, records: Iterable[tuple[bytes, bytes, list[tuple[str, bytes]]]]) -> None:
    """Send records as they are, one after another, all to partition 0."""
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all")
    await producer.start()
    try:
        for key, value, headers in records:
            await producer.send_and_wait(topic, value, key=key, headers=headers, partition=0)
    finally:
        await producer.stop()


async def until(condition: Callable[[], Awaitable[object]], within: float = 30.0) -> None:
    """Wait until the coroutine function answers with something true."""
    async with asyncio.timeout(within):
        while True:
            with suppress(OSError):
                if await condition():
                    return
            await asyncio.sleep(0.05)
