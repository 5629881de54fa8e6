"""Frozen months with all their versions: the latest one counts, the others stay readable."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_academy.frozen_months.model import AttendanceMonthFrozen, AttendanceMonthRestated, Cells
from kyodo_academy.kpi.model import Months
from kyodo_academy.tables import metadata
from kyodo_events.database import Transaction
from kyodo_events.event import Batch
from kyodo_events.values.fiscal import Month
from kyodo_events.views import RowWrite, View, upsert

frozen_month = sa.Table(
    "frozen_month",
    metadata,
    sa.Column("month", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("cells", JSONB, nullable=False),
    sa.Column("reason_ja", sa.Text, comment="of a restatement"),
    sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
)

frozen_months = View("frozen_months", frozen_month)

_READ: TypeAdapter[Cells] = TypeAdapter(Cells)


@frozen_months.on(AttendanceMonthFrozen, AttendanceMonthRestated)
def _(rows: Batch[AttendanceMonthFrozen | AttendanceMonthRestated]) -> RowWrite:
    return upsert(
        frozen_month,
        [
            {
                "month": r.stream,
                "version": r.version,
                "cells": [cell.model_dump(mode="json") for cell in r.event.cells],
                "reason_ja": r.event.reason_ja if isinstance(r.event, AttendanceMonthRestated) else None,
                "frozen_at": r.at,
            }
            for r in rows
        ],
    )


def versions_of(month: str | None = None) -> sa.Select[Any]:
    """All versions, of one month or of all."""
    return sa.select(frozen_month).where(frozen_month.c.month == month) if month else sa.select(frozen_month)


def latest(month: str | None = None) -> sa.Select[Any]:
    """The version that counts, of one month or of each."""
    newer = frozen_month.alias("newer")
    superseded = sa.exists().where(newer.c.month == frozen_month.c.month, newer.c.version > frozen_month.c.version)
    return versions_of(month).where(~superseded)


async def frozen(tx: Transaction) -> Months:
    """The cells that count, of every frozen month."""
    rows = await tx.rows(latest())
    return {Month(row["month"]): _READ.validate_python(row["cells"], strict=False) for row in rows}
