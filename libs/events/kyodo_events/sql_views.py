"""Read models that are filled inside PostgreSQL, from the inbox, where events are many.

A batch's events are a relation named `arrivals` there, with the columns of the inbox that tell the event: the rows of
this transaction live, a range of the inbox in a rebuild. The statement is the same, so the two cannot differ (G6), and
the event's data crosses the wire once.

Such a statement reads the data as it was stored, in the version it was written in: no upcaster stands between. It
therefore names the versions it reads, and a release that knows a version it does not read refuses to start.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from kyodo_events.database import Transaction
from kyodo_events.event import Event

_COLUMNS = "event_id, source, category, stream, version, type, type_version, at, data"


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Where the events of a batch stand: a relation and its condition; $1 are the types wanted."""

    relation: str
    condition: str = "true"
    args: tuple[Any, ...] = ()


ARRIVING = Arrivals("arriving")
"""What the open transaction has just put into the inbox."""


def arrived_between(after: int, last: int) -> Arrivals:
    """A range of the inbox: all that arrived after one number, up to another."""
    return Arrivals("inbox", "arrival > $2 AND arrival <= $3", (after, last))


@dataclass(frozen=True, slots=True)
class SqlFiller:
    """Statements over `arrivals` that are run one after the other, and the events they read."""

    events: frozenset[type[Event]]
    statements: tuple[str, ...]

    async def run(self, tx: Transaction, arrivals: Arrivals, present: Collection[type[Event]] | None = None) -> None:
        """Fill from these arrivals; not asked where none of its types is among those `present`."""
        events = self.events if present is None else self.events.intersection(present)
        types = sorted(event.event_type for event in events)
        for statement in self.statements if types else ():
            await tx.rows(_over(arrivals, statement), types, *arrivals.args)


def sql_filler(reads: Mapping[type[Event], Collection[int]], statements: Collection[str]) -> SqlFiller:
    """The filler of these statements. Raises TypeError where they do not read every version there is of an event."""
    for event, versions in reads.items():
        unread = set(range(1, event.event_version + 1)).difference(versions)
        if unread:
            raise TypeError(f"version {min(unread)} of {event.event_type} is not read by the SQL that fills from it")
    return SqlFiller(frozenset(reads), tuple(map(str.strip, statements)))


def _over(arrivals: Arrivals, statement: str) -> str:
    first = f"WITH arrivals AS (SELECT {_COLUMNS} FROM {arrivals.relation} WHERE {arrivals.condition} AND"  # noqa: S608 - column names only
    rest = f",{statement[4:]}" if statement.startswith("WITH") else f" {statement}"
    return f"{first} type = ANY($1::text[])){rest}"
