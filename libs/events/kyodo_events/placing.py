"""Placing: where a consumer goes on in a partition that it was given, or whose broker came back.

The truth is the database's: the place was stored together with the effect. Offsets committed to Kafka may
send us back (an operator reset them), never forward. And the log must still be the one that was read: a
broker that lost everything and was refilled has other records at the same offsets, so the last record taken
is read once more and compared; where it is another one, the partition is read from its beginning, and what
was taken before has no second effect. A log whose retention has removed that record begins behind it: it is the same
log, and whether it lacks records is seen by the first of them (see gaps).
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import IllegalStateError

from kyodo_events.arrivals import mark
from kyodo_events.database import Database

PLACE_SECONDS = 12.0
READ_MS = 250

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Place:
    """The next offset to take, and what identifies the record before it."""

    next_offset: int
    last_record: str


async def place(
    kafka: AIOKafkaConsumer, database: Database, consumer: str, partitions: Collection[TopicPartition]
) -> None:
    """Seek each partition to where it goes on.

    Raises TimeoutError where the broker does not answer in time, IllegalStateError where the group changed meanwhile.
    """
    async with asyncio.timeout(PLACE_SECONDS):
        reached = await _reached(database, consumer)
        begins = await kafka.beginning_offsets(list(partitions))
        for partition in partitions:
            start = begins[partition]
            known = reached.get(partition)
            if known is not None:
                if begins[partition] >= known.next_offset:
                    pass  # what could be compared is gone by retention: a new log would begin at 0
                elif await _still_the_log(kafka, partition, known):
                    committed = await kafka.committed(partition)
                    start = known.next_offset if committed is None else min(known.next_offset, committed)
                else:
                    log.warning("log-replaced", consumer=consumer, topic=partition.topic, partition=partition.partition)
                    await _forget(database, consumer, partition)
            kafka.seek(partition, start)


async def _reached(database: Database, consumer: str) -> dict[TopicPartition, Place]:
    async with database.transaction(read_only=True) as tx:
        rows = await tx.rows(
            "SELECT topic, partition, next_offset, last_record FROM consumed WHERE consumer = $1", consumer
        )
    return {TopicPartition(r["topic"], r["partition"]): Place(r["next_offset"], r["last_record"]) for r in rows}


async def _forget(database: Database, consumer: str, partition: TopicPartition) -> None:
    """Give up the place in a log that is no more: in the new one it means nothing."""
    async with database.transaction() as tx:
        await tx.run(
            "DELETE FROM consumed WHERE consumer = $1 AND topic = $2 AND partition = $3",
            consumer,
            partition.topic,
            partition.partition,
        )


async def _still_the_log(kafka: AIOKafkaConsumer, partition: TopicPartition, known: Place) -> bool:
    """Whether the record before the place is the one that was taken.

    A log that ends before it answers with OffsetOutOfRange, which sends aiokafka to the beginning, or (the embedded
    broker) with nothing; its end is read from the fetch, because that broker names another one when asked.
    """
    before = known.next_offset - 1
    kafka.seek(partition, before)
    while True:
        found = (await kafka.getmany(partition, timeout_ms=READ_MS, max_records=1)).get(partition)
        if found:
            width = len(kafka.partitions_for_topic(partition.topic))
            return found[0].offset == before and mark(found[0], width) == known.last_record
        if partition not in kafka.assignment():
            raise IllegalStateError(f"{partition} was taken away")
        end = kafka.highwater(partition)
        if end is not None and end <= before:
            return False
