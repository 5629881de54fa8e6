"""A poison message never stops its neighbours and is never dropped: retried, parked, replayable (G4)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest

from conftest import Broker
from kyodo_events.cloudevents import decode, encode
from kyodo_events.consumer import Consumer
from kyodo_events.database import Database
from kyodo_events.dead_letters import DeadLetters, EarlierLetterWaits, LetterSettled
from kyodo_events.errors import NotFound
from kyodo_events.event import Topic
from kyodo_events.parking import announcement_topic
from kyodo_events.relay import Relay, republish
from kyodo_events.sequencer import sequence_all
from tests.support.messaging import (
    NO_FAULTS,
    POISON,
    consumer_of,
    count,
    effects,
    faults,
    log_of,
    publish,
    relay_of,
    running,
)
from tests.support.plants_of_kernel import without_blocking

pytestmark = pytest.mark.kafka

NEIGHBOURS = [f"n{number}" for number in range(8)]  # more than the partitions: some share the poison's
ALL = [*NEIGHBOURS, "poison"]
World = tuple[Relay, Consumer, DeadLetters]


@asynccontextmanager
async def _world(database: Database, broker: Broker, topic: Topic) -> AsyncIterator[World]:
    relay = relay_of(database, broker.bootstrap, topic)
    consumer = consumer_of(database, broker.bootstrap, topic, "tester")  # the group whose announcements are relayed
    async with running(relay, consumer):
        yield relay, consumer, DeadLetters(consumer.processor)


async def _settled(relay: Relay, consumer: Consumer) -> None:
    await relay.drained()
    await consumer.idle()


async def test_poison_is_parked_while_its_neighbours_go_on_and_replayed_in_order_once_cured(
    database: Database, fresh_broker: Broker, topic: Topic
) -> None:
    POISON.add(("poison", 2))
    for stream in ALL:
        await count(database, stream, [1, 2, 3])
    async with _world(database, fresh_broker, topic) as (relay, consumer, letters):
        await _settled(relay, consumer)

        # the neighbours and what came before the poison had their effect, what came after it waits behind it
        seen = await effects(database)
        expected = [(stream, number) for stream in NEIGHBOURS for number in (1, 2, 3)]
        assert faults([*expected, ("poison", 1)], seen) == NO_FAULTS
        assert len(seen) == len(expected) + 1
        assert overtaken(seen) == []
        first, second = await letters.list()
        assert "Poisoned: poison 2" in first.reason
        assert first.attempts > 1
        assert f"behind event {first.event_id}" in second.reason
        assert (first.topic, first.key, first.type) == (topic.name, "poison", "kyodo.testing.counted.v1")

        # later ones of the key keep lining up, neighbours keep going
        for stream in ALL:
            await count(database, stream, [4])
        await _settled(relay, consumer)
        assert len(await letters.list()) == 3
        assert {(stream, 4) for stream in NEIGHBOURS} <= set(await effects(database))

        # sent again as a whole, nothing changes: known letters are not parked twice
        await republish(database)
        await _settled(relay, consumer)
        assert len(await letters.list()) == 3
        assert await consumer.processor.count_parked() == 3

        # replay keeps the order, and a cause that is not cured keeps the letter
        with pytest.raises(EarlierLetterWaits):
            await letters.replay(second.id, by="operator")
        assert await letters.replay_key(topic.name, "poison", by="operator") == 0
        (again, *_) = await letters.list()
        assert (again.id, again.attempts) == (first.id, first.attempts + 1)

        POISON.clear()
        assert await letters.replay_key(topic.name, "poison", by="operator") == 3
        assert await letters.list() == []
        assert [letter.resolved_by for letter in await letters.list("replayed")] == ["operator"] * 3
        with pytest.raises(LetterSettled):
            await letters.replay(first.id, by="operator")

        # and the key flows again
        await count(database, "poison", [5])
        await _settled(relay, consumer)
        poisoned = [number for stream, number in await effects(database) if stream == "poison"]
        assert poisoned == [1, 2, 3, 4, 5]

        # each letter was announced on the consumer's own topic
        announced = [
            decode(record) for record in await log_of(fresh_broker.bootstrap, announcement_topic("tester").name)
        ]
        assert len({record.id for record in announced}) == 3
        assert announced[0].event.model_dump()["event_id"] == first.event_id


def overtaken(seen: Iterable[tuple[str, int]]) -> list[str]:
    """The streams in which an effect overtook an earlier one that is still to come."""
    taken: dict[str, list[int]] = {}
    for stream, number in seen:
        taken.setdefault(stream, []).append(number)
    return [stream for stream, numbers in taken.items() if numbers != list(range(1, len(numbers) + 1))]


async def test_the_check_catches_letters_that_do_not_hold_up_their_key(
    database: Database, fresh_broker: Broker, topic: Topic, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_blocking(monkeypatch)
    POISON.add(("poison", 2))
    await count(database, "poison", [1, 2, 3])
    async with _world(database, fresh_broker, topic) as (relay, consumer, letters):
        await _settled(relay, consumer)
        assert len(await letters.list()) == 1
        assert overtaken(await effects(database)) == ["poison"]


async def test_what_cannot_be_read_is_parked_whole_and_the_rest_goes_on(
    database: Database, fresh_broker: Broker, topic: Topic
) -> None:
    await count(database, "good", [1, 2])
    await sequence_all(database)
    async with database.transaction() as tx:
        rows = await tx.rows(
            "SELECT p.position, e.*, e.data::text AS data FROM event e JOIN event_position p ON p.event_id = e.id"
            " ORDER BY p.position"
        )
    good = [encode({**dict(row), "data": row[-1]}, "testing") for row in rows]  # type: ignore[arg-type]

    def altered(key: bytes, value: bytes, **headers: bytes) -> tuple[bytes, bytes, list[tuple[str, bytes]]]:
        merged = {**dict(good[0][2]), "ce_id": str(uuid4()).encode(), **headers}
        return key, value, list(merged.items())

    bad = [
        altered(b"newer", b'{"number": 1}', ce_type=b"kyodo.testing.counted.v9"),
        altered(b"data", b'{"number": "one"}'),
        altered(b"json", b"\xff\x00"),
        altered(b"time", b"{}", ce_time=b"yesterday"),
        (b"\xff\x00", b"\x00\xff", [("noise", b"\xff\x00")]),
    ]
    overheard = altered(b"other", b'{"words": "x"}', ce_type=b"kyodo.testing.overheard.v1")
    async with _world(database, fresh_broker, topic) as (relay, consumer, letters):
        await relay.drained()
        await publish(fresh_broker.bootstrap, topic.name, [*bad, overheard, *good])
        await consumer.idle()
        assert faults([("good", 1), ("good", 2)], await effects(database)) == NO_FAULTS
        parked = await letters.list()
        assert [letter.key for letter in parked] == ["newer", "data", "json", "time", "\ufffd\ufffd"]
        assert "v9 is not known" in parked[0].reason
        assert "number" in parked[1].reason
        assert "ce_type is missing" in parked[4].reason
        async with database.transaction() as tx:
            values = await tx.rows("SELECT value FROM dead_letter ORDER BY id")
            assert [row["value"] for row in values] == [value for _, value, _ in bad]  # nothing is dropped
            assert await tx.scalar("SELECT count(*) FROM inbox") == 2  # nor is stored what nobody listens to

        # dismissed: no effect now, and none when it is delivered again
        await letters.dismiss(parked[1].id, by="operator", why="a test record")
        await publish(fresh_broker.bootstrap, topic.name, bad[:2])
        await consumer.idle()
        assert len(await letters.list()) == 4
        (dismissed,) = await letters.list("dismissed")
        assert (dismissed.resolved_by, dismissed.resolution) == ("operator", "a test record")
        with pytest.raises(LetterSettled):
            await letters.dismiss(parked[1].id, by="operator", why="again")
        with pytest.raises(NotFound):
            await letters.replay(uuid4(), by="operator")
        assert not await letters.replay(parked[0].id, by="operator")
