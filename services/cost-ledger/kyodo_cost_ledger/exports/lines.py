"""What the exports read: charges by accounting period, and the lines of the journal, with the names people read."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Select, Table

from kyodo_cost_ledger.charges.journal import charge, posting, posting_line
from kyodo_cost_ledger.charges.model import ITEMS_JA, Book
from kyodo_cost_ledger.charges.views import charges, page_key, with_names
from kyodo_cost_ledger.periods.calendar import settlement_of
from kyodo_cost_ledger.projects.views import component_labels, meter_labels, project
from kyodo_cost_ledger.usage.views import usage_cell
from kyodo_events.values.fiscal import FiscalYear

CELL = ("party", "project_id", "book", "item", "month")


def booked_in(period: ColumnElement[str], year: FiscalYear | None) -> ColumnElement[bool]:
    """The accounting periods of a fiscal year, its settlement period among them; all where none is named."""
    if year is None:
        return sa.true()
    return period.between(year.month(1), settlement_of(year))


def year_of_charges(year: FiscalYear, municipality: str | None) -> Select[Any]:
    """All charges for services of a fiscal year, cell by cell, in their order."""
    charged = charges(municipality=municipality, until=year.month(12))
    return with_names(charged).where(charged.c.month >= year.month(1)).order_by(*page_key(charged))


def allocated(year: FiscalYear, municipality: str | None) -> Select[Any]:
    """What each party bears, by cell and accounting period, with what the whole cell and its usage come to."""
    line = charge.c
    whole_cell = sa.func.sum(line.amount).over(partition_by=[line[name] for name in CELL])
    of_the_cell = sa.and_(
        _metered(charge, usage_cell.c.project_id, usage_cell.c.meter),
        usage_cell.c.municipality == line.party,
        usage_cell.c.month == line.month,
    )
    query = (
        _named(charge)
        .add_columns(usage_cell.c.quantity, sa.cast(whole_cell, sa.BigInteger).label("cell_amount"))
        .outerjoin(usage_cell, of_the_cell)
    )
    found = (query if municipality is None else query.where(line.party == municipality)).subquery("found")
    key = [found.c[name] for name in (*CELL, "period")]
    return sa.select(found).where(found.c.amount != 0, booked_in(found.c.period, year)).order_by(*key)


def journal_lines(year: FiscalYear | None, municipality: str | None) -> Select[Any]:
    """The lines of the journal by accounting period and posting."""
    line = posting_line.c
    query = (
        _named(posting_line)
        .add_columns(posting.c.reason, posting.c.cause)
        .join(posting, posting.c.posting_id == line.posting_id)
        .where(booked_in(line.period, year))
        .order_by(line.period, line.posted_at, line.posting_id, line.party, line.item, line.month)
    )
    return query if municipality is None else query.where(line.party == municipality)


def journal_accounts(year: FiscalYear | None, municipality: str | None) -> Select[Any]:
    """What names an account, once each."""
    lines = journal_lines(year, municipality).order_by(None).subquery("lines")
    return sa.select(*(lines.c[name] for name in ("party", "project_id", "project_ja", "book", "item_ja"))).distinct()


def balances_by_period(municipality: str | None) -> Select[Any]:
    """What the lines of each party come to in each accounting period."""
    line = posting_line.c
    query = (
        sa.select(line.party, line.period, sa.cast(sa.func.sum(line.amount), sa.BigInteger).label("amount"))
        .group_by(line.party, line.period)
        .order_by(line.period, line.party)
    )
    return query if municipality is None else query.where(line.party == municipality)


def _named(lines: Table) -> Select[Any]:
    """The lines with the names of project and item, and the unit of what was used."""
    meter, component = meter_labels(), component_labels()
    of_the_base = sa.and_(
        lines.c.book == Book.BASE.value,
        component.c.project_id == lines.c.project_id,
        component.c.item == lines.c.item,
    )
    item = sa.case(ITEMS_JA, value=lines.c.item, else_=lines.c.item)
    return (
        sa.select(
            lines,
            project.c.name_ja.label("project_ja"),
            sa.func.coalesce(meter.c.label_ja, component.c.label_ja, item).label("item_ja"),
            meter.c.unit_ja,
        )
        .select_from(lines)
        .outerjoin(project, project.c.project_id == lines.c.project_id)
        .outerjoin(meter, _metered(lines, meter.c.project_id, meter.c.meter))
        .outerjoin(component, of_the_base)
    )


def _metered(lines: Table, project_id: ColumnElement[str], meter: ColumnElement[str]) -> ColumnElement[bool]:
    return sa.and_(lines.c.book == Book.USAGE.value, project_id == lines.c.project_id, meter == lines.c.item)
