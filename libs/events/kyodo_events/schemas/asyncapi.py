"""AsyncAPI 3.0 documents: topics, the messages in them, their keys, their envelope, and how to reach them.

A document stands alone: it is served as it is, so payload schemas are in it, under the name of their message. The
Kafka bindings (0.5.0) carry what an operator or a consumer needs to know of a topic: partitions, retention, and which
field is the record key.
"""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kyodo_events.event import Event, Topic, registry
from kyodo_events.schemas.envelope import cloud_event, example_headers, schema_urn

JsonObject = dict[str, Any]

BINDING = "0.5.0"
_DESCRIPTION = (
    "CloudEvents 1.0 in Kafka's binary mode. Delivered at least once, in order per record key: drop an event whose"
    " ce_id was seen. A type and version accepts the same data for good; what changes is a new version, and a consumer"
    " sets aside a version that it does not know, for later.\n\n"
    "東京都と62区市町村の共同デジタル事業のイベント。少なくとも1回、キーごとに順序どおりに届く。"
)
_SERVERS: JsonObject = {
    "production": {
        "host": "kafka.kyodo.example.jp:9094",
        "protocol": "kafka-secure",
        "title": "An installation's Kafka",
        "description": "A placeholder: each installation tells its own bootstrap servers.",
        "security": [{"$ref": f"#/components/securitySchemes/{scheme}"} for scheme in ("certificate", "password")],
    }
}
_SECURITY: JsonObject = {
    "certificate": {"type": "X509", "description": "A client certificate (mutual TLS) that names the consumer."},
    "password": {"type": "scramSha512", "description": "A name and a password (SASL/SCRAM) over TLS."},
}


@dataclass(frozen=True, slots=True)
class Example:
    """The data of a stored event, and the category of aggregates in whose streams such an event stands."""

    category: str
    data: JsonObject


@dataclass(frozen=True, slots=True)
class Message:
    """One event type and version with its JSON Schema and an example; `event` is the type's current class."""

    event: type[Event]
    version: int
    schema: JsonObject
    example: Example | None = None

    @property
    def name(self) -> str:
        """The name as in `ce_type`: "kyodo.procurement.theme-selected.v1"."""
        return f"{self.event.event_type}.v{self.version}"

    @property
    def service(self) -> str:
        """The service that publishes it."""
        return service_of(self.event.event_type)

    @property
    def topic(self) -> Topic:
        """The topic it is published to. Raises TypeError for an event that has none."""
        if self.event.topic is None:
            raise TypeError(f"{self.event.event_type} has no topic")
        return self.event.topic


def service_of(event_type: str) -> str:
    """The service in a type name: "kyodo.procurement.theme-selected" is procurement's."""
    return event_type.split(".")[1]


def asyncapi_of(name: str, messages: Sequence[Message]) -> JsonObject:
    """The AsyncAPI document, called by this name, of those who publish these messages: a service, or all.

    Raises TypeError where two messages declare one topic with different settings.
    """
    channels = _channels(messages)
    services = sorted({message.service for message in messages})
    return {
        "asyncapi": "3.0.0",
        "id": f"urn:kyodo:service:{name}",
        "info": {
            "title": f"Kyodo: events of {name}",
            "version": "1.0.0",  # of the layout; contracts are versioned one by one, in the message names
            "description": _DESCRIPTION,
            "tags": [_tag(service) for service in services],
        },
        "defaultContentType": "application/json",
        "servers": _SERVERS,
        "channels": {topic.name: _channel_object(topic, group) for topic, group in channels},
        "operations": {f"send-{topic.name}": _operation_object(topic, group) for topic, group in channels},
        "components": {
            "messages": {message.name: _message_object(message) for message in messages},
            "schemas": {
                "CloudEvent": cloud_event(services),
                **{message.name: _payload(message) for message in messages},
            },
            "securitySchemes": _SECURITY,
        },
    }


def _channels(messages: Sequence[Message]) -> list[tuple[Topic, list[Message]]]:
    """Topics and their messages, in order of name."""
    channels: dict[str, tuple[Topic, list[Message]]] = {}
    for message in sorted(messages, key=lambda message: message.topic.name):
        topic, group = channels.setdefault(message.topic.name, (message.topic, []))
        if topic != message.topic:
            raise TypeError(f"{topic.name} is declared twice: {topic} and {message.topic}")
        group.append(message)
    return list(channels.values())


def _tag(service: str) -> JsonObject:
    return {"name": service, "description": f"Events of the service {service}."}


def _channel_object(topic: Topic, messages: Sequence[Message]) -> JsonObject:
    return {
        "address": topic.name,
        "title": topic.name.split(".")[2],
        "description": " ".join(dict.fromkeys(_subject(message.event) for message in messages)),
        "servers": [{"$ref": "#/servers/production"}],
        "messages": {message.name: {"$ref": f"#/components/messages/{message.name}"} for message in messages},
        "tags": [_tag(messages[0].service)],
        "bindings": {
            "kafka": {
                "topic": topic.name,
                "partitions": topic.partitions,
                "topicConfiguration": {"cleanup.policy": ["delete"], "retention.ms": topic.retention_ms},
                "bindingVersion": BINDING,
            }
        },
    }


def _subject(event: type[Event]) -> str:
    """What the topic is about: the first paragraph of the module that defines the contract."""
    module = inspect.getmodule(event)
    return " ".join(inspect.cleandoc((module and module.__doc__) or "").partition("\n\n")[0].split())


def _operation_object(topic: Topic, messages: Sequence[Message]) -> JsonObject:
    return {
        "action": "send",
        "title": f"Publish {topic.name.split('.')[2]}",
        "description": f"{messages[0].service} publishes these events after they are committed, and nobody else does.",
        "channel": {"$ref": f"#/channels/{topic.name}"},
        "messages": [{"$ref": f"#/channels/{topic.name}/messages/{message.name}"} for message in messages],
        "tags": [_tag(messages[0].service)],
    }


def _message_object(message: Message) -> JsonObject:
    words = message.event.words_ja
    described = inspect.cleandoc(message.schema.get("description", ""))
    return {
        "name": message.name,
        "title": message.schema.get("title", message.name),
        "summary": " ".join(described.partition("\n\n")[0].split()),
        "description": f"{described}\n\n{words}" if words else described,
        "contentType": "application/json",
        "headers": {
            "allOf": [
                {"$ref": "#/components/schemas/CloudEvent"},
                {
                    "type": "object",
                    "properties": {
                        "ce_source": {"const": f"/kyodo/{message.service}"},
                        "ce_type": {"const": message.name},
                        "ce_dataschema": {"const": schema_urn(message.event.event_type, message.version)},
                    },
                },
            ]
        },
        "payload": {"$ref": f"#/components/schemas/{message.name}"},
        "correlationId": {
            "description": "Shared by all that one request led to, in every service.",
            "location": "$message.header#/ce_correlationid",
        },
        "tags": [_tag(message.service)],
        "bindings": {"kafka": {"key": _key(message), "bindingVersion": BINDING}},
        **({"examples": [_example_object(message, message.example)]} if message.example else {}),
    }


def _payload(message: Message) -> JsonObject:
    """The JSON Schema of the data within this document, which its references now have to lead through."""
    home = f"#/components/schemas/{message.name}"

    def moved(value: Any) -> Any:
        if isinstance(value, list):
            return [moved(item) for item in value]
        if not isinstance(value, dict):
            return value
        return {
            key: f"{home}{inner.removeprefix('#')}" if key == "$ref" and isinstance(inner, str) else moved(inner)
            for key, inner in value.items()
        }

    standing = {key: value for key, value in message.schema.items() if key not in ("$schema", "$id")}
    moved_schema: JsonObject = moved(standing)
    return moved_schema


def _key(message: Message) -> JsonObject:
    field = message.event.key_field
    if field is None:
        return {"type": "string", "description": "The id of the aggregate, the part of ce_subject after the slash."}
    described = message.schema.get("properties", {}).get(field, {})
    pattern = {"pattern": described["pattern"]} if "pattern" in described else {}
    return {"type": "string", "description": f"The value of the field '{field}'.", "x-field": field, **pattern}


def _example_object(message: Message, example: Example) -> JsonObject:
    event = registry.read(message.event.event_type, message.version, example.data)
    headers = example_headers(event, message.version, example.data, example.category, message.service)
    return {"name": message.name, "summary": event.in_words(), "headers": headers, "payload": example.data}
