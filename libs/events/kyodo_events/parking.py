"""Parking: a record that cannot have its effect waits as a dead letter, and later ones of its key behind it (G4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from uuid import UUID

from kyodo_events import store
from kyodo_events.arrivals import OTHER_CONTENT, Arrival
from kyodo_events.cloudevents import readable, text
from kyodo_events.database import Transaction
from kyodo_events.event import Audit, Event, Topic, new_uuid

CATEGORY = "dead-letter"
BEHIND = "behind event "  # how the reason begins of a letter whose only fault is the one before it

_LETTERS = """
SELECT event_id, state, value FROM dead_letter
WHERE consumer = $1 AND event_id = ANY($2::uuid[]) AND state IN ('parked', 'dismissed')
"""
_IN_INBOX = "SELECT event_id FROM inbox WHERE event_id = ANY($1::uuid[])"
_BLOCKED = """
SELECT DISTINCT ON (d.topic, d.record_key) d.event_id, d.topic, d.record_key FROM dead_letter d
JOIN (SELECT DISTINCT * FROM unnest($2::text[], $3::text[]) AS given (topic, record_key)) AS given
  ON d.topic = given.topic AND d.record_key = given.record_key
WHERE d.consumer = $1 AND d.state = 'parked' AND d.blocks
ORDER BY d.topic, d.record_key, d.id
"""
_PARK = """
INSERT INTO dead_letter (id, consumer, topic, partition, record_offset, record_key, event_id, type, headers, value,
                         reason, blocks, attempts, parked_at)
SELECT id, $1, topic, partition, record_offset, record_key, event_id, type, headers, value, reason, blocks, $2, $3
FROM unnest($4::uuid[], $5::text[], $6::int[], $7::bigint[], $8::text[], $9::uuid[], $10::text[], $11::jsonb[],
            $12::bytea[], $13::text[], $14::bool[])
     AS given (id, topic, partition, record_offset, record_key, event_id, type, headers, value, reason, blocks)
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


async def sort_out(
    tx: Transaction, consumer: str, arrivals: Sequence[Arrival], *, any_order: bool = False
) -> tuple[list[Arrival], list[Arrival]]:
    """Divide arrivals into those that may go on and those to park, each in order; repeated ones may be in neither.

    With `any_order` nothing waits behind a letter that is parked now.
    """
    faulty = any(arrival.fault is not None for arrival in arrivals)
    if not faulty and not await tx.scalar(
        "SELECT EXISTS (SELECT FROM dead_letter WHERE consumer = $1 AND state <> 'replayed')", consumer
    ):
        return list(arrivals), []

    await hold(tx, consumer)
    ids, keys = [arrival.id for arrival in arrivals], [arrival.key for arrival in arrivals]
    letters_of = await tx.rows(_LETTERS, consumer, ids)
    settled = {(row["event_id"], row["value"]) for row in letters_of}
    dismissed = {row["event_id"] for row in letters_of if row["state"] == "dismissed"}
    had_effect = {row["event_id"] for row in await tx.rows(_IN_INBOX, ids)}
    found = await tx.rows(_BLOCKED, consumer, [topic for topic, _ in keys], [key for _, key in keys])
    blocked = {(row["topic"], row["record_key"]): row["event_id"] for row in found}

    going, letters = [], []
    for arrival in arrivals:
        content = arrival.id, arrival.record.value or b""
        if content in settled:
            continue  # a second delivery of what is parked or dismissed
        if arrival.id in had_effect and arrival.recorded is not None:
            going.append(arrival)  # whether it is the same again is seen where it is stored
            continue
        if arrival.id in had_effect or arrival.id in dismissed:
            letters.append(replace(arrival, fault=_other_content(arrival.fault), blocks=False))
        elif arrival.key in blocked:
            behind = f"{BEHIND}{blocked[arrival.key]} of the same key"
            letters.append(arrival if arrival.fault else replace(arrival, fault=behind))
        elif arrival.fault is not None and any_order:
            letters.append(replace(arrival, blocks=False))
        elif arrival.fault is not None:
            letters.append(arrival)
            blocked[arrival.key] = arrival.id
        else:
            going.append(arrival)
            continue
        settled.add(content)
    return going, letters


def _other_content(fault: str | None) -> str:
    return f"{OTHER_CONTENT}; {fault}" if fault else OTHER_CONTENT


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
            letter.blocks,
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
