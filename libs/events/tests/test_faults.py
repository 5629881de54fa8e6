"""Killed with SIGKILL at each step between commit, publish, acknowledge and mark: nothing lost, nothing twice (G3)."""

from __future__ import annotations

import asyncio
import signal
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import pytest

from conftest import Broker
from kyodo_events import topics
from kyodo_events.cloudevents import decode
from kyodo_events.database import Database
from kyodo_events.event import Topic
from tests.support import messaging
from tests.support.arriving import gaps
from tests.support.databases import Databases
from tests.support.faults_worker import CONSUMER_STEPS, RELAY_STEPS, spawn
from tests.support.messaging import NO_FAULTS, consumer_of, count, effects, faults, log_of, relay_of, running, until

pytestmark = pytest.mark.kafka

STREAMS = [f"s{number}" for number in range(8)]
LAST = 16
EXPECTED = [(stream, number) for stream in STREAMS for number in range(1, LAST + 1)]


@dataclass(frozen=True)
class World:
    """A database with events of its own, and the topic to which they go."""

    database: Database
    url: str
    topic: Topic


Worlds = Callable[[], AbstractAsyncContextManager[World]]


@pytest.fixture
def worlds(databases: Databases) -> Worlds:
    """Makes worlds; one at a time, because the topic of the test events is one for the process."""
    lock = asyncio.Lock()
    return lambda: _world(databases, lock)


@asynccontextmanager
async def _world(databases: Databases, lock: asyncio.Lock) -> AsyncIterator[World]:
    async with AsyncExitStack() as stack:
        async with lock:
            made = await stack.enter_async_context(databases.of("kernel", None))
            await messaging.prepare(made.owner_url(databases.admin_url))
            url = made.app_url(databases.admin_url)
            database = await Database.connect(url, max_size=6)
            stack.push_async_callback(database.close)
            world = World(database, url, messaging.new_topic())
            await _fill(world, 1, LAST)
        yield world


async def _fill(world: World, first: int, last: int) -> None:
    messaging.use_topic(world.topic)
    middle = (first + last) // 2
    for numbers in (range(first, middle + 1), range(middle + 1, last + 1)):
        for stream in STREAMS:
            await count(world.database, stream, numbers)


async def _has_all(world: World, last: int = LAST) -> bool:
    return len(set(await effects(world.database))) == len(STREAMS) * last


async def _killed(task: str, world: World, broker: Broker, step: str, *, plant: str = "") -> None:
    """Run a worker until it has killed itself at the step."""
    worker = await spawn(task, world.url, broker.bootstrap, world.topic, group=world.topic.name, step=step, plant=plant)
    try:
        async with asyncio.timeout(60):
            assert await worker.wait() == -signal.SIGKILL
    finally:
        if worker.returncode is None:
            worker.kill()
            await worker.wait()


async def _exists(broker: Broker, topic: Topic) -> bool:
    return topic.name in await topics.partitions(broker.bootstrap)


async def test_a_relay_killed_at_any_step_loses_nothing_and_has_no_double_effect(
    worlds: Worlds, broker: Broker
) -> None:
    async def live_through(step: str) -> int:
        async with worlds() as world:
            await _killed("publish", world, broker, step)
            relay = relay_of(world.database, broker.bootstrap, world.topic)
            consumer = consumer_of(world.database, broker.bootstrap, world.topic, world.topic.name)
            async with running(relay, consumer):
                await relay.drained()
                await until(lambda: _has_all(world))
                await consumer.idle()
            assert faults(EXPECTED, await effects(world.database)) == NO_FAULTS, step
            deliveries = Counter(decode(record).id for record in await log_of(broker.bootstrap, world.topic.name))
            return sum(times > 1 for times in deliveries.values())

    async with asyncio.TaskGroup() as tasks:
        repeated = {step: tasks.create_task(live_through(step)) for step in RELAY_STEPS}
    assert repeated["acknowledged"].result() > 0  # the road that at-least-once allows for was really taken


async def test_a_consumer_killed_at_any_step_loses_nothing_and_has_no_double_effect(
    worlds: Worlds, broker: Broker
) -> None:
    async def live_through(step: str) -> None:
        async with worlds() as world:
            relay = relay_of(world.database, broker.bootstrap, world.topic)
            async with running(relay):
                await relay.drained()
                await _killed("consume", world, broker, step)
                assert not await _has_all(world), "the worker was meant to die on the way"
                consumer = consumer_of(world.database, broker.bootstrap, world.topic, world.topic.name)
                async with running(consumer):
                    await until(lambda: _has_all(world), within=60)
                    await consumer.idle()
            assert faults(EXPECTED, await effects(world.database)) == NO_FAULTS, step

    async with asyncio.TaskGroup() as tasks:
        for step in CONSUMER_STEPS:
            tasks.create_task(live_through(step))


async def test_the_check_catches_a_place_committed_before_the_effect(worlds: Worlds, broker: Broker) -> None:
    """Planted bug: the place is stored first; a kill before the effect then loses what lies between."""
    async with worlds() as world:
        relay = relay_of(world.database, broker.bootstrap, world.topic)
        async with running(relay):
            await relay.drained()
            await _killed("consume", world, broker, "recorded", plant="commit-before-effect")
            consumer = consumer_of(world.database, broker.bootstrap, world.topic, world.topic.name)
            async with running(consumer):
                await consumer.idle(within=60)
        assert faults(EXPECTED, await effects(world.database))["lost"]


async def test_a_broker_restarted_empty_costs_nothing_but_repetition(worlds: Worlds, fresh_broker: Broker) -> None:
    """Duplicates in the old log shift every offset: whoever trusted the old offsets in the new log would skip."""
    async with worlds() as world:
        await _killed("publish", world, fresh_broker, "acknowledged")
        relay = relay_of(world.database, fresh_broker.bootstrap, world.topic)
        consumer = consumer_of(world.database, fresh_broker.bootstrap, world.topic, world.topic.name)
        async with running(relay, consumer):
            await relay.drained()
            await until(lambda: _has_all(world))
            await consumer.idle()
            await fresh_broker.restart(empty=True)
            await _fill(world, LAST + 1, LAST + 10)
            await until(lambda: _has_all(world, LAST + 10), within=60)
            await relay.drained()
        expected = [(stream, number) for stream in STREAMS for number in range(1, LAST + 11)]
        assert faults(expected, await effects(world.database)) == NO_FAULTS
        records = await log_of(fresh_broker.bootstrap, world.topic.name)
        assert {decode(record).version for record in records} == set(range(1, LAST + 11))  # the log is whole again
        assert await gaps(world.database) == []


async def test_a_broker_restarted_empty_while_the_consumer_is_away(worlds: Worlds, fresh_broker: Broker) -> None:
    async with worlds() as world:
        relay = relay_of(world.database, fresh_broker.bootstrap, world.topic)
        async with running(relay):
            await relay.drained()
            first = consumer_of(world.database, fresh_broker.bootstrap, world.topic, world.topic.name)
            async with running(first):
                await until(lambda: _has_all(world))
            await fresh_broker.restart(empty=True)
            await _fill(world, LAST + 1, LAST + 2)
            await until(lambda: _exists(fresh_broker, world.topic))
            second = consumer_of(world.database, fresh_broker.bootstrap, world.topic, world.topic.name)
            async with running(second):
                await until(lambda: _has_all(world, LAST + 2), within=60)
        expected = [(stream, number) for stream in STREAMS for number in range(1, LAST + 3)]
        assert faults(expected, await effects(world.database)) == NO_FAULTS
        assert await gaps(world.database) == []
