"""Correcting lines, and taking corrections back."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from kyodo_cost_ledger.charges.model import Cell
from kyodo_cost_ledger.corrections.making import book_the_effect, make, standing_of
from kyodo_cost_ledger.corrections.model import Correction
from kyodo_cost_ledger.corrections.refusals import (
    CorrectionAlreadyReversed,
    CorrectionExceedsLine,
    CorrectsNothing,
    CounterpartNeeded,
    CounterpartNotTaken,
    LineInDispute,
    NoSuchLine,
    OwnCounterpart,
)
from kyodo_cost_ledger.corrections.schemas import (
    BookedLine,
    CorrectionIn,
    CorrectionOut,
    CorrectionRow,
    ReversalIn,
)
from kyodo_cost_ledger.corrections.views import booked_for, correction, corrections_made
from kyodo_cost_ledger.parties import readers
from kyodo_events.values.texts import Id
from kyodo_platform.commands import Commands
from kyodo_platform.identity.policies import secretariat
from kyodo_platform.resources import DryRun, Page, PageQuery, Reader
from kyodo_platform.routing import Router

router = Router(prefix="/v1/corrections", tags=["corrections"])

MAKING = [
    CorrectsNothing,
    CounterpartNeeded,
    CounterpartNotTaken,
    OwnCounterpart,
    NoSuchLine,
    LineInDispute,
    CorrectionExceedsLine,
]
MOST_LINES = 100  # of one correction: two sides, made and reversed


@router.post("", allow=secretariat, acts_for_all=True, dependencies=[DryRun], raises=MAKING)
async def make_correction(body: CorrectionIn, reader: Reader, commands: Commands) -> CorrectionOut:
    """Correct a line by a difference; it is booked at once, as a correction of the line's last posting."""
    made = await make(reader.tx, commands, body.proposed())
    await book_the_effect(reader.tx, made)
    return await _read(reader, made.id)


@router.put(
    "/{correction_id}/reversal",
    allow=secretariat,
    acts_for_all=True,
    dependencies=[DryRun],
    raises=[CorrectionAlreadyReversed, LineInDispute, CorrectionExceedsLine],
)
async def reverse_correction(correction_id: Id, body: ReversalIn, reader: Reader, commands: Commands) -> CorrectionOut:
    """Take a correction back, once: the balances are again as if it had not been made."""
    standing = await standing_of(reader.tx, (await commands.read(Correction, correction_id)).adds)
    done = await commands.on(Correction, correction_id, lambda made: made.reverse(body.reason_ja, standing))
    await book_the_effect(reader.tx, done)
    return await _read(reader, correction_id)


@router.get("", allow=readers)
async def list_corrections(
    reader: Reader,
    page: PageQuery,
    project_id: Annotated[Id | None, Query(description="Only this project.")] = None,
) -> Page[CorrectionRow]:
    """Corrections by line; a municipality's people see those that reach its own lines."""
    by = [correction.c.municipality, correction.c.correction_id]
    return await reader.page(CorrectionRow, corrections_made(project_id=project_id), page, by=by)


@router.get("/{correction_id}", allow=readers)
async def read_correction(correction_id: Id, reader: Reader) -> CorrectionOut:
    """One correction, with the lines it led to."""
    return await _read(reader, correction_id)


async def _read(reader: Reader, correction_id: str) -> CorrectionOut:
    row = await reader.one(CorrectionRow, corrections_made(correction_id), what="correction", id=correction_id)
    rows = await reader.all(CorrectionRow, corrections_made(correction_id), at_most=2)
    cells = [Cell(side.project_id, side.book, side.item, side.month, side.municipality) for side in rows]
    events = await reader.tx.rows(
        "SELECT id FROM event WHERE category = $1 AND stream = $2", Correction.category, correction_id
    )
    causes = [event["id"] for event in events]
    booked = await reader.all(BookedLine, booked_for(cells, causes), at_most=MOST_LINES)
    return CorrectionOut(**row.model_dump(), booked=booked)
