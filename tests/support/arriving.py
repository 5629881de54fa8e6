"""Records as a consumer gets them, made by hand: which offset, which id, which content."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from kyodo_events.arrivals import StoredRecord
from kyodo_events.cloudevents import encode
from kyodo_events.database import Database
from kyodo_events.gaps import Gap, offset_gap
from kyodo_events.processing import Processor, Taken
from tests.support import messaging

TOPIC = "kyodo.testing.by-hand.v1"
_AT = datetime(2026, 4, 1, tzinfo=UTC)


def record(offset: int, *, partition: int = 0, stream: str = "s", event_id: UUID | None = None) -> StoredRecord:
    """The event that counts the offset, with an id made of its place where none is given."""
    row = {
        "id": event_id or UUID(int=(partition << 64) + offset + 1),
        "category": messaging.CATEGORY,
        "stream": stream,
        "version": offset + 1,
        "type": messaging.Counted.event_type,
        "type_version": 1,
        "at": _AT,
        "actor": "tester",
        "organisation": "131016",
        "correlation": UUID(int=7),
        "causation": None,
        "traceparent": None,
        "record_key": stream,
        "position": offset + 1,
        "data": f'{{"number": {offset + 1}}}',
    }
    key, value, headers = encode(row, "testing")  # type: ignore[arg-type]  # a mapping serves
    return StoredRecord(TOPIC, partition, offset, key, value, headers)


def with_data(given: StoredRecord, data: bytes, *, offset: int | None = None) -> StoredRecord:
    """The same record with other data, and at another offset."""
    return replace(given, value=data, offset=given.offset if offset is None else offset)


def again(given: StoredRecord, offset: int, **headers: bytes) -> StoredRecord:
    """The same event at another offset, with other headers."""
    return replace(given, offset=offset, headers=list({**dict(given.headers), **headers}.items()))


class Hand:
    """Hands records to a processor whose effects are those of `messaging`."""

    def __init__(self, database: Database, consumer: str = "tester", *, any_order: bool = False) -> None:
        self.database = database
        self.processor = Processor(database, consumer, reactions=[messaging.reactions], any_order=any_order)

    async def over(self, *records: StoredRecord) -> Taken:
        """Take these records in one transaction."""
        return await self.processor.process(records, {TOPIC: 3})

    async def over_range(self, offsets: Sequence[int], partition: int = 0) -> Taken:
        """Take the records at these offsets."""
        return await self.over(*(record(offset, partition=partition) for offset in offsets))

    async def numbers(self) -> list[int]:
        """What had its effect, in order."""
        return [number for _, number in await messaging.effects(self.database)]


async def gaps(database: Database) -> list[Gap]:
    """All gaps found, in the order of their places."""
    async with database.transaction(read_only=True) as tx:
        columns = (offset_gap.c.topic, offset_gap.c.partition, offset_gap.c.from_offset, offset_gap.c.to_offset)
        rows = await tx.rows(offset_gap.select().with_only_columns(*columns).order_by(*columns))
    return [Gap(*row) for row in rows]
