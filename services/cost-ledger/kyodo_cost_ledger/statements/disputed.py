"""What of a statement is in dispute (異議): it does not become overdue while the dispute is open."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import BigInteger, ColumnElement


def disputed_of(municipality: ColumnElement[str], statement_id: ColumnElement[str]) -> ColumnElement[int]:
    """Yen of a statement's lines that are frozen by an open dispute."""
    return sa.cast(sa.literal(0), BigInteger)
