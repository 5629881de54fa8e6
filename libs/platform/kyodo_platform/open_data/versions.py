"""In which version a data set stands: what decides whether a reader has it already, and when it was updated."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, time

from kyodo_events.database import Transaction
from kyodo_events.values.fiscal import TOKYO_TIME
from kyodo_platform.open_data.data_set import DataSet

# Events are only ever added: as long as their number stays, nothing happened. Both come from the index of streams.
_TOLD = "SELECT count(*) AS events, max(at) AS last FROM event WHERE category = ANY($1)"


@dataclass(frozen=True, slots=True)
class Version:
    """When a set was updated, and the text that is another one as soon as the set may be."""

    modified: datetime
    key: str

    def etag(self, representation: str) -> str:
        """The strong ETag of one representation of the set, such as `csv`."""
        return f'"{hashlib.sha256(f"{representation}|{self.key}".encode()).hexdigest()[:32]}"'


async def version_of(tx: Transaction, one: DataSet) -> Version:
    """The version of a set, as this transaction sees it."""
    formed = datetime.combine(one.form_since, time.min, TOKYO_TIME)
    key = f"{one.id}|{formed.isoformat()}|{one.columns}"
    if not one.sources:
        return Version(formed, key)
    told = await tx.row(_TOLD, sorted({source.category for source in one.sources}))
    last = told["last"] if told and told["last"] else formed
    return Version(
        max(formed, last.astimezone(TOKYO_TIME)), f"{key}|{told['events'] if told else 0}|{last.isoformat()}"
    )
