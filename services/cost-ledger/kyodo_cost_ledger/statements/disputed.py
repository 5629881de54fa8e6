"""What of a statement is in dispute (異議): it does not become overdue while the dispute is open."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import BigInteger, ColumnElement

from kyodo_cost_ledger.disputes.model import OPEN
from kyodo_cost_ledger.disputes.views import dispute


def disputed_of(municipality: ColumnElement[str], period: ColumnElement[str | None]) -> ColumnElement[int]:
    """Yen that a municipality owes by those lines of a period's statement that stand still for an open dispute."""
    amount: ColumnElement[Any] = sa.func.coalesce(sa.func.sum(sa.func.greatest(dispute.c.amount, 0)), 0)
    found = sa.select(sa.cast(amount, BigInteger)).where(
        dispute.c.municipality == municipality,
        dispute.c.period == period,
        dispute.c.status.in_([status.value for status in OPEN]),
    )
    return found.scalar_subquery()
