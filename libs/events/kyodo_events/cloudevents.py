"""CloudEvents 1.0 in Kafka's binary mode: the envelope in headers, the event's JSON as the value.

The relay encodes rows without looking into their data; a consumer decodes headers first, so that it can skip
types it does not listen to without reading their data either.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Protocol
from uuid import UUID

import orjson
from asyncpg.pgproto import pgproto

from kyodo_events.database import Row
from kyodo_events.event import Audit, Event, Recorded, registry

Headers = Sequence[tuple[str, bytes]]
Encoded = tuple[bytes, bytes, list[tuple[str, bytes]]]

_SOURCE = "/kyodo/"
_SUFFIX = ".v"
_UUID_LENGTH = 36


class Undecodable(ValueError):
    """A record that is no CloudEvent of ours; the message says what is wrong with it."""


class KafkaRecord(Protocol):
    """What is read of a Kafka record; aiokafka's ConsumerRecord is one."""

    @property
    def topic(self) -> str: ...
    @property
    def partition(self) -> int: ...
    @property
    def offset(self) -> int: ...
    @property
    def key(self) -> bytes | None: ...
    @property
    def value(self) -> bytes | None: ...
    @property
    def headers(self) -> Headers: ...


def encode(row: Row, source: str) -> Encoded:
    """Key, value and headers of a stored event; `data` is its JSON text, shipped as it is."""
    category, at = row["category"], row["at"]
    headers = [
        *_constant_headers(source, row["type"], row["type_version"]),
        ("ce_id", str(row["id"]).encode()),
        ("ce_subject", f"{category}/{row['stream']}".encode()),
        ("ce_time", at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z").encode()),
        ("ce_streamversion", b"%d" % row["version"]),
        ("ce_partitionkey", row["record_key"].encode()),
        ("ce_sequence", b"%020d" % row["position"]),
        ("ce_correlationid", str(row["correlation"]).encode()),
        ("ce_actor", row["actor"].encode()),
        ("ce_organisation", row["organisation"].encode()),
    ]
    if row["causation"] is not None:
        headers.append(("ce_causationid", str(row["causation"]).encode()))
    if row["traceparent"] is not None:
        headers.append(("ce_traceparent", row["traceparent"].encode()))
    return row["record_key"].encode(), row["data"].encode(), headers


def structured(row: Row, source: str) -> dict[str, Any]:
    """The same event in CloudEvents' JSON format, for HTTP: the attributes of `encode` beside `data`."""
    _, data, headers = encode(row, source)
    attributes: dict[str, Any] = {name[3:]: value.decode() for name, value in headers if name.startswith("ce_")}
    return {**attributes, "datacontenttype": "application/json", "data": orjson.loads(data)}


def event_type(headers: Mapping[str, bytes]) -> tuple[str, int, str]:
    """The stable type name, the version, and both as written. Raises Undecodable where the record names none."""
    try:
        return _type_and_version(headers["ce_type"])
    except KeyError:
        raise Undecodable("the header ce_type is missing") from None
    except ValueError as error:
        raise Undecodable(f"ce_type cannot be read: {error}") from error


def decode(record: KafkaRecord) -> Recorded[Event]:
    """The record as the recorded event of today's class.

    Raises Undecodable for a broken envelope, UnknownEvent for a type or version this release does not know,
    and pydantic's ValidationError for data that does not fit.
    """
    headers = dict(record.headers)
    name, version, _ = event_type(headers)
    return decode_as(record, headers, name, version)


def decode_as(record: KafkaRecord, headers: Mapping[str, bytes], name: str, version: int) -> Recorded[Event]:
    """Like `decode`, for a caller that has read the headers and the type already."""
    if record.value is None:
        raise Undecodable("the record has no value")
    identity, category, stream, stream_version, at, audit, source, position = envelope(headers)
    event = registry.read(name, version, record.value)
    return Recorded(event, identity, category, stream, stream_version, at, audit, source, position)


def envelope(headers: Mapping[str, bytes]) -> tuple[UUID, str, str, int, datetime, Audit, str, int]:
    """The envelope: id, category, stream, stream version, time, audit, source, position. Raises Undecodable."""
    try:
        category, _, stream = headers["ce_subject"].decode().partition("/")
        audit = _shared_audit(
            headers["ce_actor"],
            headers["ce_organisation"],
            headers["ce_correlationid"],
            headers.get("ce_causationid"),
            headers.get("ce_traceparent"),
        )
        return (
            _uuid(headers["ce_id"].decode()),
            category,
            stream,
            int(headers["ce_streamversion"]),
            _moment(headers["ce_time"]),
            audit,
            _source(headers["ce_source"]),
            int(headers["ce_sequence"]),
        )
    except KeyError as missing:
        raise Undecodable(f"the header {missing.args[0]} is missing") from None
    except ValueError as error:
        raise Undecodable(f"the envelope cannot be read: {error}") from error


def readable(headers: Iterable[tuple[str, bytes]]) -> dict[str, str]:
    """Headers as text for a person or a jsonb column, whatever bytes they hold."""
    return {name: text(value) for name, value in headers}


def text(value: bytes | None) -> str:
    """Bytes as text that PostgreSQL takes: what is not UTF-8, or NUL, is replaced."""
    return "" if value is None else value.decode("utf-8", "replace").replace("\0", "\ufffd")


@lru_cache(maxsize=512)
def _type_and_version(value: bytes) -> tuple[str, int, str]:
    name, found, version = value.decode().rpartition(_SUFFIX)
    if not found:
        raise Undecodable(f"ce_type {value!r} names no version")
    return name, int(version), f"{name}{_SUFFIX}{int(version)}"


@lru_cache(maxsize=4096)
def _moment(value: bytes) -> datetime:
    """The time; all events of one request share it."""
    at = datetime.fromisoformat(value.decode())
    if at.tzinfo is None:
        raise Undecodable("ce_time has no time zone")
    return at


@lru_cache(maxsize=4096)
def _shared_audit(
    actor: bytes, organisation: bytes, correlation: bytes, causation: bytes | None, traceparent: bytes | None
) -> Audit:
    """The audit fields; all events of a batch of usage share one."""
    return Audit(
        actor.decode(),
        organisation.decode(),
        UUID(correlation.decode()),
        None if causation is None else UUID(causation.decode()),
        None if traceparent is None else traceparent.decode(),
    )


@lru_cache(maxsize=64)
def _source(value: bytes) -> str:
    return value.decode().removeprefix(_SOURCE)


def _uuid(text: str) -> Any:
    """The id; as the driver's own UUID where that reads the text, which takes a tenth of the time."""
    return UUID(text) if len(text) != _UUID_LENGTH else pgproto.UUID(text)


@lru_cache(maxsize=1024)
def _constant_headers(source: str, name: str, version: int) -> tuple[tuple[str, bytes], ...]:
    full = f"{name}{_SUFFIX}{version}"
    return (
        ("ce_specversion", b"1.0"),
        ("ce_source", f"{_SOURCE}{source}".encode()),
        ("ce_type", full.encode()),
        ("ce_dataschema", f"urn:kyodo:schema:{full}".encode()),
        ("content-type", b"application/json"),
    )
