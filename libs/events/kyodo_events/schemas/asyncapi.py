"""AsyncAPI 3.0 documents: a service's topics, the messages in them, their keys and their envelope.

Payloads are references to the JSON Schemas beside the document. The Kafka bindings (0.5.0) carry what an operator
or a consumer needs to know of the topic: partitions, retention, and which field is the record key.
"""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kyodo_events.event import Event, Topic

JsonObject = dict[str, Any]

BINDING = "0.5.0"
_UUID = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"


@dataclass(frozen=True, slots=True)
class Message:
    """One event type and version with its JSON Schema; `event` is the type's current class."""

    event: type[Event]
    version: int
    schema: JsonObject

    @property
    def name(self) -> str:
        """The name as in `ce_type`: "kyodo.procurement.theme-selected.v1"."""
        return f"{self.event.event_type}.v{self.version}"

    @property
    def topic(self) -> Topic:
        """The topic it is published to. Raises TypeError for an event that has none."""
        if self.event.topic is None:
            raise TypeError(f"{self.event.event_type} has no topic")
        return self.event.topic


def schema_urn(event_type: str, version: int) -> str:
    """The identity of a JSON Schema, the same that messages carry in `ce_dataschema`."""
    return f"urn:kyodo:schema:{event_type}.v{version}"


def asyncapi_of(service: str, messages: Sequence[Message]) -> JsonObject:
    """The AsyncAPI document of a service that publishes these messages.

    Raises TypeError where two of them declare one topic with different settings.
    """
    channels = _channels(messages)
    return {
        "asyncapi": "3.0.0",
        "id": f"urn:kyodo:service:{service}",
        "info": {
            "title": f"Kyodo: events of {service}",
            "version": "1.0.0",  # of the layout; contracts are versioned one by one, in the message names
            "description": (
                "CloudEvents 1.0 in Kafka's binary mode. Delivered at least once, in order per record key: drop an"
                " event whose ce_id was seen. A message of a version unknown to a consumer is parked, not guessed at."
            ),
        },
        "defaultContentType": "application/json",
        "channels": {name: _channel_object(topic, group) for name, (topic, group) in channels.items()},
        "operations": {
            f"publish-{name}": {
                "action": "send",
                "channel": {"$ref": f"#/channels/{name}"},
                "messages": [{"$ref": f"#/channels/{name}/messages/{message.name}"} for message in group],
            }
            for name, (_, group) in channels.items()
        },
        "components": {
            "messages": {message.name: _message_object(message) for message in messages},
            "schemas": {"CloudEvent": _cloud_event(service)},
        },
    }


def _channels(messages: Sequence[Message]) -> dict[str, tuple[Topic, list[Message]]]:
    """Topics and their messages by the channel's name: "kyodo.procurement.themes.v1" is "themes-v1"."""
    channels: dict[str, tuple[Topic, list[Message]]] = {}
    for message in sorted(messages, key=lambda message: message.topic.name):
        name = "-".join(message.topic.name.split(".")[2:])
        topic, group = channels.setdefault(name, (message.topic, []))
        if topic != message.topic:
            raise TypeError(f"{topic.name} is declared twice: {topic} and {message.topic}")
        group.append(message)
    return channels


def _channel_object(topic: Topic, messages: Sequence[Message]) -> JsonObject:
    return {
        "address": topic.name,
        "messages": {message.name: {"$ref": f"#/components/messages/{message.name}"} for message in messages},
        "bindings": {
            "kafka": {
                "topic": topic.name,
                "partitions": topic.partitions,
                "topicConfiguration": {"cleanup.policy": ["delete"], "retention.ms": topic.retention_ms},
                "bindingVersion": BINDING,
            }
        },
    }


def _message_object(message: Message) -> JsonObject:
    description = message.schema.get("description", "")
    return {
        "name": message.name,
        "title": message.schema.get("title", message.name),
        "description": inspect.cleandoc(description),
        "contentType": "application/json",
        "headers": {
            "allOf": [
                {"$ref": "#/components/schemas/CloudEvent"},
                {
                    "type": "object",
                    "properties": {
                        "ce_type": {"const": message.name},
                        "ce_dataschema": {"const": schema_urn(message.event.event_type, message.version)},
                    },
                },
            ]
        },
        "payload": {"$ref": f"../schemas/{message.name}.json"},
        "bindings": {"kafka": {"key": _key(message), "bindingVersion": BINDING}},
    }


def _key(message: Message) -> JsonObject:
    field = message.event.key_field
    if field is None:
        return {"type": "string", "description": "The id of the aggregate, the part of ce_subject after the slash."}
    described = message.schema.get("properties", {}).get(field, {})
    pattern = {"pattern": described["pattern"]} if "pattern" in described else {}
    return {"type": "string", "description": f"The value of the field '{field}'.", "x-field": field, **pattern}


def _cloud_event(service: str) -> JsonObject:
    """The headers that `kyodo_events.cloudevents` writes, all of them text in UTF-8."""
    headers: JsonObject = {
        "content-type": {"const": "application/json"},
        "ce_specversion": {"const": "1.0"},
        "ce_id": {"type": "string", "pattern": _UUID, "description": "UUIDv7; the same in every delivery."},
        "ce_source": {"const": f"/kyodo/{service}"},
        "ce_type": {"type": "string", "description": "Event type and version."},
        "ce_dataschema": {"type": "string", "description": "The $id of the payload's JSON Schema."},
        "ce_subject": {"type": "string", "pattern": "^[a-z][a-z-]*/.+$", "description": "Aggregate and its id."},
        "ce_time": {"type": "string", "format": "date-time", "description": "When it was recorded, in UTC."},
        "ce_streamversion": {
            "type": "string",
            "pattern": "^[1-9][0-9]*$",
            "description": "Its place among the events of the aggregate, from 1.",
        },
        "ce_partitionkey": {"type": "string", "description": "The record key."},
        "ce_sequence": {
            "type": "string",
            "pattern": "^[0-9]{20}$",
            "description": "Its place among all events of the service: gap-free there, with zeros in front.",
        },
        "ce_correlationid": {
            "type": "string",
            "pattern": _UUID,
            "description": "Shared by all that one request led to.",
        },
        "ce_actor": {"type": "string", "description": "Who did it."},
        "ce_organisation": {
            "type": "string",
            "description": "For whom: a municipality's six-digit code, 'tokyo', or the name of a service.",
        },
    }
    optional: JsonObject = {
        "ce_causationid": {
            "type": "string",
            "pattern": _UUID,
            "description": "The event or request that led to this one.",
        },
        "ce_traceparent": {"type": "string", "description": "W3C Trace Context of the request."},
    }
    return {
        "type": "object",
        "description": "The envelope, in the headers of the Kafka record. Further headers may be added.",
        "required": sorted(headers),
        "properties": {**headers, **optional},
    }
