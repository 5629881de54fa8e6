"""In which version a data set stands: what decides whether a reader has it already, and when it was updated."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, time
from typing import Final

from kyodo_events.database import Transaction
from kyodo_events.values.fiscal import TOKYO_TIME
from kyodo_platform.open_data.data_set import DataSet

WINDOW: Final = 100_000  # positions counted by one statement, so that none takes long

# By one statement, for an event that gets its position in between would be counted twice or not at all.
_SINCE = """
WITH reached AS (SELECT least(position, $3) AS position, position <= $3 AS whole FROM sequencer),
placed AS (
    SELECT count(*) AS events, max(e.at) AS last FROM event_position p JOIN event e ON e.id = p.event_id
    WHERE p.position > $2 AND p.position <= (SELECT position FROM reached) AND e.category = ANY($1)
),
waiting AS (
    SELECT count(*) AS events, max(e.at) AS last FROM outbox o JOIN event e ON e.id = o.event_id
    WHERE e.category = ANY($1)
)
SELECT reached.position, reached.whole, placed.events, placed.last,
       waiting.events AS waiting, greatest(placed.last, waiting.last) AS last_of_all
FROM reached, placed, waiting
"""


@dataclass(frozen=True, slots=True)
class Version:
    """When a set was updated, and the text that is another one as soon as the set may be."""

    modified: datetime
    key: str

    def etag(self, representation: str) -> str:
        """The strong ETag of one representation of the set, such as `csv`."""
        return f'"{hashlib.sha256(f"{representation}|{self.key}".encode()).hexdigest()[:32]}"'


@dataclass(frozen=True, slots=True)
class _Counted:
    """How many events of some categories there are up to a position, and when the last of them happened."""

    position: int = 0
    events: int = 0
    last: datetime | None = None


class Versions:
    """The versions of a service's data sets, for one process.

    Events are only ever added, so as long as their number stays, nothing happened. They are counted on from where this
    process counted to before: anybody may ask, and asking must not cost more the longer the history is.
    """

    def __init__(self) -> None:
        self._counted: dict[tuple[str, ...], _Counted] = {}

    async def of(self, tx: Transaction, one: DataSet) -> Version:
        """The version of a set, as this transaction sees it."""
        formed = datetime.combine(one.form_since, time.min, TOKYO_TIME)
        key = f"{one.id}|{formed.isoformat()}|{one.columns}"
        if not one.sources:
            return Version(formed, key)
        events, happened = await self._count(tx, tuple(sorted({source.category for source in one.sources})))
        last = happened or formed
        return Version(max(formed, last.astimezone(TOKYO_TIME)), f"{key}|{events}|{last.isoformat()}")

    async def _count(self, tx: Transaction, categories: tuple[str, ...]) -> tuple[int, datetime | None]:
        counted = self._counted.get(categories, _Counted())
        while True:
            (row,) = await tx.rows(_SINCE, list(categories), counted.position, counted.position + WINDOW)
            before = counted
            counted = _Counted(row["position"], before.events + row["events"], _later(before.last, row["last"]))
            if counted.position > self._counted.get(categories, before).position:
                self._counted[categories] = counted  # another request may have counted further meanwhile
            if row["whole"]:
                return counted.events + row["waiting"], _later(before.last, row["last_of_all"])


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max(filter(None, (one, other)), default=None)
