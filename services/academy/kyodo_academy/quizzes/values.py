"""What a quiz consists of, and what is said in answer to it. Whole numbers only: a percentage is rounded down."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from kyodo_events.values.texts import Code, Line, Text
from kyodo_events.values.value import Value

MOST_QUESTIONS: Final = 200
MOST_CHOICES: Final = 10
MOST_ATTEMPTS: Final = 20

Choices = Annotated[tuple[Code, ...], Field(max_length=MOST_CHOICES)]
Edition = Annotated[int, Field(strict=True, ge=1)]
Points = Annotated[int, Field(strict=True, ge=1, le=100)]
Share = Annotated[int, Field(strict=True, ge=0, le=100)]
Attempts = Annotated[int, Field(strict=True, ge=1, le=MOST_ATTEMPTS)]


class Choice(Value):
    """One of the answers to choose from."""

    key: Code
    text_ja: Line


class AskedQuestion(Value):
    """A question as a learner sees it."""

    key: Code
    text_ja: Annotated[Text, Field(min_length=1)]
    choices: Annotated[tuple[Choice, ...], Field(min_length=2, max_length=MOST_CHOICES)]
    points: Points = 1


class Question(AskedQuestion):
    """A question with the choices that are right: all of them, and no other, earn its points."""

    right: Annotated[Choices, Field(min_length=1)]

    @model_validator(mode="after")
    def _answerable(self) -> Self:
        keys = [choice.key for choice in self.choices]
        _once(keys, f"choice of the question {self.key}")
        _once(self.right, f"right choice of the question {self.key}")
        unknown = sorted({*self.right} - {*keys})
        if unknown:
            raise ValueError(f"{unknown[0]} is right in the question {self.key}, but is none of its choices: add it")
        return self

    @property
    def asked(self) -> AskedQuestion:
        """The question without what is right."""
        return AskedQuestion(**{name: getattr(self, name) for name in AskedQuestion.model_fields})


class GivenAnswer(Value):
    """What a learner says to one question."""

    question: Code
    choices: Choices


Answers = Annotated[tuple[GivenAnswer, ...], Field(max_length=MOST_QUESTIONS)]


class QuizContents(Value):
    """All of a quiz: the bank of questions, how many of them an attempt is asked, and what it takes to pass."""

    title_ja: Line
    questions: Annotated[tuple[Question, ...], Field(min_length=1, max_length=MOST_QUESTIONS)]
    drawn: Annotated[
        int, Field(strict=True, ge=1, le=MOST_QUESTIONS, description="Questions that an attempt is asked.")
    ]
    pass_percent: Annotated[Share, Field(ge=1, description="Of the points, that it takes to pass.")]
    attempts: Attempts

    @model_validator(mode="after")
    def _possible(self) -> Self:
        _once([question.key for question in self.questions], "question")
        if self.drawn > len(self.questions):
            raise ValueError(f"an attempt is asked {self.drawn} of {len(self.questions)} questions: draw fewer, or add")
        return self


def drawn_for(attempt_id: str, contents: QuizContents) -> tuple[Question, ...]:
    """The questions of an attempt: they follow from its id, so that asking again asks the same."""

    def lot(question: Question) -> bytes:
        return hashlib.sha256(f"{attempt_id}/{question.key}".encode()).digest()

    return tuple(sorted(contents.questions, key=lot)[: contents.drawn])


def points_of(questions: Iterable[Question], given: Mapping[str, Collection[str]]) -> int:
    """What the answers earn; a question that is left out earns nothing."""
    return sum(one.points for one in questions if {*given.get(one.key, ())} == {*one.right})


def percent_of(points: int, questions: Iterable[Question]) -> int:
    """The same in percent of what there was to earn, rounded down."""
    return points * 100 // sum(one.points for one in questions)


def _once(keys: Sequence[str], what: str) -> None:
    twice = [key for key, times in Counter(keys).items() if times > 1]
    if twice:
        raise ValueError(f"{twice[0]} stands twice as a {what}: give each a key of its own")
