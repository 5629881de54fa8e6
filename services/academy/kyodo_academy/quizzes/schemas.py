"""Quizzes and attempts as they are asked for and answered."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self

from pydantic import Field

from kyodo_academy.quizzes.model import Quiz, QuizAttempt
from kyodo_academy.quizzes.values import Answers, AskedQuestion, Question, QuizContents
from kyodo_events.values.texts import Id
from kyodo_platform.resources import Answer, Body, Resource


class QuizIn(Body):
    """A quiz of a course."""

    course_id: Id
    contents: QuizContents


class QuizContentsIn(Body):
    """All of the quiz anew."""

    contents: QuizContents


class AnswersIn(Body):
    """What the learner says to the questions; a question that is left out earns nothing."""

    answers: Answers


class QuizOut(Resource):
    """A quiz without its questions."""

    quiz_id: str
    course_id: str
    title_ja: str = Field(title="小テスト")
    edition: int = Field(title="版")
    bank: int = Field(title="問題数")
    drawn: int = Field(title="出題数")
    pass_percent: int = Field(title="合格点（％）")
    attempts: int = Field(title="受験できる回数")


class QuizContentsOut(Resource):
    """All of a quiz, for those in charge of its course."""

    quiz_id: str
    course_id: str
    edition: int = Field(title="版")
    contents: QuizContents

    @classmethod
    def of_model(cls, one: Quiz) -> Self:
        """The answer about a quiz."""
        return cls.of({**vars(one), "quiz_id": one.id, "contents": one.contents})


class Marked(Answer):
    """A question that was answered, with what was chosen and what is right."""

    key: str
    chosen: list[str]
    right: list[str]


class AttemptOut(Resource):
    """An attempt: its questions, and once it was answered what it came to and what had been right."""

    attempt_id: str
    quiz_id: str
    course_id: str
    attempt: int = Field(title="受験回数")
    edition: int = Field(title="版")
    pass_percent: int = Field(title="合格点（％）")
    questions: list[AskedQuestion] = Field(title="問題")
    percent: int | None = Field(title="得点率（％）")
    passed: bool | None = Field(title="合格")
    marked: list[Marked] = Field(title="正誤", description="Empty until it was answered.")

    @classmethod
    def of_model(cls, one: QuizAttempt) -> Self:
        """The answer about an attempt. What is right is told afterwards only."""
        asked, answered = one.asked, one.answered
        told: dict[str, Any] = {name: getattr(asked, name) for name in ("quiz_id", "course_id", "attempt", "edition")}
        given = {one.question: list(one.choices) for one in answered.answers} if answered else {}
        return cls(
            version=one.version,
            attempt_id=one.id,
            pass_percent=asked.pass_percent,
            questions=[question.asked for question in asked.questions],
            percent=answered.percent if answered else None,
            passed=answered.passed if answered else None,
            marked=[_marked(question, given) for question in asked.questions] if answered else [],
            **told,
        )


class QuizResultOut(Resource):
    """What an attempt came to."""

    attempt_id: str
    learner_id: str
    quiz_id: str
    course_id: str
    attempt: int = Field(title="受験回数")
    begun_at: datetime = Field(title="開始日時")
    answered_at: datetime | None = Field(title="解答日時")
    percent: int | None = Field(title="得点率（％）")
    passed: bool | None = Field(title="合格")


def _marked(question: Question, given: dict[str, list[str]]) -> Marked:
    return Marked(key=question.key, chosen=given.get(question.key, []), right=list(question.right))
