"""The registry: stable names, old versions read as today's class, and no guess at what is not known."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import orjson
import pytest
from pydantic import ValidationError

from kyodo_events.event import Event, EventRegistry, JsonObject, Topic, UnknownEvent, registry

THINGS = Topic("kyodo-test.registry.things.v1")


class Measured(Event, type="kyodo-test.registry.measured", version=3, topic=THINGS, key="place"):
    """Version 1 had `where` and metres in text, version 2 metres, version 3 has centimetres and the day."""

    place: str
    centimetres: int
    on: date


class Plain(Event, type="kyodo-test.registry.plain"):
    day: date


@registry.upcasts(Measured, from_version=1)
def _metres_are_numbers(data: JsonObject) -> JsonObject:
    return {"place": data["where"], "metres": int(data["metres"])}


@registry.upcasts(Measured, from_version=2)
def _centimetres(data: JsonObject) -> JsonObject:
    return {"place": data["place"], "centimetres": data["metres"] * 100, "on": data.get("on", "2024-04-01")}


NOW = Measured(place="131016", centimetres=200, on=date(2024, 4, 1))
VERSIONS: dict[int, JsonObject] = {
    1: {"where": "131016", "metres": "2"},
    2: {"place": "131016", "metres": 2},
    3: {"place": "131016", "centimetres": 200, "on": "2024-04-01"},
}


def _forms(data: JsonObject) -> Iterator[bytes | str | JsonObject]:
    """The data as Kafka, text columns and jsonb columns give it."""
    text = orjson.dumps(data)
    yield from (text, text.decode(), data)


@pytest.mark.parametrize("version", VERSIONS)
def test_every_version_reads_as_todays_class(version: int) -> None:
    for data in _forms(VERSIONS[version]):
        assert registry.read(Measured.event_type, version, data) == NOW


def test_upcasting_leaves_what_was_stored_alone() -> None:
    stored = dict(VERSIONS[1])
    registry.read(Measured.event_type, 1, stored)
    assert stored == VERSIONS[1]


@pytest.mark.parametrize(
    ("name", "version"), [(Measured.event_type, 4), ("kyodo-test.registry.never-heard-of", 1)], ids=["newer", "unknown"]
)
def test_what_this_release_does_not_know_is_said_and_not_guessed_at(name: str, version: int) -> None:
    with pytest.raises(UnknownEvent, match=rf"{name}\.v{version} is not known to this release"):
        registry.read(name, version, VERSIONS[3])


@pytest.mark.parametrize("version", [0, -1])
def test_versions_are_counted_from_one(version: int) -> None:
    with pytest.raises(UnknownEvent):
        registry.read(Measured.event_type, version, VERSIONS[3])


@pytest.mark.parametrize(
    "data", [{"day": "2024-04-01", "more": 1}, {}, {"day": "April"}], ids=["unknown field", "missing field", "no date"]
)
def test_data_that_does_not_fit_is_refused(data: JsonObject) -> None:
    for form in _forms(data):
        with pytest.raises(ValidationError):
            registry.read(Plain.event_type, 1, form)


@pytest.mark.parametrize(
    "data",
    [b"{broken", b"[]", b"null", b"{}", b'{"where": "131016", "metres": "secret"}', b'{"where": 1, "metres": null}'],
)
def test_old_data_that_its_upcaster_cannot_take_is_parked_like_an_unknown_event(data: bytes) -> None:
    """A consumer parks UnknownEvent; any other exception would hold up the partition."""
    with pytest.raises(UnknownEvent, match=r"measured\.v1 cannot be upcast: \w+$") as caught:
        registry.read(Measured.event_type, 1, data)
    assert "secret" not in str(caught.value)


def test_a_service_does_not_start_with_a_gap_in_its_upcasters() -> None:
    fresh = EventRegistry()
    fresh.register(Plain)
    fresh.check()
    fresh.register(Measured)
    fresh.upcasts(Measured, from_version=2)(_centimetres)
    with pytest.raises(TypeError, match=r"no upcaster for kyodo-test\.registry\.measured v1$"):
        fresh.check()
    fresh.upcasts(Measured, from_version=1)(_metres_are_numbers)
    fresh.check()


def test_a_name_belongs_to_one_class() -> None:
    with pytest.raises(TypeError, match=r"kyodo-test\.registry\.plain is both Plain and .*Other"):

        class Other(Event, type="kyodo-test.registry.plain"):
            pass


def test_types_are_listed_by_prefix() -> None:
    assert registry.types("kyodo-test.registry.") == [Measured, Plain]
    assert not [event for event in registry.types() if event.event_type.startswith("kyodo-test.")]


def test_a_record_key_is_the_named_field_or_the_aggregate() -> None:
    assert NOW.record_key("some-stream") == "131016"
    assert Plain(day=date(2024, 4, 1)).record_key("some-stream") == "some-stream"
    assert (Measured.topic, Measured.key_field, Plain.topic) == (THINGS, "place", None)
