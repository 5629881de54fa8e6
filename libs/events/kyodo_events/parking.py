"""Parking: a record that cannot have its effect waits as a dead letter, and later ones of its key behind it (G4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from uuid import UUID

from kyodo_events import store
from kyodo_events.arrivals import Arrival
from kyodo_events.cloudevents import readable, text
from kyodo_events.database import Transaction
from kyodo_events.event import Audit, Event, Topic, new_uuid

CATEGORY = "dead-letter"

_STANDING = """
SELECT event_id, topic, record_key, 'settled' AS standing FROM dead_letter
WHERE consumer = $1 AND event_id = ANY($2::uuid[]) AND state IN ('parked', 'dismissed')
UNION ALL
SELECT event_id, '', '', 'settled' FROM inbox WHERE event_id = ANY($2::uuid[])
UNION ALL
SELECT d.event_id, d.topic, d.record_key, 'blocking' FROM dead_letter d
JOIN (SELECT DISTINCT * FROM unnest($3::text[], $4::text[]) AS given (topic, record_key)) AS given
  ON d.topic = given.topic AND d.record_key = given.record_key
WHERE d.consumer = $1 AND d.state = 'parked'
ORDER BY event_id
"""
_PARK = """
INSERT INTO dead_letter (id, consumer, topic, partition, record_offset, record_key, event_id, type, headers, value,
                         reason, attempts, parked_at)
SELECT id, $1, topic, partition, record_offset, record_key, event_id, type, headers, value, reason, $2, $3
FROM unnest($4::uuid[], $5::text[], $6::int[], $7::bigint[], $8::text[], $9::uuid[], $10::text[], $11::jsonb[],
            $12::bytea[], $13::text[])
     AS given (id, topic, partition, record_offset, record_key, event_id, type, headers, value, reason)
"""


class DeadLetterParked(Event):
    """A consumer parked a record; its service announces it on a topic of its own. Holds nothing of the event's data."""

    consumer: str
    topic_name: str
    partition: int
    offset: int
    event_id: UUID
    event_name: str | None
    reason: str


@cache
def announcement(service: str) -> type[DeadLetterParked]:
    """The class of a service's announcements, on `kyodo.<service>.dlq.v1`."""

    class ServiceDeadLetterParked(
        DeadLetterParked,
        type=f"kyodo.{service}.dead-letter-parked",
        topic=announcement_topic(service),
        words="{consumer}が処理できない記録を保留した",
    ):
        __doc__ = DeadLetterParked.__doc__

    return ServiceDeadLetterParked


def announcement_topic(service: str) -> Topic:
    """The topic on which a service announces what it parked; its relay creates it."""
    return Topic(f"kyodo.{service}.dlq.v1", partitions=1)


async def hold(tx: Transaction, consumer: str) -> None:
    """Keep parking and replaying apart until the transaction ends; what stands is read after this."""
    await tx.rows("SELECT pg_advisory_xact_lock(hashtextextended('dead-letters ' || $1, 0))", consumer)


async def sort_out(tx: Transaction, consumer: str, arrivals: Sequence[Arrival]) -> tuple[list[Arrival], list[Arrival]]:
    """Divide arrivals into those that may go on and those to park, each in order; repeated ones may be in neither."""
    faulty = any(arrival.fault is not None for arrival in arrivals)
    if not faulty and not await tx.scalar(
        "SELECT EXISTS (SELECT FROM dead_letter WHERE consumer = $1 AND state <> 'replayed')", consumer
    ):
        return list(arrivals), []

    await hold(tx, consumer)
    keys = [arrival.key for arrival in arrivals]
    topics, record_keys = [topic for topic, _ in keys], [key for _, key in keys]
    standing = await tx.rows(_STANDING, consumer, [arrival.id for arrival in arrivals], topics, record_keys)
    settled = {row["event_id"] for row in standing if row["standing"] == "settled"}
    blocked = {(row["topic"], row["record_key"]): row["event_id"] for row in standing if row["standing"] == "blocking"}

    going, letters = [], []
    for arrival in arrivals:
        if arrival.id in settled:
            continue
        if arrival.key in blocked:
            behind = f"behind event {blocked[arrival.key]} of the same key"
            letters.append(arrival if arrival.fault else replace(arrival, fault=behind))
        elif arrival.fault is not None:
            letters.append(arrival)
            blocked[arrival.key] = arrival.id
        else:
            going.append(arrival)
            continue
        settled.add(arrival.id)  # a second delivery in the same batch
    return going, letters


async def park(tx: Transaction, consumer: str, letters: Sequence[Arrival], attempts: int) -> None:
    """Store the records whole, each with its reason, and announce them."""
    if not letters:
        return
    now = datetime.now(UTC)
    ids = [new_uuid() for _ in letters]
    rows = [
        (
            letter_id,
            letter.record.topic,
            letter.record.partition,
            letter.record.offset,
            text(letter.record.key),
            letter.id,
            letter.type,
            readable(letter.record.headers),
            letter.record.value or b"",
            letter.fault,
        )
        for letter_id, letter in zip(ids, letters, strict=True)
    ]
    await tx.run(_PARK, consumer, attempts, now, *zip(*rows, strict=True))
    audit = Audit(actor=consumer, organisation=consumer, correlation=ids[0])
    announced = announcement(consumer)
    events = [
        announced(
            consumer=consumer,
            topic_name=letter.record.topic,
            partition=letter.record.partition,
            offset=letter.record.offset,
            event_id=letter.id,
            event_name=letter.type,
            reason=letter.fault or "",
        )
        for letter in letters
    ]
    named = zip(map(str, ids), events, strict=True)
    await store.append_new(tx, CATEGORY, named, now, audit, consumer)
