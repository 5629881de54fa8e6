"""The list of experts, which whoever plans work searches by persona."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.contracts.talent import ExpertRegistered
from kyodo_events.event import Batch
from kyodo_events.views import RowChange, RowWrite, View, change, upsert
from kyodo_talent.experts.model import CapacityChanged, Persona
from kyodo_talent.tables import metadata

expert = sa.Table(
    "expert",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("pseudonym", sa.Text),
    sa.Column("personas", JSONB),  # a list of codes
    sa.Column("half_days_per_month", sa.Integer),
    sa.Column("version", sa.Integer),
)

experts = View("experts", expert)


@experts.on(ExpertRegistered)
def _(rows: Batch[ExpertRegistered]) -> RowWrite:
    return upsert(
        expert,
        [
            {
                "id": r.stream,
                "pseudonym": r.event.pseudonym,
                "personas": r.event.personas,
                "half_days_per_month": r.event.half_days_per_month,
                "version": r.version,
            }
            for r in rows
        ],
    )


@experts.on(CapacityChanged)
def _(rows: Batch[CapacityChanged]) -> RowChange:
    return change(
        expert,
        [{"id": r.stream, "half_days_per_month": r.event.half_days_per_month, "version": r.version} for r in rows],
    )


def all_experts(persona: Persona | None) -> sa.Select[Any]:
    """Every expert, or those who can be this persona."""
    query = sa.select(expert)
    return query.where(expert.c.personas.has_key(persona.value)) if persona else query


def one_expert(expert_id: str) -> sa.Select[Any]:
    """One expert."""
    return sa.select(expert).where(expert.c.id == expert_id)
