"""The consumer: takes the events of other services, each exactly once in its effect (G3).

This file polls and minds the group; `placing` finds where to go on, `taking` tries until every record is
settled, `processing` gives records their effect, `parking` puts aside what cannot have it. The order is always:
the database first, Kafka's offsets after it.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, ConsumerRecord, TopicPartition
from aiokafka.errors import IllegalStateError

from kyodo_events import metrics
from kyodo_events.arrivals import reason
from kyodo_events.database import Database
from kyodo_events.event import Topic
from kyodo_events.kafka import STOP_SECONDS, TROUBLE, ConnectionWatch, backoff
from kyodo_events.kafka_address import client_options
from kyodo_events.placing import place
from kyodo_events.processing import Processor
from kyodo_events.reactions import Reactions
from kyodo_events.taking import Patience, Taker
from kyodo_events.views import View

COMMIT_SECONDS = 5.0
REVOKE_SECONDS = 15.0  # how long a rebalance waits for the batch under way; the group waits twice as long for us
START_SECONDS = 45.0
OBSERVE_SECONDS = 5.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class ConsumerSettings:
    """`batch` records are fetched at a time, `partition_bytes` of a partition; all else in seconds.

    `poll` is the longest wait for records, `new_topics` the time after which a topic created later is found,
    `stuck` the silence or delay after which the consumer calls itself unhealthy.
    """

    batch: int = 16_000
    partition_bytes: int = 4 << 20
    poll: float = 0.25
    session: float = 10.0
    heartbeat: float = 1.0
    new_topics: float = 3.0
    stuck: float = 60.0
    patience: Patience = field(default_factory=Patience)


class Consumer:
    """One service's consumer; `name` is the service and its Kafka group. Run one in every process."""

    def __init__(
        self,
        database: Database,
        name: str,
        bootstrap: str,
        topics: Iterable[Topic],
        views: Iterable[View] = (),
        reactions: Iterable[Reactions] = (),
        settings: ConsumerSettings | None = None,
        wake: Callable[[], None] | None = None,
        *,
        any_order: bool = False,
    ) -> None:
        self.processor = Processor(database, name, views, reactions, wake, any_order=any_order)
        self._database, self._name, self._bootstrap = database, name, bootstrap
        self._topics = tuple(topic.name for topic in topics)
        self._settings = settings or ConsumerSettings()
        self._taker = Taker(self.processor, self._settings.patience, self._width)
        self._placed: set[TopicPartition] = set()
        self._reached: dict[TopicPartition, int] = {}
        self._behind_since: dict[TopicPartition, float] = {}
        self._joined, self._generation = False, 0
        self._working, self._stopping = asyncio.Lock(), asyncio.Event()
        self._last_poll = self._last_look = time.monotonic()
        self._kafka: AIOKafkaConsumer | None = None
        self._task: asyncio.Task[None] | None = None

    # what a process does with it

    def start(self) -> None:
        """Begin in the background."""
        self._last_poll = time.monotonic()
        self._task = asyncio.create_task(self._run(), name=f"consumer-{self._name}")

    async def stop(self, within: float = 15.0) -> None:
        """Finish the batch under way, commit and leave the group; after `within` seconds it is cut off."""
        self._stopping.set()
        if self._task is not None:
            await asyncio.wait({self._task}, timeout=within)
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    def health(self) -> tuple[bool, str]:
        """Whether it gets on, and why not. Alive is not enough: it must poll as a member, and take what came."""
        silent = time.monotonic() - self._last_poll
        if silent > self._settings.stuck:
            return False, f"no successful poll as a member of the group for {silent:.0f} s"
        waiting = time.monotonic() - self._taker.held_since()
        if waiting > self._settings.stuck:
            return False, f"records have been waiting for {waiting:.0f} s for an attempt that succeeds"
        return True, "polling"

    async def idle(self, within: float = 30.0) -> None:
        """Wait until everything in the topics has been taken or parked. Raises TimeoutError."""
        async with asyncio.timeout(within):
            asked = time.time() * 1000
            while not await self._nothing_left(asked):  # noqa: ASYNC110 - the answer is the broker's, no event tells
                await asyncio.sleep(0.05)

    # the loop

    async def _run(self) -> None:
        attempt = 0
        while not self._stopping.is_set():
            began = time.monotonic()
            try:
                async with self._member() as kafka:
                    watch = ConnectionWatch(kafka._client)
                    while not self._stopping.is_set():
                        await self._turn(kafka, watch)
            except Exception as error:
                attempt = 1 if time.monotonic() - began > START_SECONDS else attempt + 1
                log.warning("consumer-trouble", consumer=self._name, attempt=attempt, error=reason(error))
                with suppress(TimeoutError):
                    async with asyncio.timeout(backoff(attempt)):
                        await self._stopping.wait()

    async def _turn(self, kafka: AIOKafkaConsumer, watch: ConnectionWatch) -> None:
        """Poll once; take what came, and what is due again."""
        await self._place_new(kafka)
        fetched = await self._poll(kafka)
        async with self._working:
            if watch.broken():  # what came may be of another log
                self._forget(kafka)
            elif self._joined and not kafka.assignment() - self._placed:
                self._taker.hold(fetched)
                await self._taker.take_due()
                await self._settle(kafka)
            # else the group changed during the poll: what came is fetched again, from where its partition is placed
        await self._observe(kafka)

    async def _place_new(self, kafka: AIOKafkaConsumer) -> None:
        """Find the place in partitions that were just assigned, or whose broker may be another one."""
        generation, unplaced = self._generation, kafka.assignment() - self._placed
        if not self._joined or not unplaced:
            return
        try:
            await place(kafka, self._database, self._name, unplaced)
        except IllegalStateError:
            return  # the group changed meanwhile; what we hold then is placed in the next turn
        if generation == self._generation:
            self._placed |= unplaced

    async def _poll(self, kafka: AIOKafkaConsumer) -> dict[TopicPartition, list[ConsumerRecord]]:
        """The next records; none while the group rebalances."""
        wait = max(0.01, min(self._settings.poll, self._taker.next_due() - time.monotonic()))
        try:
            async with asyncio.timeout(wait + 1.0):  # aiokafka waits for a rebalance without a bound
                fetched = await kafka.getmany(timeout_ms=int(wait * 1000), max_records=self._settings.batch)
        except TimeoutError:
            return {}
        if self._joined:
            self._last_poll = time.monotonic()
        return dict(fetched)

    async def _settle(self, kafka: AIOKafkaConsumer) -> None:
        """Commit what is taken, pause partitions that wait, let go of those that are through."""
        offsets = {}
        for partition, held in list(self._taker.held.items()):
            if held.records:
                offsets[partition] = held.records[0].offset
                kafka.pause(partition)
            else:
                offsets[partition] = await kafka.position(partition)
                del self._taker.held[partition]
                kafka.resume(partition)
            self._reached[partition] = offsets[partition]
            self._behind_since.pop(partition, None)
        if not offsets:
            return
        try:
            async with asyncio.timeout(COMMIT_SECONDS):
                await kafka.commit(offsets)
        except (*TROUBLE, IllegalStateError) as error:  # loses nothing: the place is in the database already
            log.info("offsets-not-committed", consumer=self._name, error=reason(error))

    # the group

    @asynccontextmanager
    async def _member(self) -> AsyncIterator[AIOKafkaConsumer]:
        """Join the group; leave it at the end."""
        settings = self._settings
        kafka = AIOKafkaConsumer(
            **client_options(self._bootstrap),
            group_id=self._name,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            session_timeout_ms=int(settings.session * 1000),
            heartbeat_interval_ms=int(settings.heartbeat * 1000),
            rebalance_timeout_ms=int(REVOKE_SECONDS * 2000),
            request_timeout_ms=int(REVOKE_SECONDS * 3000),
            metadata_max_age_ms=int(settings.new_topics * 1000),
            fetch_max_wait_ms=int(settings.poll * 1000),
            max_partition_fetch_bytes=settings.partition_bytes,
        )
        # By pattern: a subscription by name asks for metadata by name, and that lets a broker create the topics.
        kafka.subscribe(pattern=f"^({'|'.join(map(re.escape, self._topics))})$", listener=_Rebalances(self))
        try:
            async with asyncio.timeout(START_SECONDS):
                await kafka.start()
            self._kafka = kafka
            yield kafka
        finally:
            self._kafka, self._joined = None, False
            self._trust_nothing()
            with suppress(*TROUBLE):
                async with asyncio.timeout(STOP_SECONDS):
                    await kafka.stop()

    async def rebalancing(self) -> None:
        """The group is about to change: finish the batch under way, then hold nothing and trust no place."""
        self._joined = False
        with suppress(TimeoutError):
            async with asyncio.timeout(REVOKE_SECONDS), self._working:
                pass
        self._trust_nothing()

    def rebalanced(self) -> None:
        """We are a member again."""
        self._joined = True

    def _trust_nothing(self) -> None:
        self._generation += 1
        self._placed.clear()
        self._taker.held.clear()
        self._reached.clear()
        self._behind_since.clear()

    def _forget(self, kafka: AIOKafkaConsumer) -> None:
        log.info("connection-replaced", consumer=self._name)
        self._trust_nothing()
        kafka.resume(*kafka.paused())

    def _width(self, topic: str) -> int:
        return len(self._kafka.partitions_for_topic(topic) or ()) if self._kafka is not None else 0

    # what is left

    async def _nothing_left(self, asked: float) -> bool:
        """Whether every partition answered since `asked` (Unix milliseconds), and all it had was taken."""
        kafka = self._kafka
        if kafka is None or not self._joined or self._taker.held or self._working.locked():
            return False
        partitions = kafka.assignment()
        if not partitions or partitions - self._placed:
            return False
        for partition in partitions:
            answered, end = kafka.last_poll_timestamp(partition), kafka.highwater(partition)
            if end is None or (answered or 0) < asked or await kafka.position(partition) < end:
                return False
        return not self._taker.held and not self._working.locked()

    async def _observe(self, kafka: AIOKafkaConsumer) -> None:
        """Set the gauges: how far behind we are per topic, and how many letters wait."""
        behind = dict.fromkeys(self._topics, 0.0)
        now = time.monotonic()
        for partition, reached in self._reached.items():
            if (kafka.highwater(partition) or 0) > reached:
                waiting = now - self._behind_since.setdefault(partition, now)
                behind[partition.topic] = max(behind[partition.topic], waiting)
            else:
                self._behind_since.pop(partition, None)
        for topic, seconds in behind.items():
            metrics.consumer_lag.labels(self._name, topic).set(seconds)
        if time.monotonic() - self._last_look > OBSERVE_SECONDS:
            self._last_look = time.monotonic()
            with suppress(Exception):  # a figure is missing while the database is; the loop has to go on
                await self.processor.count_parked()


class _Rebalances(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka leaves its classes untyped
    """Passes the group's changes on to the consumer."""

    def __init__(self, consumer: Consumer) -> None:
        self._consumer = consumer

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        await self._consumer.rebalancing()

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        self._consumer.rebalanced()
