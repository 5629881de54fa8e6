"""What people see of themes: the public list, and each municipality's own answers."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from kyodo_events.contracts.procurement import ThemeSelected
from kyodo_events.event import Batch
from kyodo_events.views import RowChange, RowWrite, View, change, upsert
from kyodo_procurement.tables import metadata
from kyodo_procurement.themes.model import (
    DemandRegistered,
    DemandWithdrawn,
    SurveyClosed,
    SurveyOpened,
    ThemeDrafted,
    ThemeStatus,
)

theme = sa.Table(
    "theme",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name_ja", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("group", sa.Text, nullable=False),
    sa.Column("stage", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("deadline", sa.Date),
    sa.Column("needs", sa.Integer, nullable=False),
    sa.Column("decision", sa.Text),
    sa.Column("version", sa.Integer, nullable=False),
)

demand = sa.Table(  # private: a municipality sees its own rows
    "demand",
    metadata,
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("theme_id", sa.Text, primary_key=True),
    sa.Column("need", sa.Text, nullable=False),
    sa.Column("firm_quantity", sa.BigInteger),
    sa.Column("current_unit_price", sa.BigInteger),
    sa.Column("remarks", sa.Text, nullable=False),
    sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
    sa.Index("demand_by_theme", "theme_id", "municipality"),
    info={"private_to": "municipality"},
)

themes = View("themes", theme)
demands = View("demands", demand)


@themes.on(ThemeDrafted)
def _(rows: Batch[ThemeDrafted]) -> RowWrite:
    return upsert(
        theme,
        [
            {
                "id": r.stream,
                "name_ja": r.event.name_ja,
                "kind": r.event.kind,
                "group": r.event.group,
                "stage": r.event.stage,
                "status": ThemeStatus.DRAFTED,
                "needs": 0,
                "version": r.version,
            }
            for r in rows
        ],
    )


@themes.on(SurveyOpened)
def _(rows: Batch[SurveyOpened]) -> RowChange:
    return change(
        theme,
        [
            {"id": r.stream, "status": ThemeStatus.SURVEYING, "deadline": r.event.deadline, "version": r.version}
            for r in rows
        ],
    )


@themes.on(DemandRegistered, DemandWithdrawn)
def _(rows: Batch[DemandRegistered | DemandWithdrawn]) -> RowChange:
    """How many municipalities need it is public; which ones is not, before the selection names them."""
    return change(theme, [{"id": r.stream, "needs": r.event.needs, "version": r.version} for r in rows])


@themes.on(SurveyClosed)
def _(rows: Batch[SurveyClosed]) -> RowChange:
    return change(theme, [{"id": r.stream, "status": ThemeStatus.SURVEYED, "version": r.version} for r in rows])


@themes.on(ThemeSelected)
def _(rows: Batch[ThemeSelected]) -> RowChange:
    return change(
        theme,
        [
            {"id": r.stream, "status": ThemeStatus.SELECTED, "decision": r.event.decision, "version": r.version}
            for r in rows
        ],
    )


@demands.on(DemandRegistered)
def _(rows: Batch[DemandRegistered]) -> RowWrite:
    """One row a municipality and theme: the latest answer wins."""
    return upsert(
        demand,
        [
            {
                "municipality": r.event.municipality,
                "theme_id": r.stream,
                "need": r.event.answer.need,
                "firm_quantity": r.event.answer.firm_quantity,
                "current_unit_price": r.event.answer.current_unit_price,
                "remarks": r.event.answer.remarks,
                "answered_at": r.at,
            }
            for r in rows
        ],
    )


@demands.on(DemandWithdrawn)
def _(rows: Batch[DemandWithdrawn]) -> sa.Delete:
    withdrawn = [(r.event.municipality, r.stream) for r in rows]
    return demand.delete().where(sa.tuple_(demand.c.municipality, demand.c.theme_id).in_(withdrawn))


def themes_by(status: ThemeStatus | None, group: str | None) -> sa.Select[Any]:
    """Themes of a status, of a group, or all."""
    query = sa.select(theme)
    if status:
        query = query.where(theme.c.status == status)
    if group:
        query = query.where(theme.c.group == group)
    return query


def theme_of(theme_id: str) -> sa.Select[Any]:
    """One theme."""
    return sa.select(theme).where(theme.c.id == theme_id)


def answers_to(theme_id: str) -> sa.Select[Any]:
    """The live answers to a theme; row-level security leaves a municipality its own."""
    return sa.select(demand).where(demand.c.theme_id == theme_id)


def answer_of(theme_id: str, municipality: str) -> sa.Select[Any]:
    """One municipality's live answer."""
    return answers_to(theme_id).where(demand.c.municipality == municipality)
