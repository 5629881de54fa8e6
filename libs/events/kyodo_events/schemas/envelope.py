"""The envelope of a published event as a schema, and in examples: the headers that `cloudevents.encode` writes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson

from kyodo_events.cloudevents import encode, readable
from kyodo_events.event import Event

JsonObject = dict[str, Any]

_UUID = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"

# What examples share: one request, traced, that a person of a municipality, or of Tokyo, made.
_STREAM = "01941f29-7c00-7000-8000-00000000000e"
_ID = UUID("01941f29-7c00-7000-8000-0000000000e1")
_REQUEST = UUID("01941f29-7c00-7000-8000-0000000000e2")
_AT = datetime(2025, 4, 1, 0, 30, tzinfo=UTC)
_TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def schema_urn(event_type: str, version: int) -> str:
    """The identity of a JSON Schema, the same that messages carry in `ce_dataschema`."""
    return f"urn:kyodo:schema:{event_type}.v{version}"


def cloud_event(services: Iterable[str]) -> JsonObject:
    """The schema of the headers, all of them text in UTF-8, of what these services publish."""
    headers: JsonObject = {
        "content-type": {"const": "application/json"},
        "ce_specversion": {"const": "1.0"},
        "ce_id": {"type": "string", "pattern": _UUID, "description": "UUIDv7; the same in every delivery."},
        "ce_source": {"enum": [f"/kyodo/{service}" for service in services], "description": "Who published it."},
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


def example_headers(event: Event, version: int, data: JsonObject, category: str, service: str) -> dict[str, str]:
    """The headers that the relay would write for this data, had it been stored as this version in such a stream."""
    municipality = data.get("municipality")
    row: Any = {  # a stored row as the relay reads it
        "id": _ID,
        "category": category,
        "stream": _STREAM,
        "version": 1,
        "position": 1042,
        "type": event.event_type,
        "type_version": version,
        "at": _AT,
        "actor": "officer-1",
        "organisation": municipality if isinstance(municipality, str) else "tokyo",
        "correlation": _REQUEST,
        "causation": _REQUEST,
        "traceparent": _TRACE,
        "record_key": event.record_key(_STREAM),
        "data": orjson.dumps(data).decode(),
    }
    return readable(encode(row, service)[2])
