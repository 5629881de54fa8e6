"""The relay: at least once, in order per key, from where it stopped, whatever happens to the broker (G3)."""

from __future__ import annotations

import time
from collections import defaultdict

import pytest
from prometheus_client import REGISTRY

from conftest import Broker
from kyodo_events import metrics, store, topics
from kyodo_events.cloudevents import decode
from kyodo_events.database import Database
from kyodo_events.event import Topic
from kyodo_events.relay import LEADER_LOCK, republish
from tests.support.messaging import count, log_of, relay_of, running, until

pytestmark = pytest.mark.kafka

STREAMS = [f"s{number}" for number in range(10)]


async def _numbers_by_stream(bootstrap: str, topic: Topic) -> dict[str, list[int]]:
    numbers: dict[str, list[int]] = defaultdict(list)
    for record in await log_of(bootstrap, topic.name):
        recorded = decode(record)
        numbers[recorded.stream].append(recorded.version)
    return dict(numbers)


async def _exists(broker: Broker, topic: Topic) -> bool:
    return topic.name in await topics.partitions(broker.bootstrap)


async def _published(database: Database, position: int) -> bool:
    async with database.transaction() as tx:
        return bool(await tx.scalar("SELECT position >= $1 FROM relay", position))


async def _sequenced(database: Database) -> bool:
    async with database.transaction() as tx:
        return bool(await store.last_position(tx))


async def test_all_events_arrive_in_the_order_of_their_key(database: Database, broker: Broker, topic: Topic) -> None:
    for first in range(1, 30, 3):
        for stream in STREAMS:
            await count(database, stream, range(first, first + 3))
    relay = relay_of(database, broker.bootstrap, topic, batch=37)
    async with running(relay):
        await relay.drained()
    assert await _numbers_by_stream(broker.bootstrap, topic) == {stream: list(range(1, 31)) for stream in STREAMS}


async def test_what_the_sequencer_did_is_measured(database: Database, broker: Broker, topic: Topic) -> None:
    def measured(name: str) -> float:
        return REGISTRY.get_sample_value(name, {"service": "testing"}) or 0

    rounds = ("kyodo_sequenced_events_count", "kyodo_sequenced_events_sum")
    before = [measured(name) for name in rounds]
    await count(database, "s", [1, 2, 3])
    relay = relay_of(database, broker.bootstrap, topic)
    async with running(relay):
        await relay.drained()
    assert [measured(name) for name in rounds] == [before[0] + 1, before[1] + 3]
    assert measured("kyodo_sequencer_position") == measured("kyodo_relay_position") == 3


def test_counters_stand_at_nothing_before_anything_happened() -> None:
    """An increase is the difference to an earlier sample: without one the first dead letter would raise no alert."""
    metrics.begin("fresh", ["told"], ["heard"])
    service, consumer = {"service": "fresh"}, {"consumer": "fresh"}
    counters: list[tuple[str, dict[str, str]]] = [
        ("kyodo_events_appended_total", service),
        ("kyodo_sequenced_events_count", service),
        ("kyodo_published_total", {**service, "topic": "told"}),
        ("kyodo_relay_errors_total", service),
        ("kyodo_consumed_total", consumer),
        ("kyodo_duplicates_total", consumer),
        ("kyodo_consumer_retries_total", consumer),
        ("kyodo_dead_letters_total", consumer),
        ("kyodo_offset_gaps_total", {**consumer, "topic": "heard"}),
    ]
    assert [REGISTRY.get_sample_value(*counter) for counter in counters] == [0] * len(counters)


async def test_a_woken_relay_publishes_at_once(database: Database, broker: Broker, topic: Topic) -> None:
    relay = relay_of(database, broker.bootstrap, topic, poll_seconds=30.0)
    await count(database, "s", [1])
    async with running(relay):
        await relay.drained()
        await count(database, "s", [2])
        began = time.monotonic()
        relay.wake()
        await until(lambda: _published(database, 2))
        assert time.monotonic() - began < 10  # far below the polling interval


async def test_topics_are_created_as_declared(database: Database, broker: Broker, topic: Topic) -> None:
    assert await topics.missing(broker.bootstrap, [topic]) == [topic.name]
    assert await topics.ensure(broker.bootstrap, [topic]) == [topic.name]
    assert await topics.ensure(broker.bootstrap, [topic]) == []
    assert (await topics.partitions(broker.bootstrap))[topic.name] == topic.partitions


async def test_looking_for_a_topic_does_not_create_it(broker: Broker, topic: Topic) -> None:
    assert await topics.missing(broker.bootstrap, [topic]) == [topic.name]
    assert await topics.missing(broker.bootstrap, [topic]) == [topic.name]


async def test_an_empty_topic_with_other_settings_is_replaced(database: Database, broker: Broker, topic: Topic) -> None:
    await topics.ensure(broker.bootstrap, [Topic(topic.name, partitions=topic.partitions + 1)])
    await count(database, "s", [1, 2])
    relay = relay_of(database, broker.bootstrap, topic)
    async with running(relay):
        await relay.drained()
    assert (await topics.partitions(broker.bootstrap))[topic.name] == topic.partitions
    assert await _numbers_by_stream(broker.bootstrap, topic) == {"s": [1, 2]}


async def test_a_new_relay_goes_on_where_the_last_one_stopped(database: Database, broker: Broker, topic: Topic) -> None:
    for numbers in ([1, 2], [3]):
        await count(database, "s", numbers)
        relay = relay_of(database, broker.bootstrap, topic)
        async with running(relay):
            await relay.drained()
    assert await _numbers_by_stream(broker.bootstrap, topic) == {"s": [1, 2, 3]}


async def test_only_one_relay_leads_and_another_takes_over(database: Database, broker: Broker, topic: Topic) -> None:
    first, second = (relay_of(database, broker.bootstrap, topic) for _ in range(2))
    async with running(second):
        async with running(first):
            await count(database, "s", [1])
            await second.drained()
            async with database.transaction() as tx:
                held = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database ="
                held += " (SELECT oid FROM pg_database WHERE datname = current_database()) AND objid::bigint = $1"
                assert await tx.scalar(held, LEADER_LOCK & 0xFFFFFFFF) == 1
        await count(database, "s", [2])
        await second.drained()
    assert await _numbers_by_stream(broker.bootstrap, topic) == {"s": [1, 2]}


async def test_republish_sends_the_same_events_again(database: Database, broker: Broker, topic: Topic) -> None:
    await count(database, "s", [1, 2])
    relay = relay_of(database, broker.bootstrap, topic)
    async with running(relay):
        await relay.drained()
        await republish(database)
        await relay.drained()
    records = await log_of(broker.bootstrap, topic.name)
    assert [decode(record).version for record in records] == [1, 2, 1, 2]
    assert decode(records[0]).id == decode(records[2]).id


async def test_a_broker_that_lost_everything_is_filled_again(
    database: Database, fresh_broker: Broker, topic: Topic
) -> None:
    await count(database, "s", [1, 2])
    relay = relay_of(database, fresh_broker.bootstrap, topic)
    async with running(relay):
        await relay.drained()
        await fresh_broker.restart(empty=True)
        await count(database, "s", [3])
        await until(lambda: _exists(fresh_broker, topic))
        await relay.drained()
    assert await _numbers_by_stream(fresh_broker.bootstrap, topic) == {"s": [1, 2, 3]}


async def test_without_a_broker_positions_are_given_and_stop_is_bounded(database: Database, topic: Topic) -> None:
    await count(database, "s", [1])
    relay = relay_of(database, "127.0.0.1:9", topic)
    relay.start()
    await until(lambda: _sequenced(database), within=10)
    began = time.monotonic()
    await relay.stop(within=5.0)
    assert time.monotonic() - began < 10
    async with database.transaction() as tx:
        assert await tx.scalar("SELECT position FROM relay") == 0
