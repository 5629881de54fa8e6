"""What people see of the catalogue: the offerings with their meters, and all versions of their plans."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by

from kyodo_events.contracts.procurement.services import (
    OfferingMeterAdded,
    OfferingPlanChanged,
    OfferingPublished,
    OfferingWithdrawn,
)
from kyodo_events.event import Batch
from kyodo_events.views import RowChange, RowWrite, View, change, upsert
from kyodo_procurement.catalogue.model import OfferingDrafted, OfferingOperatorChanged, OfferingStatus
from kyodo_procurement.tables import metadata

offering = sa.Table(
    "offering",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("project_id", sa.Text, nullable=False),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("name_ja", sa.Text, nullable=False),
    sa.Column("description_ja", sa.Text, nullable=False),
    sa.Column("operator", sa.Text, nullable=False),
    sa.Column("operator_ja", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("reason", sa.Text),
    sa.Column("last_day", sa.Date),
    sa.Column("version", sa.Integer, nullable=False),
)

meter = sa.Table(
    "offering_meter",
    metadata,
    sa.Column("offering_id", sa.Text, primary_key=True),
    sa.Column("meter", sa.Text, primary_key=True),
    sa.Column("label_ja", sa.Text, nullable=False),
    sa.Column("unit_ja", sa.Text, nullable=False),
    sa.Column("aggregation", sa.Text, nullable=False),
)

plan_version = sa.Table(
    "offering_plan_version",
    metadata,
    sa.Column("offering_id", sa.Text, primary_key=True),
    sa.Column("plan", sa.Text, primary_key=True),
    sa.Column("from_day", sa.Date, primary_key=True),
    sa.Column("name_ja", sa.Text, nullable=False),
    sa.Column("included_ja", sa.Text, nullable=False),
    sa.Column("prices", JSONB, nullable=False),  # yen by meter
)

offerings = View("offerings", offering, meter, plan_version)


@offerings.on(OfferingDrafted)
def _(rows: Batch[OfferingDrafted]) -> list[RowWrite]:
    drafted = [
        {
            "id": r.stream,
            **r.event.draft.model_dump(mode="json", exclude={"meters"}),
            "status": OfferingStatus.DRAFTED,
            "version": r.version,
        }
        for r in rows
    ]
    meters = [{"offering_id": r.stream, **m.model_dump(mode="json")} for r in rows for m in r.event.draft.meters]
    return [upsert(offering, drafted), upsert(meter, meters)]


@offerings.on(OfferingOperatorChanged)
def _(rows: Batch[OfferingOperatorChanged]) -> RowChange:
    return change(offering, [{"id": r.stream, **dict(r.event), "version": r.version} for r in rows])


@offerings.on(OfferingMeterAdded)
def _(rows: Batch[OfferingMeterAdded]) -> list[RowWrite | RowChange]:
    added = [{"offering_id": r.stream, **r.event.meter.model_dump(mode="json")} for r in rows]
    return [upsert(meter, added), change(offering, [{"id": r.stream, "version": r.version} for r in rows])]


@offerings.on(OfferingPlanChanged)
def _(rows: Batch[OfferingPlanChanged]) -> list[RowWrite | RowChange]:
    versions = [
        {
            "offering_id": r.stream,
            **r.event.version.model_dump(mode="json", exclude={"prices"}),
            "prices": {price.meter: price.unit_price for price in r.event.version.prices},
        }
        for r in rows
    ]
    return [upsert(plan_version, versions), change(offering, [{"id": r.stream, "version": r.version} for r in rows])]


@offerings.on(OfferingPublished)
def _(rows: Batch[OfferingPublished]) -> RowChange:
    return change(offering, [{"id": r.stream, "status": OfferingStatus.PUBLISHED, "version": r.version} for r in rows])


@offerings.on(OfferingWithdrawn)
def _(rows: Batch[OfferingWithdrawn]) -> RowChange:
    return change(
        offering,
        [{"id": r.stream, "status": OfferingStatus.WITHDRAWN, **dict(r.event), "version": r.version} for r in rows],
    )


def offerings_by(project_id: str | None, status: OfferingStatus | None, code: str | None) -> sa.Select[Any]:
    """Offerings of a project, at a status, of a code, or all."""
    query = sa.select(offering)
    if project_id:
        query = query.where(offering.c.project_id == project_id)
    if status:
        query = query.where(offering.c.status == status)
    if code:
        query = query.where(offering.c.code == code)
    return query


def offering_of(offering_id: str) -> sa.Select[Any]:
    """One offering with its meters, in the order of their codes."""
    row = sa.func.jsonb_build_object(
        *(part for name in ("meter", "label_ja", "unit_ja", "aggregation") for part in (name, meter.c[name]))
    )
    none: sa.ColumnElement[Any] = sa.literal_column("'[]'::jsonb")
    meters = (
        sa.select(sa.func.coalesce(sa.func.jsonb_agg(aggregate_order_by(row, meter.c.meter)), none))
        .where(meter.c.offering_id == offering.c.id)
        .correlate(offering)
        .scalar_subquery()
    )
    return sa.select(offering, meters.label("meters")).where(offering.c.id == offering_id)


def plan_versions_of(offering_id: str, plan: str | None, on: date | None) -> sa.Select[Any]:
    """All versions of an offering's plans, of one plan, or those that hold on a day."""
    query = sa.select(plan_version).where(plan_version.c.offering_id == offering_id)
    if plan:
        query = query.where(plan_version.c.plan == plan)
    if on:
        begun = plan_version.alias("begun")
        newest = (
            sa.select(sa.func.max(begun.c.from_day))
            .where(begun.c.offering_id == plan_version.c.offering_id, begun.c.plan == plan_version.c.plan)
            .where(begun.c.from_day <= on)
            .correlate(plan_version)
            .scalar_subquery()
        )
        query = query.where(plan_version.c.from_day == newest)
    return query
