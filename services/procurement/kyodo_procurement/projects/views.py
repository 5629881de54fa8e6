"""What people see of projects: the list, and who takes part when."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from kyodo_events.contracts.procurement import ParticipantJoined, ParticipantLeft, ProjectStarted, Stage
from kyodo_events.event import Batch
from kyodo_events.views import RowChange, RowWrite, View, change, upsert
from kyodo_procurement.projects.model import BurdenTermsNumbered
from kyodo_procurement.tables import metadata

project = sa.Table(
    "project",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name_ja", sa.Text, nullable=False),
    sa.Column("theme_id", sa.Text, nullable=False),
    sa.Column("stage", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
)

participation = sa.Table(  # a row a period: a municipality that left and came back has two
    "participation",
    metadata,
    sa.Column("project_id", sa.Text, primary_key=True),
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("from_month", sa.Text, primary_key=True),
    sa.Column("last_month", sa.Text),
)

projects = View("projects", project)
participations = View("participations", participation)


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
                "version": r.version,
            }
            for r in rows
        ],
    )


@projects.on(ParticipantJoined, ParticipantLeft, BurdenTermsNumbered)
def _(rows: Batch[ParticipantJoined | ParticipantLeft | BurdenTermsNumbered]) -> RowChange:
    """The row shows nothing of these, but its version is the ETag of all of them."""
    return change(project, [{"id": r.stream, "version": r.version} for r in rows])


@participations.on(ParticipantJoined)
def _(rows: Batch[ParticipantJoined]) -> RowWrite:
    return upsert(
        participation,
        [
            {"project_id": r.stream, "municipality": r.event.municipality, "from_month": r.event.from_month}
            for r in rows
        ],
    )


@participations.on(ParticipantLeft)
def _(rows: Batch[ParticipantLeft]) -> list[sa.Update]:
    """The municipality's one open period ends; the event need not say when it began."""
    return [
        sa.update(participation)
        .where(participation.c.project_id == r.stream, participation.c.municipality == r.event.municipality)
        .where(participation.c.last_month.is_(None))
        .values(last_month=r.event.last_month)
        for r in rows
    ]


def projects_by(stage: Stage | None) -> sa.Select[Any]:
    """Projects at a stage, or all."""
    return sa.select(project).where(project.c.stage == stage) if stage else sa.select(project)


def project_of(project_id: str) -> sa.Select[Any]:
    """One project."""
    return sa.select(project).where(project.c.id == project_id)


def participants_of(project_id: str) -> sa.Select[Any]:
    """Who takes part in a project, or did."""
    return sa.select(participation).where(participation.c.project_id == project_id)
