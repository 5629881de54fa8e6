"""How far the books of each fiscal year have come, and what stands in them when one is to be calculated."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Column, Select, Table

from kyodo_cost_ledger.charges.locks import lock_books
from kyodo_cost_ledger.fiscal_years.model import YearsBooks, YearStatus
from kyodo_cost_ledger.tables import metadata
from kyodo_events.contracts.cost_ledger.periods import FiscalYearCalculated, FiscalYearSealed, SettlementPeriodOpened
from kyodo_events.database import Transaction
from kyodo_events.event import Batch
from kyodo_events.values.fiscal import FiscalYear, Month
from kyodo_events.views import AnyWrite, View, change, insert_missing

fiscal_year = Table(
    "fiscal_year",
    metadata,
    Column("fiscal_year", sa.Integer, primary_key=True, autoincrement=False),
    Column("status", sa.Text, nullable=False),
    Column("municipalities", sa.BigInteger, nullable=False, comment="yen booked in its months, when calculated"),
    Column("tokyo", sa.BigInteger, nullable=False),
    Column("calculated_at", sa.DateTime(timezone=True), nullable=False),
    Column("settling_since", sa.DateTime(timezone=True)),
    Column("sealed_at", sa.DateTime(timezone=True)),
    Column("version", sa.Integer, nullable=False),
)

fiscal_years = View("fiscal_years", fiscal_year)


@fiscal_years.on(FiscalYearCalculated)
def _(rows: Batch[FiscalYearCalculated]) -> AnyWrite:
    return insert_missing(
        fiscal_year,
        [
            {
                **r.event.model_dump(),
                "status": YearStatus.CALCULATED.value,
                "calculated_at": r.at,
                "version": r.version,
            }
            for r in rows
        ],
    )


@fiscal_years.on(SettlementPeriodOpened)
def _(rows: Batch[SettlementPeriodOpened]) -> AnyWrite:
    return change(
        fiscal_year,
        [
            {
                "fiscal_year": r.event.fiscal_year,
                "status": YearStatus.SETTLING.value,
                "settling_since": r.at,
                "version": r.version,
            }
            for r in rows
        ],
    )


@fiscal_years.on(FiscalYearSealed)
def _(rows: Batch[FiscalYearSealed]) -> AnyWrite:
    return change(
        fiscal_year,
        [
            {
                "fiscal_year": r.event.fiscal_year,
                "status": YearStatus.SEALED.value,
                "sealed_at": r.at,
                "version": r.version,
            }
            for r in rows
        ],
    )


# A year's lines are those booked in its months. Lines that fall due in it and are booked later are another year's.
_STANDING = """
SELECT coalesce(sum(amount) FILTER (WHERE party <> 'tokyo'), 0)::bigint AS municipalities,
       coalesce(sum(amount) FILTER (WHERE party = 'tokyo'), 0)::bigint AS tokyo,
       (SELECT coalesce(array_agg(month), '{}') FROM closed_month WHERE month = ANY ($1)) AS closed,
       (SELECT min(period) FROM charge WHERE amount <> 0 AND period < $2 AND NOT EXISTS (
           SELECT FROM fiscal_year y WHERE charge.period BETWEEN y.fiscal_year || '-04' AND y.fiscal_year + 1 || '-03s'
       )) AS earlier,
       EXISTS (SELECT FROM fiscal_year WHERE fiscal_year = $3) AS calculated
FROM charge WHERE period = ANY ($1)
"""


async def years_books(tx: Transaction, year: FiscalYear) -> YearsBooks:
    """What stands in the books for calculating this year; from here to the transaction's end nobody posts."""
    await lock_books(tx)
    months = [str(month) for month in year.months()]
    row = await tx.row(_STANDING, months, months[0], int(year))
    assert row is not None, "an aggregate without GROUP BY answers one row"  # noqa: S101 - by the nature of SQL
    return YearsBooks(
        year,
        row["calculated"],
        tuple(month for month in months if month not in row["closed"]),
        Month(row["earlier"].removesuffix("s")).fiscal_year if row["earlier"] else None,
        row["municipalities"],
        row["tokyo"],
    )


def years(year: int | None = None) -> Select[Any]:
    """The years that were calculated, or one of them."""
    query = sa.select(fiscal_year)
    return query if year is None else query.where(fiscal_year.c.fiscal_year == year)
