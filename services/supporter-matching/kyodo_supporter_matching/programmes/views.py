"""Training programmes and their published versions, which everybody may read."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.event import Batch
from kyodo_events.views import AnyWrite, RowChange, RowWrite, View, change, upsert
from kyodo_supporter_matching.programmes.model import (
    TrainingProgrammeDrafted,
    TrainingProgrammePublished,
    TrainingProgrammeRetired,
)
from kyodo_supporter_matching.programmes.values import ProgrammeStatus
from kyodo_supporter_matching.tables import metadata

programme = sa.Table(
    "training_programme",
    metadata,
    sa.Column("programme_id", sa.Text, primary_key=True),
    sa.Column("draft", JSONB(none_as_null=True)),
    sa.Column("published", sa.Integer),  # the number of the latest version
    sa.Column("retired", sa.Boolean),
    sa.Column("version", sa.Integer, nullable=False),
)

programme_version = sa.Table(
    "training_programme_version",
    metadata,
    sa.Column("programme_id", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("content", JSONB, nullable=False),
    sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
)

programmes = View("programmes", programme, programme_version)


@programmes.on(TrainingProgrammeDrafted)
def _(rows: Batch[TrainingProgrammeDrafted]) -> RowWrite:
    return upsert(
        programme,
        [
            {"programme_id": r.stream, "draft": r.event.content.model_dump(mode="json"), "version": r.version}
            for r in rows
        ],
    )


@programmes.on(TrainingProgrammePublished)
def _(rows: Batch[TrainingProgrammePublished]) -> list[AnyWrite]:
    versions = [
        {
            "programme_id": r.stream,
            "number": r.event.number,
            "content": r.event.content.model_dump(mode="json"),
            "published_at": r.at,
        }
        for r in rows
    ]
    latest = [
        {"programme_id": r.stream, "draft": None, "published": r.event.number, "version": r.version} for r in rows
    ]
    return [upsert(programme_version, versions), change(programme, latest)]


@programmes.on(TrainingProgrammeRetired)
def _(rows: Batch[TrainingProgrammeRetired]) -> RowChange:
    return change(programme, [{"programme_id": r.stream, "retired": True, "version": r.version} for r in rows])


def _shown() -> sa.Select[Any]:
    status = sa.case(
        (programme.c.retired, ProgrammeStatus.RETIRED.value),
        (programme.c.published.is_not(None), ProgrammeStatus.PUBLISHED.value),
        else_=ProgrammeStatus.DRAFTED.value,
    )
    latest = programme_version
    of_latest = sa.and_(latest.c.programme_id == programme.c.programme_id, latest.c.number == programme.c.published)
    return sa.select(programme, latest.c.content, status.label("status")).select_from(
        programme.outerjoin(latest, of_latest)
    )


def programmes_with(status: ProgrammeStatus | None = None, programme_id: str | None = None) -> sa.Select[Any]:
    """The programmes of this status and id, each with its latest version."""
    shown = _shown()
    if programme_id is not None:
        shown = shown.where(programme.c.programme_id == programme_id)
    if status is ProgrammeStatus.RETIRED:
        return shown.where(programme.c.retired.is_(True))
    if status is not None:
        published = programme.c.published.is_not(None)
        shown = shown.where(programme.c.retired.is_not(True))
        return shown.where(published if status is ProgrammeStatus.PUBLISHED else ~published)
    return shown


def versions_of(programme_id: str) -> sa.Select[Any]:
    """The published versions of a programme."""
    return sa.select(programme_version).where(programme_version.c.programme_id == programme_id)
