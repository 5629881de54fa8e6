"""Employees by municipality and fiscal year, as last recorded."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_academy.employees.model import EmployeesRecorded
from kyodo_academy.tables import metadata
from kyodo_events.database import Transaction
from kyodo_events.event import Batch
from kyodo_events.values.fiscal import FiscalYear
from kyodo_events.views import RowWrite, View, upsert

workforce = sa.Table(
    "workforce",
    metadata,
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("fiscal_year", sa.Integer, primary_key=True),
    sa.Column("employees", sa.Integer, nullable=False),
    sa.Column("source", JSONB, nullable=False),
    sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
)

workforces = View("workforces", workforce)


@workforces.on(EmployeesRecorded)
def _(rows: Batch[EmployeesRecorded]) -> RowWrite:
    return upsert(
        workforce,
        [
            {
                "municipality": r.event.municipality,
                "fiscal_year": r.event.fiscal_year,
                "employees": r.event.employees,
                "source": r.event.source.model_dump(mode="json"),
                "recorded_at": r.at,
                "version": r.version,
            }
            for r in rows
        ],
    )


def workforces_of(fiscal_year: FiscalYear, municipality: str | None = None) -> sa.Select[Any]:
    """Those of a fiscal year, of all municipalities or of one."""
    query = sa.select(workforce).where(workforce.c.fiscal_year == fiscal_year)
    return query.where(workforce.c.municipality == municipality) if municipality else query


async def known_employees(tx: Transaction, fiscal_year: FiscalYear) -> dict[str, tuple[int, str]]:
    """How many there are, and the source's title, by municipality; who is missing is unknown."""
    rows = await tx.rows(workforces_of(fiscal_year))
    return {row["municipality"]: (row["employees"], row["source"]["title_ja"]) for row in rows}
