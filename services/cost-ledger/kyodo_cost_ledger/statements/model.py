"""Statements (負担金通知書): what each municipality owes for a closed month."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from kyodo_cost_ledger.charges.model import Book
from kyodo_events.canonical import content_hash
from kyodo_events.contracts.cost_ledger.statements import StatementIssued
from kyodo_events.values.fiscal import Month


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One line of a statement: yen of one item for one month of service. Earlier months are corrections."""

    municipality: str
    project_id: str
    book: Book
    item: str
    month: str
    amount: int


def statements_for(month: Month, lines: Sequence[StatementLine]) -> Iterator[StatementIssued]:
    """One statement for each municipality that has any line; the lines are in order of municipality."""
    for municipality, run in groupby(lines, key=lambda line: line.municipality):
        own = list(run)
        base = sum(line.amount for line in own if line.book is Book.BASE)
        total = sum(line.amount for line in own)
        yield StatementIssued(
            month=month,
            municipality=municipality,
            base=base,
            usage=total - base,
            total=total,
            lines_hash=lines_hash(own),
        )


def lines_hash(lines: Sequence[StatementLine]) -> str:
    """SHA-256 of the lines as canonical JSON, in the order of their keys: anybody can compute it again."""
    return content_hash(
        [
            {
                "project_id": line.project_id,
                "book": line.book.value,
                "item": line.item,
                "month": line.month,
                "amount": line.amount,
            }
            for line in sorted(lines, key=lambda line: (line.project_id, line.book.value, line.item, line.month))
        ]
    )
