"""The consumer: each event has its effect exactly once, whatever the group, the broker or the database does (G3)."""

from __future__ import annotations

import asyncio
import signal
import time
from typing import Any, cast

import pytest

from conftest import Broker
from kyodo_events import metrics
from kyodo_events.database import Database
from kyodo_events.event import Topic
from kyodo_events.inbox import Stored
from kyodo_events.relay import republish
from tests.support import faults_worker, plants_of_kernel
from tests.support.messaging import NO_FAULTS, consumer_of, count, effects, faults, patient, relay_of, running, until

pytestmark = pytest.mark.kafka

STREAMS = [f"s{number}" for number in range(6)]


def _expected(last: int) -> list[tuple[str, int]]:
    return [(stream, number) for stream in STREAMS for number in range(1, last + 1)]


async def _fill(database: Database, first: int, last: int) -> None:
    for stream in STREAMS:
        await count(database, stream, range(first, last + 1))


async def _all_in(database: Database, expected: list[tuple[str, int]]) -> bool:
    return set(expected) <= set(await effects(database))


async def test_events_sent_twice_have_one_effect(database: Database, broker: Broker, topic: Topic) -> None:
    name = f"twice-{topic.name}"
    relay, consumer = relay_of(database, broker.bootstrap, topic), consumer_of(database, broker.bootstrap, topic, name)
    await _fill(database, 1, 20)
    async with running(relay, consumer):
        await relay.drained()
        await until(lambda: _all_in(database, _expected(20)))
        await republish(database)
        await relay.drained()
        await consumer.idle()
        assert consumer.health() == (True, "polling")
    assert faults(_expected(20), await effects(database)) == NO_FAULTS
    assert metrics.duplicates.labels(name)._value.get() >= len(_expected(20))


async def test_the_check_catches_a_consumer_without_dedupe(
    database: Database, broker: Broker, topic: Topic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted bug: what arrives is taken for new."""
    plants_of_kernel.without_dedupe(monkeypatch)
    await _fill(database, 1, 2)
    relay = relay_of(database, broker.bootstrap, topic)
    consumer = consumer_of(database, broker.bootstrap, topic, f"plant-{topic.name}")
    async with running(relay, consumer):
        await relay.drained()
        await republish(database)
        await relay.drained()
        await consumer.idle()
    assert faults(_expected(2), await effects(database))["doubled"]


async def test_two_members_share_the_partitions_and_lose_nothing_while_they_come_and_go(
    database: Database, broker: Broker, topic: Topic
) -> None:
    name = f"pair-{topic.name}"
    first, second = (consumer_of(database, broker.bootstrap, topic, name) for _ in range(2))
    relay = relay_of(database, broker.bootstrap, topic)
    stop = asyncio.Event()
    last = 0

    async def keep_writing() -> None:
        nonlocal last
        while not stop.is_set():
            await _fill(database, last + 1, last + 2)
            last += 2
            relay.wake()
            await asyncio.sleep(0.05)

    async def shared() -> bool:
        members = [consumer._kafka.assignment() if consumer._kafka else set() for consumer in (first, second)]
        return all(members) and not members[0] & members[1] and len(members[0] | members[1]) == topic.partitions

    async with running(relay, first):
        await relay.drained()
        writing = asyncio.create_task(keep_writing())
        try:
            await until(lambda: _all_in(database, _expected(4)))
            async with running(second):
                await until(shared)
                so_far = last
                await until(lambda: _all_in(database, _expected(so_far)))
            so_far = last
            await until(lambda: _all_in(database, _expected(so_far)))
        finally:
            stop.set()
            await writing
        await relay.drained()
        await until(lambda: _all_in(database, _expected(last)))
    assert faults(_expected(last), await effects(database)) == NO_FAULTS


async def test_a_broken_database_is_waited_for_and_nothing_is_parked(
    database: Database, owner_url: str, broker: Broker, topic: Topic
) -> None:
    await _fill(database, 1, 3)
    relay = relay_of(database, broker.bootstrap, topic)
    consumer = consumer_of(database, broker.bootstrap, topic, f"outage-{topic.name}")
    real, failures = consumer.processor.take, 0

    async def unreachable(*args: Any) -> Stored:
        nonlocal failures
        failures += 1
        if failures <= 6:  # far more than the attempts an event gets
            raise ConnectionResetError("the database is away")
        return await real(*args)

    consumer.processor.take = cast("Any", unreachable)  # type: ignore[method-assign]
    async with running(relay, consumer):
        await until(lambda: _all_in(database, _expected(3)))
        assert await consumer.processor.count_parked() == 0
    assert faults(_expected(3), await effects(database)) == NO_FAULTS


async def test_a_consumer_that_never_becomes_a_member_is_not_healthy(database: Database, topic: Topic) -> None:
    consumer = consumer_of(database, "127.0.0.1:9", topic, "lonely", patient(stuck=0.2))
    async with running(consumer):
        assert consumer.health()[0]
        await asyncio.sleep(0.3)
        healthy, why = consumer.health()
    assert not healthy
    assert "no successful poll" in why


async def test_sigterm_drains_within_a_bound(
    database: Database, database_url: str, broker: Broker, topic: Topic
) -> None:
    await _fill(database, 1, 200)
    relay = relay_of(database, broker.bootstrap, topic)
    async with running(relay):
        await relay.drained()
        worker = await faults_worker.spawn("consume", database_url, broker.bootstrap, topic, group=f"term-{topic.name}")
        await until(lambda: effects(database))
        began = time.monotonic()
        worker.send_signal(signal.SIGTERM)
        assert await worker.wait() == 0
        assert time.monotonic() - began < 15
        seen = await effects(database)
        assert faults([], seen) == NO_FAULTS
        async with database.transaction() as tx:  # the places stored are those of the effects
            assert await tx.scalar("SELECT sum(next_offset) FROM consumed") == len(seen)
