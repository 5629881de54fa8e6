"""The lines of a notice: what is booked of the year, and what the rest of it will come to. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from kyodo_cost_ledger.base.model import base_charges
from kyodo_cost_ledger.charges.model import Book
from kyodo_cost_ledger.projects.model import Project
from kyodo_cost_ledger.statements.lines import StatementLine
from kyodo_cost_ledger.statements.notices import run_rate
from kyodo_cost_ledger.usage.model import Outcome, UsageCell, rate
from kyodo_events.values.fiscal import FiscalYear, Month
from kyodo_events.values.municipalities import TOKYO

Used = Mapping[tuple[str, str, str], int]
"""Quantities by municipality, project and meter."""


def base_of_year(projects: Iterable[Project], year: FiscalYear) -> Iterator[StatementLine]:
    """What each municipality will bear of the basic cost in a year, by the terms of the projects given."""
    first, last = year.month(1), year.month(12)
    for project in projects:
        sums: dict[tuple[str, str], int] = defaultdict(int)
        for (party, item, month), amount in base_charges(project).items():
            if party != TOKYO and first <= month <= last:
                sums[party, item] += amount
        for (party, item), amount in sums.items():
            if amount:
                yield StatementLine(party, project.id, Book.BASE, item, first, amount, last_month=last, forecast=True)


def usage_ahead(
    projects: Mapping[str, Project], used: Used, *, months: int, ahead: Sequence[Month]
) -> Iterator[StatementLine]:
    """What the usage of the months ahead will cost, at their prices, if it goes on as in the `months` before."""
    for (municipality, project_id, meter), quantity in used.items():
        project, total, amount = projects[project_id], 0, 0
        prices: set[int | None] = set()
        for month, expected in zip(ahead, run_rate(quantity, months, len(ahead)), strict=True):
            rating = rate(project, UsageCell(municipality, project_id, meter, month, expected, 0))
            if rating.outcome is Outcome.CHARGED:
                total, amount = total + expected, amount + rating.amount
                prices.add(rating.unit_price)
        if amount:
            yield StatementLine(
                municipality,
                project_id,
                Book.USAGE,
                meter,
                ahead[0],
                amount,
                last_month=ahead[-1],
                quantity=total,
                unit_price=prices.pop() if len(prices) == 1 else None,
                forecast=True,
            )


def in_order(lines: Iterable[StatementLine]) -> list[StatementLine]:
    """By municipality, and then as on a statement."""
    return sorted(lines, key=lambda line: (line.municipality, line.key))
