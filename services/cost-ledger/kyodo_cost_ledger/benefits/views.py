"""What was received and what it cost, by municipality, project and meter; of others in sum only."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Select

from kyodo_cost_ledger.benefits.model import Received, peers_of
from kyodo_cost_ledger.charges.journal import charge
from kyodo_cost_ledger.charges.model import Book
from kyodo_cost_ledger.projects.views import meter_labels, names_of_projects
from kyodo_cost_ledger.usage.views import usage_cell
from kyodo_events.database import Transaction
from kyodo_events.values.fiscal import FiscalYear
from kyodo_events.values.municipalities import TOKYO
from kyodo_platform.resources import Answer, ReadSession

MOST_ROWS = 1_000_000


class _Used(Answer):
    municipality: str
    project_id: str
    meter: str
    quantity: int


class _Charged(Answer):
    municipality: str
    project_id: str
    book: Book
    item: str
    amount: int


class _Meter(Answer):
    project_id: str
    meter: str
    label_ja: str
    unit_ja: str


@dataclass
class Known:
    """A year's quantities and yen, and the names of meters and projects."""

    used: dict[tuple[str, str, str], int]
    usage: dict[tuple[str, str, str], int] = field(default_factory=lambda: defaultdict(int))
    base: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    meters: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    projects: dict[str, str] = field(default_factory=dict)

    def has_one_meter(self, project_id: str) -> bool:
        """Whether the project's basic cost is all of one meter."""
        return sum(project == project_id for project, _ in self.meters) == 1


async def known(reader: ReadSession, year: FiscalYear, municipality: str | None) -> Known:
    """What the benefit view rests on, of one municipality or all."""
    used = await reader.all(_Used, _used(year, municipality), at_most=MOST_ROWS)
    found = Known({(one.municipality, one.project_id, one.meter): one.quantity for one in used})
    for one in await reader.all(_Charged, _charged(year, municipality), at_most=MOST_ROWS):
        if one.book is Book.USAGE:
            found.usage[one.municipality, one.project_id, one.item] += one.amount
        else:
            found.base[one.municipality, one.project_id] += one.amount
    for meter in await reader.all(_Meter, sa.select(meter_labels()), at_most=MOST_ROWS):
        found.meters[meter.project_id, meter.meter] = (meter.label_ja, meter.unit_ja)
    found.projects = await names_of_projects(reader.tx)
    return found


def _used(year: FiscalYear, municipality: str | None) -> Select[Any]:
    key = [usage_cell.c[name] for name in ("municipality", "project_id", "meter")]
    quantity = sa.cast(sa.func.sum(usage_cell.c.quantity), sa.BigInteger).label("quantity")
    query = sa.select(*key, quantity).where(usage_cell.c.month.between(year.month(1), year.month(12))).group_by(*key)
    return query if municipality is None else query.where(usage_cell.c.municipality == municipality)


def _charged(year: FiscalYear, municipality: str | None) -> Select[Any]:
    key = [charge.c[name] for name in ("party", "project_id", "book", "item")]
    amount = sa.cast(sa.func.sum(charge.c.amount), sa.BigInteger).label("amount")
    query = sa.select(key[0].label("municipality"), *key[1:], amount).group_by(*key)
    query = query.where(charge.c.month.between(year.month(1), year.month(12)), charge.c.party != TOKYO)
    return query if municipality is None else query.where(charge.c.party == municipality)


_OF_GROUP = """
SELECT project_id, meter, municipalities, population, quantity, usage, base FROM usage_of_group($1, $2, $3, $4, $5)
"""


@dataclass(frozen=True, slots=True)
class Peers:
    """How many others of a band used a meter, and what they received and bear together."""

    municipalities: int
    received: Received


async def peers(tx: Transaction, municipality: str, year: FiscalYear, facts: Known) -> dict[tuple[str, str], Peers]:
    """By project and meter, what the others of the municipality's band received.

    The database sums: nothing comes of fewer than three, nor where the project's total would tell of one or two.
    """
    others = peers_of(municipality)
    codes, populations = [one.code for one in others], [one.population for one in others]
    rows = await tx.rows(_OF_GROUP, municipality, codes, populations, year.month(1), year.month(12))
    return {
        (row["project_id"], row["meter"]): Peers(
            row["municipalities"],
            Received(
                row["quantity"], row["usage"], row["base"], row["population"], facts.has_one_meter(row["project_id"])
            ),
        )
        for row in rows
    }
