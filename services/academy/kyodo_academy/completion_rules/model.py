"""The rule of a course, in editions. The stream's id is the course's."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Self

from pydantic import Field, model_validator

from kyodo_academy.quizzes.model import Quiz
from kyodo_academy.quizzes.values import Edition, Share
from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.errors import Refused, require
from kyodo_events.event import Event
from kyodo_events.values.texts import Id
from kyodo_events.values.value import Value

Sessions = Annotated[int, Field(strict=True, ge=1, le=100)]
Months = Annotated[int, Field(strict=True, ge=1, le=120)]


class Rule(Value):
    """What it takes to complete a course, and for how long that holds.

    The share is of all sessions of the course, those to come too; with `sessions`, of so many of them, and each
    learner's best count: for a course that is offered again and again.
    """

    attendance_percent: Share = 0
    sessions: Sessions | None = None
    quiz_id: Id | None = Field(default=None, description="The quiz that is to be passed.")
    report: bool = Field(default=False, description="Whether a report is to be handed in and accepted.")
    valid_months: Months | None = Field(default=None, description="For how long a completion holds; null for ever.")

    @model_validator(mode="after")
    def _demands(self) -> Self:
        if not (self.attendance_percent or self.quiz_id or self.report):
            raise ValueError("a course is completed by something: demand attendance, a quiz or a report")
        return self

    @property
    def words_ja(self) -> list[str]:
        """As people read it."""
        of = f"{self.sessions}回分" if self.sessions else "全回"
        valid = f"修了の有効期間は{self.valid_months}か月" if self.valid_months else "修了に有効期限はない"
        told = {
            f"{of}の出席率が{self.attendance_percent}％以上であること": self.attendance_percent > 0,
            "小テストに合格すること": self.quiz_id is not None,
            "レポートが受理されること": self.report,
            valid: True,
        }
        return [words for words, holds in told.items() if holds]


class CompletionRuleSet(Event, type="kyodo.academy.completion-rule-set", words="修了要件の第{edition}版を定めた"):
    """This is what it takes from now on; who completed the course before has completed it."""

    edition: Edition
    rule: Rule


class QuizOfAnotherCourse(Refused):
    status, type = 422, "quiz-of-another-course"
    title = "The quiz belongs to another course (他の講座の小テスト)"
    detail = "The quiz {quiz_id} is one of the course {course_id}."
    remedy = "Name a quiz of this course, or write one."


class NoCompletionRule(Refused):
    status, type = 409, "course-without-completion-rule"
    title = "Nobody said what it takes to complete the course (修了要件なし)"
    remedy = "Ask the secretariat to set a rule."


@dataclass(frozen=True)
class CompletionRule(Aggregate, category="completion-rule"):
    """The rule of one course."""

    rule: Rule | None = None
    edition: int = 0

    @property
    def known(self) -> Rule:
        """The rule as it stands. Raises NoCompletionRule."""
        if self.rule is None:
            raise NoCompletionRule
        return self.rule

    def set(self, rule: Rule, quiz: Quiz | None) -> Events:
        """Have it from now on; `quiz` is the one that the rule names."""
        if quiz is not None:
            require(quiz.course_id == self.id, QuizOfAnotherCourse(quiz_id=quiz.id, course_id=quiz.course_id))
        if rule != self.rule:
            yield CompletionRuleSet(edition=self.edition + 1, rule=rule)

    @evolve
    def was_set(self, event: CompletionRuleSet) -> Self:
        return replace(self, rule=event.rule, edition=event.edition)
