"""What was used: each record, the sum of a cell, and how the cell was rated."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Column, Select, Table

from kyodo_cost_ledger.projects.views import meter_labels, project
from kyodo_cost_ledger.tables import metadata
from kyodo_cost_ledger.usage.model import Outcome, Rating, UsageCell
from kyodo_events.contracts.procurement import ServiceUsed
from kyodo_events.database import Transaction
from kyodo_events.event import Batch
from kyodo_events.values.fiscal import Month
from kyodo_events.views import AnyWrite, View, add_up, insert_missing, upsert

CellKey = tuple[str, str, str, str]
"""Municipality, project, meter, month."""

# The record's own id stands last in the key: one index finds the records of a cell, and new ones go to the end
# of their cell's leaf because ids sort by time.
usage_record = Table(
    "usage_record",
    metadata,
    Column("municipality", sa.Text, primary_key=True),
    Column("project_id", sa.Text, primary_key=True),
    Column("meter", sa.Text, primary_key=True),
    Column("month", sa.Text, primary_key=True),
    Column("event_id", sa.Uuid, primary_key=True),
    Column("used_on", sa.Date, nullable=False),
    Column("quantity", sa.BigInteger, nullable=False),
    Column("record", sa.Text, nullable=False, comment="the operator's own identification"),
)

usage_cell = Table(
    "usage_cell",
    metadata,
    Column("municipality", sa.Text, primary_key=True),
    Column("project_id", sa.Text, primary_key=True),
    Column("meter", sa.Text, primary_key=True),
    Column("month", sa.Text, primary_key=True),
    Column("quantity", sa.BigInteger, nullable=False),
    Column("records", sa.BigInteger, nullable=False),
)

# Not a view: the reaction writes it, because a rating depends on several streams.
usage_rating = Table(
    "usage_rating",
    metadata,
    Column("municipality", sa.Text, primary_key=True),
    Column("project_id", sa.Text, primary_key=True),
    Column("meter", sa.Text, primary_key=True),
    Column("month", sa.Text, primary_key=True),
    Column("quantity", sa.BigInteger, nullable=False),
    Column("records", sa.BigInteger, nullable=False),
    Column("outcome", sa.Text, nullable=False),
    Column("reason", sa.Text),
    Column("unit_price", sa.BigInteger),
    Column("terms_version", sa.Integer),
    Column("amount", sa.BigInteger, nullable=False),
)

usage = View("usage", usage_record, usage_cell)


@usage.on(ServiceUsed)
def _(rows: Batch[ServiceUsed]) -> Sequence[AnyWrite]:
    """One row a record, and their sums.

    The sums are sorted by key: two consumers that add to the same cells then wait for one another instead of
    deadlocking.
    """
    sums: dict[CellKey, tuple[int, int]] = {}
    for r in rows:
        key = cell_key(r.event)
        quantity, records = sums.get(key, (0, 0))
        sums[key] = quantity + r.event.quantity, records + 1
    return [
        insert_missing(
            usage_record,
            [
                _row(
                    cell_key(r.event),
                    event_id=r.id,
                    used_on=r.event.used_on,
                    quantity=r.event.quantity,
                    record=r.event.record,
                )
                for r in rows
            ],
        ),
        add_up(usage_cell, [_row(key, quantity=sums[key][0], records=sums[key][1]) for key in sorted(sums)]),
    ]


def cell_key(used: ServiceUsed) -> CellKey:
    """The cell a record belongs to: its month is that of the day it was used."""
    return used.municipality, used.project_id, used.meter, used.used_on.isoformat()[:7]


_CELLS_OF_PROJECTS = """
SELECT c.municipality, c.project_id, c.meter, c.month, c.quantity, c.records
FROM usage_cell c WHERE c.project_id = ANY($1::text[])
"""
_CELLS_TOUCHED = """
SELECT c.municipality, c.project_id, c.meter, c.month, c.quantity, c.records
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS touched (municipality, project_id, meter, month)
JOIN usage_cell c USING (municipality, project_id, meter, month)
"""


async def cells_of_projects(tx: Transaction, projects: Collection[str]) -> list[UsageCell]:
    """All usage of these projects."""
    return await _cells(tx, _CELLS_OF_PROJECTS, list(projects)) if projects else []


async def cells_touched(tx: Transaction, keys: Collection[CellKey]) -> list[UsageCell]:
    """The usage cells of these keys."""
    return await _cells(tx, _CELLS_TOUCHED, *zip(*keys, strict=True)) if keys else []


async def keep_ratings(tx: Transaction, rated: Mapping[UsageCell, Rating]) -> None:
    """Note how each cell was rated, over what was noted before."""
    rows = [
        _row(
            (cell.municipality, cell.project_id, cell.meter, cell.month),
            quantity=cell.quantity,
            records=cell.records,
            outcome=rating.outcome.value,
            reason=rating.reason.value if rating.reason else None,
            unit_price=rating.unit_price,
            terms_version=rating.terms_version,
            amount=rating.amount,
        )
        for cell, rating in rated.items()
    ]
    await upsert(usage_rating, rows).run(tx)


def records_of(cell: UsageCell) -> Select[Any]:
    """The metered records of a cell, in order of time."""
    record = usage_record.c
    return (
        sa.select(record.event_id, record.record, record.used_on, record.quantity)
        .where(
            record.municipality == cell.municipality,
            record.project_id == cell.project_id,
            record.meter == cell.meter,
            record.month == cell.month,
        )
        .order_by(record.event_id)
    )


def waiting_usage() -> Select[Any]:
    """The usage that waits, and why."""
    label = meter_labels()
    return (
        sa.select(
            usage_rating.c.municipality,
            usage_rating.c.project_id,
            project.c.name_ja.label("project_ja"),
            usage_rating.c.meter,
            label.c.label_ja.label("meter_ja"),
            usage_rating.c.month,
            usage_rating.c.quantity,
            usage_rating.c.records,
            usage_rating.c.reason,
        )
        .outerjoin(project, project.c.project_id == usage_rating.c.project_id)
        .outerjoin(
            label,
            sa.and_(label.c.project_id == usage_rating.c.project_id, label.c.meter == usage_rating.c.meter),
        )
        .where(usage_rating.c.outcome == Outcome.WAITING.value)
    )


def usage_outcomes() -> Select[Any]:
    """How many records ended up where, by municipality."""
    return (
        sa.select(
            usage_rating.c.municipality,
            usage_rating.c.outcome,
            sa.cast(sa.func.sum(usage_rating.c.records), sa.BigInteger).label("records"),
            sa.cast(sa.func.sum(usage_rating.c.amount), sa.BigInteger).label("amount"),
        )
        .group_by(usage_rating.c.municipality, usage_rating.c.outcome)
        .order_by(usage_rating.c.municipality, usage_rating.c.outcome)
    )


async def _cells(tx: Transaction, sql: str, *args: Any) -> list[UsageCell]:
    return [
        UsageCell(
            row["municipality"], row["project_id"], row["meter"], Month(row["month"]), row["quantity"], row["records"]
        )
        for row in await tx.rows(sql, *args)
    ]


def _row(key: CellKey, **values: Any) -> dict[str, Any]:
    municipality, project_id, meter, month = key
    return {"municipality": municipality, "project_id": project_id, "meter": meter, "month": month, **values}
