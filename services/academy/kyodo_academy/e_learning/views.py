"""E-learning as it is offered, and how far learners have come: a municipality's own, all for Tokyo, the own row."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_academy.e_learning.model import (
    ELearningCompleted,
    UnitCompleted,
    UnitProgressed,
    UnitsArranged,
    UnitStarted,
)
from kyodo_academy.tables import metadata
from kyodo_events.event import Batch
from kyodo_events.views import AnyWrite, View, change, insert_missing, upsert

e_learning = sa.Table(
    "e_learning",
    metadata,
    sa.Column("course_id", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("units", JSONB, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
)
e_learning_version = sa.Table(
    "e_learning_version",
    metadata,
    sa.Column("course_id", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("units", JSONB, nullable=False),
    sa.Column("arranged_at", sa.DateTime(timezone=True), nullable=False),
)
progress = sa.Table(
    "e_learning_progress",
    metadata,
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("course_id", sa.Text, primary_key=True),
    sa.Column("learner_id", sa.Text, primary_key=True),
    sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("completed_at", sa.DateTime(timezone=True)),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("e_learning_progress_of_course", "course_id", "learner_id"),
    sa.Index("e_learning_progress_of_learner", "learner_id"),
    info={"private_to": "municipality", "person": "learner_id"},
)
unit_progress = sa.Table(
    "e_learning_unit_progress",
    metadata,
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("course_id", sa.Text, primary_key=True),
    sa.Column("learner_id", sa.Text, primary_key=True),
    sa.Column("unit", sa.Text, primary_key=True),
    sa.Column("percent", sa.Integer, nullable=False),
    sa.Column("seconds", sa.Integer, nullable=False),
    sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("completed_at", sa.DateTime(timezone=True)),
    sa.Index("e_learning_unit_progress_of_learner", "learner_id", "course_id"),
    info={"private_to": "municipality", "person": "learner_id"},
)

offered = View("e-learning", e_learning, e_learning_version)
learnt = View("e-learning progress", progress, unit_progress)


@offered.on(UnitsArranged)
def _(rows: Batch[UnitsArranged]) -> list[AnyWrite]:
    arranged = [
        {
            "course_id": r.stream,
            "number": r.event.number,
            "units": [unit.model_dump(mode="json") for unit in r.event.units.units],
        }
        for r in rows
    ]
    now = [{**one, "version": r.version} for one, r in zip(arranged, rows, strict=True)]
    versions = [{**one, "arranged_at": r.at} for one, r in zip(arranged, rows, strict=True)]
    return [upsert(e_learning, now), upsert(e_learning_version, versions)]


@learnt.on(UnitStarted)
def _(rows: Batch[UnitStarted]) -> list[AnyWrite]:
    begun = [{**_course(r), "begun_at": r.at, "last_at": r.at, "version": r.version} for r in rows]
    units = [{**_unit(r), "percent": 0, "seconds": 0, "started_at": r.at} for r in rows]
    return [insert_missing(progress, begun), _moved(rows), upsert(unit_progress, units)]


@learnt.on(UnitProgressed)
def _(rows: Batch[UnitProgressed]) -> list[AnyWrite]:
    further = [{**_unit(r), "percent": r.event.percent, "seconds": r.event.seconds} for r in rows]
    return [_moved(rows), change(unit_progress, further)]


@learnt.on(UnitCompleted)
def _(rows: Batch[UnitCompleted]) -> list[AnyWrite]:
    return [_moved(rows), change(unit_progress, [{**_unit(r), "completed_at": r.at} for r in rows])]


@learnt.on(ELearningCompleted)
def _(rows: Batch[ELearningCompleted]) -> list[AnyWrite]:
    return [_moved(rows), change(progress, [{**_course(r), "completed_at": r.at} for r in rows])]


def _course(r: Any) -> dict[str, Any]:
    event: UnitStarted | ELearningCompleted = r.event
    return {"municipality": event.municipality, "course_id": event.course_id, "learner_id": event.learner_id}


def _unit(r: Any) -> dict[str, Any]:
    return {**_course(r), "unit": r.event.unit}


def _moved(rows: Batch[Any]) -> AnyWrite:
    return change(progress, [{**_course(r), "last_at": r.at, "version": r.version} for r in rows])


def offered_in(course_id: str) -> sa.Select[Any]:
    """The units of a course as they are now."""
    return sa.select(e_learning).where(e_learning.c.course_id == course_id)


def version_of(course_id: str, number: int) -> sa.Select[Any]:
    """The units of a course as they were in a version."""
    this = sa.and_(e_learning_version.c.course_id == course_id, e_learning_version.c.number == number)
    return sa.select(e_learning_version).where(this)


def units_of(learner_id: str, course_id: str) -> sa.Select[Any]:
    """How far a learner has come in each unit, also in those that are none any more."""
    this = sa.and_(unit_progress.c.learner_id == learner_id, unit_progress.c.course_id == course_id)
    return sa.select(unit_progress).where(this).order_by(unit_progress.c.unit)


def progress_with(*, course_id: str | None = None, learner_id: str | None = None) -> sa.Select[Any]:
    """How far learners have come: how many of the units of now they are through with."""
    now = e_learning.c.units.contains(
        sa.func.jsonb_build_array(sa.func.jsonb_build_object("key", unit_progress.c.unit))
    )
    done = sa.func.count(unit_progress.c.completed_at).filter(now).label("units_done")
    same = (unit_progress.c[name] == progress.c[name] for name in ("municipality", "course_id", "learner_id"))
    columns = [*progress.c, e_learning.c.units]
    query = (
        sa.select(
            *progress.c,
            done,
            sa.func.jsonb_array_length(e_learning.c.units, type_=sa.Integer()).label("units_in_all"),
            sa.func.coalesce(sa.func.sum(unit_progress.c.seconds), 0).label("seconds"),
        )
        .join(e_learning, e_learning.c.course_id == progress.c.course_id)
        .join(unit_progress, sa.and_(*same))
        .group_by(*columns)
    )
    query = query.where(progress.c.course_id == course_id) if course_id else query
    return query.where(progress.c.learner_id == learner_id) if learner_id else query


def sums_of(course_id: str) -> sa.Select[Any]:
    """How many learners of each organisation have begun the e-learning of a course, and completed it."""
    return (
        sa.select(
            progress.c.municipality,
            sa.func.count().label("begun"),
            sa.func.count(progress.c.completed_at).label("completed"),
        )
        .where(progress.c.course_id == course_id)
        .group_by(progress.c.municipality)
    )
