"""The event store: optimistic concurrency, append-only, and appends that may be repeated (G1)."""

from __future__ import annotations

from datetime import UTC, datetime

import asyncpg
import pytest
from prometheus_client import REGISTRY

from kyodo_events import store
from kyodo_events.database import Database
from kyodo_events.errors import ConcurrentChange
from kyodo_events.event import Event
from kyodo_events.sequencer import sequence_all
from tests.support.messaging import CATEGORY, Counted, audit, count


class Noted(Event, type="kyodo.testing.noted", words="覚え書きを残した"):
    """An event that stays inside."""

    text: str


NOW = datetime(2026, 4, 1, tzinfo=UTC)


async def _positions(database: Database) -> list[tuple[str, int]]:
    await sequence_all(database)
    async with database.transaction() as tx:
        return [(r.stream, r.version) for r in await store.read_all(tx, after=0, limit=100, source="testing")]


async def test_events_are_read_back_as_they_were_written(database: Database) -> None:
    who = audit()
    async with database.transaction() as tx:
        written = await store.append(tx, CATEGORY, "s", 0, [Counted(number=1), Counted(number=2)], NOW, who, "testing")
    await sequence_all(database)
    async with database.transaction() as tx:
        read = await store.read_all(tx, after=0, limit=10, source="testing")
        assert await store.last_position(tx) == 2
    assert [(r.event, r.id, r.version, r.at, r.audit) for r in read] == [
        (r.event, r.id, r.version, r.at, r.audit) for r in written
    ]
    assert [r.position for r in read] == [1, 2]


async def test_a_conflict_is_a_typed_refusal(database: Database) -> None:
    await count(database, "s", [1])
    with pytest.raises(ConcurrentChange) as conflict:
        await count(database, "s", [1])
    assert conflict.value == ConcurrentChange(category=CATEGORY, stream="s", expected=0)
    assert await _positions(database) == [("s", 1)]


async def test_a_command_is_all_or_nothing(database: Database) -> None:
    async def append_and_fail() -> None:
        async with database.transaction() as tx:
            await store.append(tx, CATEGORY, "s", 0, [Counted(number=1)], NOW, audit(), "testing")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await append_and_fail()
    assert await _positions(database) == []
    async with database.transaction() as tx:
        assert await tx.scalar("SELECT count(*) FROM event") == 0


async def test_a_bulk_append_may_be_repeated(database: Database) -> None:
    async def send(*streams: str) -> list[str]:
        records: list[tuple[str, Event]] = [(stream, Counted(number=1)) for stream in streams]
        async with database.transaction() as tx:
            return [r.stream for r in await store.append_new(tx, CATEGORY, records, NOW, audit(), "testing")]

    assert await send("a", "b") == ["a", "b"]
    assert await send("b", "a") == []
    assert await send("b", "c", "c") == ["c"]
    assert await send() == []
    assert await _positions(database) == [("a", 1), ("b", 1), ("c", 1)]


async def test_a_bulk_append_takes_several_types_and_of_the_same_stream_the_first(database: Database) -> None:
    records: list[tuple[str, Event]] = [
        ("a", Counted(number=1)),
        ("b", Noted(text="seen by nobody else")),
        ("a", Counted(number=2)),
        ("c", Counted(number=3)),
    ]
    who = audit()
    async with database.transaction() as tx:
        written = await store.append_new(tx, CATEGORY, records, NOW, who, "testing")
        assert [(r.stream, r.event) for r in written] == [records[0], records[1], records[3]]
        first = await store.first_of(tx, CATEGORY, ["a", "b", "none"], "testing")
        assert {stream: (r.event, r.id, r.audit) for stream, r in first.items()} == {
            r.stream: (r.event, r.id, who) for r in written[:2]
        }
        assert await store.first_of(tx, CATEGORY, [], "testing") == {}
        topics = await tx.rows("SELECT stream, topic, record_key FROM event ORDER BY stream")
    published = Counted.topic.name if Counted.topic else None
    assert [tuple(row) for row in topics] == [("a", published, "a"), ("b", None, "b"), ("c", published, "c")]


async def test_many_streams_are_changed_as_one(database: Database) -> None:
    await count(database, "b", [1])
    noted = Noted(text="seen by nobody else")
    decided: list[tuple[str, int, list[Event]]] = [
        ("b", 1, [Counted(number=2), noted]),
        ("a", 0, [noted, Counted(number=1)]),
    ]
    async with database.transaction() as tx:
        written = await store.append_each(tx, CATEGORY, decided, NOW, audit(), "testing")
    rounds = [("b", 2), ("a", 1), ("a", 2), ("b", 3)]
    assert [(r.stream, r.version) for r in written] == rounds, "first events first, those of a type together"
    with pytest.raises(ConcurrentChange):
        async with database.transaction() as tx:
            await store.append_each(
                tx, CATEGORY, [("c", 0, [Counted(number=1)]), *decided[:1]], NOW, audit(), "testing"
            )
    assert await _positions(database) == [("b", 1), *rounds], "nothing of what lost the race"


async def test_what_was_appended_is_counted_once_it_is_committed(database: Database) -> None:
    def appended() -> float:
        return REGISTRY.get_sample_value("kyodo_events_appended_total", {"service": "counting"}) or 0

    async def append(*streams: str) -> None:
        one: list[Event] = [Counted(number=1)]
        async with database.transaction() as tx:
            await store.append(tx, CATEGORY, streams[0], 0, [*one, *one], NOW, audit(), "counting")
            await store.append_each(tx, CATEGORY, [(streams[1], 0, one)], NOW, audit(), "counting")
            known = [(streams[1], one[0]), (streams[2], one[0])]
            await store.append_new(tx, CATEGORY, known, NOW, audit(), "counting")
            if streams[0] == "lost":
                raise ZeroDivisionError

    await append("a", "b", "c")
    assert appended() == 4, "what was there already is not appended again"
    with pytest.raises(ZeroDivisionError):
        await append("lost", "d", "e")
    assert appended() == 4


@pytest.mark.parametrize("table", ["event", "event_position", "inbox"])
@pytest.mark.parametrize("change", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {}"])
async def test_history_cannot_be_changed(database: Database, owner_url: str, table: str, change: str) -> None:
    await count(database, "s", [1])
    await sequence_all(database)
    column = {"event": "actor", "event_position": "position", "inbox": "source"}[table]
    statement = change.format(table, column, column)
    async with database.transaction() as tx:
        await tx.run(
            "INSERT INTO inbox (event_id, source, category, stream, version, type, type_version, at, actor,"
            " organisation, correlation, data) SELECT id, 's', category, stream, version, type, type_version, at,"
            " actor, organisation, correlation, data FROM event"
        )
    with pytest.raises(asyncpg.InsufficientPrivilegeError):  # the application has no right to
        async with database.transaction() as tx:
            await tx.run(statement)
    owner = await asyncpg.connect(owner_url)
    try:
        with pytest.raises(asyncpg.RestrictViolationError):  # and even the owner is refused by the trigger
            await owner.execute(statement)
    finally:
        await owner.close()
