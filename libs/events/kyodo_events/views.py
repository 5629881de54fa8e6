"""Read models: which events fill them, and how.

A view turns batches of events into set-based writes. The same function fills it live (inside the command's or
the consumer's transaction), in a rebuild and in tests, so the three cannot differ (G6). A row must depend on
the events of one stream only, or on additions, because streams may interleave differently in a rebuild.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any, Literal, TypeVar

import orjson
from sqlalchemy import Table
from sqlalchemy.sql.dml import UpdateBase

from kyodo_events.database import DIALECT, Transaction
from kyodo_events.errors import NotFound
from kyodo_events.event import Batch, E, Event, Recorded
from kyodo_events.sql_views import Arrivals, SqlFiller, sql_filler

Conflict = Literal["replace", "keep", "add"]
Filler = TypeVar("Filler", bound=Callable[..., Any])

quoted = DIALECT.identifier_preparer.quote  # a column may be named like a word of SQL, such as group


@dataclass(frozen=True)
class RowWrite:
    """Rows for one table, written with a single statement.

    Where a row of the same primary key stands already: `replace` overwrites the given columns, `keep` leaves
    it as it is, `add` adds the given numbers to it.
    """

    table: Table
    rows: Sequence[dict[str, Any]]
    conflict: Conflict

    async def run(self, tx: Transaction) -> None:
        """Write all rows in one round trip."""
        if not self.rows:
            return
        rows = _one_row_a_key(self.table, self.rows, self.conflict)
        await tx.run(_insert_sql(self.table, tuple(rows[0]), self.conflict), _document(rows))


def upsert(table: Table, rows: Iterable[dict[str, Any]]) -> RowWrite:
    """Insert the rows, or overwrite those of the same primary key; of rows with the same key the last one wins."""
    return RowWrite(table, list(rows), "replace")


def insert_missing(table: Table, rows: Iterable[dict[str, Any]]) -> RowWrite:
    """Insert the rows whose primary key is not there yet."""
    return RowWrite(table, list(rows), "keep")


def add_up(table: Table, rows: Iterable[dict[str, Any]]) -> RowWrite:
    """Add the numbers of the rows to those standing under the same primary key."""
    return RowWrite(table, list(rows), "add")


@dataclass(frozen=True)
class RowChange:
    """New values for some columns of existing rows, found by their primary key; written with one statement."""

    table: Table
    rows: Sequence[dict[str, Any]]

    async def run(self, tx: Transaction) -> None:
        """Change all rows in one round trip.

        Raises NotFound where a row is not there, or hidden by row-level security: changing fewer rows than the
        events name would leave the read model behind its stream, silently.
        """
        if not self.rows:
            return
        rows = _one_row_a_key(self.table, self.rows, "replace")
        changed = await tx.run(_update_sql(self.table, tuple(rows[0])), _document(rows))
        if changed != len(rows):
            keys = "; ".join("/".join(str(row[c]) for c in _key(self.table)) for row in rows[:3])
            raise NotFound(what=self.table.name.replace("_", " "), id=keys)


def change(table: Table, rows: Iterable[dict[str, Any]]) -> RowChange:
    """Set the given columns of rows that exist; each row names its whole primary key."""
    return RowChange(table, list(rows))


AnyWrite = RowWrite | RowChange | UpdateBase


class View:
    """A read model: its tables, and the functions that fill them."""

    def __init__(self, name: str, *tables: Table) -> None:
        self.name = name
        self.tables = tables
        self._fillers: dict[type[Event], Callable[[Batch[Any]], AnyWrite | Sequence[AnyWrite]]] = {}
        self._in_sql: list[SqlFiller] = []

    def on(self, *events: type[E]) -> Callable[[Filler], Filler]:
        """Decorate a pure function from a batch of these events to the writes they lead to."""

        def add(filler: Filler) -> Filler:
            for event in events:
                if event in self.events:
                    raise TypeError(f"the view {self.name} fills from {event.__name__} twice")
                self._fillers[event] = filler
            return filler

        return add

    def from_arrivals(self, reads: Mapping[type[Event], Collection[int]], *statements: str) -> None:
        """Fill from events of other services inside PostgreSQL, by statements over `arrivals` (see sql_views).

        `reads` names each event with the versions that the statements read, which must be all there are.
        """
        for event in reads:
            if event in self.events:
                raise TypeError(f"the view {self.name} fills from {event.__name__} twice")
        self._in_sql.append(sql_filler(reads, statements))

    @property
    def events(self) -> frozenset[type[Event]]:
        """The event types this view is filled from."""
        return self.by_code | self.in_sql

    @property
    def by_code(self) -> frozenset[type[Event]]:
        """The event types this view fills from in Python."""
        return frozenset(self._fillers)

    @property
    def in_sql(self) -> frozenset[type[Event]]:
        """The event types this view fills from in PostgreSQL."""
        return frozenset[type[Event]]().union(*(filler.events for filler in self._in_sql))

    async def apply(self, tx: Transaction, events: Batch[Event]) -> None:
        """Write what these events lead to, in their order: a run of events for one filler is one write."""
        relevant = (r for r in events if type(r.event) in self._fillers)
        for filler, run in groupby(relevant, key=lambda r: self._fillers[type(r.event)]):
            written = filler(list(run))
            for write in written if isinstance(written, Sequence) else [written]:
                if isinstance(write, UpdateBase):
                    await tx.run(write)
                else:
                    await write.run(tx)

    async def apply_arrivals(
        self, tx: Transaction, arrivals: Arrivals, present: Collection[type[Event]] | None = None
    ) -> None:
        """Write in PostgreSQL what these arrivals lead to; `present` are the types among them, where that is known."""
        for filler in self._in_sql:
            await filler.run(tx, arrivals, present)


async def apply_all(
    tx: Transaction, views: Iterable[View], events: Sequence[Recorded[Event]], arrivals: Arrivals | None = None
) -> None:
    """Fill every view from these events; `arrivals` is where PostgreSQL finds them, if they came from elsewhere.

    Raises TypeError for an event that a view fills from in PostgreSQL and that is not to be found there.
    """
    present = {type(record.event) for record in events}
    for view in views:
        await view.apply(tx, events)
        if arrivals is not None:
            await view.apply_arrivals(tx, arrivals, present)
        elif present & view.in_sql:
            raise TypeError(f"the view {view.name} fills from arrivals, not from events of the service's own")


def _key(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.primary_key)


def _one_row_a_key(table: Table, rows: Sequence[dict[str, Any]], conflict: Conflict) -> Sequence[dict[str, Any]]:
    """PostgreSQL refuses to write a row twice in one statement: the last row of a key stands for it, or their sum."""
    columns = rows[0].keys()
    if any(row.keys() != columns for row in rows):  # one statement has one set of columns: some would be lost
        odd = ", ".join(sorted(set().union(*rows) ^ set.intersection(*map(set, rows))))
        raise ValueError(f"the rows for {table.name} do not all have the same columns: {odd}")
    if conflict == "keep":
        return rows  # ON CONFLICT DO NOTHING takes repeated keys
    key = _key(table)
    place = itemgetter(*key)
    if conflict == "replace":
        return list({place(row): row for row in rows}.values())
    sums: dict[Any, dict[str, Any]] = {}
    for row in rows:
        before = sums.get(place(row))
        sums[place(row)] = {c: v if c in key or before is None else before[c] + v for c, v in row.items()}
    return list(sums.values())


@lru_cache(maxsize=512)
def _insert_sql(table: Table, columns: tuple[str, ...], conflict: Conflict) -> str:
    name, key, names = quoted(table.name), ", ".join(map(quoted, _key(table))), ", ".join(map(quoted, columns))
    rest = [quoted(c) for c in columns if c not in _key(table)]
    actions = {
        "replace": ", ".join(f"{c} = excluded.{c}" for c in rest),
        "add": ", ".join(f"{c} = {name}.{c} + excluded.{c}" for c in rest),
        "keep": "",
    }
    action = f"DO UPDATE SET {actions[conflict]}" if actions[conflict] else "DO NOTHING"
    # In the order of the key, so that two transactions lock the rows they share in the same order: unsorted,
    # twelve batches of usage at once met in deadlocks and took 10 s instead of 1 s.
    return (
        f"INSERT INTO {name} ({names}) SELECT {names} FROM {_given(table, columns)} ORDER BY {key}"  # noqa: S608 - declared names
        f" ON CONFLICT ({key}) {action}"
    )


@lru_cache(maxsize=512)
def _update_sql(table: Table, columns: tuple[str, ...]) -> str:
    name, key = quoted(table.name), _key(table)
    sets = ", ".join(f"{quoted(c)} = given.{quoted(c)}" for c in columns if c not in key)
    where = " AND ".join(f"{name}.{quoted(c)} = given.{quoted(c)}" for c in key)
    return f"UPDATE {name} SET {sets} FROM {_given(table, columns)} WHERE {where}"  # noqa: S608 - declared names only


def _given(table: Table, columns: tuple[str, ...]) -> str:
    """The rows of the statement's one parameter, each column read as what it is in the table."""
    typed = ", ".join(f"{quoted(c)} {table.c[c].type.compile(dialect=DIALECT)}" for c in columns)
    return f"json_to_recordset($1::json) AS given ({typed})"


def _document(rows: Sequence[dict[str, Any]]) -> str:
    """All rows as one JSON text: an array a column costs the driver four times the time, element by element."""
    return orjson.dumps(rows, default=str).decode()
