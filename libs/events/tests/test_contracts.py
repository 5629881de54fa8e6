"""The published contracts: the committed documents are those of the code, valid, and true of what is published."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from jsonschema import Draft7Validator, Draft202012Validator, ValidationError
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from kyodo_events.cloudevents import encode
from kyodo_events.event import Event, new_uuid
from kyodo_events.schemas.asyncapi import service_of
from kyodo_events.schemas.generate import (
    asyncapi_path,
    documents,
    parsed,
    published,
    read,
    schema_path,
    text_of,
    write,
)

CONTRACTS = Path(__file__).parents[3] / "contracts"
ASYNCAPI = Path(__file__).parent / "fixtures" / "asyncapi" / "3.0.0.json"

COMMITTED = {path: text for path, text in read(CONTRACTS).items() if not path.startswith("openapi/")}
SCHEMAS = {path: document for path, document in parsed(COMMITTED).items() if path.startswith("schemas/")}
SERVICES = {path: document for path, document in parsed(COMMITTED).items() if path.startswith("asyncapi/")}


@pytest.fixture(scope="module")
def asyncapi_schema() -> Draft7Validator:
    """The official schema of AsyncAPI 3.0.0."""
    return Draft7Validator(json.loads(ASYNCAPI.read_text(encoding="utf-8")))


def test_every_published_event_has_its_documents() -> None:
    for event in published():
        assert schema_path(event.event_type, event.event_version) in SCHEMAS
        assert asyncapi_path(service_of(event.event_type)) in SERVICES


def test_the_texts_are_deterministic(tmp_path: Path) -> None:
    made = documents(published(), parsed(COMMITTED))
    assert write(tmp_path, made) == sorted(made)
    assert write(tmp_path, made) == []  # a second time there is nothing to write
    assert read(tmp_path) == {path: text_of(document) for path, document in made.items()}
    reversed_events = documents(reversed(published()), parsed(COMMITTED))
    assert {path: text_of(document) for path, document in reversed_events.items()} == read(tmp_path)
    assert all(text.endswith("}\n") for text in read(tmp_path).values())


@pytest.mark.parametrize("path", SCHEMAS)
def test_a_schema_is_valid_and_closed(path: str) -> None:
    schema = SCHEMAS[path]
    Draft202012Validator.check_schema(schema)
    assert schema["$id"] == f"urn:kyodo:schema:{Path(path).stem}"
    assert schema["additionalProperties"] is False
    assert schema["description"], "an event says what happened"


@pytest.mark.parametrize("path", SERVICES)
def test_asyncapi_fits_the_official_schema(path: str, asyncapi_schema: Draft7Validator) -> None:
    assert [error.message for error in asyncapi_schema.iter_errors(SERVICES[path])] == []


@pytest.mark.parametrize(
    ("place", "wrong"),
    [
        (("channels", "kyodo.procurement.themes.v1", "bindings", "kafka", "partitions"), 0),
        (
            ("channels", "kyodo.procurement.themes.v1", "bindings", "kafka", "topicConfiguration", "retention.ms"),
            "for good",
        ),
        (("operations", "send-kyodo.procurement.themes.v1", "action"), "publish"),
        (("components", "messages", "kyodo.procurement.theme-selected.v1", "contentType"), 1),
    ],
)
def test_the_official_schema_finds_what_is_wrong(
    place: tuple[str, ...], wrong: Any, asyncapi_schema: Draft7Validator
) -> None:
    document = json.loads(COMMITTED["asyncapi/procurement.json"])
    spot = document
    for step in place[:-1]:
        spot = spot[step]
    spot[place[-1]] = wrong
    assert list(asyncapi_schema.iter_errors(document))


@pytest.mark.parametrize("path", SERVICES)
def test_every_reference_leads_somewhere(path: str) -> None:
    for reference in _references(SERVICES[path]):
        file, _, pointer = reference.partition("#")
        assert not file, "a document stands alone: it is served as it is"
        spot: Any = SERVICES[path]
        for step in pointer.lstrip("/").split("/"):
            spot = spot[unquote(step)]


@pytest.mark.parametrize("event", published(), ids=lambda event: event.event_type)
def test_the_topic_and_key_are_those_declared(event: type[Event]) -> None:
    document = SERVICES[asyncapi_path(service_of(event.event_type))]
    name = f"{event.event_type}.v{event.event_version}"
    channels = [channel for channel in document["channels"].values() if name in channel["messages"]]
    assert event.topic
    assert [channel["address"] for channel in channels] == [event.topic.name]
    kafka = channels[0]["bindings"]["kafka"]
    assert kafka["partitions"] == event.topic.partitions
    assert kafka["topicConfiguration"] == {"retention.ms": event.topic.retention_ms, "cleanup.policy": ["delete"]}
    key = document["components"]["messages"][name]["bindings"]["kafka"]["key"]
    assert key.get("x-field") == event.key_field
    if event.key_field:
        assert event.key_field in event.model_fields


@pytest.mark.parametrize("event", published(), ids=lambda event: event.event_type)
@pytest.mark.parametrize("traced", [True, False], ids=["traced", "untraced"])
def test_the_envelope_that_is_written_fits_the_headers_schema(event: type[Event], traced: bool) -> None:
    service = service_of(event.event_type)
    document = SERVICES[asyncapi_path(service)]
    name = f"{event.event_type}.v{event.event_version}"
    key, _, headers = encode(_row(event, traced=traced), service)
    written = {header: value.decode() for header, value in headers}
    validator = _headers_of(document, name)
    validator.validate(written)
    known = document["components"]["schemas"]["CloudEvent"]["properties"]
    assert written.keys() <= known.keys(), "a header is written that the contract does not mention"
    assert written["ce_partitionkey"] == key.decode()
    assert written["ce_dataschema"] == SCHEMAS[schema_path(event.event_type, event.event_version)]["$id"]
    for header in document["components"]["schemas"]["CloudEvent"]["required"]:
        with pytest.raises(ValidationError):
            validator.validate({h: value for h, value in written.items() if h != header})
    with pytest.raises(ValidationError):
        validator.validate({**written, "ce_type": "kyodo.academy.something-else.v1"})


def _headers_of(document: dict[str, Any], message: str) -> Draft202012Validator:
    resource = DRAFT202012.create_resource(document)
    registry: Registry[Any] = Registry().with_resource("urn:document", resource)
    reference = f"urn:document#/components/messages/{message}/headers"
    # The schema inside refers to the document by '#/…', so it is resolved from there.
    return Draft202012Validator({"$ref": reference}, registry=registry)


def _row(event: type[Event], *, traced: bool) -> Any:
    """A stored row as the relay reads it; any mapping does."""
    return {
        "id": new_uuid(),
        "category": "some-thing",
        "stream": "a1",
        "version": 3,
        "position": 17,
        "type": event.event_type,
        "type_version": event.event_version,
        "at": datetime(2024, 4, 1, tzinfo=UTC),
        "actor": "officer-1",
        "organisation": "131016",
        "correlation": new_uuid(),
        "causation": new_uuid() if traced else None,
        "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01" if traced else None,
        "record_key": "131016",
        "data": "{}",
    }


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for inner in value.values():
            yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)
