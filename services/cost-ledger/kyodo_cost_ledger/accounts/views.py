"""The accounts that the journal's lines belong to, and their balances, always summed from the lines themselves."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import BigInteger, ColumnElement, Select, Subquery

from kyodo_cost_ledger.charges.journal import posting_line
from kyodo_cost_ledger.charges.model import PROJECT
from kyodo_cost_ledger.projects.views import project
from kyodo_events.contracts.base_terms import ROUNDING
from kyodo_events.values.fiscal import Month
from kyodo_events.values.municipalities import TOKYO

PAYMENT: Final = "payment"  # the book of payments
BANK: Final = "bank"  # the counterpart of a payment


class AccountKind(StrEnum):
    """What an account is of."""

    MUNICIPALITY = "municipality"
    TOKYO = "tokyo"
    ROUNDING = "rounding"
    PROJECT = "project"
    PAYMENTS = "payments"
    BANK = "bank"


KINDS_JA = {
    AccountKind.MUNICIPALITY: "負担金",
    AccountKind.TOKYO: "東京都負担分",
    AccountKind.ROUNDING: "端数負担",
    AccountKind.PROJECT: "事業費",
    AccountKind.PAYMENTS: "納付",
    AccountKind.BANK: "預金",
}

KEY: Final = ("kind", "party", "project_id", "book")


def accounts(
    *,
    municipality: str | None = None,
    project_id: str | None = None,
    until: Month | None = None,
    as_of: datetime | None = None,
) -> Subquery:
    """Balances by account; `until` bounds the month of the service or payment, `as_of` when it was recorded."""
    line = posting_line.c
    keys = [_kind().label("kind"), line.party, line.project_id, line.book]
    query = sa.select(
        *keys,
        sa.cast(sa.func.sum(line.amount), BigInteger).label("balance"),
        sa.func.count().label("lines"),
    ).group_by(*keys)
    if municipality is not None:
        query = query.where(line.party == municipality)
    if project_id is not None:
        query = query.where(line.project_id == project_id)
    if until is not None:
        query = query.where(line.month <= until)
    if as_of is not None:
        query = query.where(line.posted_at <= as_of)
    return query.subquery("account")


def with_project(found: Subquery) -> Select[Any]:
    """The accounts with the names of their projects."""
    named = sa.select(found, project.c.name_ja.label("project_ja"))
    return named.outerjoin(project, project.c.project_id == found.c.project_id)


def by_kind(found: Subquery) -> Select[Any]:
    """The trial balance: what all accounts of a kind come to."""
    return (
        sa.select(
            found.c.kind,
            sa.cast(sa.func.sum(found.c.balance), BigInteger).label("balance"),
            sa.cast(sa.func.sum(found.c.lines), BigInteger).label("lines"),
        )
        .group_by(found.c.kind)
        .order_by(found.c.kind)
    )


def _kind() -> ColumnElement[str]:
    line = posting_line.c
    return sa.case(
        (line.party == BANK, AccountKind.BANK.value),
        (line.book == PAYMENT, AccountKind.PAYMENTS.value),
        (line.party == PROJECT, AccountKind.PROJECT.value),
        (line.item == ROUNDING, AccountKind.ROUNDING.value),
        (line.party == TOKYO, AccountKind.TOKYO.value),
        else_=AccountKind.MUNICIPALITY.value,
    )
