"""When experts reached the steps of the funnel, from the events of several slices; a row a step and what led to it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from kyodo_events.contracts.talent import ExpertRegistered
from kyodo_events.contracts.talent_assignments import AssignmentConfirmed
from kyodo_events.event import Batch
from kyodo_events.views import RowWrite, View, insert_missing
from kyodo_talent.assignments.events import AssignmentProposed
from kyodo_talent.experts.events import ExpertQualified
from kyodo_talent.figures.model import Step
from kyodo_talent.introductions.events import ExpertEngaged, ExpertIntroduced
from kyodo_talent.tables import metadata

expert_step = sa.Table(
    "expert_step",
    metadata,
    sa.Column("expert_id", sa.Text, primary_key=True),
    sa.Column("step", sa.Text, primary_key=True),
    sa.Column("source_id", sa.Text, primary_key=True, comment="the stream of the event that led to it"),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
)

steps = View("expert_steps", expert_step)

Reached = tuple[str, str, datetime]


@steps.on(ExpertRegistered)
def _(rows: Batch[ExpertRegistered]) -> RowWrite:
    return _steps(Step.REGISTERED, ((r.stream, r.stream, r.at) for r in rows))


@steps.on(ExpertQualified)
def _(rows: Batch[ExpertQualified]) -> RowWrite:
    return _steps(Step.QUALIFIED, ((r.stream, r.stream, r.at) for r in rows))


@steps.on(AssignmentProposed)
def _(rows: Batch[AssignmentProposed]) -> RowWrite:
    return _steps(Step.REFERRED, ((r.event.expert_id, r.stream, r.at) for r in rows))


@steps.on(ExpertIntroduced)
def _(rows: Batch[ExpertIntroduced]) -> RowWrite:
    return _steps(Step.REFERRED, ((r.event.expert_id, r.stream, r.at) for r in rows))


@steps.on(AssignmentConfirmed)
def _(rows: Batch[AssignmentConfirmed]) -> RowWrite:
    return _steps(Step.ENGAGED, ((r.event.pseudonym.removeprefix("expert-"), r.stream, r.at) for r in rows))


@steps.on(ExpertEngaged)
def _(rows: Batch[ExpertEngaged]) -> RowWrite:
    return _steps(Step.ENGAGED, ((r.event.expert_id, r.stream, r.at) for r in rows))


def _steps(step: Step, reached: Iterable[Reached]) -> RowWrite:
    columns = ("expert_id", "source_id", "at")
    rows: list[dict[str, Any]] = [dict(zip(columns, one, strict=True), step=step.value) for one in reached]
    return insert_missing(expert_step, rows)


def first_steps() -> sa.Select[Any]:
    """The first moment of each expert's step."""
    first = sa.func.min(expert_step.c.at).label("at")
    return sa.select(expert_step.c.expert_id, expert_step.c.step, first).group_by(
        expert_step.c.expert_id, expert_step.c.step
    )
