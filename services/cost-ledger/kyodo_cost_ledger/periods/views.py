"""Closed months, and what stands in the books when one is to be closed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Column, Select, Table

from kyodo_cost_ledger.charges.locks import lock_books
from kyodo_cost_ledger.charges.model import Book
from kyodo_cost_ledger.periods.model import OpenBooks
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


async def closed_months(tx: Transaction) -> tuple[frozenset[str], datetime]:
    """The closed months, and the moment of asking. The caller shares the books' lock: no month closes meanwhile."""
    rows = await tx.rows("SELECT clock_timestamp() AS at, month FROM (SELECT 1) one LEFT JOIN closed_month ON true")
    return frozenset(row["month"] for row in rows if row["month"]), rows[0]["at"]


async def open_books(tx: Transaction, month: Month) -> OpenBooks:
    """What stands in the books for closing this month; from here to the transaction's end nobody posts."""
    await lock_books(tx)
    closed, _ = await closed_months(tx)
    earlier = await tx.scalar(
        "SELECT min(period) FROM charge WHERE period < $1 AND amount <> 0 AND period <> ALL ($2::text[])",
        month,
        list(closed),
    )
    booked = booked_in(month)
    rows = await tx.rows(sa.select(booked).where(booked.c.party != TOKYO).order_by(*booked.c))
    lines = (
        StatementLine(r["party"], r["project_id"], Book(r["book"]), r["item"], r["month"], r["amount"]) for r in rows
    )
    return OpenBooks(month, month in closed, earlier, tuple(lines))


def closings_made(month: str | None = None) -> Select[Any]:
    """The closed months, or one of them."""
    query = sa.select(closed_month)
    return query if month is None else query.where(closed_month.c.month == month)
