"""A read model rebuilt from zero equals the live one, byte for byte (G6), while commands go on."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events import rebuild as rebuilding
from kyodo_events import store
from kyodo_events.database import Database, Transaction
from kyodo_events.event import Audit, Batch, Event, Recorded, new_uuid
from kyodo_events.rebuild import Difference, rebuild
from kyodo_events.schema import read_model
from kyodo_events.sequencer import sequence, sequence_in
from kyodo_events.views import AnyWrite, View, add_up, apply_all, change, insert_missing, upsert

metadata = sa.MetaData()
jar = sa.Table(
    "jar",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer),
    sa.Column("words", JSONB),
    sa.Column("at", sa.DateTime(timezone=True)),
    sa.Column("traceparent", sa.Text),
)
tally = sa.Table("tally", metadata, sa.Column("colour", sa.Text, primary_key=True), sa.Column("total", sa.BigInteger))
heard = sa.Table("heard", metadata, sa.Column("id", sa.Text, primary_key=True), sa.Column("times", sa.Integer))
CREATE = [
    'CREATE TABLE jar (id text PRIMARY KEY, version integer, words jsonb, "at" timestamptz, traceparent text)',
    "CREATE TABLE tally (colour text PRIMARY KEY, total bigint NOT NULL)",
    "CREATE TABLE heard (id text PRIMARY KEY, times integer NOT NULL)",
    *read_model("jar"),
    *read_model("tally"),
    *read_model("heard"),
]
COLOURS = ("red", "green", "blue")
AUDIT = Audit("tester", "131016", uuid4(), traceparent="00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")


class Filled(Event, type="kyodo-test.rebuild.filled"):
    words: tuple[str, ...]


class Coloured(Event, type="kyodo-test.rebuild.coloured"):
    colour: str


class Emptied(Event, type="kyodo-test.rebuild.emptied"):
    pass


class Heard(Event, type="kyodo-test.rebuild.heard"):
    """An event of another service."""


def views() -> list[View]:
    """One of each kind of write."""
    jars, tallies, ears = View("jars", jar), View("tallies", tally), View("ears", heard)

    @jars.on(Filled)
    def filled(rows: Batch[Filled]) -> AnyWrite:
        return upsert(
            jar,
            [
                {
                    "id": r.stream,
                    "version": r.version,
                    "words": [*r.event.words],
                    "at": r.at,
                    "traceparent": r.audit.traceparent,
                }
                for r in rows
            ],
        )

    @jars.on(Emptied)
    def emptied(rows: Batch[Emptied]) -> AnyWrite:
        return sa.delete(jar).where(jar.c.id.in_([r.stream for r in rows]))

    @tallies.on(Coloured)
    def coloured(rows: Batch[Coloured]) -> Sequence[AnyWrite]:
        return [
            insert_missing(tally, [{"colour": colour, "total": 0} for colour in COLOURS]),
            add_up(tally, [{"colour": r.event.colour, "total": 1} for r in rows]),
        ]

    @ears.on(Heard)
    def listened(rows: Batch[Heard]) -> AnyWrite:
        return add_up(heard, [{"id": r.stream, "times": 1} for r in rows])

    return [jars, tallies, ears]


@dataclass
class World:
    """A service's database with events in it, written as commands and the consumer write them."""

    app: Database
    owner: Database
    views: list[View] = field(default_factory=views)
    versions: dict[str, int] = field(default_factory=dict)
    progress: list[tuple[int, int]] = field(default_factory=list)

    async def happen(self, stream: str, *events: Event) -> None:
        """A command: events and read models in one transaction."""
        async with self.app.transaction() as tx:
            version = self.versions.get(stream, 0)
            recorded = await store.append(tx, "jar", stream, version, events, datetime.now(UTC), AUDIT, "test")
            await apply_all(tx, self.views, recorded)
        self.versions[stream] = version + len(events)

    async def arrive(self, *streams: str) -> None:
        """The consumer: events of another service into the inbox, and their effect."""
        async with self.app.transaction() as tx:
            await arrive_in(tx, self.views, *streams)

    async def history(self, length: int, seed: int = 7) -> None:
        """Events of all kinds on twelve streams, some sequenced and some not yet."""
        dice = random.Random(seed)  # noqa: S311 - a repeatable history
        for step in range(length):
            stream = f"s{dice.randrange(12)}"
            await self.happen(
                stream,
                Filled(words=tuple(dice.choices(["a", '"', "負担"], k=dice.randrange(3)))),
                dice.choice([Coloured(colour=dice.choice(COLOURS)), Emptied()]),
            )
            if step % 3 == 0:
                await self.arrive(stream, f"s{dice.randrange(12)}")
            if step % 10 == 0:
                await sequence(self.app)

    async def rebuild(self, *, switch: bool = False) -> list[Difference]:
        """Rebuild all read models, noting the progress."""
        return await rebuild(
            self.owner,
            self.views,
            source="test",
            progress=lambda done, total: self.progress.append((done, total)),
            switch=switch,
        )

    async def rows(self, table: str) -> list[tuple[Any, ...]]:
        """What the application sees of a table."""
        async with self.app.transaction(read_only=True) as tx:
            return [tuple(row) for row in await tx.rows(f"SELECT * FROM {table} ORDER BY 1")]

    async def tallies(self) -> dict[str, int]:
        """The total of each colour."""
        return dict(await self.rows("tally"))

    async def tamper(self, statement: str) -> None:
        """Change a read model by hand."""
        async with self.app.transaction() as tx:
            await tx.run(statement)


async def arrive_in(tx: Transaction, listening: Sequence[View], *streams: str) -> None:
    """Store events of another service in the inbox and give them their effect."""
    at = datetime.now(UTC)
    for stream in streams:
        record: Recorded[Event] = Recorded(Heard(), new_uuid(), "radio", stream, 1, at, AUDIT, "other", 1)
        await tx.run(
            "INSERT INTO inbox (event_id, source, category, stream, version, type, type_version, at, actor,"
            " organisation, correlation, position, data) VALUES ($1, 'other', 'radio', $2, 1, $3, 1, $4, 'a', 'b', $5,"
            " 1, '{}')",
            record.id,
            stream,
            Heard.event_type,
            at,
            AUDIT.correlation,
        )
        await apply_all(tx, listening, [record])


def equal(*tables: str) -> list[Difference]:
    return [Difference(table, 0, 0) for table in tables]


@pytest_asyncio.fixture
async def world(database_url: str, owner_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    """Read models beside the kernel's tables; a rebuild takes many batches."""
    monkeypatch.setattr(rebuilding, "BATCH", 7)
    owner, app = await Database.connect(owner_url), await Database.connect(database_url)
    async with owner.transaction() as tx:
        for statement in CREATE:
            await tx.run(statement)
    yield World(app, owner)
    await app.close()
    await owner.close()


async def test_a_rebuilt_read_model_equals_the_live_one(world: World) -> None:
    await world.history(60)
    assert len(await world.rows("jar")) > 3
    assert await world.rebuild() == equal("jar", "tally", "heard")


@pytest.mark.parametrize("batch", [1, 2, 1_000])
async def test_the_size_of_batches_makes_no_difference(
    batch: int, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuilding, "BATCH", batch)
    await world.history(12)
    assert await world.rebuild() == equal("jar", "tally", "heard")


async def test_planted_bug_a_view_that_depends_on_the_batch_is_caught(world: World) -> None:
    batchy = View("batchy", tally)

    @batchy.on(Coloured)
    def wrong(rows: Batch[Coloured]) -> AnyWrite:
        return add_up(tally, [{"colour": "all", "total": len(rows) ** 2}])

    world.views = [batchy]
    for _ in range(3):
        await world.happen("s", Coloured(colour="red"))
    await sequence(world.app)
    assert await world.rebuild() == [Difference("tally", only_live=1, only_rebuilt=1)]


async def test_planted_bug_a_view_that_reads_the_clock_is_caught(world: World) -> None:
    clocked = View("clocked", jar)

    @clocked.on(Filled)
    def wrong(rows: Batch[Filled]) -> AnyWrite:
        return upsert(jar, [{"id": r.stream, "at": datetime.now(UTC)} for r in rows])

    world.views = [clocked]
    await world.happen("s", Filled(words=()))
    await sequence(world.app)
    assert await world.rebuild() == [Difference("jar", only_live=1, only_rebuilt=1)]


async def test_planted_bug_a_filler_that_was_forgotten_is_caught(world: World) -> None:
    """What was written by an older release of a view is seen as a difference, and a switch brings it up to date."""
    await world.happen("s", Filled(words=("a",)), Coloured(colour="red"))
    jars = View("jars", jar)

    @jars.on(Filled)
    def newer(rows: Batch[Filled]) -> Sequence[AnyWrite]:
        return [
            upsert(jar, [{"id": r.stream, "version": 0} for r in rows]),
            change(jar, [{"id": r.stream, "version": 100 + r.version} for r in rows]),
        ]

    world.views = [jars]
    assert await world.rebuild(switch=True) == [Difference("jar", 1, 1)]
    assert await world.rows("jar") == [("s", 101, None, None, None)]
    assert await world.rebuild() == equal("jar")


async def test_without_a_switch_nothing_is_touched_and_with_it_rows_are_repaired(world: World) -> None:
    await world.history(30)
    before = {table: await world.rows(table) for table in ("jar", "tally", "heard")}
    await world.tamper("UPDATE tally SET total = total + 1 WHERE colour = 'red'")
    await world.tamper("INSERT INTO jar (id) VALUES ('invented')")
    await world.tamper("DELETE FROM heard WHERE id = (SELECT min(id) FROM heard)")
    tampered = {table: await world.rows(table) for table in before}
    differences = [Difference("jar", 1, 0), Difference("tally", 1, 1), Difference("heard", 0, 1)]
    assert await world.rebuild() == differences
    assert {table: await world.rows(table) for table in before} == tampered
    assert await world.rebuild(switch=True) == differences
    assert {table: await world.rows(table) for table in before} == before
    await world.history(5, seed=8)  # the application still may write
    assert await world.rebuild() == equal("jar", "tally", "heard")


async def test_progress_is_reported_to_the_end(world: World) -> None:
    await world.history(20)
    while await sequence(world.app):
        pass
    await world.rebuild()
    done, totals = [done for done, _ in world.progress], {total for _, total in world.progress}
    assert totals == {40 + 14}
    assert done == sorted(set(done))
    assert done[-1] == 54
    assert len(done) >= 54 // 7


async def test_an_empty_store_is_rebuilt_to_nothing(world: World) -> None:
    await world.tamper("INSERT INTO jar (id) VALUES ('invented')")
    assert await world.rebuild(switch=True) == [Difference("jar", 1, 0), *equal("tally", "heard")]
    assert await world.rows("jar") == []


async def test_what_an_interrupted_rebuild_left_is_in_nobodys_way(world: World) -> None:
    await world.history(10)

    def interrupt(done: int, total: int) -> None:
        raise KeyError("stopped")

    with pytest.raises(KeyError, match="stopped"):
        await rebuild(world.owner, world.views, source="test", progress=interrupt, switch=True)
    await world.history(10, seed=8)
    assert await world.rebuild() == equal("jar", "tally", "heard")
    async with world.owner.transaction() as tx:
        assert await tx.scalar("SELECT to_regnamespace('rebuild')") is None


async def test_what_is_appended_meanwhile_is_neither_lost_nor_doubled(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Commands, the consumer and the sequencer go on while read models are rebuilt and switched, several times."""
    monkeypatch.setattr(rebuilding, "BATCH", 40)
    await world.history(20)
    over = asyncio.Event()

    async def commands(writer: int) -> int:
        written = 0
        while not over.is_set():
            await world.happen(f"w{writer}", Filled(words=("w",)), Coloured(colour="green"))
            written += 1
            await asyncio.sleep(0.01)
        return written

    async def arrivals() -> int:
        arrived = 0
        while not over.is_set():
            await world.arrive("radio", f"s{arrived % 12}")
            arrived += 1
            await asyncio.sleep(0.01)
        return arrived

    async def sequencing() -> None:
        while not over.is_set():
            await sequence(world.app, limit=5)
            await asyncio.sleep(0.001)

    async def late_arrival() -> None:
        """Numbered before others and visible after them."""
        while not over.is_set():
            async with world.app.transaction() as tx:
                await arrive_in(tx, [], "late")
                await asyncio.sleep(0.05)
                await apply_all(tx, world.views, [late()])

    def late() -> Recorded[Event]:
        return Recorded(Heard(), new_uuid(), "radio", "late", 1, datetime.now(UTC), AUDIT, "other", 1)

    green = (await world.tallies())["green"]
    async with asyncio.TaskGroup() as tasks:
        writers = [tasks.create_task(commands(number)) for number in range(3)]
        tasks.create_task(arrivals())
        tasks.create_task(sequencing())
        tasks.create_task(late_arrival())
        for _ in range(6):
            assert await world.rebuild(switch=True) == equal("jar", "tally", "heard")
        over.set()
    written = sum(writer.result() for writer in writers)
    assert written > 20
    assert (await world.tallies())["green"] == green + written
    assert await world.rebuild() == equal("jar", "tally", "heard")


async def test_a_sequencer_at_work_and_a_rebuild_do_not_lock_each_other_out(world: World) -> None:
    await world.history(5)
    async with world.app.transaction() as tx:
        await tx.scalar("SELECT position FROM sequencer FOR UPDATE")
        rebuilt = asyncio.create_task(world.rebuild())
        await _until_somebody_waits(world)
        assert await sequence_in(tx, limit=100) > 0
    assert await rebuilt == equal("jar", "tally", "heard")


async def test_a_consumer_that_appends_and_a_rebuild_do_not_lock_each_other_out(world: World) -> None:
    """A reaction may append events of its own: it has written to the inbox first, and to the outbox then."""
    await world.history(5)

    async def consume() -> None:
        async with world.app.transaction() as tx:
            await arrive_in(tx, world.views, "late")
            await asyncio.sleep(0.5)  # time enough to wait for each other
            recorded = await store.append(tx, "jar", "fresh", 0, [Emptied()], datetime.now(UTC), AUDIT, "test")
            await apply_all(tx, world.views, recorded)

    async with world.app.transaction() as command:
        await store.append(command, "jar", "first", 0, [Emptied()], datetime.now(UTC), AUDIT, "test")
        rebuilt = asyncio.create_task(world.rebuild())
        await _until_somebody_waits(world)
        consumed = asyncio.create_task(consume())
        await asyncio.sleep(0.2)
    await consumed
    assert await rebuilt == equal("jar", "tally", "heard")


async def _until_somebody_waits(world: World) -> None:
    """Until a lock is waited for in this database: the rebuild has come as far as it can."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    async with asyncio.timeout(20):
        waits = 0
        while waits < 3:  # and still waits a moment later
            async with world.owner.transaction(read_only=True) as tx:
                waits = waits + 1 if await tx.scalar(waiting) else 0
            await asyncio.sleep(0.05)
