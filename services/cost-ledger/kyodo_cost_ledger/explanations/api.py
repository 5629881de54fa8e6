"""Any charge, down to its arithmetic and the events behind it."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path

from kyodo_cost_ledger.base.segments import segment_of
from kyodo_cost_ledger.charges.model import Book, Cell
from kyodo_cost_ledger.charges.views import posted_in, postings_of
from kyodo_cost_ledger.corrections.schemas import CorrectionRow
from kyodo_cost_ledger.corrections.views import corrections_of
from kyodo_cost_ledger.explanations.model import explain_base
from kyodo_cost_ledger.explanations.schemas import (
    BaseExplanationOut,
    Explanation,
    PostingOut,
    UsageExplanationOut,
    UsageRecordOut,
)
from kyodo_cost_ledger.parties import overseers
from kyodo_cost_ledger.projects.model import Project
from kyodo_cost_ledger.projects.views import known_projects
from kyodo_cost_ledger.usage.model import rate
from kyodo_cost_ledger.usage.records import RECORD_KEY, records
from kyodo_cost_ledger.usage.views import cells_touched
from kyodo_events.errors import NotFound
from kyodo_events.values.fiscal import Month
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Code, Id
from kyodo_platform.identity.policies import member_of
from kyodo_platform.resources import MAX_PAGE, Reader
from kyodo_platform.routing import Router

router = Router(prefix="/v1/municipalities/{municipality}/charges/{project_id}", tags=["explanations"])

Item = Annotated[Code, Path(description="A driver, or a meter.", examples=["equal"])]


@router.get("/{book}/{item}/{month}/explanation", allow=member_of("municipality") | overseers, raises=[NotFound])
async def explanation(
    municipality: MunicipalityCode, project_id: Id, book: Book, item: Item, month: Month, reader: Reader
) -> Explanation:
    """Why a municipality bears this charge: terms, figures, arithmetic, and the events behind it."""
    cell = Cell(project_id, book.value, item, month, municipality)
    projects = await known_projects(reader.tx, [project_id])
    explained = await (_base if book is Book.BASE else _usage)(reader, projects[project_id], cell)
    rows = await reader.tx.rows(postings_of(cell).limit(MAX_PAGE))
    if explained is None and not rows:
        raise NotFound(what="charge", id=f"{project_id}/{book}/{item}/{month}")
    explained = explained or _explanation(cell, 0)  # no fact leads to it now
    explained.posted = await reader.tx.scalar(posted_in(cell))
    explained.corrections = await reader.all(CorrectionRow, corrections_of(cell), at_most=MAX_PAGE)
    explained.corrected = sum(made.amount for made in explained.corrections if not made.reversed_at)
    explained.postings = [PostingOut.model_validate(dict(row)) for row in rows]
    return explained


async def _base(reader: Reader, project: Project, cell: Cell) -> Explanation | None:
    month = Month(cell.month)
    segment = segment_of(project, month)
    found = explain_base(segment, month, cell.item, cell.party) if segment else None
    return _explanation(cell, found.amount, base=BaseExplanationOut.of(found)) if found else None


async def _usage(reader: Reader, project: Project, cell: Cell) -> Explanation | None:
    cells = await cells_touched(reader.tx, [(cell.party, cell.project_id, cell.item, cell.month)])
    if not cells:
        return None
    [used] = (found.cell for found in cells)
    rating = rate(project, used)
    key = {"municipality": cell.party, "project_id": cell.project_id, "meter": cell.item, "month": cell.month}
    rows = await reader.tx.rows(records(key).order_by(*RECORD_KEY).limit(MAX_PAGE))
    behind = [UsageRecordOut.model_validate(dict(row)) for row in rows]
    version = project.terms_in_force(used.month)
    return _explanation(cell, rating.amount, usage=UsageExplanationOut.explaining(used, rating, version, behind))


def _explanation(
    cell: Cell, amount: int, *, base: BaseExplanationOut | None = None, usage: UsageExplanationOut | None = None
) -> Explanation:
    return Explanation(
        municipality=cell.party,
        project_id=cell.project_id,
        book=Book(cell.book),
        item=cell.item,
        month=Month(cell.month),
        amount=amount,
        posted=0,
        base=base,
        usage=usage,
        postings=[],
    )
