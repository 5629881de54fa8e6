"""Rebuild of read models: from zero, beside the live ones, compared, then switched (G6).

The shadow tables stand in a schema of their own that comes first in the search path, so views fill them with
exactly the statements they run live. Run as the owner role: the application may not create tables.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kyodo_events.database import Database, Transaction
from kyodo_events.sequencer import sequence_in
from kyodo_events.store import last_position, read_all, read_inbox
from kyodo_events.views import View, apply_all

SHADOW = "rebuild"
BATCH = 2_000
ROUNDS = 10  # each takes what was appended during the one before, so that little is left for the end, under locks

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Difference:
    """How a rebuilt table differs from the live one, in rows; both zero where they are equal."""

    table: str
    only_live: int
    only_rebuilt: int


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the events a service knows: its own by position, those of others by arrival."""

    position: int = 0
    arrival: int = 0

    @property
    def seen(self) -> int:
        """The number of events up to here; arrivals that were taken back count too."""
        return self.position + self.arrival


async def rebuild(
    owner: Database, views: Sequence[View], *, source: str, progress: Progress, switch: bool
) -> list[Difference]:
    """Fill the views' tables from all events into shadows and compare them with the live ones.

    With `switch`, live rows that differ are then replaced by the rebuilt ones. Writers are held up only while
    the last events are caught up with and compared; readers until a switch. Calls `progress(events done,
    events in all)` after each batch. Answers with one Difference a table.
    """
    tables = list(dict.fromkeys(table.name for view in views for table in view.tables))
    async with owner.transaction() as tx:
        await _make_shadows(tx, tables)
    place = Place()
    for _ in range(ROUNDS):
        begun, end = place, await _settled(owner)
        while place != end:
            async with owner.transaction() as tx:
                place = await _fill_batch(tx, views, source, place, end)
            progress(place.seen, end.seen)
        if end.seen - begun.seen <= BATCH:
            break
    async with owner.transaction() as tx:
        await tx.run("SET LOCAL lock_timeout = '30s'")
        # In the order in which everybody else takes them, or two would wait for each other: the sequencer its
        # row and then the outbox, a consumer the inbox, then the outbox where it appends, then read models.
        await tx.run("SELECT FROM sequencer FOR UPDATE")
        for table in ["inbox", "outbox", *tables]:
            await tx.run(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")
        await _catch_up(tx, views, source, place)
        found = [await _compare(tx, table) for table in tables]
        for difference in found:
            if switch and (difference.only_live or difference.only_rebuilt):
                await _switch(tx, difference.table)
        await tx.run(f"DROP SCHEMA {SHADOW} CASCADE")
    return found


async def _make_shadows(tx: Transaction, tables: Sequence[str]) -> None:
    await tx.run(f"DROP SCHEMA IF EXISTS {SHADOW} CASCADE")
    await tx.run(f"CREATE SCHEMA {SHADOW}")
    for table in tables:
        await tx.run(f"CREATE TABLE {SHADOW}.{table} (LIKE public.{table} INCLUDING ALL)")


async def _settled(owner: Database) -> Place:
    """A place before which nothing will appear any more.

    Arrivals are numbered at INSERT and become visible at COMMIT; the lock waits for those under way, so that
    none with a lower number can come up behind the reader.
    """
    async with owner.transaction() as tx:
        await tx.run("LOCK TABLE inbox IN SHARE MODE")
        return await _newest(tx)


async def _newest(tx: Transaction) -> Place:
    arrival = await tx.scalar("SELECT coalesce(max(arrival), 0) FROM inbox")
    return Place(await last_position(tx), arrival)


async def _fill_batch(tx: Transaction, views: Sequence[View], source: str, place: Place, end: Place) -> Place:
    """Apply the next events up to `end`: the service's own, then those of others; no row is fed by both."""
    await tx.run(f"SET LOCAL search_path = {SHADOW}, public")
    if place.position < end.position:
        limit = min(BATCH, end.position - place.position)  # positions have no gaps
        own = await read_all(tx, after=place.position, limit=limit, source=source)
        await apply_all(tx, views, own)
        return Place(place.position + len(own), place.arrival)
    arrived = [(n, r) for n, r in await read_inbox(tx, after=place.arrival, limit=BATCH) if n <= end.arrival]
    await apply_all(tx, views, [record for _, record in arrived])
    return Place(place.position, arrived[-1][0] if arrived else end.arrival)


async def _catch_up(tx: Transaction, views: Sequence[View], source: str, place: Place) -> None:
    while await sequence_in(tx, limit=BATCH):
        pass
    end = await _newest(tx)
    while place != end:
        place = await _fill_batch(tx, views, source, place, end)


async def _compare(tx: Transaction, table: str) -> Difference:
    return Difference(
        table,
        only_live=await _rows_missing(tx, f"public.{table}", f"{SHADOW}.{table}"),
        only_rebuilt=await _rows_missing(tx, f"{SHADOW}.{table}", f"public.{table}"),
    )


async def _rows_missing(tx: Transaction, here: str, there: str) -> int:
    # Whole rows as text: every column counts, byte for byte.
    rows = f"SELECT h::text FROM {here} h EXCEPT ALL SELECT t::text FROM {there} t"  # noqa: S608 - declared names
    return int(await tx.scalar(f"SELECT count(*) FROM ({rows}) AS missing"))  # noqa: S608


async def _switch(tx: Transaction, table: str) -> None:
    """Rows are replaced, not the table: its grants, policies and indexes stay what the migrations made them."""
    await tx.run(f"DELETE FROM public.{table}")  # noqa: S608
    await tx.run(f"INSERT INTO public.{table} SELECT * FROM {SHADOW}.{table}")  # noqa: S608
