"""Processing: the effect of records, the proof that they were taken, and the place reached, in one transaction."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import asyncpg
import structlog

from kyodo_events import inbox, metrics, parking, tracing
from kyodo_events.arrivals import Arrival, read
from kyodo_events.cloudevents import KafkaRecord
from kyodo_events.database import Database, Transaction
from kyodo_events.event import Event
from kyodo_events.gaps import Gap, mark_consumed
from kyodo_events.inbox import Stored
from kyodo_events.reactions import Reactions
from kyodo_events.sql_views import ARRIVING
from kyodo_events.views import View, apply_all

TRANSACTION_SECONDS = 60.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of some records."""

    effective: int
    duplicates: int
    parked: int


class Effects:
    """What the events of others lead to in one service: its read models, then its reactions."""

    def __init__(self, views: Iterable[View] = (), reactions: Iterable[Reactions] = ()) -> None:
        self._views, self._reactions = tuple(views), tuple(reactions)
        heard: set[type[Event]] = set().union(*(v.events for v in self._views), *(r.events for r in self._reactions))
        self.listens = frozenset(event.event_type for event in heard)

    async def take(self, tx: Transaction, arrivals: Sequence[Arrival]) -> Stored:
        """Store what is new in the inbox, and give it its effect."""
        stored = await inbox.store(tx, arrivals)
        if stored.fresh:
            fresh = [arrival.event() for arrival in stored.fresh]
            await apply_all(tx, self._views, fresh, ARRIVING)
            for reactions in self._reactions:
                await reactions.react(fresh, tx)
        return stored


class Processor:
    """What one service does with the events of others. One consumer a database: the inbox is shared.

    Later records of a key wait behind one that is parked, unless the effects commute and come in `any_order`.
    """

    def __init__(
        self,
        database: Database,
        consumer: str,
        views: Iterable[View] = (),
        reactions: Iterable[Reactions] = (),
        wake: Callable[[], None] | None = None,
        *,
        any_order: bool = False,
    ) -> None:
        self.database, self.consumer, self._any_order = database, consumer, any_order
        self._effects, self._wake = Effects(views, reactions), wake
        self.listens = self._effects.listens

    async def process(
        self, records: Sequence[KafkaRecord], widths: Mapping[str, int], *, fault: str | None = None, attempts: int = 1
    ) -> Taken:
        """Take records of any partitions, each partition's in order; all or nothing.

        `widths` are the numbers of partitions of the topics. With `fault` the records are parked for it
        instead of having their effect. Raises whatever a view, a reaction or the database raises.
        """
        arrivals = [arrival for record in records if (arrival := read(record, self.listens)) is not None]
        if fault is not None:
            arrivals = [replace(a, fault=a.fault or fault) for a in arrivals]
        came_from = (a.recorded.audit.traceparent for a in arrivals if a.recorded)
        with tracing.taking(self.consumer, came_from):
            async with asyncio.timeout(TRANSACTION_SECONDS), self.database.transaction() as tx:
                going, letters = await parking.sort_out(tx, self.consumer, arrivals, any_order=self._any_order)
                stored = await self.take(tx, going)
                letters += stored.conflicting
                await parking.park(tx, self.consumer, letters, attempts)
                gaps = await mark_consumed(tx, self.consumer, records, widths)
        if going:
            metrics.read_model_lag.labels(self.consumer).set(time.time() - going[-1].event().at.timestamp())
        effective = len(stored.fresh)
        taken = Taken(effective, len(arrivals) - effective - len(letters), len(letters))
        return self._account(taken, letters, gaps)

    async def take(self, tx: Transaction, arrivals: Sequence[Arrival]) -> Stored:
        """Give the events that are new their effect; answers with them, and with those that contradict earlier ones."""
        return await self._effects.take(tx, arrivals)

    async def count_parked(self) -> int:
        """How many records wait to be replayed or dismissed; sets the gauge."""
        async with self.database.transaction(read_only=True) as tx:
            count = int(
                await tx.scalar(
                    "SELECT count(*) FROM dead_letter WHERE consumer = $1 AND state = 'parked'", self.consumer
                )
            )
        metrics.parked.labels(self.consumer).set(count)
        return count

    def _account(self, taken: Taken, letters: Sequence[Arrival], gaps: Sequence[Gap]) -> Taken:
        metrics.consumed.labels(self.consumer).inc(taken.effective)
        metrics.duplicates.labels(self.consumer).inc(taken.duplicates)
        for letter in letters:
            metrics.dead_letters.labels(self.consumer).inc()
            log.warning(
                "record-parked",
                consumer=self.consumer,
                topic=letter.record.topic,
                partition=letter.record.partition,
                offset=letter.record.offset,
                event_id=str(letter.id),
                reason=letter.fault,
            )
        for gap in gaps:
            metrics.offset_gaps.labels(self.consumer, gap.topic).inc()
            log.error("offsets-missing", consumer=self.consumer, **gap._asdict())
        if self._wake is not None:
            self._wake()
        return taken


# Errors of the road, not of the event: they pass, or an operator cures them, and the same records then succeed.
_PASSING = (
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.InsufficientResourcesError,
    asyncpg.OperatorInterventionError,
    asyncpg.TransactionRollbackError,  # serialization, deadlock
    asyncpg.LockNotAvailableError,
    asyncpg.ReadOnlySQLTransactionError,  # a primary that became a standby
    asyncpg.PostgresSystemError,
    OSError,
    TimeoutError,
)


def passing(error: BaseException) -> bool:
    """Whether the error says nothing about the records: such are tried again for ever."""
    if isinstance(error, asyncpg.InterfaceError):
        return "clos" in str(error) or "termin" in str(error)  # a connection or pool that is gone; else a mistake
    return isinstance(error, _PASSING)
