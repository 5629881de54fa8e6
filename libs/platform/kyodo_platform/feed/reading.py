"""Published events by position, as CloudEvents: the same events, in the same order, that the relay sends to Kafka."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kyodo_events.cloudevents import structured
from kyodo_events.database import Transaction

WINDOW = 5_000  # positions looked at for one page: most events of a service may be internal ones

# Complete where the page is not full: then up to the end of the window or of all that has a position.
_PAGE = """
SELECT p.position, e.id, e.category, e.stream, e.version, e.type, e.type_version, e.at, e.actor, e.organisation,
       e.correlation, e.causation, e.traceparent, e.record_key, e.data::text AS data
FROM event_position p JOIN event e ON e.id = p.event_id
WHERE p.position > $1 AND p.position <= $2 AND e.topic IS NOT NULL
  AND ($3::text[] IS NULL OR e.type = ANY($3)) AND ($4::text IS NULL OR e.data->>'municipality' = $4)
ORDER BY p.position LIMIT $5
"""


@dataclass(frozen=True, slots=True)
class Page:
    """Some events, and the position up to which there is nothing else for this reader: it reads on after that.

    A full page stays as it is; to any other one events may come.
    """

    events: list[dict[str, Any]]
    until: int
    full: bool

    @property
    def etag(self) -> str:
        """Another one as soon as there is more to read after the same position."""
        return f'"{self.until}-{len(self.events)}"'


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader asks for: events after a position, of some types or of all, of one municipality or of all."""

    after: int
    limit: int
    types: Sequence[str] | None = None
    municipality: str | None = None

    async def read(self, tx: Transaction, source: str) -> Page:
        """The next events of a service. Positions are gap-free, so what is not in the page was not for this reader."""
        head = int(await tx.scalar("SELECT position FROM sequencer"))
        last = max(self.after, min(head, self.after + WINDOW))
        rows = await tx.rows(_PAGE, self.after, last, self.types, self.municipality, self.limit)
        full = len(rows) == self.limit
        until = rows[-1]["position"] if full else last
        return Page([structured(row, source) for row in rows], until, full)
