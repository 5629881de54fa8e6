"""What a cell of the ledger is, what is missing from it, and in which period it is booked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple
from uuid import UUID

from kyodo_cost_ledger.base.model import base_charges
from kyodo_cost_ledger.periods.calendar import Calendar, settlement_of
from kyodo_cost_ledger.projects.model import Project
from kyodo_cost_ledger.usage.model import UsageCell
from kyodo_events.contracts.base_terms import DRIVERS_JA, RESERVED
from kyodo_events.contracts.cost_ledger.corrections import Book as Book
from kyodo_events.contracts.cost_ledger.corrections import Reason as Reason
from kyodo_events.values.fiscal import Month

PROJECT: Final = "project"
"""The counterpart of every charge: the cost of the project that is borne. Its lines are negative."""


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


class Claim(NamedTuple):
    """What stands in the books for a cell already: its first period, and the last posting that has a line of it."""

    first_period: str
    last_posting: UUID


class Line(NamedTuple):
    """One line of a posting: yen of a cell, booked in the accounting period `period`.

    `corrects` links a correction to the posting whose line it corrects.
    """

    cell: Cell
    period: str
    amount: int
    corrects: UUID | None = None


Amounts = Mapping[Cell, int]
Claims = Mapping[Cell, Claim]


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


def added(targets: Amounts, corrections: Amounts) -> dict[Cell, int]:
    """The targets with what corrections add to them."""
    return {**targets, **{cell: targets.get(cell, 0) + amount for cell, amount in corrections.items()}}


def claimed_in_its_year(month: str, claim: Claim | None) -> bool:
    """Whether a claim for this month stood in the books of its own fiscal year; later is another year's affair."""
    return claim is not None and claim.first_period <= settlement_of(Month(month).fiscal_year)


def period_of(month: str, claimed: bool, calendar: Calendar) -> str:
    """The accounting period of an amount: its own month while that is open.

    Where it is closed: in a year that settles, a change of an existing claim goes to the settlement period. All
    else goes to the first open month after it, in a later fiscal year where its own has none (過年度精算).
    """
    period = Month(month)
    if period not in calendar.closed:
        return period
    if claimed and period.fiscal_year in calendar.settling:
        return settlement_of(period.fiscal_year)
    while period in calendar.closed:
        period = period.next()
    return period


def balanced_lines(amounts: Amounts, calendar: Calendar, claims: Claims) -> list[Line]:
    """The lines of one posting: the amounts, and per item, month and period what balances them to zero.

    `claims` are those of the cells that come late or are corrected, as far as they have any.
    """
    lines = [_line(cell, amount, calendar, claims.get(cell)) for cell, amount in amounts.items()]
    counter: dict[tuple[Cell, str], int] = defaultdict(int)
    for line in lines:
        counter[line.cell._replace(party=PROJECT), line.period] -= line.amount
    lines += [Line(cell, period, amount) for (cell, period), amount in counter.items() if amount]
    assert sum(line.amount for line in lines) == 0, "a posting does not balance"  # noqa: S101 - must always hold
    return lines


def _line(cell: Cell, amount: int, calendar: Calendar, claim: Claim | None) -> Line:
    period = period_of(cell.month, claimed_in_its_year(cell.month, claim), calendar)
    return Line(cell, period, amount, claim.last_posting if claim else None)
