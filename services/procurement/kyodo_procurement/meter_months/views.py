"""What people see of closed months, the figures that readings come to, and the lock between reading and closing."""

from __future__ import annotations

from collections.abc import Collection
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import aggregate_order_by

from kyodo_events.contracts.procurement.services import Aggregation
from kyodo_events.database import Transaction
from kyodo_events.event import Batch
from kyodo_events.values.fiscal import Month
from kyodo_events.views import RowWrite, View, upsert
from kyodo_procurement.meter_months.model import Figure, MeterMonthClosed
from kyodo_procurement.tables import metadata
from kyodo_procurement.usage.views import usage_record

meter_month = sa.Table(
    "meter_month",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("offering_id", sa.Text, nullable=False),
    sa.Column("month", sa.Text, nullable=False),
    sa.Column("figures", sa.Integer, nullable=False),
    sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.UniqueConstraint("offering_id", "month", name="meter_month_of_offering"),
)

meter_months = View("meter_months", meter_month)

_LOCK = """
SELECT CASE WHEN $2 THEN pg_advisory_xact_lock(key) ELSE pg_advisory_xact_lock_shared(key) END
FROM unnest($1::bigint[]) AS wanted (key)
"""


@meter_months.on(MeterMonthClosed)
def _(rows: Batch[MeterMonthClosed]) -> RowWrite:
    return upsert(
        meter_month, [{"id": r.stream, **dict(r.event), "closed_at": r.at, "version": r.version} for r in rows]
    )


async def lock_readings(tx: Transaction, offerings: Collection[str], *, alone: bool) -> None:
    """Hold the readings of these offerings to the end of the transaction: many report, who closes a month is alone.

    Taken before it is asked which months are closed. Without it a reading that is reported while its month is being
    closed would be in no figure.
    """
    keys = sorted(
        int.from_bytes(sha256(f"kyodo-procurement/readings/{id_}".encode()).digest()[:8], signed=True)
        for id_ in offerings
    )
    await tx.run(_LOCK, keys, alone)


async def closed_months(tx: Transaction, offerings: Collection[str]) -> set[tuple[str, str]]:
    """Offering and month of all months of these offerings that are closed."""
    closed = sa.select(meter_month.c.offering_id, meter_month.c.month)
    rows = await tx.rows(closed.where(meter_month.c.offering_id.in_(offerings)))
    return {(row["offering_id"], row["month"]) for row in rows}


async def is_closed(tx: Transaction, offering_id: str, month: str) -> bool:
    """Whether the month is closed, and stays as it is until the transaction ends."""
    await lock_readings(tx, [offering_id], alone=False)
    return (offering_id, month) in await closed_months(tx, [offering_id])


def figures() -> sa.Select[Any]:
    """What readings come to by municipality, offering, month and meter, by the rule of each meter.

    The latest reading is that of the latest day; of several on that day, the one with the greatest record id.
    """
    record = usage_record.c
    newest = aggregate_order_by(record.quantity, record.used_on.desc(), sa.collate(record.record, "C").desc())
    figure = sa.case(
        (record.aggregation == Aggregation.MAX.value, sa.func.max(record.quantity)),
        (record.aggregation == Aggregation.UNIQUE.value, sa.func.count(sa.distinct(record.unique_key))),
        else_=sa.func.array_agg(newest, type_=sa.ARRAY(sa.BigInteger))[1],
    )
    month = sa.func.to_char(record.used_on, sa.literal_column("'YYYY-MM'"))
    key = (record.municipality, record.offering_id, month.label("month"), record.meter)
    return (
        sa.select(*key, sa.cast(figure, sa.BigInteger).label("quantity"), sa.func.count().label("records"))
        .where(record.aggregation.is_not(None), record.cancelled_at.is_(None))
        .group_by(record.municipality, record.offering_id, month, record.meter, record.aggregation)
    )


async def figures_of(tx: Transaction, offering_id: str, month: Month) -> list[Figure]:
    """The figures of one month of an offering: at most one for each of the 62 and each meter."""
    record = usage_record.c
    rows = await tx.rows(
        figures()
        .where(record.offering_id == offering_id, record.used_on.between(month.first_day, month.last_day))
        .order_by(record.municipality, record.meter)
    )
    return [Figure(row["municipality"], row["meter"], row["quantity"]) for row in rows]


def months_by(offering_id: str | None, month: Month | None) -> sa.Select[Any]:
    """Closed months of an offering, this month of all of them, or all."""
    query = sa.select(meter_month)
    if offering_id:
        query = query.where(meter_month.c.offering_id == offering_id)
    if month:
        query = query.where(meter_month.c.month == month)
    return query


def month_of(meter_month_id: str) -> sa.Select[Any]:
    """One closed month."""
    return sa.select(meter_month).where(meter_month.c.id == meter_month_id)
