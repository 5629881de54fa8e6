"""Booking: bring the books to what the facts now say, by posting the difference.

Whoever changes a fact calls this in the same transaction, after the fact was written: the consumer for what other
services tell, a command of the ledger's own for what it decides.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from kyodo_cost_ledger.charges.journal import Cause, post, posted_base
from kyodo_cost_ledger.charges.locks import lock_projects
from kyodo_cost_ledger.charges.model import Book, Reason, base_targets, differences, usage_of
from kyodo_cost_ledger.periods.views import closed_months
from kyodo_cost_ledger.projects.views import known_projects
from kyodo_cost_ledger.usage.model import rate
from kyodo_cost_ledger.usage.views import CellKey, cells_of_projects, cells_touched, note_uncharged
from kyodo_events.database import Transaction


@dataclass(frozen=True, slots=True)
class Touched:
    """What a change reaches: projects whose rules changed, and else the usage cells that were added to."""

    changed: set[str]
    used: set[str] = field(default_factory=set)
    cells: set[CellKey] = field(default_factory=set)
    causes: dict[tuple[str, Book], Cause] = field(default_factory=dict)

    @classmethod
    def rules_of(cls, projects: Iterable[str], event_id: UUID, reason: Reason) -> Touched:
        """One event changed the rules of these projects."""
        changed, cause = set(projects), Cause(event_id, reason)
        return cls(changed, causes={(project_id, book): cause for project_id in changed for book in Book})


async def book(tx: Transaction, touched: Touched) -> None:
    """Compute anew all that was touched, and post what differs from the books."""
    await lock_projects(tx, alone=touched.changed, shared=touched.used)
    closed, now = await closed_months(tx)
    projects = await known_projects(tx, touched.changed | touched.used)

    booked = [*await cells_of_projects(tx, touched.changed), *await cells_touched(tx, touched.cells)]
    rated = [(found, rate(projects[found.cell.project_id], found.cell)) for found in booked]
    targets = base_targets(projects[id_] for id_ in touched.changed)
    posted = await posted_base(tx, touched.changed)
    targets |= {usage_of(found.cell): rating.amount for found, rating in rated}
    posted |= {usage_of(found.cell): found.posted for found in booked}

    await post(tx, differences(targets, posted), causes=touched.causes, closed=closed, at=now)
    await note_uncharged(tx, rated)
