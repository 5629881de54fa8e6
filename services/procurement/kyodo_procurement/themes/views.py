"""What people see of themes: the public list, and each municipality's own answers."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.contracts.procurement.projects import Stage
from kyodo_events.contracts.procurement.themes import NeedFellBelowTwo, ThemeSelected, ThemeShelved
from kyodo_events.event import Batch
from kyodo_events.values.municipalities import TOKYO
from kyodo_events.views import RowChange, RowWrite, View, change, upsert
from kyodo_procurement.tables import metadata
from kyodo_procurement.themes.events import (
    DemandRegistered,
    DemandWithdrawn,
    NeedFlagCleared,
    SurveyClosed,
    SurveyOpened,
    SurveyReopened,
    ThemeAbsorbed,
    ThemeDrafted,
    ThemeKind,
    ThemeMerged,
    ThemeTakenUpAgain,
)
from kyodo_procurement.themes.model import ThemeStatus

theme = sa.Table(
    "theme",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name_ja", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("group", sa.Text, nullable=False),
    sa.Column("stage", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("drafted_by", sa.Text, nullable=False),
    sa.Column("proposal_id", sa.Text),
    sa.Column("deadline", sa.Date),
    sa.Column("needs", sa.Integer, nullable=False),
    sa.Column("interests", sa.Integer),
    sa.Column("answered", sa.Integer),
    sa.Column("decision", JSONB),
    sa.Column("selected_for", JSONB, nullable=False),
    sa.Column("flagged", sa.Boolean, nullable=False),
    sa.Column("merged_into", sa.Text),
    sa.Column("merged_from", JSONB, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
)

demand = sa.Table(  # private: a municipality sees its own rows
    "demand",
    metadata,
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("theme_id", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("need", sa.Text, nullable=False),
    sa.Column("firm_quantity", sa.BigInteger),
    sa.Column("optional_quantity", sa.BigInteger),
    sa.Column("current_unit_price", sa.BigInteger),
    sa.Column("current_contract_ends", sa.Date),
    sa.Column("budget_year", sa.Integer),
    sa.Column("wanted_stage", sa.Text),
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
                "drafted_by": r.event.municipality or TOKYO,
                "proposal_id": r.event.proposal_id,
                "needs": 0,
                "interests": 0,
                "answered": 0,
                "selected_for": [],
                "flagged": False,
                "merged_from": [],
                "version": r.version,
            }
            for r in rows
        ],
    )


@themes.on(SurveyOpened, SurveyReopened)
def _(rows: Batch[SurveyOpened | SurveyReopened]) -> RowChange:
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
    return change(
        theme,
        [
            {
                "id": r.stream,
                "needs": r.event.needs,
                "interests": r.event.interests,
                "answered": r.event.answered,
                "version": r.version,
            }
            for r in rows
        ],
    )


@themes.on(SurveyClosed)
def _(rows: Batch[SurveyClosed]) -> RowChange:
    return _moved(rows, status=ThemeStatus.SURVEYED)


@themes.on(ThemeTakenUpAgain)
def _(rows: Batch[ThemeTakenUpAgain]) -> RowChange:
    return _moved(rows)


@themes.on(ThemeSelected)
def _(rows: Batch[ThemeSelected]) -> RowChange:
    return change(
        theme,
        [
            {
                "id": r.stream,
                "status": ThemeStatus.SELECTED,
                "decision": r.event.decision.model_dump(mode="json"),
                "selected_for": r.event.needed_by,
                "flagged": False,
                "version": r.version,
            }
            for r in rows
        ],
    )


@themes.on(NeedFellBelowTwo)
def _(rows: Batch[NeedFellBelowTwo]) -> RowChange:
    return _moved(rows, flagged=True)


@themes.on(NeedFlagCleared)
def _(rows: Batch[NeedFlagCleared]) -> RowChange:
    return _moved(rows, flagged=False)


@themes.on(ThemeShelved)
def _(rows: Batch[ThemeShelved]) -> RowChange:
    return _moved(rows, status=ThemeStatus.SHELVED, flagged=False)


@themes.on(ThemeMerged)
def _(rows: Batch[ThemeMerged]) -> RowChange:
    merged = [
        {"id": r.stream, "status": ThemeStatus.MERGED, "merged_into": r.event.into, "version": r.version} for r in rows
    ]
    return change(theme, merged)


@themes.on(ThemeAbsorbed)
def _(rows: Batch[ThemeAbsorbed]) -> RowChange:
    return change(theme, [{"id": r.stream, "merged_from": r.event.merged_from, "version": r.version} for r in rows])


def _moved(rows: Batch[Any], **values: Any) -> RowChange:
    return change(theme, [{"id": r.stream, **values, "version": r.version} for r in rows])


@demands.on(DemandRegistered)
def _(rows: Batch[DemandRegistered]) -> RowWrite:
    """One row a municipality and theme: the latest answer wins."""
    return upsert(
        demand,
        [
            {
                "municipality": r.event.municipality,
                "theme_id": r.stream,
                "id": f"{r.stream}:{r.version}",  # as Theme.answer_id says it
                **r.event.answer.model_dump(mode="json"),
                "answered_at": r.at,
            }
            for r in rows
        ],
    )


@demands.on(DemandWithdrawn)
def _(rows: Batch[DemandWithdrawn]) -> sa.Delete:
    withdrawn = [(r.event.municipality, r.stream) for r in rows]
    return demand.delete().where(sa.tuple_(demand.c.municipality, demand.c.theme_id).in_(withdrawn))


def themes_by(
    *,
    status: ThemeStatus | None = None,
    group: str | None = None,
    kind: ThemeKind | None = None,
    stage: Stage | None = None,
    drafted_by: str | None = None,
    flagged: bool | None = None,
) -> sa.Select[Any]:
    """The themes that are all of this, or all."""
    wanted = {"status": status, "group": group, "kind": kind, "stage": stage, "drafted_by": drafted_by}
    query = sa.select(theme).where(*(theme.c[name] == value for name, value in wanted.items() if value is not None))
    return query if flagged is None else query.where(theme.c.flagged.is_(flagged))


def theme_of(theme_id: str) -> sa.Select[Any]:
    """One theme."""
    return sa.select(theme).where(theme.c.id == theme_id)


def answers_to(theme_id: str, need: str | None = None) -> sa.Select[Any]:
    """The live answers to a theme that say this, or all; row-level security leaves a municipality its own."""
    query = sa.select(demand).where(demand.c.theme_id == theme_id)
    return query.where(demand.c.need == need) if need else query


def answer_of(theme_id: str, municipality: str) -> sa.Select[Any]:
    """One municipality's live answer."""
    return answers_to(theme_id).where(demand.c.municipality == municipality)


def answers_to_any(theme_ids: list[str]) -> sa.Select[Any]:
    """What is said to these themes, by municipality and theme; row-level security leaves a municipality its own."""
    said = sa.select(demand.c.municipality, demand.c.theme_id, demand.c.need)
    return said.where(demand.c.theme_id.in_(theme_ids)) if theme_ids else said.where(sa.false())
