"""Payments on statements, and what a municipality still owes by the journal."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import BigInteger, Column, ColumnElement, Select, Table

from kyodo_cost_ledger.charges.journal import posting_line
from kyodo_cost_ledger.charges.model import Book
from kyodo_cost_ledger.payments.journal import PAYMENT
from kyodo_cost_ledger.tables import metadata
from kyodo_events.contracts.cost_ledger.payments import PaymentRecorded, PaymentTakenBack
from kyodo_events.event import Batch
from kyodo_events.values.fiscal import Month
from kyodo_events.views import AnyWrite, View, change, insert_missing

payment = Table(
    "payment",
    metadata,
    Column("municipality", sa.Text, primary_key=True),
    Column("statement_id", sa.Text, primary_key=True),
    Column("payment", sa.Integer, primary_key=True),
    Column("amount", sa.BigInteger, nullable=False),
    Column("paid_on", sa.Date, nullable=False),
    Column("reference", sa.Text, nullable=False),
    Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
    Column("taken_back_at", sa.DateTime(timezone=True)),
    Column("taken_back_reason", sa.Text),
    info={"private_to": "municipality"},
)

payments = View("payments", payment)


@payments.on(PaymentRecorded)
def _(rows: Batch[PaymentRecorded]) -> AnyWrite:
    return insert_missing(
        payment,
        [{**r.event.model_dump(mode="json", exclude={"paid"}), "recorded_at": r.at} for r in rows],
    )


@payments.on(PaymentTakenBack)
def _(rows: Batch[PaymentTakenBack]) -> AnyWrite:
    return change(
        payment,
        [
            {
                "municipality": r.event.municipality,
                "statement_id": r.event.statement_id,
                "payment": r.event.payment,
                "taken_back_at": r.at,
                "taken_back_reason": r.event.reason,
            }
            for r in rows
        ],
    )


def payments_on(municipality: str, statement_id: str) -> Select[Any]:
    """The payments on a statement, those taken back included."""
    c = payment.c
    return sa.select(*c).where(c.municipality == municipality, c.statement_id == statement_id)


def balance_of(municipality: str, *, until: Month | None, as_of: datetime | None) -> Select[Any]:
    """What stands in the journal for a municipality: charges by book, payments, and their sum."""
    line = posting_line.c
    sums: list[ColumnElement[Any]] = [
        _sum(line.book == Book.BASE.value).label("base"),
        _sum(line.book == Book.USAGE.value).label("usage"),
        (-_sum(line.book == PAYMENT)).label("paid"),
        _sum(sa.true()).label("balance"),
    ]
    query = sa.select(*sums).where(line.party == municipality)
    if until is not None:
        query = query.where(line.month <= until)
    if as_of is not None:
        query = query.where(line.posted_at <= as_of)
    return query


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    amount = sa.func.sum(posting_line.c.amount).filter(condition)
    return sa.cast(sa.func.coalesce(amount, 0), BigInteger)
