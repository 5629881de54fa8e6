"""Commands: load, decide, save. The only way from an endpoint to an event."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, TypeVar

from fastapi import Depends

from kyodo_events.aggregate import Aggregate, Events
from kyodo_events.event import Event, Recorded, new_id
from kyodo_events.store import append, append_each, append_new, first_of, load, load_each, load_or_new
from kyodo_events.values.fiscal import tokyo_date
from kyodo_events.views import apply_all
from kyodo_platform.context import ANONYMOUS, RequestContext, current
from kyodo_platform.identity.model import Identity

A = TypeVar("A", bound=Aggregate)
Decision = Callable[[A], Events]


class CommandBus:
    """Takes decisions on aggregates inside the request's one transaction.

    Events, outbox, read models and the idempotent answer commit together or not at all (G1). A conflict with
    another command rolls all of it back and repeats the request, a bounded number of times.
    """

    def __init__(self, context: RequestContext) -> None:
        self._context = context
        self._recorded = False

    @property
    def identity(self) -> Identity:
        """Who commands."""
        return self._context.identity or Identity(ANONYMOUS, frozenset(), None)

    @property
    def now(self) -> datetime:
        """The moment of the request: the only clock a decision ever sees, as an argument."""
        return self._context.now

    @property
    def today(self) -> date:
        """The day of the request in Tokyo."""
        return tokyo_date(self._context.now)

    @property
    def has_recorded(self) -> bool:
        """Whether this request recorded anything so far.

        Only what is written holds a stream at its version until the end. A second decision that rests on a first one
        which changed nothing must not be taken: what it rests on may change before it is saved.
        """
        return self._recorded

    async def create(self, aggregate: type[A], decide: Decision[A], *, id: str | None = None) -> A:  # noqa: A002 - the name of what it is
        """Begin a new stream with what is decided. Raises ConcurrentChange where a given id exists already."""
        return await self._save(aggregate(id=id or new_id()), decide)

    async def on(self, aggregate: type[A], stream: str, decide: Decision[A]) -> A:
        """Decide on an existing aggregate.

        Raises NotFound where there is none, StaleVersion where it is not at the version of If-Match.
        """
        return await self._save(self._expected(await load(self._context.tx, aggregate, stream)), decide)

    async def on_or_new(self, aggregate: type[A], stream: str, decide: Decision[A]) -> A:
        """Decide on an aggregate whose id says what it is about, be it with a past or without one (version 0).

        Raises StaleVersion as `on` does.
        """
        return await self._save(self._expected(await load_or_new(self._context.tx, aggregate, stream)), decide)

    async def read(self, aggregate: type[A], stream: str) -> A:
        """Another aggregate's state, to decide by. Raises NotFound where there is none."""
        return await load(self._context.tx, aggregate, stream)

    async def read_or_new(self, aggregate: type[A], stream: str) -> A:
        """The same, without a past (version 0) where there is none: its id is another's, or follows from who asks."""
        return await load_or_new(self._context.tx, aggregate, stream)

    async def read_each(self, aggregate: type[A], streams: Collection[str]) -> Mapping[str, A]:
        """Many aggregates by one query, by their ids; without a past (version 0) where there is none."""
        return await load_each(self._context.tx, aggregate, streams)

    async def save_each(self, aggregate: type[A], decided: Iterable[tuple[A, Sequence[Event]]]) -> None:
        """Save what was decided on many aggregates that were read by `read_each`, by one statement.

        For a list that is taken as a whole: decide on each row, name all that are refused, save where none is.
        """
        context = self._context
        changes = [(state.id, state.version, events) for state, events in decided if events]
        if not changes:
            return
        recorded = await append_each(
            context.tx, aggregate.category, changes, context.now, context.audit, context.runtime.service.name
        )
        await self._publish(recorded)

    async def record_each(self, category: str, records: Iterable[tuple[str, Event]]) -> Sequence[Recorded[Event]]:
        """Record many events, each the only one of its stream; answers with those that are new.

        The stream's id is the record's own identity, so a repeated batch records nothing twice.
        """
        context = self._context
        recorded = await append_new(
            context.tx, category, records, context.now, context.audit, context.runtime.service.name
        )
        if recorded:
            await self._publish(recorded)
        return recorded

    async def first_of(self, category: str, streams: Collection[str]) -> Mapping[str, Recorded[Event]]:
        """What was recorded first under these ids, as far as anything was: to compare with what comes again."""
        return await first_of(self._context.tx, category, streams, self._context.runtime.service.name)

    def _expected(self, state: A) -> A:
        """Hold the caller to the version of If-Match, once: the ETag is of the first resource that is decided on."""
        self._context.expect_version(state.version)
        self._context.if_match = "*"
        return state

    async def _save(self, state: A, decide: Decision[A]) -> A:
        events = list(decide(state))
        if not events:
            return state
        context = self._context
        recorded = await append(
            context.tx,
            state.category,
            state.id,
            state.version,
            events,
            context.now,
            context.audit,
            context.runtime.service.name,
        )
        await self._publish(recorded)
        return state.fold(events)

    async def _publish(self, recorded: Sequence[Recorded[Event]]) -> None:
        self._recorded = True
        happened = {type(r.event) for r in recorded}
        concerned = (view for view in self._context.runtime.views if not happened.isdisjoint(view.events))
        await apply_all(self._context.tx, concerned, recorded)
        self._context.tx.after_commit(self._context.runtime.wake_relay)


async def _command_bus() -> CommandBus:
    return CommandBus(current.get())


Commands = Annotated[CommandBus, Depends(_command_bus)]
