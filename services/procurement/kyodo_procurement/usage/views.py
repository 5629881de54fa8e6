"""What people see of usage: sums by municipality, project, meter and month."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from kyodo_events.contracts.procurement import ServiceUsed
from kyodo_events.event import Batch
from kyodo_events.values.fiscal import Month
from kyodo_events.views import RowWrite, View, add_up
from kyodo_procurement.tables import metadata

usage_month = sa.Table(  # private: a municipality sees its own rows
    "usage_month",
    metadata,
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("project_id", sa.Text, primary_key=True),
    sa.Column("month", sa.Text, primary_key=True),
    sa.Column("meter", sa.Text, primary_key=True),
    sa.Column("quantity", sa.BigInteger, nullable=False),
    sa.Column("records", sa.BigInteger, nullable=False),
    sa.Index("usage_month_by_project", "project_id", "month"),
    info={"private_to": "municipality"},
)

usage = View("usage_month", usage_month)


@usage.on(ServiceUsed)
def _(rows: Batch[ServiceUsed]) -> RowWrite:
    return add_up(
        usage_month,
        [
            {
                "municipality": r.event.municipality,
                "project_id": r.event.project_id,
                "month": Month.containing(r.event.used_on),
                "meter": r.event.meter,
                "quantity": r.event.quantity,
                "records": 1,
            }
            for r in rows
        ],
    )


def usage_by(project_id: str | None, month: Month | None) -> sa.Select[Any]:
    """Usage of a project, in a month, or all; row-level security leaves a municipality its own."""
    query = sa.select(usage_month)
    if project_id:
        query = query.where(usage_month.c.project_id == project_id)
    if month:
        query = query.where(usage_month.c.month == month)
    return query
