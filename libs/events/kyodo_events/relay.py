"""The relay: carries a service's events to Kafka, at least once and in order per key (G3).

The cursor is a position. It moves only after the broker acknowledged everything up to it, on the very
connection that holds the leader's lock, so that a leader that lost the lock can mark nothing. Each partition
has one batch under way at a time: with several, a later one could succeed where an earlier one failed.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import asyncpg
import structlog

from kyodo_events import metrics, topics, tracing
from kyodo_events.database import Database, Row, Transaction
from kyodo_events.event import Topic
from kyodo_events.kafka import backoff
from kyodo_events.relay_link import RelayLink
from kyodo_events.sequencer import sequence_all

LEADER_LOCK = 0x6B796F646F  # "kyodo"; advisory locks belong to one database, so one number does for all services
VERIFY_SECONDS = 3.0
STANDBY_SECONDS = 1.0
HEALTHY_SECONDS = 10.0  # a loop that ran this long starts over with short pauses

# The join is by primary key in both directions; data is read as text and never parsed.
_NEXT = """
SELECT p.position, e.id, e.category, e.stream, e.version, e.type, e.type_version, e.at, e.actor, e.organisation,
       e.correlation, e.causation, e.traceparent, e.topic, e.record_key,
       CASE WHEN e.topic IS NOT NULL THEN e.data::text END AS data
FROM event_position p JOIN event e ON e.id = p.event_id
WHERE p.position > (SELECT position FROM relay) ORDER BY p.position LIMIT $1
"""
_PROGRESS = """
SELECT (SELECT position FROM sequencer) AS position, (SELECT position FROM relay) AS relayed,
       (SELECT count(*) FROM outbox) AS waiting,
       (SELECT extract(epoch FROM clock_timestamp() - queued_at) FROM outbox ORDER BY seq LIMIT 1) AS waited
"""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a service's events have come: the newest position, how far the relay has published, what still waits.

    `waiting` events have no position yet, the oldest of them for `waited_seconds`.
    """

    position: int
    relayed: int
    waiting: int
    waited_seconds: float


class Relay:
    """One service's relay. Run one in every process; one of them leads, the others stand by.

    `source` is the service's name, `topics` all topics it publishes to, `idempotent` whether the broker knows
    idempotent producers, `batch` the number of events under way at a time, `poll_seconds` the longest wait
    where nobody calls `wake`.
    """

    def __init__(
        self,
        database: Database,
        source: str,
        bootstrap: str,
        topics: Iterable[Topic],
        *,
        idempotent: bool = True,
        batch: int = 2_000,
        poll_seconds: float = 0.25,
        replication: int = topics.BROKER_DEFAULT,
        compression: str | None = None,
    ) -> None:
        self._database, self._source, self._bootstrap = database, source, bootstrap
        self._topics = tuple(topics)
        self._idempotent, self._compression, self._replication = idempotent, compression, replication
        self._batch, self._poll_seconds = batch, poll_seconds
        self._committed, self._placed, self._stopping = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def wake(self) -> None:
        """Say that events were committed; call it after the commit, never inside the transaction."""
        self._committed.set()

    def start(self) -> None:
        """Begin in the background."""
        self._task = asyncio.create_task(self._run(), name=f"relay-{self._source}")

    async def stop(self, within: float = 8.0) -> None:
        """Finish the batch under way and stop; after `within` seconds it is cut off, and sent again next time."""
        self._stopping.set()
        self._committed.set()
        self._placed.set()
        if self._task is not None:
            await asyncio.wait({self._task}, timeout=within)
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def drained(self, within: float = 30.0) -> None:
        """Wait until everything committed so far has been published. Raises TimeoutError."""
        async with asyncio.timeout(within):
            while not await self._observe():  # looks into the database
                self.wake()
                await asyncio.sleep(0.02)

    async def _run(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._forever("sequencing", self._sequence))
            tasks.create_task(self._forever("publishing", self._lead))

    async def _forever(self, what: str, work: Callable[[], Awaitable[None]]) -> None:
        """Do the work again after every error, with growing pauses: there is no error that may end a relay."""
        attempt = 0
        while not self._stopping.is_set():
            began = time.monotonic()
            try:
                await work()
            except Exception as error:
                attempt = 0 if time.monotonic() - began > HEALTHY_SECONDS else attempt + 1
                metrics.relay_errors.labels(self._source).inc()
                log.warning("relay-trouble", service=self._source, what=what, attempt=attempt, error=_words(error))
                await _wait(self._stopping, backoff(attempt))

    async def _sequence(self) -> None:
        """Give positions as events are committed, whether or not Kafka is there: other readers need them too."""
        while not self._stopping.is_set():
            self._committed.clear()
            if placed := await sequence_all(self._database):
                metrics.sequenced.labels(self._source).observe(placed)
                self._placed.set()
            await self._observe()
            await _wait(self._committed, self._poll_seconds)

    async def _lead(self) -> None:
        """Become the leader and publish until something breaks."""
        async with self._database.session() as leader:
            while not await leader.fetchval("SELECT pg_try_advisory_lock($1)", LEADER_LOCK):
                await _wait(self._stopping, STANDBY_SECONDS)
                if self._stopping.is_set():
                    return
            async with self._connected(leader) as link:
                await self._publish(leader, link)

    async def _publish(self, leader: asyncpg.Connection, link: RelayLink) -> None:
        verified = time.monotonic()
        while not self._stopping.is_set():
            self._placed.clear()
            if time.monotonic() - verified > VERIFY_SECONDS:
                await link.refresh()
                verified = time.monotonic()
            link.check()
            rows = await leader.fetch(_NEXT, self._batch)
            if rows:
                with tracing.publishing(self._source, (row["traceparent"] for row in rows)):
                    await link.send(rows)
                link.check()  # acknowledged by a broker that is gone meanwhile counts for nothing
                await self._mark(leader, rows)
            else:
                await _wait(self._placed, self._poll_seconds)

    async def _mark(self, leader: asyncpg.Connection, rows: Sequence[Row]) -> None:
        """Move the cursor behind these events, unless it was set back meanwhile."""
        before, after = rows[0]["position"] - 1, rows[-1]["position"]
        await leader.execute("UPDATE relay SET position = $1 WHERE position = $2", after, before)
        for topic, count in Counter(row["topic"] for row in rows if row["topic"]).items():
            metrics.published.labels(self._source, topic).inc(count)

    @asynccontextmanager
    async def _connected(self, leader: asyncpg.Connection) -> AsyncIterator[RelayLink]:
        await self._prepare_topics(leader)
        link = RelayLink(self._source, self._bootstrap, self._topics, self._idempotent, self._compression)
        try:
            await link.open()
            yield link
        finally:
            await link.close()

    async def _prepare_topics(self, leader: asyncpg.Connection) -> None:
        """Create what is missing; where the broker lost what was published, begin again from the first event.

        The cursor goes back before a topic is created: a crash in between must not leave new topics empty.
        """
        standing = await topics.partitions(self._bootstrap)
        present = {t.name: standing[t.name] for t in self._topics if t.name in standing}
        empty = await topics.never_written(self._bootstrap, present) if present else []
        wrong = [t.name for t in self._topics if t.name in empty and present[t.name] != t.partitions]
        if len(present) < len(self._topics) or await self._published_to(leader, empty):
            tag = await leader.execute("UPDATE relay SET position = 0 WHERE position > 0")
            if tag != "UPDATE 0":
                log.warning("relay-begins-again", service=self._source, reason="the broker does not hold its topics")
        if wrong:  # created by somebody else, with other settings, and still empty
            await topics.remove(self._bootstrap, wrong)
        created = await topics.ensure(self._bootstrap, self._topics, replication=self._replication)
        if created:
            log.info("topics-created", service=self._source, topics=created)

    async def _published_to(self, leader: asyncpg.Connection, names: Sequence[str]) -> bool:
        """Whether the cursor has passed an event of one of these topics."""
        return bool(
            names
            and await leader.fetchval(
                "SELECT EXISTS (SELECT FROM event e JOIN event_position p ON p.event_id = e.id"
                " WHERE e.topic = ANY($1) AND p.position <= (SELECT position FROM relay))",
                names,
            )
        )

    async def _observe(self) -> bool:
        """Set the gauges; answers whether nothing is left to publish."""
        async with self._database.transaction(read_only=True) as tx:
            found = await progress(tx)
        metrics.outbox_depth.labels(self._source).set(found.waiting)
        metrics.outbox_age.labels(self._source).set(found.waited_seconds)
        metrics.sequencer_position.labels(self._source).set(found.position)
        metrics.relay_position.labels(self._source).set(found.relayed)
        metrics.relay_lag.labels(self._source).set(found.position - found.relayed)
        return not found.waiting and found.position == found.relayed


async def progress(tx: Transaction) -> Progress:
    """How far a service's events have come."""
    (row,) = await tx.rows(_PROGRESS)
    return Progress(row["position"], row["relayed"], row["waiting"], float(row["waited"] or 0))


async def republish(database: Database, from_position: int = 0) -> None:
    """Have the relay send all events after this position again, with the same ids; consumers are unmoved."""
    async with database.transaction() as tx:
        await tx.run("UPDATE relay SET position = least(position, $1)", from_position)


async def _wait(event: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()


def _words(error: BaseException) -> str:
    if isinstance(error, BaseExceptionGroup):
        return "; ".join(_words(part) for part in error.exceptions)
    return f"{type(error).__name__}: {error}"[:500]
