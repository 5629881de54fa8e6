"""What a cell of the ledger is, what is missing from it, and in which month it is booked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from typing import Final, NamedTuple

from kyodo_cost_ledger.base.model import base_charges
from kyodo_cost_ledger.projects.model import Project
from kyodo_cost_ledger.usage.model import UsageCell
from kyodo_events.contracts.base_terms import DRIVERS_JA, RESERVED
from kyodo_events.values.fiscal import Month

PROJECT: Final = "project"
"""The counterpart of every charge: the cost of the project that is borne. Its lines are negative."""


class Book(StrEnum):
    """The two books of the burden terms."""

    BASE = "base"
    USAGE = "usage"


class Reason(StrEnum):
    """What led to a posting."""

    TERMS = "terms"  # burden terms entered into force
    PARTICIPATION = "participation"  # somebody joined or left, or the project became known
    USAGE = "usage"
    DRIVERS = "drivers"  # figures that weight a split were published


BOOKS_JA = {Book.BASE: "基本的な経費", Book.USAGE: "個別サービスの経費"}
ITEMS_JA = {**DRIVERS_JA, **RESERVED}
"""Names of the base book's items, where terms give none of their own; those of the usage book are the meters' own."""


class Cell(NamedTuple):
    """One amount somebody bears: who (`party`: a municipality's code or 'tokyo'), for what, for which month.

    `item` is a driver (or Tokyo's share) in the base book and a meter in the usage book.
    """

    project_id: str
    book: str
    item: str
    month: str
    party: str


class Line(NamedTuple):
    """One line of a posting: yen of a cell, booked in the accounting month `period`."""

    cell: Cell
    period: str
    amount: int


Amounts = Mapping[Cell, int]


def base_targets(projects: Iterable[Project]) -> dict[Cell, int]:
    """What the base book must say of these projects."""
    return {
        Cell(project.id, Book.BASE.value, item, month, party): amount
        for project in projects
        for (party, item, month), amount in base_charges(project).items()
    }


def usage_of(used: UsageCell) -> Cell:
    """The cell of the books in which what was used is charged."""
    return Cell(used.project_id, Book.USAGE.value, used.meter, used.month, used.municipality)


def differences(targets: Amounts, posted: Amounts) -> dict[Cell, int]:
    """What must be posted so that the books say the targets; a cell without a target must come to 0."""
    cells = targets.keys() | posted.keys()
    found = {cell: targets.get(cell, 0) - posted.get(cell, 0) for cell in sorted(cells)}
    return {cell: amount for cell, amount in found.items() if amount}


def period_of(month: str, closed: Collection[str]) -> str:
    """The accounting month of an amount: its own month or, where that is closed, the first open one after it."""
    period = Month(month)
    while period in closed:
        period = period.next()
    return period


def balanced_lines(amounts: Amounts, closed: Collection[str]) -> list[Line]:
    """The lines of one posting: the amounts, and per item, month and period what balances them to zero."""
    lines = [Line(cell, period_of(cell.month, closed), amount) for cell, amount in amounts.items()]
    counter: dict[tuple[Cell, str], int] = defaultdict(int)
    for line in lines:
        counter[line.cell._replace(party=PROJECT), line.period] -= line.amount
    lines += [Line(cell, period, amount) for (cell, period), amount in counter.items() if amount]
    assert sum(line.amount for line in lines) == 0, "a posting does not balance"  # noqa: S101 - must always hold
    return lines
