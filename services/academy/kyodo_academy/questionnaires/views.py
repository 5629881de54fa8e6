"""Questionnaires with their results for all who train officials; single answers for whoever held the session."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_academy.courses.views import course
from kyodo_academy.programmes.model import ProgrammeCode
from kyodo_academy.questionnaires.model import (
    AnswerTextsErased,
    QuestionnaireAnswered,
    QuestionnaireClosed,
    QuestionnaireOpened,
    QuestionnaireRevised,
    QuestionnaireStatus,
)
from kyodo_academy.questionnaires.values import TREND_KEYS
from kyodo_academy.sessions.views import training_session
from kyodo_academy.tables import metadata
from kyodo_events.event import Batch
from kyodo_events.views import AnyWrite, RowChange, RowWrite, View, change, upsert

questionnaire = sa.Table(
    "questionnaire",
    metadata,
    sa.Column("session_id", sa.Text, primary_key=True),
    sa.Column("host", sa.Text, nullable=False),
    sa.Column("number", sa.Integer, nullable=False, comment="of the version that is asked"),
    sa.Column("until", sa.Date, nullable=False),
    sa.Column("own", JSONB, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("results", JSONB, comment="what may be told, since it closed"),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("questionnaire_by_day", "status", "until"),
)
score = sa.Table(
    "questionnaire_score",
    metadata,
    sa.Column("session_id", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("answers", sa.Integer, nullable=False, comment="never few"),
    sa.Column("total", sa.Integer, nullable=False),
)
answer = sa.Table(
    "questionnaire_answer",
    metadata,
    sa.Column("municipality", sa.Text, primary_key=True, comment="the host; nobody knows whose the answer is"),
    sa.Column("answer_id", sa.Text, primary_key=True),
    sa.Column("session_id", sa.Text, nullable=False),
    sa.Column("answers", JSONB, nullable=False),
    sa.Column("sealed", JSONB, nullable=False, comment="sealed texts"),
    sa.Column("erased", sa.Boolean, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("questionnaire_answer_of_session", "session_id", "answer_id"),
    info={"private_to": "municipality"},
)

questionnaires = View("questionnaires", questionnaire, score)
answers = View("questionnaire answers", answer)


@questionnaires.on(QuestionnaireOpened)
def _(rows: Batch[QuestionnaireOpened]) -> RowWrite:
    opened = {"number": 1, "status": QuestionnaireStatus.OPEN.value}
    return upsert(questionnaire, [{**_asked(r), **opened, "host": r.event.municipality, "results": None} for r in rows])


@questionnaires.on(QuestionnaireRevised)
def _(rows: Batch[QuestionnaireRevised]) -> RowChange:
    return change(questionnaire, [{**_asked(r), "number": r.event.number} for r in rows])


@questionnaires.on(QuestionnaireClosed)
def _(rows: Batch[QuestionnaireClosed]) -> list[AnyWrite]:
    closed = [
        {
            "session_id": r.stream,
            "status": QuestionnaireStatus.CLOSED.value,
            "results": r.event.results.model_dump(mode="json"),
            "version": r.version,
        }
        for r in rows
    ]
    scores = [
        {"session_id": r.stream, "key": key, "answers": result.answers, "total": result.total}
        for r in rows
        for key, result in r.event.results.scales.items()
        if key in TREND_KEYS and result.answers
    ]
    return [change(questionnaire, closed), upsert(score, scores)]


@answers.on(QuestionnaireAnswered)
def _(rows: Batch[QuestionnaireAnswered]) -> RowWrite:
    return upsert(
        answer,
        [
            {
                **_key(r),
                "session_id": r.event.session_id,
                "answers": r.event.answers.model_dump(mode="json"),
                "sealed": r.event.sealed,
                "erased": False,
            }
            for r in rows
        ],
    )


@answers.on(AnswerTextsErased)
def _(rows: Batch[AnswerTextsErased]) -> RowChange:
    return change(answer, [{**_key(r), "sealed": {}, "erased": True} for r in rows])


def _asked(r: Any) -> dict[str, Any]:
    event: QuestionnaireOpened | QuestionnaireRevised = r.event
    return {
        "session_id": r.stream,
        "until": event.until,
        "own": [question.model_dump(mode="json") for question in event.own],
        "version": r.version,
    }


def _key(r: Any) -> dict[str, Any]:
    return {"municipality": r.event.municipality, "answer_id": r.stream, "version": r.version}


def questionnaires_with(session_id: str | None = None) -> sa.Select[Any]:
    """All questionnaires with their sessions, or that of one."""
    told = training_session.c.title_ja, training_session.c.starts_at, training_session.c.course_id
    query = sa.select(questionnaire, *told).join(
        training_session, training_session.c.session_id == questionnaire.c.session_id
    )
    return query.where(questionnaire.c.session_id == session_id) if session_id else query


def texts_of(session_id: str) -> sa.Select[Any]:
    """The answers to a session's questionnaire in which something is written freely."""
    return sa.select(answer).where(answer.c.session_id == session_id, answer.c.sealed != sa.text("'{}'::jsonb"))


MONTH = sa.func.to_char(sa.func.timezone("Asia/Tokyo", training_session.c.starts_at), "YYYY-MM", type_=sa.Text())
GROUPS: dict[str, tuple[sa.ColumnElement[str], sa.ColumnElement[str]]] = {
    "programme": (course.c.programme, course.c.programme_ja),
    "course": (course.c.id, course.c.title_ja),
    "month": (MONTH, MONTH),
}
"""By what the trend is told: key and name of each."""


def trend_by(by: str, programme: ProgrammeCode | None, course_id: str | None) -> sa.Subquery:
    """Sums of the scores that are told of each session, by group: whatever else was added would tell what is not."""
    key, name = GROUPS[by]
    of_key = {one: score.c.key == one for one in TREND_KEYS}
    sums = [
        column
        for one, is_it in of_key.items()
        for column in (
            sa.func.coalesce(sa.func.sum(score.c.answers).filter(is_it), 0).label(f"{one}_answers"),
            sa.func.coalesce(sa.func.sum(score.c.total).filter(is_it), 0).label(f"{one}_total"),
        )
    ]
    query = (
        sa.select(
            key.label("group"),
            sa.func.max(name).label("group_ja"),
            sa.func.count(sa.distinct(score.c.session_id)).label("sessions"),
            *sums,
        )
        .join(training_session, training_session.c.session_id == score.c.session_id)
        .join(course, course.c.id == training_session.c.course_id)
        .group_by(key)
    )
    query = query.where(course.c.programme == programme.value) if programme else query
    return (query.where(course.c.id == course_id) if course_id else query).subquery("trend")
