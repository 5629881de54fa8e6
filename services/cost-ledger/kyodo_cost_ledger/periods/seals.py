"""The chain of seals: its table, what a period shows when it is to be sealed, and the chain held against the books."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Column, Select, Table
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_cost_ledger.charges.locks import lock_books
from kyodo_cost_ledger.periods.calendar import is_settlement, year_of
from kyodo_cost_ledger.periods.model import Link, Sealable
from kyodo_cost_ledger.statements.seals import statement_hashes
from kyodo_cost_ledger.tables import metadata
from kyodo_events.contracts.cost_ledger.periods import PeriodSealed
from kyodo_events.database import Row, Transaction
from kyodo_events.event import Batch
from kyodo_events.views import AnyWrite, View, insert_missing

sealed_period = Table(
    "sealed_period",
    metadata,
    Column("period", sa.Text, primary_key=True),
    Column("previous_seal", sa.Text),
    Column("statements", JSONB, nullable=False, comment="hashes of the period's statements, sorted"),
    Column("seal", sa.Text, nullable=False),
    Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
    Column("version", sa.Integer, nullable=False),
)

seals = View("seals", sealed_period)


@seals.on(PeriodSealed)
def _(rows: Batch[PeriodSealed]) -> AnyWrite:
    return insert_missing(
        sealed_period, [{**r.event.model_dump(mode="json"), "sealed_at": r.at, "version": r.version} for r in rows]
    )


_SEALABLE = """
SELECT (SELECT min(month) FROM closed_month) AS first,
       (SELECT max(period) FROM sealed_period) AS last,
       (SELECT seal FROM sealed_period ORDER BY period DESC LIMIT 1) AS previous,
       EXISTS (SELECT FROM sealed_period WHERE period = $1) AS sealed,
       EXISTS (SELECT FROM closed_month WHERE month = $1) AS month_closed,
       EXISTS (SELECT FROM fiscal_year WHERE fiscal_year = $2) AS year_calculated
"""


async def sealable(tx: Transaction, period: str) -> Sealable:
    """What is known of a period that is to be sealed; from here to the transaction's end nobody posts."""
    await lock_books(tx)
    row = await tx.row(_SEALABLE, period, int(year_of(period)))
    assert row is not None, "a query without FROM answers one row"  # noqa: S101 - by the nature of SQL
    return Sealable(
        period=period,
        sealed=row["sealed"],
        closed=row["year_calculated"] if is_settlement(period) else row["month_closed"],
        last=row["last"],
        previous=row["previous"],
        first=row["first"],
        statements=tuple(await statement_hashes(tx, period)),
    )


async def chain(tx: Transaction) -> list[Link]:
    """All seals in their order, each with what the books say of its period now."""
    rows = await tx.rows("SELECT period, previous_seal, statements, seal FROM sealed_period ORDER BY period")
    return [await _link(tx, row) for row in rows]


_IN_TURN = """
SELECT period, previous_seal, statements, seal, lag(period) OVER w AS before, lag(seal) OVER w AS seal_before
FROM sealed_period WINDOW w AS (ORDER BY period) ORDER BY period < $1, period LIMIT 1
"""


async def link_in_turn(tx: Transaction, due: str) -> tuple[Link, tuple[str, str] | None] | None:
    """The seal of this period or the next one that has one, after the last the first; with the seal before it."""
    row = await tx.row(_IN_TURN, due)
    if row is None:
        return None
    return await _link(tx, row), (row["before"], row["seal_before"]) if row["before"] else None


async def _link(tx: Transaction, row: Row) -> Link:
    live = await statement_hashes(tx, row["period"])
    return Link(row["period"], row["previous_seal"], tuple(row["statements"]), row["seal"], tuple(live))


def seals_put(period: str | None = None) -> Select[Any]:
    """The seals, or that of one period."""
    query = sa.select(sealed_period)
    return query if period is None else query.where(sealed_period.c.period == period)
