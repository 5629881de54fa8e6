"""What new facts change in the charges.

Charges are a pure function of the facts known. On each batch the affected amounts are computed anew and the
difference to what is already posted is posted, so neither the order of arrival nor the cut into batches can
change a balance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kyodo_cost_ledger.charges.journal import Cause, post, posted_base
from kyodo_cost_ledger.charges.locks import lock_projects
from kyodo_cost_ledger.charges.model import Book, Reason, base_targets, differences, usage_of
from kyodo_cost_ledger.projects.views import known_projects
from kyodo_cost_ledger.statements.views import closed_months
from kyodo_cost_ledger.usage.model import rate
from kyodo_cost_ledger.usage.views import (
    CellKey,
    UsageFact,
    cell_key,
    cells_of_projects,
    cells_touched,
    note_uncharged,
)
from kyodo_events.contracts.procurement.projects import ParticipantJoined, ParticipantLeft, ProjectStarted
from kyodo_events.contracts.procurement.terms import BurdenTermsEnteredIntoForce
from kyodo_events.contracts.procurement.usage import ServiceUseCancelled, ServiceUseCorrected, ServiceUsed
from kyodo_events.database import Transaction
from kyodo_events.event import Batch, Recorded
from kyodo_events.reactions import Reactions

Fact = ProjectStarted | ParticipantJoined | ParticipantLeft | BurdenTermsEnteredIntoForce | UsageFact

reactions = Reactions()


@reactions.on(
    ProjectStarted,
    ParticipantJoined,
    ParticipantLeft,
    BurdenTermsEnteredIntoForce,
    ServiceUsed,
    ServiceUseCorrected,
    ServiceUseCancelled,
)
async def post_the_difference(batch: Batch[Fact], tx: Transaction) -> None:
    """Bring the books to what the facts now say. The views have written the batch's facts already."""
    touched = touched_by(batch)
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


@dataclass(frozen=True, slots=True)
class Touched:
    """What a batch reaches: projects whose rules changed, and else the usage cells it adds to."""

    changed: set[str]
    used: set[str]
    cells: set[CellKey]
    causes: dict[tuple[str, Book], Cause]


def touched_by(batch: Sequence[Recorded[Any]]) -> Touched:
    """Sort a batch by what it reaches. The last event that speaks of a book is the cause named in its posting."""
    last_usage: dict[str, Recorded[Any]] = {}
    last_rule: dict[str, Recorded[Any]] = {}
    cells: set[CellKey] = set()
    for record in batch:
        event = record.event
        if isinstance(event, UsageFact):
            last_usage[event.project_id] = record
            cells.add(cell_key(event))
        else:
            last_rule[event.project_id if isinstance(event, BurdenTermsEnteredIntoForce) else record.stream] = record
    changed = set(last_rule)
    used = set(last_usage) - changed
    causes = {(project_id, Book.USAGE): Cause(last_usage[project_id].id, Reason.USAGE) for project_id in used}
    for project_id, record in last_rule.items():
        terms = isinstance(record.event, BurdenTermsEnteredIntoForce)
        cause = Cause(record.id, Reason.TERMS if terms else Reason.PARTICIPATION)
        causes |= {(project_id, book): cause for book in Book}
    return Touched(changed, used, {key for key in cells if key[1] in used}, causes)
