"""A quiz in editions, and an attempt at it.

An attempt keeps the questions that it was asked, so that it is judged by them whatever becomes of the quiz. Its id
follows from quiz, learner and number: two that begin at the same moment are the same one.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import Annotated, Self
from uuid import NAMESPACE_URL, uuid5

from pydantic import Field

from kyodo_academy.quizzes.values import (
    Answers,
    Attempts,
    Edition,
    GivenAnswer,
    Question,
    QuizContents,
    Share,
    drawn_for,
    percent_of,
    points_of,
)
from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.errors import NotFound, Refused, require
from kyodo_events.event import Event
from kyodo_events.values.municipalities import Party
from kyodo_events.values.texts import Id

Sum = Annotated[int, Field(strict=True, ge=0)]


class QuizWritten(Event, type="kyodo.academy.quiz-written", words="小テスト「{contents.title_ja}」を作成した"):
    """A course has a quiz."""

    course_id: Id
    contents: QuizContents


class QuizRevised(Event, type="kyodo.academy.quiz-revised", words="小テストを第{edition}版に改めた"):
    """The quiz is another one for attempts that begin from now on."""

    edition: Edition
    contents: QuizContents


class QuizAttemptBegun(Event, type="kyodo.academy.quiz-attempt-begun", words="{attempt}回目の受験を始めた"):
    """A learner is asked these questions."""

    municipality: Party
    learner_id: Id
    quiz_id: Id
    course_id: Id
    attempt: Attempts
    edition: Edition
    questions: tuple[Question, ...]
    pass_percent: Share


class QuizAnswered(Event, type="kyodo.academy.quiz-answered", words="解答を提出した"):
    """The learner answered, and that is what it came to."""

    municipality: Party
    learner_id: Id
    quiz_id: Id
    course_id: Id
    answers: Answers
    points: Sum
    of_points: Sum
    percent: Share
    passed: bool


class QuizAnsweredAlready(Refused):
    status, type = 409, "quiz-answered-already"
    title = "This attempt was answered already (解答済み)"
    detail = "An attempt is answered once; it came to {percent} percent."
    remedy = "Begin another attempt, where one is left."


class NoAttemptLeft(Refused):
    status, type = 409, "quiz-attempts-used-up"
    title = "No attempt is left (受験回数の上限)"
    detail = "The quiz may be attempted {attempts} times, and was."
    remedy = "Ask the secretariat or a lecturer of the course."


class NotAsked(Refused):
    status, type = 422, "quiz-question-not-asked"
    title = "That question was not asked (出題されていない問題)"
    detail = "This attempt was not asked '{question}'."
    remedy = "Answer the questions of this attempt; read it again."


class NotOffered(Refused):
    status, type = 422, "quiz-choice-not-offered"
    title = "That choice is not among the question's (選択肢にない解答)"
    detail = "'{question}' offers no '{choice}'."
    remedy = "Choose among the choices of the question; read the attempt again."


class AnsweredTwice(Refused):
    status, type = 422, "quiz-question-answered-twice"
    title = "A question is answered twice (解答の重複)"
    detail = "'{question}' stands twice, or one of its choices does."
    remedy = "Name each question once, and each choice once."


@dataclass(frozen=True)
class Quiz(Aggregate, category="quiz"):
    """A quiz of one course."""

    course_id: str = ""
    written: QuizContents | None = None
    edition: int = 0

    @property
    def contents(self) -> QuizContents:
        """What it consists of. Raises NotFound."""
        if self.written is None:
            raise NotFound(what="quiz", id=self.id)
        return self.written

    def write(self, course_id: str, contents: QuizContents) -> Events:
        """Begin it."""
        yield QuizWritten(course_id=course_id, contents=contents)

    def revise(self, contents: QuizContents) -> Events:
        """Have another edition; attempts that have begun keep theirs."""
        if contents != self.contents:
            yield QuizRevised(edition=self.edition + 1, contents=contents)

    @evolve
    def was_written(self, event: QuizWritten) -> Self:
        return replace(self, course_id=event.course_id, written=event.contents, edition=1)

    @evolve
    def was_revised(self, event: QuizRevised) -> Self:
        return replace(self, written=event.contents, edition=event.edition)


@dataclass(frozen=True)
class QuizAttempt(Aggregate, category="quiz-attempt"):
    """One attempt of one learner."""

    begun: QuizAttemptBegun | None = None
    answered: QuizAnswered | None = None

    @property
    def asked(self) -> QuizAttemptBegun:
        """What was asked of whom. Raises NotFound."""
        if self.begun is None:
            raise NotFound(what="quiz attempt", id=self.id)
        return self.begun

    def begin(self, municipality: str, learner_id: str, attempt: int, quiz: Quiz) -> Events:
        """Be asked questions; once, however often that is repeated."""
        contents = quiz.contents
        require(attempt <= contents.attempts, NoAttemptLeft(attempts=contents.attempts))
        if self.begun is None:
            yield QuizAttemptBegun(
                municipality=municipality,
                learner_id=learner_id,
                quiz_id=quiz.id,
                course_id=quiz.course_id,
                attempt=attempt,
                edition=quiz.edition,
                questions=drawn_for(self.id, contents),
                pass_percent=contents.pass_percent,
            )

    def answer(self, answers: tuple[GivenAnswer, ...]) -> Events:
        """Answer all questions at once, and once. What is left out earns nothing."""
        asked = self.asked
        if self.answered is not None:
            raise QuizAnsweredAlready(percent=self.answered.percent)
        self._fit(answers)
        points = points_of(asked.questions, {one.question: one.choices for one in answers})
        percent = percent_of(points, asked.questions)
        yield QuizAnswered(
            municipality=asked.municipality,
            learner_id=asked.learner_id,
            quiz_id=asked.quiz_id,
            course_id=asked.course_id,
            answers=answers,
            points=points,
            of_points=sum(one.points for one in asked.questions),
            percent=percent,
            passed=percent >= asked.pass_percent,
        )

    def _fit(self, answers: tuple[GivenAnswer, ...]) -> None:
        """Raises NotAsked, NotOffered, AnsweredTwice."""
        offered = {one.key: {choice.key for choice in one.choices} for one in self.asked.questions}
        times = Counter(one.question for one in answers)
        for one in answers:
            require(one.question in offered, NotAsked(question=one.question))
            unknown = sorted({*one.choices} - offered[one.question])
            require(not unknown, NotOffered(question=one.question, choice="".join(unknown[:1])))
            once = times[one.question] == 1 and len({*one.choices}) == len(one.choices)
            require(once, AnsweredTwice(question=one.question))

    @evolve
    def was_begun(self, event: QuizAttemptBegun) -> Self:
        return replace(self, begun=event)

    @evolve
    def was_answered(self, event: QuizAnswered) -> Self:
        return replace(self, answered=event)


def attempt_id(quiz_id: str, learner_id: str, attempt: int) -> str:
    """The id of a learner's attempt of this number."""
    return str(uuid5(NAMESPACE_URL, f"kyodo:quiz-attempt:{quiz_id}:{learner_id}:{attempt}"))
