"""What arrives: records of Kafka, read as far as they can be."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, field
from uuid import UUID, uuid5

from pydantic import ValidationError

from kyodo_events.cloudevents import KafkaRecord, Undecodable, decode_as, event_type, text
from kyodo_events.event import Event, Recorded, UnknownEvent

_UNNAMED = UUID("6b796f64-6f00-5000-8000-000000000000")  # namespace of records that carry no id of their own
MAX_REASON = 1_000
OTHER_CONTENT = "an event with this id came before with other content"


@dataclass(slots=True)  # not frozen, for a frozen one takes twice as long to make
class Arrival:
    """A record, and either the event in it or what is wrong with it.

    What is at fault holds up later records of its key, unless it is its repetition that is wrong (`blocks`).
    """

    record: KafkaRecord
    id: UUID
    type: str | None  # as it was written, with its version; None where the record does not tell
    recorded: Recorded[Event] | None = None
    fault: str | None = None
    blocks: bool = True

    def event(self) -> Recorded[Event]:
        """The event of an arrival that may go on."""
        if self.recorded is None:
            raise RuntimeError(f"the record at offset {self.record.offset} of {self.record.topic} was not read")
        return self.recorded

    @property
    def key(self) -> tuple[str, str]:
        """Topic and record key: what stays in order."""
        return self.record.topic, text(self.record.key)


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A record as it was parked, with what a Kafka record tells."""

    topic: str
    partition: int
    offset: int
    key: bytes
    value: bytes
    headers: list[tuple[str, bytes]] = field(default_factory=list)


def read(record: KafkaRecord, listens: Collection[str]) -> Arrival | None:
    """The record as an arrival; None for an event of a type that nobody here listens to."""
    headers = dict(record.headers)
    written = None
    try:
        name, version, written = event_type(headers)
        if name not in listens:
            return None
        recorded = decode_as(record, headers, name, version)
    except (Undecodable, UnknownEvent, ValidationError) as error:
        return Arrival(record, _identity(record, headers), written, fault=reason(error))
    return Arrival(record, recorded.id, written, recorded)


def reason(error: BaseException) -> str:
    """What went wrong, in a bounded number of words and without the values of the event."""
    if isinstance(error, ValidationError):
        faults = error.errors(include_url=False, include_context=False, include_input=False)
        words = "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in faults)
        return f"invalid data: {words}"[:MAX_REASON]
    return text(f"{type(error).__name__}: {error}".encode())[:MAX_REASON]


def mark(record: KafkaRecord, partitions: int) -> str:
    """What identifies the log that was read up to this record: another log has another record in its place.

    The number of partitions belongs to it, because with another number keys move between partitions.
    """
    identity = dict(record.headers).get("ce_id") or hashlib.sha256(record.value or b"").hexdigest().encode()
    return f"{partitions}:{text(identity)}"


def _identity(record: KafkaRecord, headers: dict[str, bytes]) -> UUID:
    """The event's id, or one made of the record's content, so that a repeated delivery is recognised."""
    try:
        return UUID(headers["ce_id"].decode())
    except (KeyError, ValueError):
        content = hashlib.sha256((record.key or b"") + b"\0" + (record.value or b"")).hexdigest()
        return uuid5(_UNNAMED, f"{record.topic}:{content}")
