"""What a running installation proves of itself: the event store, the service's own books, and its read models."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kyodo_events import integrity
from kyodo_events.database import Database
from kyodo_events.rebuild import ChecksFailed
from kyodo_local.operations import STATEMENT_SECONDS, compared
from kyodo_platform.preflight import connected
from kyodo_platform.service import Service
from kyodo_platform.settings import Settings


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at, and whether it holds; `words` say what does not."""

    service: str
    about: str
    holds: bool
    words: str = ""

    @property
    def line(self) -> str:
        """The finding for people."""
        return f"{'holds ' if self.holds else 'WRONG '} {self.service}: {self.about}{self.words and f': {self.words}'}"


async def verify(service: Service, settings: Settings) -> list[Finding]:
    """Look at all of a service's data as its owner, past row-level security.

    Changes nothing, but that events which wait for their positions get them: a comparison needs all of them in order.
    """
    async with connected(service.name, settings, owner=True, statement_seconds=STATEMENT_SECONDS) as owner:
        return await findings(service, owner)


async def findings(service: Service, owner: Database) -> list[Finding]:
    """The same on a database that is open already."""
    async with owner.transaction() as tx:
        found = [_finding(service, "event store", await integrity.faults(tx))]
    for proof in service.proofs:
        async with owner.transaction() as tx:
            found.append(_finding(service, proof.__name__.replace("_", " "), await proof(tx)))
    wrong: list[str] = []
    try:
        tables = await compared(service, owner)
    except ChecksFailed as failed:
        wrong, tables = [str(failed)], failed.found
    different = [
        f"{d.table}: {d.only_live} rows only live, {d.only_rebuilt} only rebuilt" for d in tables if not d.none
    ]
    return [*found, _finding(service, "read models and their events", wrong + different)]


def _finding(service: Service, about: str, wrong: Sequence[str]) -> Finding:
    return Finding(service.name, about, not wrong, "; ".join(wrong))
