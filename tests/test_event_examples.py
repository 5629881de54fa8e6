"""Every event of the five services: named by the rules, and one stored example of every version ever written reads.

An example is `services/<service>/tests/examples/<type>.v<version>.json`: `{"type", "version", "data"}`. Examples are
never changed: they stand for what lies in the event stores.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from kyodo_events.canonical import canonical_json
from kyodo_events.contracts.webhooks import WebhookDisabled
from kyodo_events.event import Event, registry
from kyodo_events.parking import DeadLetterParked
from kyodo_platform.webhooks.model import WebhookChanged
from tests.support.services import NAMES, service

ROOT = Path(__file__).parents[1]
SCHEMAS = ROOT / "contracts" / "schemas"

SERVICES = {name: service(name) for name in NAMES}  # which imports each app, and with it all its events
ALL = [event for name in NAMES for event in registry.types(f"kyodo.{name}.")]
OF_EVERY_SERVICE = (DeadLetterParked, WebhookChanged, WebhookDisabled)  # the kernel's and the platform's own
EVENTS = [event for event in ALL if not issubclass(event, OF_EVERY_SERVICE)]
PUBLISHED = [event for event in EVENTS if event.topic]
VERSIONS = [(event, version) for event in ALL for version in range(1, event.event_version + 1)]


def name_of(value: object) -> str | None:
    """How a test is called for an event type."""
    return value.event_type if isinstance(value, type) and issubclass(value, Event) else None


def folder_of(event_type: str) -> Path:
    """Where the examples of the service stand that an event type belongs to."""
    return ROOT / "services" / event_type.split(".")[1] / "tests" / "examples"


def path_of(event: type[Event], version: int) -> Path:
    """Where the example of a version stands."""
    return folder_of(event.event_type) / f"{event.event_type}.v{version}.json"


def data_in(path: Path) -> dict[str, Any]:
    """The event's data in an example."""
    example: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    assert f"{example['type']}.v{example['version']}" == path.stem, f"{path} is an example of another event"
    data: dict[str, Any] = example["data"]
    return data


def test_the_five_services_have_events() -> None:
    assert {event.event_type.split(".")[1] for event in EVENTS} == set(NAMES)


def test_every_version_of_every_event_has_an_example() -> None:
    missing = [path_of(event, version).relative_to(ROOT) for event, version in VERSIONS]
    missing = [path for path in missing if not (ROOT / path).exists()]
    assert not missing, (
        "These events have no stored example:\n"
        + "\n".join(f"  {path}" for path in missing)
        + "\nWrite each as the JSON of an event as it is stored, once, and never change it:"
        ' {"type": "<type>", "version": <n>, "data": {…}}.'
    )


def test_every_example_is_of_a_version_that_is_known() -> None:
    wanted = {path_of(event, version) for event, version in VERSIONS}
    stray = [path.relative_to(ROOT) for name in NAMES for path in folder_of(f"kyodo.{name}.x").iterdir()]
    stray = [path for path in stray if ROOT / path not in wanted]
    assert not stray, (
        "No event reads these examples any more, though events like them may be stored:\n"
        + "\n".join(f"  {path}" for path in stray)
        + "\nAn event type keeps its name and all its versions; bring the class or its upcaster back."
    )


@pytest.mark.parametrize(("event", "version"), VERSIONS, ids=name_of)
def test_an_example_reads_as_todays_class(event: type[Event], version: int) -> None:
    data = data_in(path_of(event, version))
    from_store = registry.read(event.event_type, version, data)  # jsonb columns come as objects
    from_kafka = registry.read(event.event_type, version, json.dumps(data).encode())
    assert type(from_store) is event
    assert from_store == from_kafka


@pytest.mark.parametrize("event", EVENTS, ids=name_of)
def test_todays_example_is_written_as_it_was_read(event: type[Event]) -> None:
    data = data_in(path_of(event, event.event_version))
    read = registry.read(event.event_type, event.event_version, data)
    assert canonical_json(read) == canonical_json(data)
    assert canonical_json(json.loads(read.model_dump_json())) == canonical_json(data)


@pytest.mark.parametrize(
    ("event", "version"), [(event, version) for event, version in VERSIONS if event in PUBLISHED], ids=name_of
)
def test_a_published_example_fits_its_committed_schema(event: type[Event], version: int) -> None:
    schema = json.loads((SCHEMAS / f"{event.event_type}.v{version}.json").read_text(encoding="utf-8"))
    validator = Draft202012Validator(schema)
    data = data_in(path_of(event, version))
    assert [f"{error.json_path}: {error.message}" for error in validator.iter_errors(data)] == []
    assert not validator.is_valid({**data, "something_else": 1})
    for required in schema.get("required", ()):
        assert not validator.is_valid({name: value for name, value in data.items() if name != required})


@pytest.mark.parametrize("event", ALL, ids=name_of)
def test_an_event_reads_as_a_sentence(event: type[Event]) -> None:
    words = registry.read(
        event.event_type, event.event_version, data_in(path_of(event, event.event_version))
    ).in_words()
    assert re.search("[ぁ-ん]", words), f"{event.event_type} has no words for people: name them at its class"
    assert not re.search("[{}]", words)


@pytest.mark.parametrize("event", EVENTS, ids=name_of)
def test_an_event_is_named_by_the_rules(event: type[Event]) -> None:
    assert re.fullmatch(r"kyodo\.[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*", event.event_type), (
        f"{event.event_type} is not kyodo.<service>.<what-happened>, in lower case with hyphens"
    )
    words = "".join(word.capitalize() for word in event.event_type.split(".")[2].split("-"))
    assert words == event.__name__, "the class is called like the type"


@pytest.mark.parametrize("event", PUBLISHED, ids=name_of)
def test_a_published_event_is_a_contract_with_a_topic_of_its_service(event: type[Event]) -> None:
    name = event.event_type.split(".")[1]
    assert event.topic
    assert re.fullmatch(rf"kyodo\.{name}\.[a-z]+(-[a-z]+)*\.v1", event.topic.name)
    contracts = f"kyodo_events.contracts.{name.replace('-', '_')}"
    assert f"{event.__module__}.".startswith((f"{contracts}.", f"{contracts}_")), (
        "an event that leaves its service is defined in kyodo_events.contracts, where consumers may import it"
    )
    assert event.topic in SERVICES[name].published
    assert event.key_field is None or event.key_field in event.model_fields


@pytest.mark.parametrize("event", [event for event in EVENTS if not event.topic], ids=name_of)
def test_an_internal_event_stays_in_its_slice(event: type[Event]) -> None:
    name = event.event_type.split(".")[1].replace("-", "_")
    assert event.__module__.startswith(f"kyodo_{name}.")


def test_every_old_version_has_an_upcaster() -> None:
    registry.check()
