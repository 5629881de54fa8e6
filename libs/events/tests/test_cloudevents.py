"""The envelope: CloudEvents 1.0 in Kafka's binary mode."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyodo_events.arrivals import StoredRecord, mark, read, reason
from kyodo_events.cloudevents import Undecodable, decode, encode
from kyodo_events.database import Row
from kyodo_events.event import UnknownEvent
from tests.support.messaging import Counted

ID = UUID("019aaaaa-0000-7000-8000-000000000001")


def row(**changes: Any) -> dict[str, Any]:
    return {
        "position": 42,
        "id": ID,
        "category": "counter",
        "stream": "s1",
        "version": 3,
        "type": "kyodo.testing.counted",
        "type_version": 1,
        "at": datetime(2026, 4, 1, 9, 0, 0, 123456, tzinfo=UTC),
        "actor": "u1",
        "organisation": "131016",
        "correlation": ID,
        "causation": None,
        "traceparent": None,
        "topic": "t",
        "record_key": "131016",
        "data": '{"number": 3}',
        **changes,
    }


def record(values: Mapping[str, Any], **headers: bytes | None) -> StoredRecord:
    key, value, encoded = encode(cast("Row", values), "testing")
    merged: dict[str, bytes | None] = {**dict(encoded), **headers}
    kept = [(name, content) for name, content in merged.items() if content is not None]
    return StoredRecord("t", 0, 7, key, value, kept)


def test_the_envelope_is_cloudevents_binary_mode() -> None:
    key, value, headers = encode(cast("Row", row(causation=ID, traceparent="00-ab-cd-01")), "testing")
    assert (key, value) == (b"131016", b'{"number": 3}')
    assert dict(headers) == {
        "ce_specversion": b"1.0",
        "ce_id": str(ID).encode(),
        "ce_source": b"/kyodo/testing",
        "ce_type": b"kyodo.testing.counted.v1",
        "ce_subject": b"counter/s1",
        "ce_time": b"2026-04-01T09:00:00.123456Z",
        "ce_dataschema": b"urn:kyodo:schema:kyodo.testing.counted.v1",
        "content-type": b"application/json",
        "ce_streamversion": b"3",
        "ce_partitionkey": b"131016",
        "ce_sequence": b"00000000000000000042",
        "ce_correlationid": str(ID).encode(),
        "ce_causationid": str(ID).encode(),
        "ce_actor": b"u1",
        "ce_organisation": b"131016",
        "ce_traceparent": b"00-ab-cd-01",
    }


@given(
    stream=st.text(st.characters(codec="utf-8"), min_size=1),
    actor=st.text(st.characters(codec="utf-8")),
    at=st.datetimes(timezones=st.just(UTC)),
    position=st.integers(1, 2**62),
    causation=st.none() | st.uuids(),
)
def test_what_is_encoded_is_decoded(
    stream: str, actor: str, at: datetime, position: int, causation: UUID | None
) -> None:
    stored = row(stream=stream, actor=actor, at=at, position=position, causation=causation)
    recorded = decode(record(stored))
    assert (recorded.event, recorded.id, recorded.category) == (Counted(number=3), ID, "counter")
    assert (recorded.stream, recorded.version, recorded.at, recorded.position) == (stream, 3, at, position)
    assert (recorded.audit.actor, recorded.audit.causation, recorded.source) == (actor, causation, "testing")


@pytest.mark.parametrize(
    "broken",
    [
        {"ce_type": None},
        {"ce_type": b"kyodo.testing.counted"},
        {"ce_type": b"\xff\xfe.v1"},
        {"ce_id": None},
        {"ce_id": b"not-an-id"},
        {"ce_time": b"yesterday"},
        {"ce_time": b"2026-04-01T09:00:00"},
        {"ce_sequence": b"x"},
        {"ce_subject": None},
        {"ce_actor": b"\xff"},
    ],
)
def test_a_broken_envelope_is_undecodable_and_says_why(broken: dict[str, bytes | None]) -> None:
    with pytest.raises(Undecodable, match=r"ce_|envelope"):
        decode(record(row(), **broken))


def test_a_newer_version_is_not_guessed_at() -> None:
    with pytest.raises(UnknownEvent):
        decode(record(row(type_version=2)))


def test_a_reason_does_not_repeat_the_values() -> None:
    arrival = read(record(row(data='{"number": "secret"}')), {"kyodo.testing.counted"})
    assert arrival is not None
    assert arrival.fault is not None
    assert "number" in arrival.fault
    assert "secret" not in arrival.fault
    assert len(reason(ValueError("x" * 5000))) <= 1000


def test_types_nobody_listens_to_are_skipped_unread() -> None:
    assert read(record(row(data="no json at all")), {"kyodo.testing.overheard"}) is None


def test_garbage_without_an_id_is_the_same_when_it_comes_again() -> None:
    first, again, other = (
        read(StoredRecord("t", 0, offset, b"k", value), set()) for offset, value in ((1, b"?"), (9, b"?"), (9, b"!"))
    )
    assert first is not None
    assert again is not None
    assert other is not None
    assert first.id == again.id != other.id


def test_a_mark_tells_logs_apart() -> None:
    here, there = record(row()), record(row(id=UUID(int=5)))
    assert mark(here, 6) == mark(here, 6)
    assert len({mark(here, 6), mark(here, 4), mark(there, 6)}) == 3
