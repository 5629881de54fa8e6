"""Records that a partition had and that never came are noticed, once, and nothing else is taken for such (G3)."""

from __future__ import annotations

from typing import cast

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from conftest import Broker
from kyodo_events import gaps as detector
from kyodo_events import metrics
from kyodo_events.database import Database
from kyodo_events.event import Topic
from kyodo_events.gaps import Gap
from kyodo_events.placing import place
from tests.support.arriving import TOPIC, Hand, gaps, record
from tests.support.messaging import consumer_of, count, effects, publish, relay_of, running


async def test_what_follows_without_a_hole_is_no_gap(database: Database) -> None:
    hand = Hand(database)
    await hand.over_range(range(3))
    await hand.over(*(record(n) for n in range(3, 5)), *(record(n, partition=1) for n in range(4)))
    await hand.over(record(4, partition=1), record(5))
    assert await gaps(database) == []


async def test_a_batch_that_begins_behind_the_last_one_is_a_gap_and_counts_once(database: Database) -> None:
    hand = Hand(database, "gap-counter")
    await hand.over_range(range(3))
    await hand.over_range([7, 8])
    await hand.over_range([7, 8])  # delivered again
    await hand.over_range([9])
    assert await gaps(database) == [Gap(TOPIC, 0, 3, 7)]
    assert metrics.offset_gaps.labels("gap-counter", TOPIC)._value.get() == 1
    assert await hand.numbers() == [1, 2, 3, 8, 9, 10]  # nothing waits for what is missing


async def test_a_hole_inside_a_batch_and_a_log_that_does_not_begin_at_zero_are_gaps(database: Database) -> None:
    await Hand(database).over(record(2), record(3), record(6), record(0, partition=1))
    assert await gaps(database) == [Gap(TOPIC, 0, 0, 2), Gap(TOPIC, 0, 4, 6)]


async def test_a_batch_that_fails_leaves_no_gap_behind(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    hand = Hand(database)
    monkeypatch.setattr(hand.processor, "take", _broken)
    with pytest.raises(ConnectionResetError):
        await hand.over_range([5])
    assert await gaps(database) == []


async def test_going_back_and_a_consumer_that_commits_late_make_no_gap(database: Database) -> None:
    """Offsets are reset by hand, or a member that lost its partition is slow: the place stays where it was."""
    await Hand(database).over_range(range(10))
    await Hand(database).over_range([4, 5])
    await Hand(database).over_range([10])
    assert await gaps(database) == []


async def test_planted_bug_a_place_that_is_set_back_is_caught(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    careless = detector._MARK.replace("WHERE consumed.next_offset < excluded.next_offset", "")
    assert careless != detector._MARK
    monkeypatch.setattr(detector, "_MARK", careless)
    for batch in (range(10), [4, 5], [10]):
        await Hand(database).over_range(batch)
    assert await gaps(database) == [Gap(TOPIC, 0, 6, 10)]


class Truncated:
    """What `place` asks of a client whose log begins at an offset, because retention removed what was before it."""

    def __init__(self, begin: int) -> None:
        self.begin, self.sought = begin, -1

    async def beginning_offsets(self, partitions: list[TopicPartition]) -> dict[TopicPartition, int]:
        return dict.fromkeys(partitions, self.begin)

    def seek(self, _partition: TopicPartition, offset: int) -> None:
        self.sought = offset


@pytest.mark.parametrize(("begin", "found"), [(3, []), (7, [Gap(TOPIC, 0, 3, 7)])])
async def test_what_retention_removed_before_it_was_read_is_a_gap(
    database: Database, begin: int, found: list[Gap]
) -> None:
    """The record that identifies the log is gone as well: that alone makes it no other log."""
    hand, kafka = Hand(database), Truncated(begin)
    await hand.over_range(range(3))
    await place(cast("AIOKafkaConsumer", kafka), database, "tester", [TopicPartition(TOPIC, 0)])
    assert kafka.sought == begin
    await hand.over_range([begin, begin + 1])
    assert await gaps(database) == found


@pytest.mark.kafka
async def test_a_log_that_was_replaced_is_no_gap(database: Database, fresh_broker: Broker, topic: Topic) -> None:
    """The old log was longer: what stood at its place means nothing in the new one."""
    await count(database, "s", range(1, 31))
    relay = relay_of(database, fresh_broker.bootstrap, topic)
    async with running(relay):
        await relay.drained()
        consumer = consumer_of(database, fresh_broker.bootstrap, topic, topic.name)
        async with running(consumer):
            await consumer.idle()
            noise = [(b"s", b"{}", [("ce_type", b"kyodo.testing.overheard.v1")])] * 20
            await publish(fresh_broker.bootstrap, topic.name, noise)
            await consumer.idle()
        await fresh_broker.restart(empty=True)
        await count(database, "s", range(31, 41))
        await relay.drained()
        consumer = consumer_of(database, fresh_broker.bootstrap, topic, topic.name)
        async with running(consumer):
            await consumer.idle()
            await count(database, "s", range(41, 61))
            await relay.drained()
            await consumer.idle()
    assert [number for _, number in await effects(database)] == list(range(1, 61))
    assert await gaps(database) == []


async def _broken(*_: object) -> None:
    raise ConnectionResetError("the database is away")
