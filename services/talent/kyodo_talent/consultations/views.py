"""Consultations and their answers: private to the municipality, and read by the expert who is to answer."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from kyodo_events.event import Batch, Recorded
from kyodo_events.views import AnyWrite, RowChange, RowWrite, View, change, upsert
from kyodo_talent.consultations.model import (
    NOBODY,
    ConsultationAnswered,
    ConsultationAsked,
    ConsultationBecameRequest,
    ConsultationClosed,
    ConsultationExpertNamed,
    ConsultationSorted,
    ConsultationStatus,
)
from kyodo_talent.tables import metadata

PRIVATE = {"private_to": "municipality", "person": "expert_id"}

consultation = sa.Table(
    "consultation",
    metadata,
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("consultation_id", sa.Text, primary_key=True),
    sa.Column("title_ja", sa.Text, nullable=False),
    sa.Column("question_ja", sa.Text, nullable=False),
    sa.Column("matter", sa.Text),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("expert_id", sa.Text, nullable=False),
    sa.Column("answers", sa.Integer, nullable=False),
    sa.Column("satisfaction", sa.Integer),
    sa.Column("request_id", sa.Text),
    sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("first_answer_at", sa.DateTime(timezone=True)),
    sa.Column("closed_at", sa.DateTime(timezone=True)),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("consultation_by_id", "consultation_id"),
    sa.Index("consultation_by_expert", "expert_id"),
    info=PRIVATE,
)

answer = sa.Table(
    "consultation_answer",
    metadata,
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("consultation_id", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("expert_id", sa.Text, nullable=False),  # who reads it: the expert named when it was given
    sa.Column("by_expert", sa.Boolean, nullable=False),
    sa.Column("answer_ja", sa.Text, nullable=False),
    sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
    sa.Index("consultation_answer_by_id", "consultation_id", "number"),
    info=PRIVATE,
)

consultations = View("consultations", consultation, answer)


@consultations.on(ConsultationAsked)
def _(rows: Batch[ConsultationAsked]) -> RowWrite:
    asked = {"status": ConsultationStatus.ASKED, "expert_id": NOBODY, "answers": 0}
    return upsert(
        consultation, [{**_row(r), **r.event.model_dump(mode="json"), **asked, "asked_at": r.at} for r in rows]
    )


@consultations.on(ConsultationSorted)
def _(rows: Batch[ConsultationSorted]) -> RowChange:
    return change(consultation, [{**_row(r), "matter": r.event.matter} for r in rows])


@consultations.on(ConsultationExpertNamed)
def _(rows: Batch[ConsultationExpertNamed]) -> RowChange:
    return change(consultation, [{**_row(r), "expert_id": r.event.expert_id} for r in rows])


@consultations.on(ConsultationBecameRequest)
def _(rows: Batch[ConsultationBecameRequest]) -> RowChange:
    return change(consultation, [{**_row(r), "request_id": r.event.request_id} for r in rows])


@consultations.on(ConsultationAnswered)
def _(rows: Batch[ConsultationAnswered]) -> list[AnyWrite]:
    given = [
        {
            "municipality": r.event.municipality,
            "consultation_id": r.stream,
            "number": r.event.number,
            "expert_id": r.event.read_by or NOBODY,
            "by_expert": r.event.expert_id is not None,
            "answer_ja": r.event.answer_ja,
            "answered_at": r.at,
        }
        for r in rows
    ]
    status = ConsultationStatus.ANSWERED
    first = [{**_row(r), "first_answer_at": r.at} for r in rows if r.event.number == 1]
    answered = [{**_row(r), "status": status, "answers": r.event.number} for r in rows]
    return [upsert(answer, given), change(consultation, first), change(consultation, answered)]


@consultations.on(ConsultationClosed)
def _(rows: Batch[ConsultationClosed]) -> RowChange:
    status = ConsultationStatus.CLOSED
    return change(
        consultation,
        [{**_row(r), "status": status, "satisfaction": r.event.satisfaction, "closed_at": r.at} for r in rows],
    )


def _row(record: Recorded[Any]) -> dict[str, Any]:
    """The key and the version, which every event sets."""
    return {"municipality": record.event.municipality, "consultation_id": record.stream, "version": record.version}


def consultations_by(**filters: Any) -> sa.Select[Any]:
    """The consultations that are all of this, or all."""
    same = (consultation.c[name] == value for name, value in filters.items() if value is not None)
    return sa.select(consultation).where(*same)


def answers_of(consultation_id: str) -> sa.Select[Any]:
    """The answers to one."""
    return sa.select(answer).where(answer.c.consultation_id == consultation_id)
