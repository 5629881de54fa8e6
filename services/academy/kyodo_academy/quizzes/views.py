"""Quizzes as everybody reads them, without questions; and what learners' attempts came to."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from kyodo_academy.quizzes.model import QuizAnswered, QuizAttemptBegun, QuizRevised, QuizWritten
from kyodo_academy.quizzes.values import QuizContents
from kyodo_academy.tables import metadata
from kyodo_events.event import Batch
from kyodo_events.views import RowChange, RowWrite, View, change, upsert

quiz = sa.Table(
    "quiz",
    metadata,
    sa.Column("quiz_id", sa.Text, primary_key=True),
    sa.Column("course_id", sa.Text, nullable=False),
    sa.Column("title_ja", sa.Text, nullable=False),
    sa.Column("edition", sa.Integer, nullable=False),
    sa.Column("bank", sa.Integer, nullable=False, comment="how many questions there are"),
    sa.Column("drawn", sa.Integer, nullable=False, comment="how many of them an attempt is asked"),
    sa.Column("pass_percent", sa.Integer, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("quiz_of_course", "course_id", "quiz_id"),
)

quiz_result = sa.Table(
    "quiz_result",
    metadata,
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("attempt_id", sa.Text, primary_key=True),
    sa.Column("learner_id", sa.Text, nullable=False),
    sa.Column("quiz_id", sa.Text, nullable=False),
    sa.Column("course_id", sa.Text, nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("edition", sa.Integer, nullable=False),
    sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("answered_at", sa.DateTime(timezone=True)),
    sa.Column("percent", sa.Integer, comment="of the points; null until it is answered"),
    sa.Column("passed", sa.Boolean),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("quiz_result_of_learner", "learner_id", "quiz_id", "attempt"),
    info={"private_to": "municipality", "person": "learner_id"},
)

quizzes = View("quizzes", quiz)
results = View("quiz_results", quiz_result)


@quizzes.on(QuizWritten)
def _(rows: Batch[QuizWritten]) -> RowWrite:
    return upsert(quiz, [{**_quiz(r), "course_id": r.event.course_id, "edition": 1} for r in rows])


@quizzes.on(QuizRevised)
def _(rows: Batch[QuizRevised]) -> RowChange:
    return change(quiz, [{**_quiz(r), "edition": r.event.edition} for r in rows])


@results.on(QuizAttemptBegun)
def _(rows: Batch[QuizAttemptBegun]) -> RowWrite:
    told = {"learner_id", "quiz_id", "course_id", "attempt", "edition"}
    return upsert(quiz_result, [{**_key(r), **r.event.model_dump(include=told), "begun_at": r.at} for r in rows])


@results.on(QuizAnswered)
def _(rows: Batch[QuizAnswered]) -> RowChange:
    told = {"percent", "passed"}
    return change(quiz_result, [{**_key(r), **r.event.model_dump(include=told), "answered_at": r.at} for r in rows])


def _key(r: Any) -> dict[str, Any]:
    return {"municipality": r.event.municipality, "attempt_id": r.stream, "version": r.version}


def _quiz(r: Any) -> dict[str, Any]:
    contents: QuizContents = r.event.contents
    told = {name: getattr(contents, name) for name in ("title_ja", "drawn", "pass_percent", "attempts")}
    return {"quiz_id": r.stream, **told, "bank": len(contents.questions), "version": r.version}


def results_of(learner_id: str, quiz_id: str | None = None) -> sa.Select[Any]:
    """A learner's attempts, at all quizzes or at one."""
    query = sa.select(quiz_result).where(quiz_result.c.learner_id == learner_id)
    return query.where(quiz_result.c.quiz_id == quiz_id) if quiz_id else query


def attempts_at(learner_id: str, quiz_id: str) -> sa.Select[int, int]:
    """How many attempts have begun, and how many of them were answered."""
    number, answered = sa.func.count().label("begun"), sa.func.count(quiz_result.c.answered_at).label("answered")
    of_both = sa.and_(quiz_result.c.learner_id == learner_id, quiz_result.c.quiz_id == quiz_id)
    return sa.select(number, answered).select_from(quiz_result).where(of_both)
