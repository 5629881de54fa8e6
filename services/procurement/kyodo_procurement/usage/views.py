"""What people see of usage: each record, and the sums by municipality, offering, month and meter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from kyodo_events.contracts.procurement.usage import ServiceUseCancelled, ServiceUseCorrected, ServiceUsed
from kyodo_events.event import Batch, Recorded
from kyodo_events.values.fiscal import Month
from kyodo_events.views import AnyWrite, RowChange, View, add_up, change, insert_missing
from kyodo_procurement.catalogue.views import offering
from kyodo_procurement.tables import metadata
from kyodo_procurement.usage.model import MeterRead, MeterReadCancelled, MeterReadCorrected, place_of

usage_record = sa.Table(  # private: a municipality sees its own rows
    "usage_record",
    metadata,
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("offering_id", sa.Text, primary_key=True),
    sa.Column("record", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, nullable=False, unique=True),  # of the event that recorded it: ids sort by time
    sa.Column("meter", sa.Text, nullable=False),
    sa.Column("used_on", sa.Date, nullable=False),
    sa.Column("quantity", sa.BigInteger, nullable=False),
    sa.Column("aggregation", sa.Text),  # of a reading; null where the record counts by itself
    sa.Column("unique_key", sa.Text),
    sa.Column("cancelled_at", sa.DateTime(timezone=True)),
    sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("usage_record_reading", "offering_id", "used_on", postgresql_where=sa.text("aggregation IS NOT NULL")),
    info={"private_to": "municipality"},
)

usage_month = sa.Table(  # private: a municipality sees its own rows
    "usage_month",
    metadata,
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("project_id", sa.Text, primary_key=True),
    sa.Column("offering_id", sa.Text, primary_key=True),
    sa.Column("month", sa.Text, primary_key=True),
    sa.Column("meter", sa.Text, primary_key=True),
    sa.Column("quantity", sa.BigInteger, nullable=False),
    sa.Column("records", sa.BigInteger, nullable=False),
    sa.Index("usage_month_by_project", "project_id", "month"),
    info={"private_to": "municipality"},
)

usage = View("usage", usage_record, usage_month)

Published = ServiceUsed | ServiceUseCorrected | ServiceUseCancelled


@usage.on(ServiceUsed)
def _(rows: Batch[ServiceUsed]) -> Sequence[AnyWrite]:
    """Summed here first: a batch has far fewer months than records."""
    sums: dict[tuple[str, ...], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for r in rows:
        key = _month_key(r)
        quantity, records = sums[key]
        sums[key] = quantity + r.event.quantity, records + 1
    return [
        insert_missing(usage_record, [_row(r) for r in rows]),
        add_up(usage_month, [_sum(*item) for item in sums.items()]),
    ]


@usage.on(MeterRead)
def _(rows: Batch[MeterRead]) -> AnyWrite:
    return insert_missing(
        usage_record,
        [{**_row(r), "aggregation": r.event.aggregation, "unique_key": r.event.unique_key} for r in rows],
    )


@usage.on(ServiceUseCorrected)
def _(rows: Batch[ServiceUseCorrected]) -> Sequence[AnyWrite]:
    differences = [_sum(_month_key(r), (r.event.quantity - r.event.quantity_before, 0)) for r in rows]
    return [_corrected(rows), add_up(usage_month, differences)]


@usage.on(MeterReadCorrected)
def _(rows: Batch[MeterReadCorrected]) -> AnyWrite:
    return _corrected(rows)


@usage.on(ServiceUseCancelled)
def _(rows: Batch[ServiceUseCancelled]) -> Sequence[AnyWrite]:
    return [
        _cancelled(rows),
        add_up(usage_month, [_sum(_month_key(r), (-r.event.quantity_before, -1)) for r in rows]),
    ]


@usage.on(MeterReadCancelled)
def _(rows: Batch[MeterReadCancelled]) -> AnyWrite:
    return _cancelled(rows)


def _row(r: Recorded[ServiceUsed] | Recorded[MeterRead]) -> dict[str, Any]:
    """Only what is not null: a batch holds a thousand of these."""
    event = r.event
    offering_id, record = place_of(r.stream)
    return {
        "municipality": event.municipality,
        "offering_id": offering_id,
        "record": record,
        "id": r.id,
        "meter": event.meter,
        "used_on": event.used_on,
        "quantity": event.quantity,
        "reported_at": r.at,
        "version": r.version,
    }


def _corrected(rows: Batch[ServiceUseCorrected] | Batch[MeterReadCorrected]) -> RowChange:
    return change(usage_record, [{**_key(r), "quantity": r.event.quantity, "version": r.version} for r in rows])


def _cancelled(rows: Batch[ServiceUseCancelled] | Batch[MeterReadCancelled]) -> RowChange:
    return change(usage_record, [{**_key(r), "cancelled_at": r.at, "version": r.version} for r in rows])


def _key(r: Recorded[Any]) -> dict[str, Any]:
    offering_id, record = place_of(r.stream)
    return {"municipality": r.event.municipality, "offering_id": offering_id, "record": record}


def _month_key(r: Recorded[Any]) -> tuple[str, ...]:
    event: Published = r.event
    offering_id, _ = place_of(r.stream)
    return event.municipality, event.project_id, offering_id, event.used_on.isoformat()[:7], event.meter


def _sum(key: tuple[str, ...], added: tuple[int, int]) -> dict[str, Any]:
    municipality, project_id, offering_id, month, meter = key
    return {
        "municipality": municipality,
        "project_id": project_id,
        "offering_id": offering_id,
        "month": month,
        "meter": meter,
        "quantity": added[0],
        "records": added[1],
    }


def operated_by(operator: str) -> sa.Select[Any]:
    """The offerings that somebody operates, by the subject of the token."""
    return sa.select(offering.c.id).where(offering.c.operator == operator)


def records_by(
    *,
    operator: str | None = None,
    offering_id: str | None = None,
    municipality: str | None = None,
    month: Month | None = None,
    meter: str | None = None,
) -> sa.Select[Any]:
    """Records of what somebody operates, of an offering, a municipality, a month, a meter, or all."""
    record = usage_record.c
    query = sa.select(usage_record)
    if operator is not None:
        query = query.where(record.offering_id.in_(operated_by(operator)))
    if offering_id:
        query = query.where(record.offering_id == offering_id)
    if municipality:
        query = query.where(record.municipality == municipality)
    if month:
        query = query.where(record.used_on.between(month.first_day, month.last_day))
    if meter:
        query = query.where(record.meter == meter)
    return query


def record_of(record_id: str, operator: str | None) -> sa.Select[Any]:
    """One record; for an operator, if it is of theirs."""
    return records_by(operator=operator).where(usage_record.c.id == record_id)
