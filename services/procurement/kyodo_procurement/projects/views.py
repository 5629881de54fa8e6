"""What people see of projects: the list, and what was waived for each."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by

from kyodo_events.contracts.procurement.projects import (
    ParticipantJoined,
    ParticipantLeft,
    ProjectConcluded,
    ProjectResumed,
    ProjectStageReached,
    ProjectStarted,
    ProjectSuspended,
    Stage,
)
from kyodo_events.event import Batch, Event
from kyodo_events.views import RowChange, RowWrite, View, change, upsert
from kyodo_procurement.participation.events import (
    NoticeGiven,
    ParticipationIntended,
    ParticipationInvited,
    ParticipationSigned,
)
from kyodo_procurement.projects.events import BurdenTermsNumbered, RequirementWaived, TrialEvaluated
from kyodo_procurement.projects.model import ProjectStatus
from kyodo_procurement.tables import metadata
from kyodo_procurement.themes.views import theme

project = sa.Table(
    "project",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name_ja", sa.Text, nullable=False),
    sa.Column("theme_id", sa.Text, nullable=False),
    sa.Column("stage", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("reason", sa.Text),
    sa.Column("evaluation", JSONB),
    sa.Column("grounds", JSONB),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("project_by_theme", "theme_id"),
)

waiver = sa.Table(
    "project_waiver",
    metadata,
    sa.Column("project_id", sa.Text, primary_key=True),
    sa.Column("requirement", sa.Text, primary_key=True),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("decision", JSONB, nullable=False),
)

projects = View("projects", project, waiver)


@projects.on(ProjectStarted)
def _(rows: Batch[ProjectStarted]) -> RowWrite:
    return upsert(
        project,
        [
            {
                "id": r.stream,
                "name_ja": r.event.name_ja,
                "theme_id": r.event.theme_id,
                "stage": r.event.stage,
                "status": ProjectStatus.ACTIVE,
                "version": r.version,
            }
            for r in rows
        ],
    )


@projects.on(ProjectStageReached)
def _(rows: Batch[ProjectStageReached]) -> RowChange:
    return change(
        project,
        [
            {
                "id": r.stream,
                "stage": r.event.stage,
                "grounds": r.event.grounds.model_dump(mode="json"),
                "version": r.version,
            }
            for r in rows
        ],
    )


@projects.on(RequirementWaived)
def _(rows: Batch[RequirementWaived]) -> list[RowWrite | RowChange]:
    waived = [{"project_id": r.stream, **r.event.model_dump(mode="json")} for r in rows]
    return [upsert(waiver, waived), change(project, [{"id": r.stream, "version": r.version} for r in rows])]


@projects.on(TrialEvaluated)
def _(rows: Batch[TrialEvaluated]) -> RowChange:
    return change(
        project,
        [
            {"id": r.stream, "evaluation": r.event.evaluation.model_dump(mode="json"), "version": r.version}
            for r in rows
        ],
    )


@projects.on(ProjectSuspended)
def _(rows: Batch[ProjectSuspended]) -> RowChange:
    stands = {"status": ProjectStatus.SUSPENDED}
    return change(project, [{"id": r.stream, **stands, "reason": r.event.reason, "version": r.version} for r in rows])


@projects.on(ProjectResumed)
def _(rows: Batch[ProjectResumed]) -> RowChange:
    stands = {"status": ProjectStatus.ACTIVE, "reason": None}
    return change(project, [{"id": r.stream, **stands, "version": r.version} for r in rows])


@projects.on(ProjectConcluded)
def _(rows: Batch[ProjectConcluded]) -> RowChange:
    stands = {"status": ProjectStatus.CONCLUDED}
    return change(project, [{"id": r.stream, **stands, "reason": r.event.reason, "version": r.version} for r in rows])


@projects.on(
    ParticipationInvited,
    ParticipationIntended,
    ParticipationSigned,
    ParticipantJoined,
    NoticeGiven,
    ParticipantLeft,
    BurdenTermsNumbered,
)
def _(rows: Batch[Event]) -> RowChange:
    """The row shows nothing of these, but its version is the ETag of all of them."""
    return change(project, [{"id": r.stream, "version": r.version} for r in rows])


def projects_by(
    *,
    stage: Stage | None = None,
    status: ProjectStatus | None = None,
    theme_id: str | None = None,
    group: str | None = None,
) -> sa.Select[Any]:
    """Projects at a stage, of a status, on a theme, of a group of themes, or all."""
    query = sa.select(project)
    if stage:
        query = query.where(project.c.stage == stage)
    if status:
        query = query.where(project.c.status == status)
    if theme_id:
        query = query.where(project.c.theme_id == theme_id)
    if group:
        query = query.where(project.c.theme_id.in_(sa.select(theme.c.id).where(theme.c.group == group)))
    return query


def project_of(project_id: str) -> sa.Select[Any]:
    """One project, with what was waived for it in the order of the requirements' names."""
    row = sa.func.jsonb_build_object(
        "requirement", waiver.c.requirement, "reason", waiver.c.reason, "decision", waiver.c.decision
    )
    rows = sa.func.jsonb_agg(aggregate_order_by(row, waiver.c.requirement))
    none: sa.ColumnElement[Any] = sa.literal_column("'[]'::jsonb")
    waivers = sa.select(sa.func.coalesce(rows, none)).where(waiver.c.project_id == project.c.id).scalar_subquery()
    return sa.select(project, waivers.label("waivers")).where(project.c.id == project_id)
