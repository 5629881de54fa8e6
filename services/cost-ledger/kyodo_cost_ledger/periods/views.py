"""Closed months, the calendar by which lines are booked, and what stands in the books when a month is to be closed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Column, Select, Table

from kyodo_cost_ledger.charges.locks import lock_books
from kyodo_cost_ledger.charges.model import Book
from kyodo_cost_ledger.periods.calendar import Calendar
from kyodo_cost_ledger.periods.model import OpenBooks
from kyodo_cost_ledger.periods.seals import sealed_period
from kyodo_cost_ledger.statements.lines import StatementLine
from kyodo_cost_ledger.statements.views import booked_in
from kyodo_cost_ledger.tables import metadata
from kyodo_events.contracts.cost_ledger.statements import MonthClosed
from kyodo_events.database import Transaction
from kyodo_events.event import Batch
from kyodo_events.values.fiscal import Month
from kyodo_events.values.municipalities import TOKYO
from kyodo_events.views import AnyWrite, View, insert_missing

closed_month = Table(
    "closed_month",
    metadata,
    Column("month", sa.Text, primary_key=True),
    Column("closed_at", sa.DateTime(timezone=True), nullable=False),
    Column("statements", sa.Integer, nullable=False),
    Column("total", sa.BigInteger, nullable=False),
    Column("version", sa.Integer, nullable=False),
)

closings = View("closings", closed_month)


@closings.on(MonthClosed)
def _(rows: Batch[MonthClosed]) -> AnyWrite:
    return insert_missing(
        closed_month, [{**r.event.model_dump(), "closed_at": r.at, "version": r.version} for r in rows]
    )


_CALENDAR = """
SELECT clock_timestamp() AS at,
       (SELECT coalesce(array_agg(month), '{}') FROM closed_month) AS closed,
       (SELECT coalesce(array_agg(fiscal_year), '{}') FROM fiscal_year WHERE status = 'settling') AS settling
"""


async def standing_calendar(tx: Transaction) -> tuple[Calendar, datetime]:
    """What is closed, and the moment of asking. The caller shares the books' lock: nothing closes meanwhile."""
    row = await tx.row(_CALENDAR)
    assert row is not None, "a query without FROM answers one row"  # noqa: S101 - by the nature of SQL
    return Calendar(frozenset(row["closed"]), frozenset(row["settling"])), row["at"]


async def open_books(tx: Transaction, month: Month) -> OpenBooks:
    """What stands in the books for closing this month; from here to the transaction's end nobody posts."""
    await lock_books(tx)
    calendar, _ = await standing_calendar(tx)
    earlier = await tx.scalar(
        "SELECT min(period) FROM charge WHERE period < $1 AND amount <> 0 AND period <> ALL ($2::text[])"
        " AND period NOT LIKE '%s'",
        month,
        list(calendar.closed),
    )
    booked = booked_in(month)
    rows = await tx.rows(sa.select(booked).where(booked.c.party != TOKYO).order_by(*booked.c))
    lines = (
        StatementLine(r["party"], r["project_id"], Book(r["book"]), r["item"], r["month"], r["amount"]) for r in rows
    )
    return OpenBooks(month, month in calendar.closed, earlier, tuple(lines))


def closings_made(month: str | None = None) -> Select[Any]:
    """The closed months with their seals, or one of them."""
    query = sa.select(closed_month, sealed_period.c.sealed_at)
    query = query.outerjoin(sealed_period, sealed_period.c.period == closed_month.c.month)
    return query if month is None else query.where(closed_month.c.month == month)


_STANDING = """
SELECT (SELECT count(*) FROM closed_month) AS months_closed, (SELECT max(month) FROM closed_month) AS last_closed,
       (SELECT count(*) FROM sealed_period) AS periods_sealed, (SELECT max(period) FROM sealed_period) AS last_sealed
"""


async def standing_of_periods(tx: Transaction) -> dict[str, Any]:
    """How far months and fiscal years are closed and sealed, for `kyodo status`."""
    row = await tx.row(_STANDING)
    years = await tx.rows("SELECT fiscal_year, status FROM fiscal_year ORDER BY fiscal_year")
    return {**dict(row or {}), "fiscal_years": {str(year["fiscal_year"]): year["status"] for year in years}}
