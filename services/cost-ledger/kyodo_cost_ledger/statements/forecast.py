"""The lines of a notice: what is booked of the year, and what the rest of it will come to. Pure.

What is to come is forecast by forecasts/model.py, as everywhere; here its months become lines of a statement.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import groupby

from kyodo_cost_ledger.charges.model import Book
from kyodo_cost_ledger.forecasts.model import MonthForecast, ProjectYear
from kyodo_cost_ledger.forecasts.table import forecasts_of
from kyodo_cost_ledger.forecasts.views import Known
from kyodo_cost_ledger.projects.model import Project
from kyodo_cost_ledger.statements.basis import BaseFigures
from kyodo_cost_ledger.statements.lines import StatementLine
from kyodo_events.values.fiscal import FiscalYear, Month
from kyodo_events.values.municipalities import TOKYO


def lines_of_year(
    projects: Mapping[str, Project], known: Known, year: FiscalYear, through: Month
) -> list[StatementLine]:
    """Of each item a line of the months to `through`, as booked, and one of those after it, as forecast."""
    figures = BaseFigures(projects)
    years = [ProjectYear(project, year, through) for project in projects.values()]
    lines = []
    for (party, project_id), found in forecasts_of(years, known, None).items():
        if party != TOKYO:
            meters = known.meters.get((party, project_id), {})
            for line in _lines(party, project_id, found.months, through):
                if line.book is Book.BASE:
                    line = replace(line, basis=figures.of(line))
                elif not line.forecast and line.item in meters:
                    used = meters[line.item].used.items()
                    line = replace(line, quantity=sum(quantity for month, quantity in used if month <= through))
                lines.append(line)
    return lines


def in_order(lines: Iterable[StatementLine]) -> list[StatementLine]:
    """By municipality, and then as on a statement."""
    return sorted(lines, key=lambda line: (line.municipality, line.key))


def _lines(party: str, project_id: str, months: Iterable[MonthForecast], through: Month) -> Iterator[StatementLine]:
    def key(found: MonthForecast) -> tuple[str, str, bool]:
        return found.book, found.item, found.month > through

    for (book, item, ahead), group in groupby(sorted(months, key=lambda m: (*key(m), m.month)), key=key):
        run = [found for found in group if found.amount]
        if not sum(found.amount for found in run):
            continue
        year, prices = run[0].month.fiscal_year, {found.unit_price for found in run}
        quantities = [found.quantity for found in run if found.quantity is not None]
        yield StatementLine(
            party,
            project_id,
            Book(book),
            item,
            max(year.month(1), through.next()) if ahead else year.month(1),
            sum(found.amount for found in run),
            last_month=year.month(12) if ahead else through,
            quantity=sum(quantities) if quantities else None,
            unit_price=prices.pop() if len(prices) == 1 else None,
            forecast=ahead,
        )
