"""Reactions: what the events of other services do here.

A reaction gets each event exactly once, in batches, in a transaction that also holds the proof of its
consumption. Delivery, deduplication, offsets, retries and parking are the consumer's work.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from kyodo_events.database import Transaction
from kyodo_events.event import Batch, Event

Reaction = Callable[[Batch[Any], Transaction], Awaitable[None]]


class Reactions:
    """The reactions of one slice, by event type."""

    def __init__(self) -> None:
        self.handlers: list[tuple[frozenset[type[Event]], Reaction]] = []

    def on(self, *events: type[Event]) -> Callable[[Reaction], Reaction]:
        """Decorate a coroutine that takes batches of these events; all types of one batch come in one call."""

        def add(reaction: Reaction) -> Reaction:
            self.handlers.append((frozenset(events), reaction))
            return reaction

        return add

    @property
    def events(self) -> frozenset[type[Event]]:
        """The event types these reactions take."""
        return frozenset().union(*(events for events, _ in self.handlers))

    async def react(self, batch: Batch[Event], tx: Transaction) -> None:
        """Give each reaction the events of its types, in their order of arrival."""
        for events, reaction in self.handlers:
            taken = [record for record in batch if type(record.event) in events]
            if taken:
                await reaction(taken, tx)
