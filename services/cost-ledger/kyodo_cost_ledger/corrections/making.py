"""Making a correction, with its effect on the books, in the transaction of whoever decides it."""

from __future__ import annotations

from collections.abc import Collection

from kyodo_cost_ledger.charges.booking import Touched, book, last_event
from kyodo_cost_ledger.charges.locks import lock_projects
from kyodo_cost_ledger.charges.model import Cell, Reason
from kyodo_cost_ledger.corrections.model import Correction, Proposed, Standing
from kyodo_cost_ledger.corrections.views import borne
from kyodo_cost_ledger.disputes.views import frozen_cells
from kyodo_events.database import Transaction
from kyodo_platform.commands import CommandBus


async def standing_of(tx: Transaction, cells: Collection[Cell]) -> Standing:
    """What the books say of these cells of one project; from here to the transaction's end nobody else changes them."""
    projects = {cell.project_id for cell in cells}
    await lock_projects(tx, alone=projects, shared=())
    return Standing(await borne(tx, cells), frozenset(await frozen_cells(tx, projects)))


async def make(tx: Transaction, commands: CommandBus, wanted: Proposed) -> Correction:
    """Decide on a correction; it is booked by who called, after whatever else it decides."""
    standing = await standing_of(tx, wanted.sides)
    return await commands.create(Correction, lambda correction: correction.make(wanted, standing))


async def book_the_effect(tx: Transaction, correction: Correction, reason: Reason = Reason.CORRECTION) -> None:
    """Bring the books to what the correction, or its reversal, adds."""
    cause = await last_event(tx, correction)
    await book(tx, Touched.rules_of([correction.project_id], cause, reason))
