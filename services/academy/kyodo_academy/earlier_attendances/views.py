"""What was taken over, with all its versions: the latest of each fiscal year counts."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_academy.earlier_attendances.model import AttendancesTakenOver, Lines, TakenOverAttendancesRestated
from kyodo_academy.kpi.model import EarlierLine
from kyodo_academy.tables import metadata
from kyodo_events.database import Transaction
from kyodo_events.event import Batch
from kyodo_events.values.fiscal import FiscalYear
from kyodo_events.views import RowWrite, View, upsert

earlier_attendances = sa.Table(
    "earlier_attendances",
    metadata,
    sa.Column("fiscal_year", sa.Integer, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("lines", JSONB, nullable=False),
    sa.Column("heads", sa.Integer, comment="where the source tells it"),
    sa.Column("source", JSONB, nullable=False),
    sa.Column("reason_ja", sa.Text, comment="of a restatement"),
    sa.Column("stated_at", sa.DateTime(timezone=True), nullable=False),
)

earlier = View("earlier_attendances", earlier_attendances)

_READ: TypeAdapter[Lines] = TypeAdapter(Lines)


@earlier.on(AttendancesTakenOver, TakenOverAttendancesRestated)
def _(rows: Batch[AttendancesTakenOver | TakenOverAttendancesRestated]) -> RowWrite:
    return upsert(
        earlier_attendances,
        [
            {
                "fiscal_year": r.event.fiscal_year,
                "version": r.version,
                "lines": [line.model_dump(mode="json") for line in r.event.lines],
                "heads": r.event.heads,
                "source": r.event.source.model_dump(mode="json"),
                "reason_ja": r.event.reason_ja if isinstance(r.event, TakenOverAttendancesRestated) else None,
                "stated_at": r.at,
            }
            for r in rows
        ],
    )


def versions_of(fiscal_year: FiscalYear) -> sa.Select[Any]:
    """All that was stated of a year, the first first."""
    return sa.select(earlier_attendances).where(earlier_attendances.c.fiscal_year == fiscal_year)


def latest(fiscal_year: FiscalYear | None = None) -> sa.Select[Any]:
    """What counts, of one year or of each."""
    newer = earlier_attendances.alias("newer")
    superseded = sa.exists().where(
        newer.c.fiscal_year == earlier_attendances.c.fiscal_year, newer.c.version > earlier_attendances.c.version
    )
    return (versions_of(fiscal_year) if fiscal_year else sa.select(earlier_attendances)).where(~superseded)


async def taken_over(tx: Transaction) -> tuple[list[EarlierLine], dict[FiscalYear, int]]:
    """The lines that count, and the people that their sources tell, by fiscal year."""
    rows = await tx.rows(latest())
    lines = [line for row in rows for line in _READ.validate_python(row["lines"], strict=False)]
    return lines, {FiscalYear(row["fiscal_year"]): row["heads"] for row in rows if row["heads"] is not None}
