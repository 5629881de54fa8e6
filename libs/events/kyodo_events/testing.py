"""Given, when, then: tests of decisions in the words of the rules.

given(Theme).that(drafted, opened).when(lambda theme: theme.select(decision)).refuses(TooFewNeeds(live=1))

And what other services tell, as it arrives: `Effects(views, reactions).take(tx, arrivals(told))`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import count
from typing import Generic, TypeVar

from kyodo_events.aggregate import Aggregate, Events
from kyodo_events.arrivals import Arrival, StoredRecord
from kyodo_events.errors import Refused
from kyodo_events.event import Event, Recorded

_offsets = count()

A = TypeVar("A", bound=Aggregate)


class Given(Generic[A]):
    """An aggregate with a past."""

    def __init__(self, state: A) -> None:
        self.state = state

    def that(self, *events: Event) -> Given[A]:
        """Add events to the past."""
        return Given(self.state.fold(events))

    def when(self, decide: Callable[[A], Events]) -> Outcome[A]:
        """Take a decision on the state."""
        try:
            return Outcome(self.state, list(decide(self.state)), None)
        except Refused as refusal:
            return Outcome(self.state, [], refusal)


class Outcome(Generic[A]):
    """What a decision led to."""

    def __init__(self, before: A, events: list[Event], refusal: Refused | None) -> None:
        self.before, self.events, self.refusal = before, events, refusal

    def then(self, *expected: Event) -> A:
        """The decision led to exactly these events; answers with the state after them."""
        if self.refusal is not None:
            raise self.refusal
        assert self.events == list(expected)
        return self.before.fold(self.events)

    def refuses(self, refusal: Refused) -> None:
        """The decision was refused, for this reason and with these facts."""
        assert self.refusal == refusal, f"expected {refusal!r}, got {self.refusal!r} and {self.events}"


def given(aggregate: type[A], stream: str = "test") -> Given[A]:
    """Start from an aggregate without a past."""
    return Given(aggregate(id=stream))


def arrivals(told: Iterable[Recorded[Event]]) -> list[Arrival]:
    """The events as Kafka brings them, each at an offset of its own."""
    return [Arrival(_record(r), r.id, f"{r.event.event_type}.v{r.event.event_version}", r) for r in told]


def _record(r: Recorded[Event]) -> StoredRecord:
    topic = r.event.topic.name if r.event.topic else "nowhere"
    return StoredRecord(
        topic, 0, next(_offsets), r.event.record_key(r.stream).encode(), r.event.model_dump_json().encode()
    )
