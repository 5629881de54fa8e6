"""What a forecast rests on, read from the books, the usage and the plans; a municipality's people get its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Select

from kyodo_cost_ledger.charges.journal import charge
from kyodo_cost_ledger.forecasts.model import Metered
from kyodo_cost_ledger.plans.views import plans_of, usage_plan
from kyodo_cost_ledger.usage.views import usage_cell
from kyodo_events.contracts.cost_ledger.plans import PlanLine
from kyodo_events.values.fiscal import FiscalYear, Month
from kyodo_platform.resources import Answer, ReadSession

MOST_ROWS = 1_000_000

Key = tuple[str, str]
"""Party and project."""


@dataclass
class Known:
    """By party and project: yen in the books by (book, item, month), and what is known of each meter."""

    booked: dict[Key, dict[tuple[str, str, Month], int]] = field(default_factory=lambda: defaultdict(dict))
    meters: dict[Key, dict[str, Metered]] = field(default_factory=lambda: defaultdict(dict))

    @property
    def projects(self) -> set[str]:
        return set(self.parties_of)

    @cached_property
    def parties_of(self) -> Mapping[str, set[str]]:
        """Whom something is known of, by project; to be asked when all is read."""
        found: dict[str, set[str]] = defaultdict(set)
        for party, project in (*self.booked, *self.meters):
            found[project].add(party)
        return found


class _Booked(Answer):
    party: str
    project_id: str
    book: str
    item: str
    month: Month
    amount: int


class _Used(Answer):
    municipality: str
    project_id: str
    meter: str
    month: Month
    quantity: int


class _Planned(Answer):
    municipality: str
    lines: list[PlanLine]


async def known(reader: ReadSession, year: FiscalYear, *, party: str | None, project_id: str | None) -> Known:
    """All that the forecasts of a year rest on, of one party or project where one is named."""
    found = Known()
    for row in await reader.all(_Booked, _booked(year, party, project_id), at_most=MOST_ROWS):
        found.booked[row.party, row.project_id][row.book, row.item, row.month] = row.amount
    quantities: dict[tuple[str, str, str], dict[Month, int]] = defaultdict(dict)
    for used in await reader.all(_Used, _used(year, party, project_id), at_most=MOST_ROWS):
        quantities[used.municipality, used.project_id, used.meter][used.month] = used.quantity
    plans = plans_of(year) if party is None else plans_of(year).where(usage_plan.c.municipality == party)
    planned = {
        (plan.municipality, line.project_id, line.meter): line.by_month()
        for plan in await reader.all(_Planned, plans, at_most=MOST_ROWS)
        for line in plan.lines
        if project_id in (None, line.project_id)
    }
    for code, project, meter in sorted({*quantities, *planned}):
        by_month = quantities.get((code, project, meter), {})
        found.meters[code, project][meter] = Metered(
            used={month: quantity for month, quantity in by_month.items() if month.fiscal_year == year},
            last_year={month: quantity for month, quantity in by_month.items() if month.fiscal_year != year},
            planned=planned.get((code, project, meter)),
        )
    return found


def _booked(year: FiscalYear, party: str | None, project_id: str | None) -> Select[Any]:
    key = [charge.c[name] for name in ("party", "project_id", "book", "item", "month")]
    amount = sa.cast(sa.func.sum(charge.c.amount), sa.BigInteger).label("amount")
    query = sa.select(*key, amount).where(charge.c.month.between(year.month(1), year.month(12))).group_by(*key)
    return _narrowed(query, charge.c.party, party, charge.c.project_id, project_id)


def _used(year: FiscalYear, party: str | None, project_id: str | None) -> Select[Any]:
    columns = [usage_cell.c[name] for name in ("municipality", "project_id", "meter", "month", "quantity")]
    query = sa.select(*columns).where(usage_cell.c.month.between(year.previous().month(1), year.month(12)))
    return _narrowed(query, usage_cell.c.municipality, party, usage_cell.c.project_id, project_id)


def _narrowed(query: Select[Any], of: Any, party: str | None, project: Any, project_id: str | None) -> Select[Any]:
    query = query if party is None else query.where(of == party)
    return query if project_id is None else query.where(project == project_id)
