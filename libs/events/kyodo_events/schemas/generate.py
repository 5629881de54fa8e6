"""The documents of the published contracts, made from the event classes.

- `schemas/<type>.v<version>.json`: the JSON Schema (2020-12) of an event's data, one a type and version.
- `asyncapi/<service>.json`: the topics of a service and the messages in them (AsyncAPI 3.0), with an example of each;
  `asyncapi/kyodo.json` has those of all services.

The classes describe the current versions only. Schemas of earlier versions stay as they were committed, because
events of those versions stay in the stores and on the topics for good.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

import orjson

from kyodo_events import contracts
from kyodo_events.contracts.webhooks import WebhookDisabled, webhook_disabled
from kyodo_events.event import Event, registry
from kyodo_events.parking import announcement
from kyodo_events.schemas.asyncapi import Example, Message, asyncapi_of, service_of
from kyodo_events.schemas.envelope import schema_urn

Documents = dict[str, dict[str, Any]]
"""Documents by their path inside the folder of contracts, such as `schemas/kyodo.talent.expert-registered.v1.json`."""

PLATFORM = "kyodo"
"""What the documents of all services together are called."""

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


class MissingVersion(LookupError):
    """The schema of an earlier version was deleted or never committed."""


def published() -> list[type[Event]]:
    """The current classes of all events that leave a service, in order of type name.

    What each service announces of its dead letters and of its webhooks is among them.
    """
    for module in pkgutil.walk_packages(contracts.__path__, f"{contracts.__name__}."):
        importlib.import_module(module.name)
    own = [event for event in registry.types() if event.topic and event.__module__.startswith(contracts.__name__)]
    found = [event for event in own if not issubclass(event, WebhookDisabled)]  # each service has one, tests' too
    services = {service_of(event.event_type) for event in found}
    announced = [kind(service) for service in services for kind in (announcement, webhook_disabled)]
    return sorted([*found, *announced], key=lambda event: event.event_type)


def schema_path(event_type: str, version: int) -> str:
    """Where the JSON Schema of an event type and version stands."""
    return f"schemas/{event_type}.v{version}.json"


def asyncapi_path(service: str) -> str:
    """Where the AsyncAPI document of a service stands."""
    return f"asyncapi/{service}.json"


def schema_of(event: type[Event]) -> dict[str, Any]:
    """The JSON Schema of the event's data as it is written: what every value on the topic fits."""
    return {
        "$schema": _DIALECT,
        "$id": schema_urn(event.event_type, event.event_version),
        **event.model_json_schema(mode="serialization"),
    }


def documents(
    events: Iterable[type[Event]],
    standing: Mapping[str, dict[str, Any]],
    examples: Mapping[str, Example] | None = None,
) -> Documents:
    """All documents of these events, with their examples by message name; earlier versions are the standing ones.

    Raises MissingVersion where an earlier version's schema is not among them.
    """
    made: Documents = {}
    messages: list[Message] = []
    for event in sorted(events, key=lambda event: event.event_type):
        for version in range(1, event.event_version + 1):
            path = schema_path(event.event_type, version)
            made[path] = schema_of(event) if version == event.event_version else _taken_over(path, standing)
            example = (examples or {}).get(f"{event.event_type}.v{version}")
            messages.append(Message(event, version, made[path], example))
    for service, group in groupby(messages, key=lambda message: message.service):
        made[asyncapi_path(service)] = asyncapi_of(service, list(group))
    made[asyncapi_path(PLATFORM)] = asyncapi_of(PLATFORM, messages)
    return made


def text_of(document: Mapping[str, Any]) -> str:
    """The one text of a document: keys sorted, so that a difference in git is a difference in the contract."""
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS).decode() + "\n"


def read(folder: Path) -> dict[str, str]:
    """The texts of the documents in a folder, by path inside it; none where the folder does not exist."""
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.json"))
    }


def write(folder: Path, made: Mapping[str, dict[str, Any]]) -> list[str]:
    """Make the folder hold exactly these documents; answers with the paths that were written or deleted."""
    standing, wanted = read(folder), {path: text_of(document) for path, document in made.items()}
    for path in standing.keys() - wanted.keys():
        (folder / path).unlink()
    for path in wanted:
        if standing.get(path) != wanted[path]:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(wanted[path], encoding="utf-8")
    return differing(standing, wanted)


def differing(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """The paths whose texts differ, or that only one side has, in order."""
    return sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))


def parsed(texts: Mapping[str, str]) -> Documents:
    """Texts as documents. Raises ValueError, naming the path, for one that is no JSON object."""
    found: Documents = {}
    for path, text in texts.items():
        try:
            document = orjson.loads(text)
        except orjson.JSONDecodeError as error:
            raise ValueError(f"{path} is not JSON: {error}") from error
        if not isinstance(document, dict):
            raise ValueError(f"{path} is not a JSON object")
        found[path] = document
    return found


def _taken_over(path: str, standing: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    if path not in standing:
        raise MissingVersion(
            f"{path} is missing. Versions are counted without gaps, and the schema of every version ever published"
            f" stays: restore it from git, or correct the version of the class."
        )
    return standing[path]
