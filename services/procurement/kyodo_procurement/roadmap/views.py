"""What people see of the roadmap: the items, their steps by fiscal year, and who follows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import aggregate_order_by

from kyodo_events.event import Batch
from kyodo_events.values.fiscal import FiscalYear
from kyodo_events.views import AnyWrite, View, change, upsert
from kyodo_procurement.roadmap.model import (
    RoadmapItemAdded,
    RoadmapItemFollowed,
    RoadmapItemUnfollowed,
    RoadmapStepDone,
    RoadmapStepPlanned,
    RoadmapStepRevised,
    RoadmapStepStarted,
    StepState,
)
from kyodo_procurement.tables import metadata

item = sa.Table(
    "roadmap_item",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name_ja", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
)

step = sa.Table(  # after a revision with its reason and what it said before
    "roadmap_step",
    metadata,
    sa.Column("item_id", sa.Text, primary_key=True),
    sa.Column("fiscal_year", sa.Integer, primary_key=True),
    sa.Column("text_ja", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("reason", sa.Text),
    sa.Column("before_ja", sa.Text),
)

follower = sa.Table(  # public: who follows an item is part of the roadmap
    "roadmap_follower",
    metadata,
    sa.Column("item_id", sa.Text, primary_key=True),
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("followed_at", sa.DateTime(timezone=True), nullable=False),
)

roadmap = View("roadmap", item, step, follower)


@roadmap.on(RoadmapItemAdded)
def _(rows: Batch[RoadmapItemAdded]) -> AnyWrite:
    return upsert(item, [{"id": r.stream, "name_ja": r.event.name_ja, "version": r.version} for r in rows])


@roadmap.on(RoadmapStepPlanned)
def _(rows: Batch[RoadmapStepPlanned]) -> list[AnyWrite]:
    planned = [
        {
            "item_id": r.stream,
            "fiscal_year": r.event.fiscal_year,
            "text_ja": r.event.text_ja,
            "state": StepState.PLANNED,
        }
        for r in rows
    ]
    return [upsert(step, planned), _moved(rows)]


@roadmap.on(RoadmapStepStarted)
def _(rows: Batch[RoadmapStepStarted]) -> list[AnyWrite]:
    return [_at(rows, StepState.STARTED), _moved(rows)]


@roadmap.on(RoadmapStepDone)
def _(rows: Batch[RoadmapStepDone]) -> list[AnyWrite]:
    return [_at(rows, StepState.DONE), _moved(rows)]


@roadmap.on(RoadmapStepRevised)
def _(rows: Batch[RoadmapStepRevised]) -> list[AnyWrite]:
    revised = [{"item_id": r.stream, **dict(r.event), "state": StepState.REVISED} for r in rows]
    return [change(step, revised), _moved(rows)]


@roadmap.on(RoadmapItemFollowed)
def _(rows: Batch[RoadmapItemFollowed]) -> list[AnyWrite]:
    followed = [{"item_id": r.stream, "municipality": r.event.municipality, "followed_at": r.at} for r in rows]
    return [upsert(follower, followed), _moved(rows)]


@roadmap.on(RoadmapItemUnfollowed)
def _(rows: Batch[RoadmapItemUnfollowed]) -> list[AnyWrite]:
    gone = [(r.stream, r.event.municipality) for r in rows]
    return [follower.delete().where(sa.tuple_(follower.c.item_id, follower.c.municipality).in_(gone)), _moved(rows)]


def _at(rows: Batch[RoadmapStepStarted] | Batch[RoadmapStepDone], state: StepState) -> AnyWrite:
    return change(step, [{"item_id": r.stream, "fiscal_year": r.event.fiscal_year, "state": state} for r in rows])


def _moved(rows: Batch[Any]) -> AnyWrite:
    return change(item, [{"id": r.stream, "version": r.version} for r in rows])


def items_by(state: StepState | None, fiscal_year: FiscalYear | None) -> sa.Select[Any]:
    """Items that have a step at this state, in this fiscal year, or at this state in it; or all."""
    query = sa.select(item, _followers().label("followers"))
    conditions = [step.c.item_id == item.c.id]
    if state:
        conditions.append(step.c.state == state)
    if fiscal_year:
        conditions.append(step.c.fiscal_year == fiscal_year)
    return query.where(sa.exists().where(*conditions)) if len(conditions) > 1 else query


def item_of(item_id: str) -> sa.Select[Any]:
    """One item with its steps, the earliest year first, and its followers in the order of their codes."""
    columns = ("fiscal_year", "text_ja", "state", "reason", "before_ja")
    row = sa.func.jsonb_build_object(*(part for name in columns for part in (name, step.c[name])))
    steps = _listed(aggregate_order_by(row, step.c.fiscal_year), step)
    codes = _listed(aggregate_order_by(follower.c.municipality, follower.c.municipality), follower)
    return sa.select(item, steps.label("steps"), codes.label("followers")).where(item.c.id == item_id)


def steps_by(fiscal_year: FiscalYear | None, state: StepState | None) -> sa.Select[Any]:
    """The steps of all items, of a fiscal year or at a state."""
    query = sa.select(step, item.c.name_ja).join_from(step, item, item.c.id == step.c.item_id)
    if fiscal_year:
        query = query.where(step.c.fiscal_year == fiscal_year)
    return query.where(step.c.state == state) if state else query


def steps_of_any(item_ids: Sequence[str]) -> sa.Select[Any]:
    """All steps of these items."""
    return steps_by(None, None).where(step.c.item_id.in_(item_ids))


def _followers() -> sa.ScalarSelect[Any]:
    counted = sa.select(sa.func.count()).select_from(follower).where(follower.c.item_id == item.c.id)
    return counted.correlate(item).scalar_subquery()


def _listed(what: Any, table: sa.Table) -> sa.ScalarSelect[Any]:
    none: sa.ColumnElement[Any] = sa.literal_column("'[]'::jsonb")
    return (
        sa.select(sa.func.coalesce(sa.func.jsonb_agg(what), none))
        .where(table.c.item_id == item.c.id)
        .correlate(item)
        .scalar_subquery()
    )
