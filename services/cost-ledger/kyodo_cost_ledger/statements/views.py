"""Issued statements, and the lines behind one."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Column, Select, Subquery, Table

from kyodo_cost_ledger.charges.journal import charge
from kyodo_cost_ledger.charges.model import Book
from kyodo_cost_ledger.statements.model import StatementLine, lines_hash
from kyodo_cost_ledger.tables import metadata
from kyodo_events.contracts.cost_ledger.statements import StatementIssued
from kyodo_events.database import Transaction
from kyodo_events.event import Batch
from kyodo_events.views import AnyWrite, View, insert_missing

statement = Table(
    "statement",
    metadata,
    Column("municipality", sa.Text, primary_key=True),
    Column("month", sa.Text, primary_key=True),
    Column("base", sa.BigInteger, nullable=False),
    Column("usage", sa.BigInteger, nullable=False),
    Column("total", sa.BigInteger, nullable=False),
    Column("lines_hash", sa.Text, nullable=False),
    Column("issued_at", sa.DateTime(timezone=True), nullable=False),
    Column("version", sa.Integer, nullable=False),
    info={"private_to": "municipality"},
)

statements = View("statements", statement)


@statements.on(StatementIssued)
def _(rows: Batch[StatementIssued]) -> AnyWrite:
    return insert_missing(statement, [{**r.event.model_dump(), "issued_at": r.at, "version": r.version} for r in rows])


def booked_in(month: str, municipality: str | None = None) -> Subquery:
    """What is booked in a month, as cells: the lines of its statements."""
    columns = ("party", "project_id", "book", "item", "month", "amount")
    query = sa.select(*(charge.c[name] for name in columns)).where(charge.c.period == month, charge.c.amount != 0)
    if municipality is not None:
        query = query.where(charge.c.party == municipality)
    return query.subquery("charged")


def statements_of(municipality: str, month: str | None = None) -> Select[Any]:
    """A municipality's statements, or that of one month."""
    query = sa.select(statement).where(statement.c.municipality == municipality)
    return query if month is None else query.where(statement.c.month == month)


# From the journal, not from the balances: a seal is held against the lines themselves.
_LINES_OF_PERIOD = """
SELECT party, project_id, book, item, month, sum(amount)::bigint AS amount FROM posting_line
WHERE period = $1 AND book IN ('base', 'usage') AND party NOT IN ('tokyo', 'project')
GROUP BY party, project_id, book, item, month HAVING sum(amount) <> 0 ORDER BY party
"""


async def statement_hashes(tx: Transaction, period: str) -> list[str]:
    """The hashes of all statements of a period, computed anew from the journal's lines, in order of their text."""
    rows = await tx.rows(_LINES_OF_PERIOD, period)
    lines = (
        StatementLine(r["party"], r["project_id"], Book(r["book"]), r["item"], r["month"], r["amount"]) for r in rows
    )
    return sorted(lines_hash(list(own)) for _, own in groupby(lines, key=lambda line: line.municipality))
