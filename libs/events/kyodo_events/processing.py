"""Processing: the effect of records, the proof that they were taken, and the place reached, in one transaction."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import asyncpg
import orjson
import structlog

from kyodo_events import metrics, parking
from kyodo_events.arrivals import Arrival, mark, read
from kyodo_events.cloudevents import KafkaRecord
from kyodo_events.database import Database, Transaction
from kyodo_events.event import Event, Recorded
from kyodo_events.reactions import Reactions
from kyodo_events.views import View, apply_all

TRANSACTION_SECONDS = 60.0

_ENVELOPE = """
event_id uuid, source text, category text, stream text, version int, type text, type_version smallint, at timestamptz,
actor text, organisation text, correlation uuid, causation uuid, traceparent text, position bigint, data jsonb
"""
_COLUMNS = ", ".join(column.split()[0] for column in _ENVELOPE.split(","))
# One JSON text for a batch: arrays, element by element, cost the driver twice the time. Ordered, because the
# order of insertion is the order of arrival.
_INBOX = f"""
INSERT INTO inbox ({_COLUMNS})
SELECT {_COLUMNS} FROM ROWS FROM (json_to_recordset($1::json) AS ({_ENVELOPE})) WITH ORDINALITY
    AS given ({_COLUMNS}, place)
ORDER BY place ON CONFLICT (event_id) DO NOTHING RETURNING event_id
"""  # noqa: S608 - column names only
_CONSUMED = """
INSERT INTO consumed (consumer, topic, partition, next_offset, last_record, at)
SELECT $1, topic, partition, next_offset, last_record, now()
FROM unnest($2::text[], $3::int[], $4::bigint[], $5::text[]) AS given (topic, partition, next_offset, last_record)
ON CONFLICT (consumer, topic, partition)
DO UPDATE SET next_offset = excluded.next_offset, last_record = excluded.last_record, at = excluded.at
"""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of some records."""

    effective: int
    duplicates: int
    parked: int


class Processor:
    """What one service does with the events of others. One consumer a database: the inbox is shared."""

    def __init__(
        self,
        database: Database,
        consumer: str,
        views: Iterable[View] = (),
        reactions: Iterable[Reactions] = (),
        wake: Callable[[], None] | None = None,
    ) -> None:
        self.database, self.consumer = database, consumer
        self._views, self._reactions, self._wake = tuple(views), tuple(reactions), wake
        heard: set[type[Event]] = set().union(*(v.events for v in self._views), *(r.events for r in self._reactions))
        self.listens = frozenset(event.event_type for event in heard)

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
        async with asyncio.timeout(TRANSACTION_SECONDS), self.database.transaction() as tx:
            going, letters = await parking.sort_out(tx, self.consumer, arrivals)
            effective = await self.take(tx, going)
            await parking.park(tx, self.consumer, letters, attempts)
            await self._mark_consumed(tx, records, widths)
        if going:
            metrics.read_model_lag.labels(self.consumer).set(time.time() - going[-1].event().at.timestamp())
        return self._account(Taken(effective, len(arrivals) - effective - len(letters), len(letters)), letters)

    async def take(self, tx: Transaction, arrivals: Sequence[Arrival]) -> int:
        """Give the events that are new their effect; answers with their number."""
        fresh = await _new_in_inbox(tx, arrivals)
        if fresh:
            await apply_all(tx, self._views, fresh)
            for reactions in self._reactions:
                await reactions.react(fresh, tx)
        return len(fresh)

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

    async def _mark_consumed(self, tx: Transaction, records: Sequence[KafkaRecord], widths: Mapping[str, int]) -> None:
        last = {(record.topic, record.partition): record for record in records}.values()
        columns = zip(*((r.topic, r.partition, r.offset + 1, mark(r, widths[r.topic])) for r in last), strict=True)
        await tx.run(_CONSUMED, self.consumer, *columns)

    def _account(self, taken: Taken, letters: Sequence[Arrival]) -> Taken:
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
        if self._wake is not None:
            self._wake()
        return taken


async def _new_in_inbox(tx: Transaction, arrivals: Sequence[Arrival]) -> list[Recorded[Event]]:
    """Store the events that are not there yet; answers with those, in order of arrival."""
    given = {arrival.id: arrival for arrival in reversed(arrivals)}  # the first delivery of an event stands for it
    if not given:
        return []
    rows = [_inbox_row(arrival) for arrival in reversed(given.values())]
    added = {row["event_id"] for row in await tx.rows(_INBOX, orjson.dumps(rows).decode())}
    return [arrival.event() for arrival in reversed(given.values()) if arrival.id in added]


def _inbox_row(arrival: Arrival) -> dict[str, object]:
    r = arrival.event()
    name, _, version = str(arrival.type).rpartition(".v")  # as written: the data is stored as it came
    return {
        "event_id": r.id,
        "source": r.source,
        "category": r.category,
        "stream": r.stream,
        "version": r.version,
        "type": name,
        "type_version": int(version),
        "at": r.at,
        "actor": r.audit.actor,
        "organisation": r.audit.organisation,
        "correlation": r.audit.correlation,
        "causation": r.audit.causation,
        "traceparent": r.audit.traceparent,
        "position": r.position,
        "data": orjson.Fragment(arrival.record.value or b"null"),
    }


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
