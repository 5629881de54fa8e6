"""What others publish, on its way into a ledger: as the consumer takes it, through the inbox, and as dead letters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from kyodo_cost_ledger.app import service
from kyodo_events.arrivals import StoredRecord
from kyodo_events.cloudevents import encode
from kyodo_events.database import Database
from kyodo_events.event import Event, Recorded
from kyodo_events.processing import Processor, Taken


class Widths(dict[str, int]):
    """Every topic has one partition."""

    def __missing__(self, topic: str) -> int:
        return 1


def processor_of(database: Database) -> Processor:
    """What the ledger's consumer does with records."""
    return Processor(database, service.name, service.views, service.reactions)


def record_of(told: Recorded[Event], **changed: Any) -> StoredRecord:
    """The event as its record in Kafka; `changed` replaces the record's `key`, `value` or single headers."""
    row = {
        "id": told.id,
        "category": told.category,
        "stream": told.stream,
        "version": told.version,
        "type": told.event.event_type,
        "type_version": told.event.event_version,
        "at": told.at,
        "actor": told.audit.actor,
        "organisation": told.audit.organisation,
        "correlation": told.audit.correlation,
        "causation": told.audit.causation,
        "traceparent": told.audit.traceparent,
        "record_key": told.event.record_key(told.stream),
        "position": told.position or 1,
        "data": told.event.model_dump_json(),
    }
    key, value, headers = encode(row, told.source)  # type: ignore[arg-type]  # a row by any other name
    topic = told.event.topic
    assert topic
    named = {**dict(headers), **{name: text for name, text in changed.items() if name.startswith("ce_")}}
    kept = [(name, text) for name, text in named.items() if text is not None]
    return StoredRecord(topic.name, 0, 0, changed.get("key", key), changed.get("value", value), kept)


async def arrive(database: Database, records: Sequence[StoredRecord | Recorded[Event]]) -> Taken:
    """Take the records as one batch of the consumer, each at the next offset of its topic."""
    async with database.transaction(read_only=True) as tx:
        reached = Counter({row["topic"]: row["next_offset"] for row in await tx.rows("SELECT * FROM consumed")})
    batch = []
    for given in records:
        record = given if isinstance(given, StoredRecord) else record_of(given)
        batch.append(replace(record, offset=reached[record.topic]))
        reached[record.topic] += 1
    return await processor_of(database).process(batch, Widths())
