"""What happened: events, the registry of their types, and how old versions are read.

An event has a stable type name and a version, never an import path: its class may move, what was written
stays readable. Old versions are brought up to the current one by pure functions (`upcasts`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, ClassVar, Generic, TypeVar, cast
from uuid import UUID

import orjson
import uuid_utils.compat
from pydantic import BaseModel, ConfigDict

from kyodo_events.words import sentence

JsonObject = dict[str, Any]
Upcaster = Callable[[JsonObject], JsonObject]
Reader = Callable[[bytes | str | JsonObject], "Event"]


@dataclass(frozen=True, slots=True)
class Topic:
    """A Kafka topic, created by its producer with exactly these settings, never by the broker."""

    name: str
    partitions: int = 6
    retention_ms: int = -1  # the log is kept whole: new consumers read from the beginning


class Event(BaseModel):
    """Base of all events: a frozen fact in the past tense.

    Class keywords: `type`, the stable name without version ("kyodo.procurement.theme-selected"); `version`;
    `topic`, for events that leave the service; `key`, the field whose value is the Kafka record key (the
    municipality for usage; the aggregate's id where none is named); `words`, the sentence by which people read it
    in a history, a template over its fields (see kyodo_events.words).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    event_type: ClassVar[str] = ""
    event_version: ClassVar[int] = 1
    topic: ClassVar[Topic | None] = None
    key_field: ClassVar[str | None] = None
    words_ja: ClassVar[str] = ""

    def __init_subclass__(
        cls,
        *,
        type: str = "",  # noqa: A002 - reads as the envelope's field at every event's definition
        version: int = 1,
        topic: Topic | None = None,
        key: str | None = None,
        words: str = "",
        **config: Any,
    ) -> None:
        super().__init_subclass__(**config)
        if not type:
            return  # an abstract base shared by several events
        cls.event_type, cls.event_version, cls.topic, cls.key_field = type, version, topic, key
        cls.words_ja = words
        registry.register(cls)

    def in_words(self) -> str:
        """What happened, as a Japanese sentence for everybody who may read the aggregate."""
        return sentence(self.words_ja, dict(self))

    def record_key(self, stream: str) -> str:
        """The Kafka record key: events of one key stay in order."""
        return str(getattr(self, self.key_field)) if self.key_field else stream


E = TypeVar("E", bound=Event)
E_co = TypeVar("E_co", bound=Event, covariant=True)


class UnknownEvent(LookupError):
    """An event of a type or version that this release does not know; it is parked, never guessed at."""


class Unreadable(UnknownEvent):
    """An event of an earlier version whose data is not what that version was."""


class EventRegistry:
    """All event types of this process, by name, with the upcasters of their old versions."""

    def __init__(self) -> None:
        self._current: dict[str, type[Event]] = {}
        self._upcasters: dict[tuple[str, int], Upcaster] = {}
        self._readers: dict[tuple[type[Event], int], Reader] = {}

    def register(self, event: type[Event]) -> None:
        """Make the class known under its type name; a second class of that name is a programming error."""
        known = self._current.get(event.event_type)
        if known is not None and known.__qualname__ != event.__qualname__:
            raise TypeError(f"{event.event_type} is both {known.__qualname__} and {event.__qualname__}")
        self._current[event.event_type] = event

    def upcasts(self, event: type[Event], *, from_version: int) -> Callable[[Upcaster], Upcaster]:
        """Decorate a pure function that turns the JSON of `from_version` into that of the next version."""

        def add(upcaster: Upcaster) -> Upcaster:
            self._upcasters[event.event_type, from_version] = upcaster
            return upcaster

        return add

    def check(self) -> None:
        """Refuse to start where a stored old version could not be read."""
        gaps = [
            f"{name} v{version}"
            for name, event in self._current.items()
            for version in range(1, event.event_version)
            if (name, version) not in self._upcasters
        ]
        if gaps:
            raise TypeError(f"no upcaster for {', '.join(sorted(gaps))}")

    def types(self, prefix: str = "kyodo.") -> list[type[Event]]:
        """The current classes whose type name starts with the prefix, in order of name."""
        return [self._current[name] for name in sorted(self._current) if name.startswith(prefix)]

    def read(self, event_type: str, version: int, data: bytes | str | JsonObject) -> Event:
        """The stored JSON as its current class.

        Raises UnknownEvent for a type or version this release does not know and for data that its upcasters
        cannot take, and pydantic's ValidationError for data that does not fit.
        """
        return self.reader(event_type, version)(data)

    def reader(self, event_type: str, version: int) -> Reader:
        """What reads the stored JSON of one type and version, as `read` does. Raises UnknownEvent at once."""
        current = self._current.get(event_type)
        if current is None or not 1 <= version <= current.event_version:
            raise UnknownEvent(f"{event_type}.v{version} is not known to this release")
        known = self._readers.get((current, version))
        if known is None:
            known = self._readers[current, version] = self._make_reader(current, version)
        return known

    def _make_reader(self, current: type[Event], version: int) -> Reader:
        validator = current.__pydantic_validator__  # the class's own methods around it take half as long again
        if version != current.event_version:
            upcast = partial(self._upcast, current.event_type, version, current.event_version)
            return lambda data: cast("Event", validator.validate_python(upcast(data)))
        of_json, of_object = validator.validate_json, validator.validate_python
        return lambda data: cast("Event", of_object(data) if isinstance(data, dict) else of_json(data))

    def _upcast(self, event_type: str, version: int, current: int, data: bytes | str | JsonObject) -> JsonObject:
        try:
            fields: JsonObject = data if isinstance(data, dict) else orjson.loads(data)
            for step in range(version, current):
                fields = self._upcasters[event_type, step](fields)
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            # Whatever an upcaster stumbles over is the fault of the data; its values are not for the log.
            raise Unreadable(f"{event_type}.v{version} cannot be upcast: {type(error).__name__}") from error
        return fields


registry = EventRegistry()


@dataclass(frozen=True, slots=True)
class Audit:
    """Who did it, for which organisation, and what led to it.

    `organisation` is a municipality's six-digit code, "tokyo" for the metropolitan government, or a service
    name for what a service did by itself. `correlation` is shared by all that follows from one request,
    `causation` is the event or request that led to this one.
    """

    actor: str
    organisation: str
    correlation: UUID
    causation: UUID | None = None
    traceparent: str | None = None


@dataclass(frozen=True, slots=True)
class Recorded(Generic[E_co]):
    """An event as it was stored: the fact, its place, and its audit.

    `stream` is the aggregate's id, `version` its place in that stream (from 1), `position` its place among
    all events of the service (gap-free, None until sequenced), `source` the service that wrote it.
    """

    event: E_co
    id: UUID
    category: str
    stream: str
    version: int
    at: datetime
    audit: Audit
    source: str
    position: int | None = None


Batch = Sequence[Recorded[E]]


def new_id() -> str:
    """A new aggregate id: UUIDv7, so that ids sort by time of creation and indexes stay compact."""
    return str(uuid_utils.compat.uuid7())


def new_uuid() -> UUID:
    """A new UUIDv7."""
    return uuid_utils.compat.uuid7()
