"""Rebuild of read models: from zero, beside the live ones, compared, then switched (G6).

The shadow tables stand in a schema of their own that comes first in the search path, so views fill them with
exactly the statements they run live. Run as the owner role: the application may not create tables.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from kyodo_events.database import Database, Transaction
from kyodo_events.digests import Difference, compare
from kyodo_events.rebuild_progress import SHADOW, tell
from kyodo_events.sequencer import sequence_in
from kyodo_events.sql_views import arrived_between
from kyodo_events.store import last_position, read_all, read_inbox
from kyodo_events.views import View, apply_all

BATCH = 2_000  # events read at a time
SPAN = 50_000  # arrivals filled at a time: PostgreSQL does it by itself where the view is filled in SQL
ROUNDS = 10  # each takes what was appended during the one before, so that little is left for the end, under locks

Progress = Callable[[int, int], None]
Check = Callable[[Transaction], Awaitable[Sequence[str]]]
"""What else must hold of the rebuilt tables: asked where they come first in the search path, and answers with what is
wrong, in words."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the events a service knows: its own by position, those of others by arrival."""

    position: int = 0
    arrival: int = 0

    @property
    def seen(self) -> int:
        """The number of events up to here; arrivals that were taken back count too."""
        return self.position + self.arrival


class ChecksFailed(RuntimeError):
    """What must hold of the rebuilt tables does not; the message says what is wrong.

    The read models are compared, and switched, all the same (`found`): they are what the events say.
    """

    def __init__(self, wrong: Sequence[str], found: list[Difference]) -> None:
        super().__init__("; ".join(wrong))
        self.found = found


async def rebuild(
    owner: Database,
    views: Sequence[View],
    *,
    source: str,
    progress: Progress,
    switch: bool,
    checks: Sequence[Check] = (),
) -> list[Difference]:
    """Fill the views' tables from all events into shadows and compare them with the live ones.

    With `switch`, live rows that differ are then replaced by the rebuilt ones. Writers are held up only while
    the last events are caught up with and compared; readers until a switch. Calls `progress(events done,
    events in all)` after each batch. Answers with one Difference a table.

    Raises ChecksFailed where one of the `checks` finds something wrong.
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
                await tell(tx, place.seen, end.seen)
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
        wrong = [finding for check in checks for finding in await check(tx)]
        found = [await compare(tx, table, live="public", rebuilt=SHADOW) for table in tables]
        for difference in found:
            if switch and not difference.none:
                await _switch(tx, difference.table)
        await tx.run(f"DROP SCHEMA {SHADOW} CASCADE")
    if wrong:
        raise ChecksFailed(wrong, found)
    return found


async def _make_shadows(tx: Transaction, tables: Sequence[str]) -> None:
    """Tables of the same columns, keys and checks. They need no log, and no index but those that forbid something."""
    await tx.run(f"DROP SCHEMA IF EXISTS {SHADOW} CASCADE")
    await tx.run(f"CREATE SCHEMA {SHADOW}")
    for table in tables:
        await tx.run(f"CREATE UNLOGGED TABLE {SHADOW}.{table} (LIKE public.{table} INCLUDING ALL)")
    mere = await tx.rows(
        "SELECT indexrelid::regclass::text AS name FROM pg_index JOIN pg_class ON pg_class.oid = indrelid"
        " WHERE relnamespace = $1::regnamespace AND NOT indisunique",
        SHADOW,
    )
    for index in mere:
        await tx.run(f"DROP INDEX {index['name']}")


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
    return Place(place.position, await _fill_arrivals(tx, views, place.arrival, end.arrival))


async def _fill_arrivals(tx: Transaction, views: Sequence[View], after: int, end: int) -> int:
    """Apply the next arrivals; answers with the last one that was."""
    in_sql = any(view.in_sql for view in views)
    last = min(end, after + (SPAN if in_sql else BATCH))
    by_code = sorted({event.event_type for view in views for event in view.by_code})
    done = after
    while arrived := await read_inbox(tx, after=done, last=last, types=by_code, limit=BATCH):
        await apply_all(tx, views, [record for _, record in arrived])
        done = arrived[-1][0]
    for view in views:
        await view.apply_arrivals(tx, arrived_between(after, last))
    return last


async def _catch_up(tx: Transaction, views: Sequence[View], source: str, place: Place) -> None:
    while await sequence_in(tx, limit=BATCH):
        pass
    end = await _newest(tx)
    while place != end:
        place = await _fill_batch(tx, views, source, place, end)
    await tx.run(f"SET LOCAL search_path = {SHADOW}, public")


async def _switch(tx: Transaction, table: str) -> None:
    """Rows are replaced, not the table: its grants, policies and indexes stay what the migrations made them."""
    await tx.run(f"DELETE FROM public.{table}")  # noqa: S608 - declared names
    await tx.run(f"INSERT INTO public.{table} SELECT * FROM {SHADOW}.{table}")  # noqa: S608 - declared names
