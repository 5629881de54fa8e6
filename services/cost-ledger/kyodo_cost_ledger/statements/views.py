"""Issued statements and their lines, and how they are asked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy import BigInteger, Column, ColumnElement, Select, Subquery, Table
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_cost_ledger.charges.journal import charge
from kyodo_cost_ledger.statements.disputed import disputed_of
from kyodo_cost_ledger.statements.model import State
from kyodo_cost_ledger.tables import metadata
from kyodo_events.contracts.cost_ledger.payments import PaymentRecorded, PaymentTakenBack
from kyodo_events.contracts.cost_ledger.statements import (
    StatementAcknowledged,
    StatementIssued,
    StatementKind,
    StatementSettled,
)
from kyodo_events.event import Batch, Recorded
from kyodo_events.views import AnyWrite, View, change, insert_missing

statement = Table(
    "statement",
    metadata,
    Column("municipality", sa.Text, primary_key=True),
    Column("statement_id", sa.Text, primary_key=True),
    Column("kind", sa.Text, nullable=False),
    Column("fiscal_year", sa.Integer, nullable=False),
    Column("period", sa.Text),
    Column("number", sa.Text, nullable=False),
    Column("issued_on", sa.Date, nullable=False),
    Column("due_on", sa.Date),
    Column("base", sa.BigInteger, nullable=False),
    Column("usage", sa.BigInteger, nullable=False),
    Column("carried", sa.BigInteger, nullable=False),
    Column("forecast", sa.BigInteger, nullable=False),
    Column("total", sa.BigInteger, nullable=False),
    Column("lines", sa.Integer, nullable=False),
    Column("salt", sa.Text, nullable=False),
    Column("lines_hash", sa.Text, nullable=False),
    Column("statement_hash", sa.Text, nullable=False),
    Column("issued_at", sa.DateTime(timezone=True), nullable=False),
    Column("acknowledged_at", sa.DateTime(timezone=True)),
    Column("settled_at", sa.DateTime(timezone=True)),
    Column("paid", sa.BigInteger, nullable=False),
    Column("version", sa.Integer, nullable=False),
    info={"private_to": "municipality"},
)

# Written once, with the issue, and never changed: what the event's hash covers. Not filled from the event, which stays
# small (docs/decisions/0020).
statement_line = Table(
    "statement_line",
    metadata,
    Column("municipality", sa.Text, primary_key=True),
    Column("statement_id", sa.Text, primary_key=True),
    Column("line", sa.Integer, primary_key=True),
    Column("project_id", sa.Text, nullable=False),
    Column("project_ja", sa.Text),
    Column("book", sa.Text, nullable=False),
    Column("item", sa.Text, nullable=False),
    Column("item_ja", sa.Text, nullable=False),
    Column("month", sa.Text, nullable=False),
    Column("last_month", sa.Text, nullable=False),
    Column("carried", sa.Boolean, nullable=False),
    Column("reason_ja", sa.Text),
    Column("quantity", sa.BigInteger),
    Column("unit_ja", sa.Text),
    Column("unit_price", sa.BigInteger),
    Column("basis", JSONB(none_as_null=True)),
    Column("forecast", sa.Boolean, nullable=False),
    Column("amount", sa.BigInteger, nullable=False),
    info={"private_to": "municipality"},
)

statements = View("statements", statement)


@statements.on(StatementIssued)
def _(rows: Batch[StatementIssued]) -> AnyWrite:
    return insert_missing(
        statement,
        [{**r.event.model_dump(mode="json"), "issued_at": r.at, "paid": 0, "version": r.version} for r in rows],
    )


@statements.on(StatementAcknowledged)
def _(rows: Batch[StatementAcknowledged]) -> AnyWrite:
    return change(statement, [{**_key(r), "acknowledged_at": r.at} for r in rows])


@statements.on(StatementSettled)
def _(rows: Batch[StatementSettled]) -> AnyWrite:
    return change(statement, [{**_key(r), "settled_at": r.at} for r in rows])


@statements.on(PaymentRecorded, PaymentTakenBack)
def _(rows: Batch[PaymentRecorded | PaymentTakenBack]) -> AnyWrite:
    return change(statement, [{**_key(r), "paid": r.event.paid} for r in rows])


def line_rows(issued: StatementIssued, lines: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The lines of a statement as rows of the table."""
    return [{"municipality": issued.municipality, "statement_id": issued.statement_id, **line} for line in lines]


def booked_in(period: str, municipality: str | None = None) -> Subquery:
    """What is booked in an accounting period, as cells: the lines of its statements."""
    columns = ("party", "project_id", "book", "item", "month", "amount")
    query = sa.select(*(charge.c[name] for name in columns)).where(charge.c.period == period, charge.c.amount != 0)
    if municipality is not None:
        query = query.where(charge.c.party == municipality)
    return query.subquery("charged")


def listed(
    today: date,
    *,
    municipality: str | None = None,
    statement_id: str | None = None,
    kind: StatementKind | None = None,
    state: State | None = None,
    fiscal_year: int | None = None,
    overdue: bool | None = None,
) -> Select[Any]:
    """Statements with what follows from payments, disputes and the day: state, what is due now, overdue or not."""
    c = statement.c
    payable = c.kind.in_([kind.value for kind in StatementKind if kind.payable])
    due = sa.case((payable, c.total - c.paid), else_=0)
    disputed = disputed_of(c.municipality, c.period)
    due_now = sa.cast(sa.func.greatest(due - disputed, sa.func.least(due, 0)), BigInteger)
    late = sa.and_(c.due_on < today, due_now > 0)
    reached = sa.case(
        (c.settled_at.is_not(None), State.SETTLED.value),
        (sa.and_(payable, due == 0), State.PAID.value),
        (c.acknowledged_at.is_not(None), State.ACKNOWLEDGED.value),
        else_=State.ISSUED.value,
    )
    query = sa.select(
        *c,
        sa.cast(due, BigInteger).label("due"),
        disputed.label("disputed"),
        due_now.label("due_now"),
        sa.func.coalesce(late, False).label("overdue"),
        reached.label("state"),
    )
    wanted: list[tuple[ColumnElement[Any], Any]] = [
        (c.municipality, municipality),
        (c.statement_id, statement_id),
        (c.kind, kind.value if kind else None),
        (c.fiscal_year, fiscal_year),
        (reached, state.value if state else None),
        (sa.func.coalesce(late, False), overdue),
    ]
    return query.where(*(column == value for column, value in wanted if value is not None))


def lines_of(municipality: str, statement_id: str) -> Select[Any]:
    """The lines of a statement."""
    line = statement_line.c
    return sa.select(*line).where(line.municipality == municipality, line.statement_id == statement_id)


def subtotals_of(municipality: str, statement_id: str) -> Select[Any]:
    """Base, usage and total of each project on a statement, in order of project."""
    line = statement_line.c

    def total(condition: ColumnElement[bool]) -> ColumnElement[Any]:
        return sa.cast(sa.func.coalesce(sa.func.sum(line.amount).filter(condition), 0), BigInteger)

    return (
        sa.select(
            line.project_id,
            line.project_ja,
            total(line.book == "base").label("base"),
            total(line.book == "usage").label("usage"),
            total(sa.true()).label("total"),
        )
        .where(line.municipality == municipality, line.statement_id == statement_id)
        .group_by(line.project_id, line.project_ja)
        .order_by(line.project_id)
    )


def _key(
    r: Recorded[StatementAcknowledged | StatementSettled | PaymentRecorded | PaymentTakenBack],
) -> dict[str, Any]:
    return {"municipality": r.event.municipality, "statement_id": r.event.statement_id, "version": r.version}
