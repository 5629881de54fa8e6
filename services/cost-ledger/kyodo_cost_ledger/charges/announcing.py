"""Correction lines leave the service as events, for the municipalities' accounting systems."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final

from kyodo_cost_ledger.charges.journal import Posted
from kyodo_cost_ledger.charges.model import PROJECT, Line
from kyodo_cost_ledger.periods.calendar import year_of
from kyodo_events.contracts.cost_ledger.corrections import Book, LineCorrected, LineId
from kyodo_events.database import Transaction
from kyodo_events.event import Audit
from kyodo_events.store import append_new
from kyodo_events.values.fiscal import Month
from kyodo_events.values.municipalities import TOKYO

SERVICE: Final = "cost-ledger"
CATEGORY: Final = "line-correction"


async def announce(tx: Transaction, postings: Sequence[Posted], at: datetime) -> None:
    """Publish each line that corrects an earlier one, or comes late."""
    for posting in postings:
        if announced := list(_announced(posting)):
            cause = posting.cause.event_id
            audit = Audit(actor=SERVICE, organisation=SERVICE, correlation=cause, causation=cause)
            await append_new(tx, CATEGORY, announced, at, audit, SERVICE)


def _announced(posting: Posted) -> Iterator[tuple[str, LineCorrected]]:
    for line in _corrections(posting.lines):
        cell = line.cell
        event = LineCorrected(
            municipality=cell.party,
            line=LineId(project_id=cell.project_id, book=Book(cell.book), item=cell.item, month=Month(cell.month)),
            period=line.period,
            amount=line.amount,
            reason=posting.cause.reason,
            cause=posting.cause.event_id,
            posting_id=posting.posting_id,
            corrects=line.corrects,
            across_years=year_of(line.period) != year_of(cell.month),
        )
        yield f"{posting.posting_id}/{cell.party}/{cell.item}/{cell.month}", event


def _corrections(lines: Iterable[Line]) -> Iterator[Line]:
    """The municipalities' lines among them that are corrections; Tokyo's and the projects' are nobody's statement."""
    for line in lines:
        if (line.corrects or line.period != line.cell.month) and line.cell.party not in (PROJECT, TOKYO):
            yield line
