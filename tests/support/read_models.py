"""What the tests of rebuilds share: read models of every kind, and a world in which events happen to them."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events import store
from kyodo_events.database import Database, Transaction
from kyodo_events.digests import Difference
from kyodo_events.event import Audit, Batch, Event, Recorded, new_uuid
from kyodo_events.rebuild import rebuild
from kyodo_events.schema import read_model
from kyodo_events.sequencer import sequence
from kyodo_events.views import AnyWrite, View, add_up, apply_all, insert_missing, upsert

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


@asynccontextmanager
async def new_world(database_url: str, owner_url: str) -> AsyncIterator[World]:
    """Read models beside the kernel's tables of a fresh database."""
    owner, app = await Database.connect(owner_url), await Database.connect(database_url)
    async with owner.transaction() as tx:
        for statement in CREATE:
            await tx.run(statement)
    yield World(app, owner)
    await app.close()
    await owner.close()
