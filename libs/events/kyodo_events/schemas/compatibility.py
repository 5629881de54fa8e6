"""What may change in a published contract, and what may not.

**The rule.** A type and version accepts the same data for good. Only words for people may change: titles,
descriptions, examples. Everything else needs the next version of the event, with an upcaster.

Why so strict: contracts are read in both directions. Events that were stored stay readable only if nothing is
narrowed (a lower maximum, a shorter enum, a new required field). Consumers deployed before keep working only if
nothing is widened: they forbid fields they do not know and refuse values out of their bounds, so even a new
optional field, harmless elsewhere, would park every new event there as invalid. With a new version they park it as
what it is, of a version they do not know, and it is replayed once they are upgraded. So consumers go first: a
release that knows version 2 reads version 1 through its upcaster, and then the producer may write version 2.

Topic and record key belong to the type, for all its versions: moving either would break the order of events per
key. Partitions may grow (Kafka cannot take them away), retention may be prolonged.

Rules that a JSON Schema cannot hold, such as shares that sum to 1, are not seen here; the stored examples guard
them, and whoever changes such a rule for stored events needs a new version as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kyodo_events.schemas.differences import differences
from kyodo_events.schemas.generate import PLATFORM, asyncapi_path

JsonObject = dict[str, Any]

_BUMP = (
    "Leave version {version} as it was: set version={next} on the class, write the upcaster"
    " @registry.upcasts({title}, from_version={version}), keep the example {name}.json and add one of version {next}."
)
_KEEP = "Keep it. If events must go elsewhere, define a new event type and publish to its topic."
_RESTORE = "Restore it: events of that version stay in the stores and on the topics, and somebody must read them."


@dataclass(frozen=True, slots=True)
class Break:
    """An incompatible change: in which document, what changed, whom it harms, what to do."""

    document: str
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.document}: {self.what}\n    {self.remedy}"


def breaks(before: Mapping[str, JsonObject], after: Mapping[str, JsonObject]) -> list[Break]:
    """The incompatible changes of events and topics from one set of documents to another, by document.

    The document of all services together repeats those of each, and is passed over.
    """
    found: list[Break] = []
    for path, document in sorted(before.items()):
        if path.startswith("schemas/"):
            found += _schema_breaks(path, document, after.get(path))
        elif path.startswith("asyncapi/") and path != asyncapi_path(PLATFORM):
            found += _topic_breaks(path, document, after.get(path))
    return found


def _schema_breaks(path: str, before: JsonObject, after: JsonObject | None) -> Iterator[Break]:
    if after is None:
        yield Break(path, "this event type or version is gone", _RESTORE)
        return
    name = path.removeprefix("schemas/").removesuffix(".json")
    version = int(name.rpartition(".v")[2])
    remedy = _BUMP.format(version=version, next=version + 1, title=before.get("title", "Event"), name=name)
    for difference in differences(before, after):
        yield Break(path, str(difference), remedy)


def _topic_breaks(path: str, before: JsonObject, after: JsonObject | None) -> Iterator[Break]:
    if after is None:
        return  # then its events are gone too, and each is reported
    homes_before, homes_after = _topics_of_messages(before), _topics_of_messages(after)
    for message in sorted(homes_before.keys() & homes_after.keys()):
        if homes_before[message] != homes_after[message]:
            moved = f"{message} moved from the topic {homes_before[message]} to {homes_after[message]}"
            yield Break(path, moved, _KEEP)
        key_before, key_after = _key(before, message), _key(after, message)
        if key_before != key_after:
            yield Break(path, f"the record key of {message} changed from {key_before} to {key_after}", _KEEP)
    settings_before, settings_after = _settings(before), _settings(after)
    for topic in sorted(settings_before.keys() & settings_after.keys()):
        for what in _settings_breaks(settings_before[topic], settings_after[topic]):
            yield Break(path, f"the topic {topic} {what}", "Keep the setting: consumers count on it.")
    for difference in differences(_envelope(before), _envelope(after)):
        yield Break(path, f"the envelope, {difference}", "Keep the header: consumers read it.")


def _settings_breaks(before: JsonObject, after: JsonObject) -> Iterator[str]:
    if after["partitions"] < before["partitions"]:
        yield f"has {after['partitions']} partitions, it had {before['partitions']}"
    configured, configures = before["topicConfiguration"], after["topicConfiguration"]
    kept, keeps = configured["retention.ms"], configures["retention.ms"]
    if _forever(keeps) < _forever(kept):
        yield f"keeps events for {keeps} ms, it kept them for {kept} (-1: for good)"
    if configures["cleanup.policy"] != configured["cleanup.policy"]:
        yield f"has the cleanup policy {configures['cleanup.policy']}, it had {configured['cleanup.policy']}"


def _forever(retention_ms: int) -> float:
    return float("inf") if retention_ms < 0 else retention_ms


def _topics_of_messages(document: JsonObject) -> dict[str, str]:
    return {message: channel["address"] for channel in document["channels"].values() for message in channel["messages"]}


def _key(document: JsonObject, message: str) -> str:
    key = document["components"]["messages"][message]["bindings"]["kafka"]["key"]
    return f"the field '{key['x-field']}'" if "x-field" in key else "the aggregate's id"


def _settings(document: JsonObject) -> dict[str, JsonObject]:
    return {channel["address"]: channel["bindings"]["kafka"] for channel in document["channels"].values()}


def _envelope(document: JsonObject) -> JsonObject:
    envelope: JsonObject = document["components"]["schemas"]["CloudEvent"]
    return envelope
