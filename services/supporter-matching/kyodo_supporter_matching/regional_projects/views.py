"""Guidelines for everybody; consultations, projects and their results for their municipality and Tokyo."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.event import Batch, Event, Recorded
from kyodo_events.views import AnyWrite, RowChange, RowWrite, View, change, upsert
from kyodo_supporter_matching.regional_projects.events import (
    GuidelineRegistered,
    GuidelineRenewed,
    RegionalConsultationAnswered,
    RegionalConsultationAsked,
    RegionalConsultationClosed,
    RegionalProjectCompleted,
    RegionalProjectProposed,
    RegionalProjectRevised,
    RegionalProjectStarted,
    RegionalProjectStopped,
    RegionalProjectSupported,
    RegionalResultReported,
)
from kyodo_supporter_matching.regional_projects.values import ConsultationStatus, ProjectStatus
from kyodo_supporter_matching.tables import metadata

_PRIVATE = {"private_to": "municipality"}

guideline = sa.Table(
    "guideline",
    metadata,
    sa.Column("guideline_id", sa.Text, primary_key=True),
    sa.Column("title_ja", sa.Text, nullable=False),
    sa.Column("edition", sa.Text, nullable=False),
    sa.Column("published_on", sa.Date, nullable=False),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
)
consultation = sa.Table(
    "regional_consultation",
    metadata,
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("consultation_id", sa.Text, primary_key=True),
    sa.Column("subject_ja", sa.Text, nullable=False),
    sa.Column("question_ja", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("outcome_ja", sa.Text),
    sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    info=_PRIVATE,
)
consultation_answer = sa.Table(
    "regional_consultation_answer",
    metadata,
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("consultation_id", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("answer_ja", sa.Text, nullable=False),
    sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
    info=_PRIVATE,
)
project = sa.Table(
    "regional_project",
    metadata,
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("project_id", sa.Text, primary_key=True),
    sa.Column("title_ja", sa.Text, nullable=False),
    sa.Column("goal_ja", sa.Text, nullable=False),
    sa.Column("target_group_ja", sa.Text, nullable=False),
    sa.Column("measures", JSONB, nullable=False),
    sa.Column("planned_sessions", sa.Integer, nullable=False),
    sa.Column("starts_on", sa.Date, nullable=False),
    sa.Column("ends_on", sa.Date, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("reason_ja", sa.Text),
    sa.Column("version", sa.Integer, nullable=False),
    info=_PRIVATE,
)
result = sa.Table(
    "regional_project_result",
    metadata,
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("project_id", sa.Text, primary_key=True),
    sa.Column("fiscal_year", sa.Integer, primary_key=True),
    sa.Column("half", sa.Integer, primary_key=True),
    sa.Column("sessions", sa.Integer, nullable=False),
    sa.Column("people", sa.Integer, nullable=False),
    sa.Column("what_worked_ja", sa.Text, nullable=False),
    sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
    info=_PRIVATE,
)

guidelines = View("guidelines", guideline)
consultations = View("regional_consultations", consultation, consultation_answer)
projects = View("regional_projects", project, result)

_AFTER = {
    RegionalProjectSupported: ProjectStatus.SUPPORTED,
    RegionalProjectStarted: ProjectStatus.RUNNING,
    RegionalProjectCompleted: ProjectStatus.COMPLETED,
}


@guidelines.on(GuidelineRegistered, GuidelineRenewed)
def _(rows: Batch[GuidelineRegistered | GuidelineRenewed]) -> RowWrite:
    return upsert(
        guideline, [{"guideline_id": r.stream, **dict(r.event.guideline), "version": r.version} for r in rows]
    )


@consultations.on(RegionalConsultationAsked)
def _(rows: Batch[RegionalConsultationAsked]) -> RowWrite:
    return upsert(
        consultation,
        [
            {
                **_consultation(r, r.event.municipality),
                "subject_ja": r.event.subject_ja,
                "question_ja": r.event.question_ja,
                "status": ConsultationStatus.ASKED,
                "asked_at": r.at,
                "version": r.version,
            }
            for r in rows
        ],
    )


@consultations.on(RegionalConsultationAnswered)
def _(rows: Batch[RegionalConsultationAnswered]) -> list[AnyWrite]:
    answers = [
        {
            **_consultation(r, r.event.municipality),
            "number": r.event.number,
            "answer_ja": r.event.answer_ja,
            "answered_at": r.at,
        }
        for r in rows
    ]
    status = ConsultationStatus.ANSWERED
    seen = [{**_consultation(r, r.event.municipality), "status": status, "version": r.version} for r in rows]
    return [upsert(consultation_answer, answers), change(consultation, seen)]


@consultations.on(RegionalConsultationClosed)
def _(rows: Batch[RegionalConsultationClosed]) -> RowChange:
    return change(
        consultation,
        [
            {
                **_consultation(r, r.event.municipality),
                "status": ConsultationStatus.CLOSED,
                "outcome_ja": r.event.outcome_ja,
                "version": r.version,
            }
            for r in rows
        ],
    )


@projects.on(RegionalProjectProposed)
def _(rows: Batch[RegionalProjectProposed]) -> RowWrite:
    proposed = {"status": ProjectStatus.PROPOSED}
    return upsert(project, [{**_seen(r, r.event.municipality), **dict(r.event.plan), **proposed} for r in rows])


@projects.on(RegionalProjectRevised)
def _(rows: Batch[RegionalProjectRevised]) -> RowChange:
    return change(project, [{**_seen(r, r.event.municipality), **dict(r.event.plan)} for r in rows])


@projects.on(RegionalProjectSupported, RegionalProjectStarted, RegionalProjectCompleted)
def _(rows: Batch[RegionalProjectSupported | RegionalProjectStarted | RegionalProjectCompleted]) -> RowChange:
    return change(project, [{**_seen(r, r.event.municipality), "status": _AFTER[type(r.event)]} for r in rows])


@projects.on(RegionalProjectStopped)
def _(rows: Batch[RegionalProjectStopped]) -> RowChange:
    stopped = {"status": ProjectStatus.STOPPED}
    return change(
        project, [{**_seen(r, r.event.municipality), **stopped, "reason_ja": r.event.reason_ja} for r in rows]
    )


@projects.on(RegionalResultReported)
def _(rows: Batch[RegionalResultReported]) -> list[AnyWrite]:
    results = [
        {
            "municipality": r.event.municipality,
            "project_id": r.stream,
            "fiscal_year": int(r.event.fiscal_year),
            "half": r.event.half,
            **dict(r.event.result),
            "reported_at": r.at,
        }
        for r in rows
    ]
    return [upsert(result, results), change(project, [_seen(r, r.event.municipality) for r in rows])]


def _consultation(recorded: Recorded[Event], municipality: str) -> dict[str, Any]:
    return {"municipality": municipality, "consultation_id": recorded.stream}


def _seen(recorded: Recorded[Event], municipality: str) -> dict[str, Any]:
    return {"municipality": municipality, "project_id": recorded.stream, "version": recorded.version}


def consultations_by(status: ConsultationStatus | None = None, id_: str | None = None) -> sa.Select[Any]:
    """Consultations of a status, the one of an id, or all."""
    query = sa.select(consultation)
    query = query.where(consultation.c.status == status) if status else query
    return query.where(consultation.c.consultation_id == id_) if id_ else query


def answers_to(consultation_id: str) -> sa.Select[Any]:
    """The answers to a consultation."""
    return sa.select(consultation_answer).where(consultation_answer.c.consultation_id == consultation_id)


def projects_by(status: ProjectStatus | None = None, id_: str | None = None) -> sa.Select[Any]:
    """Projects of a status, the one of an id, or all."""
    query = sa.select(project)
    query = query.where(project.c.status == status) if status else query
    return query.where(project.c.project_id == id_) if id_ else query


def results_of(project_id: str) -> sa.Select[Any]:
    """The results of a project."""
    return sa.select(result).where(result.c.project_id == project_id)


def sums_by_half() -> sa.Select[Any]:
    """What all projects that the caller may see came to, by half year."""
    return sa.select(
        result.c.fiscal_year,
        result.c.half,
        sa.func.count().label("projects"),
        sa.func.sum(result.c.sessions).label("sessions"),
        sa.func.sum(result.c.people).label("people"),
    ).group_by(result.c.fiscal_year, result.c.half)
