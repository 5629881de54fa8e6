"""What people see of questionnaires: the public list, and each municipality's own answers."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.event import Batch
from kyodo_events.views import AnyWrite, RowChange, RowWrite, View, change, upsert
from kyodo_procurement.questionnaires.events import (
    QuestionnaireAnswered,
    QuestionnaireAnswerWithdrawn,
    QuestionnaireClosed,
    QuestionnaireDrafted,
    QuestionnaireFormRevised,
    QuestionnaireOpened,
    QuestionnaireReopened,
)
from kyodo_procurement.questionnaires.model import QuestionnaireStatus
from kyodo_procurement.tables import metadata

questionnaire = sa.Table(
    "questionnaire",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("title_ja", sa.Text, nullable=False),
    sa.Column("meeting_id", sa.Text),
    sa.Column("audience", JSONB, nullable=False),
    sa.Column("form", JSONB, nullable=False),
    sa.Column("form_version", sa.Integer, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("deadline", sa.Date),
    sa.Column("version", sa.Integer, nullable=False),
)

questionnaire_answer = sa.Table(  # private: a municipality sees its own rows
    "questionnaire_answer",
    metadata,
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("questionnaire_id", sa.Text, primary_key=True),
    sa.Column("form_version", sa.Integer, nullable=False),
    sa.Column("replies", JSONB, nullable=False),
    sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
    sa.Index("questionnaire_answer_by_questionnaire", "questionnaire_id", "municipality"),
    info={"private_to": "municipality"},
)

questionnaires = View("questionnaires", questionnaire)
answers = View("questionnaire_answers", questionnaire_answer)


@questionnaires.on(QuestionnaireDrafted)
def _(rows: Batch[QuestionnaireDrafted]) -> RowWrite:
    return upsert(
        questionnaire,
        [
            {
                "id": r.stream,
                "title_ja": r.event.title_ja,
                "meeting_id": r.event.meeting_id,
                "audience": r.event.audience,
                "form": r.event.form.model_dump(mode="json"),
                "form_version": 1,
                "status": QuestionnaireStatus.DRAFTED,
                "version": r.version,
            }
            for r in rows
        ],
    )


@questionnaires.on(QuestionnaireFormRevised)
def _(rows: Batch[QuestionnaireFormRevised]) -> RowChange:
    return change(
        questionnaire,
        [
            {
                "id": r.stream,
                "form": r.event.form.model_dump(mode="json"),
                "form_version": r.event.form_version,
                "version": r.version,
            }
            for r in rows
        ],
    )


@questionnaires.on(QuestionnaireOpened, QuestionnaireReopened)
def _(rows: Batch[QuestionnaireOpened | QuestionnaireReopened]) -> RowChange:
    return change(
        questionnaire,
        [
            {
                "id": r.stream,
                "status": QuestionnaireStatus.OPEN,
                "deadline": r.event.deadline,
                "version": r.version,
            }
            for r in rows
        ],
    )


@questionnaires.on(QuestionnaireClosed)
def _(rows: Batch[QuestionnaireClosed]) -> RowChange:
    return change(
        questionnaire, [{"id": r.stream, "status": QuestionnaireStatus.CLOSED, "version": r.version} for r in rows]
    )


@questionnaires.on(QuestionnaireAnswered, QuestionnaireAnswerWithdrawn)
def _(rows: Batch[QuestionnaireAnswered | QuestionnaireAnswerWithdrawn]) -> RowChange:
    """The row shows nothing of these, but its version is the ETag of all of them."""
    return change(questionnaire, [{"id": r.stream, "version": r.version} for r in rows])


@answers.on(QuestionnaireAnswered)
def _(rows: Batch[QuestionnaireAnswered]) -> AnyWrite:
    return upsert(
        questionnaire_answer,
        [
            {
                "municipality": r.event.municipality,
                "questionnaire_id": r.stream,
                "form_version": r.event.form_version,
                "replies": r.event.model_dump(mode="json")["replies"],
                "answered_at": r.at,
            }
            for r in rows
        ],
    )


@answers.on(QuestionnaireAnswerWithdrawn)
def _(rows: Batch[QuestionnaireAnswerWithdrawn]) -> AnyWrite:
    gone = [(r.event.municipality, r.stream) for r in rows]
    key = sa.tuple_(questionnaire_answer.c.municipality, questionnaire_answer.c.questionnaire_id)
    return questionnaire_answer.delete().where(key.in_(gone))


def questionnaires_by(status: QuestionnaireStatus | None, meeting_id: str | None) -> sa.Select[Any]:
    """Questionnaires of a status, of a meeting, or all."""
    query = sa.select(questionnaire)
    if status:
        query = query.where(questionnaire.c.status == status)
    return query.where(questionnaire.c.meeting_id == meeting_id) if meeting_id else query


def questionnaire_of(questionnaire_id: str) -> sa.Select[Any]:
    """One questionnaire."""
    return sa.select(questionnaire).where(questionnaire.c.id == questionnaire_id)


def answers_to(questionnaire_id: str) -> sa.Select[Any]:
    """The live answers, also to earlier versions; row-level security leaves a municipality its own."""
    return sa.select(questionnaire_answer).where(questionnaire_answer.c.questionnaire_id == questionnaire_id)


def answer_of(questionnaire_id: str, municipality: str) -> sa.Select[Any]:
    """One municipality's live answer."""
    return answers_to(questionnaire_id).where(questionnaire_answer.c.municipality == municipality)
