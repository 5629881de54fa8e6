"""What new facts change in the charges.

Charges are a pure function of the facts known. On each batch the affected amounts are computed anew and the
difference to what is already posted is posted, so neither the order of arrival nor the cut into batches can
change a balance.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kyodo_cost_ledger.charges.booking import Touched, book
from kyodo_cost_ledger.charges.journal import Cause
from kyodo_cost_ledger.charges.model import Book, Reason
from kyodo_cost_ledger.usage.facts import KINDS, CellKey, UsageFact, cell_key
from kyodo_events.contracts.procurement.projects import ParticipantJoined, ParticipantLeft, ProjectStarted
from kyodo_events.contracts.procurement.terms import BurdenTermsEnteredIntoForce
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
    *KINDS,
)
async def post_the_difference(batch: Batch[Fact], tx: Transaction) -> None:
    """Bring the books to what the facts now say. The views have written the batch's facts already."""
    await book(tx, touched_by(batch))


def touched_by(batch: Sequence[Recorded[Any]]) -> Touched:
    """Sort a batch by what it reaches. The last event that speaks of a book is the cause named in its posting."""
    last_usage: dict[str, Recorded[Any]] = {}
    last_rule: dict[str, Recorded[Any]] = {}
    cells: set[CellKey] = set()
    for record in batch:
        event = record.event
        if type(event) in KINDS:
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
