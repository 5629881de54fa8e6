"""Booking: bring the books to what the facts now say, by posting the difference.

Whoever changes a fact calls this in the same transaction, after the fact was written: the consumer for what other
services tell, a command of the ledger's own for what it decides.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from kyodo_cost_ledger.charges.announcing import announce
from kyodo_cost_ledger.charges.journal import Cause, post, posted_base
from kyodo_cost_ledger.charges.locks import lock_projects
from kyodo_cost_ledger.charges.model import Book, Reason, added, base_targets, differences, usage_of
from kyodo_cost_ledger.corrections.views import corrected_by
from kyodo_cost_ledger.disputes.views import frozen_cells
from kyodo_cost_ledger.periods.views import standing_calendar
from kyodo_cost_ledger.projects.views import known_projects
from kyodo_cost_ledger.usage.facts import CellKey
from kyodo_cost_ledger.usage.model import rate
from kyodo_cost_ledger.usage.views import cells_of_projects, cells_touched, note_uncharged
from kyodo_events.aggregate import Aggregate
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
    """Compute anew all that was touched, and post what differs from the books.

    What the secretariat corrected counts as a fact beside the others. A line in dispute stands still: its difference
    is posted when the dispute ends.
    """
    reached = touched.changed | touched.used
    await lock_projects(tx, alone=touched.changed, shared=touched.used)
    calendar, now = await standing_calendar(tx)
    projects = await known_projects(tx, reached)

    booked = [*await cells_of_projects(tx, touched.changed), *await cells_touched(tx, touched.cells)]
    rated = [(found, rate(projects[found.cell.project_id], found.cell)) for found in booked]
    targets = base_targets(projects[id_] for id_ in touched.changed)
    posted = await posted_base(tx, touched.changed)
    targets |= {usage_of(found.cell): rating.amount for found, rating in rated}
    posted |= {usage_of(found.cell): found.posted for found in booked}
    corrected = await corrected_by(tx, reached)
    computed = (cell for cell in corrected if cell in targets or cell.project_id in touched.changed)
    targets = added(targets, {cell: corrected[cell] for cell in computed})

    frozen = await frozen_cells(tx, reached)
    missing = {cell: yen for cell, yen in differences(targets, posted).items() if cell not in frozen}
    postings = await post(tx, missing, causes=touched.causes, calendar=calendar, at=now)
    await announce(tx, postings, now)
    await note_uncharged(tx, rated)


async def last_event(tx: Transaction, aggregate: Aggregate) -> UUID:
    """The id of the newest event of an aggregate that this transaction decided on: the cause of what is booked."""
    found: UUID = await tx.scalar(
        "SELECT id FROM event WHERE category = $1 AND stream = $2 AND version = $3",
        aggregate.category,
        aggregate.id,
        aggregate.version,
    )
    return found
