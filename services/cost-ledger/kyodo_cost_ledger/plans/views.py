"""Usage plans as rows, and who has not handed one in."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Column, Select, Table
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_cost_ledger.tables import metadata
from kyodo_events.contracts.cost_ledger.plans import UsagePlanConfirmed, UsagePlanHandedIn
from kyodo_events.event import Batch
from kyodo_events.values.fiscal import FiscalYear
from kyodo_events.views import AnyWrite, View, change, upsert

usage_plan = Table(
    "usage_plan",
    metadata,
    Column("municipality", sa.Text, primary_key=True),
    Column("fiscal_year", sa.Integer, primary_key=True),
    Column("lines", JSONB, nullable=False),
    Column("handed_in_on", sa.Date, nullable=False),
    Column("late", sa.Boolean, nullable=False),
    Column("confirmed", sa.Boolean, nullable=False),
    Column("version", sa.Integer, nullable=False),
    info={"private_to": "municipality"},
)

plans = View("usage_plans", usage_plan)


@plans.on(UsagePlanHandedIn)
def _(rows: Batch[UsagePlanHandedIn]) -> AnyWrite:
    """The newest plan stands, and is to be confirmed."""
    return upsert(
        usage_plan,
        [{**r.event.model_dump(mode="json"), "confirmed": False, "version": r.version} for r in rows],
    )


@plans.on(UsagePlanConfirmed)
def _(rows: Batch[UsagePlanConfirmed]) -> AnyWrite:
    return change(
        usage_plan,
        [
            {
                "municipality": r.event.municipality,
                "fiscal_year": int(r.event.fiscal_year),
                "confirmed": True,
                "version": r.version,
            }
            for r in rows
        ],
    )


def plans_of(year: FiscalYear) -> Select[Any]:
    """The plans of a fiscal year; a municipality's people are left with its own."""
    planned = sa.func.jsonb_array_length(usage_plan.c.lines).label("planned")
    return sa.select(usage_plan, planned).where(usage_plan.c.fiscal_year == int(year))


def plan_of(municipality: str, year: FiscalYear) -> Select[Any]:
    """One municipality's plan."""
    return plans_of(year).where(usage_plan.c.municipality == municipality)
