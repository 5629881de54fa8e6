"""What a fiscal year costs everybody under given facts, computed by the functions that charge."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from kyodo_cost_ledger.base.model import base_charges, waiting_for
from kyodo_cost_ledger.projects.model import Project
from kyodo_cost_ledger.usage.model import UsageCell, rate
from kyodo_events.errors import Refused, require
from kyodo_events.values.fiscal import FiscalYear, Month
from kyodo_events.values.municipalities import by_code


class FiguresMissing(Refused):
    """Nothing is guessed: without its figures a cost cannot be shared, in a what-if as in the books."""

    status, type = 409, "figures-missing"
    title = "Figures that the terms weigh by are not known"
    detail = "The basic cost of fiscal year {fiscal_year} waits for: {missing}."
    remedy = "Publish the figures, or give them with the request."


@dataclass(frozen=True, slots=True)
class Yen:
    """Whole yen by book."""

    base: int = 0
    usage: int = 0

    @property
    def total(self) -> int:
        return self.base + self.usage


@dataclass(frozen=True, slots=True)
class Unnamed:
    """Usage of a meter in a month by somebody who takes part in it; who, is not known here."""

    meter: str
    month: Month
    quantity: int


def year_of(project: Project, since: Month, uses: Iterable[UsageCell]) -> dict[str, Yen]:
    """Each party's yen for the months of a fiscal year from `since` on."""
    base: dict[str, int] = defaultdict(int)
    for (party, _, month), amount in base_charges(project).items():
        if month >= since and month.fiscal_year == since.fiscal_year:
            base[party] += amount
    usage: dict[str, int] = defaultdict(int)
    for cell in uses:
        if cell.month >= since:
            usage[cell.municipality] += rate(project, cell).amount
    return {party: Yen(base[party], usage[party]) for party in sorted({*base, *usage})}


def usage_of_unnamed(project: Project, since: Month, uses: Iterable[Unnamed]) -> int:
    """What usage by unnamed participants costs together: whoever takes part pays the same for the same quantity."""
    amount = 0
    for used in uses:
        anybody = next(iter(project.participants(used.month)), None)
        if anybody is not None and used.month >= since:
            cell = UsageCell(anybody, project.id, used.meter, used.month, used.quantity, 1)
            amount += rate(project, cell).amount
    return amount


def in_year(year: FiscalYear, cells: Iterable[UsageCell]) -> list[UsageCell]:
    """Usage of another fiscal year as if it were this one's, month by month."""
    return [replace(cell, month=year.month(cell.month.fiscal_index)) for cell in cells]


def require_figures(project: Project, year: FiscalYear) -> None:
    """Raises FiguresMissing where the year's basic cost cannot be shared."""
    missing = [found for found in waiting_for(project) if found.fiscal_year == year]
    said = "; ".join(
        f"{found.driver} {found.reference}".strip()
        + "".join(f" {by_code(code).name_ja}" for code in found.municipalities)
        for found in missing
    )
    require(not missing, FiguresMissing(fiscal_year=int(year), missing=said))
