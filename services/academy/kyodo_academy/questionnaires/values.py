"""What a questionnaire asks, and what an answer consists of; free text is sealed before it gets here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from kyodo_events.values.texts import Code, Line
from kyodo_events.values.value import Value

MOST_OWN: Final = 10
MOST_KEYS: Final = MOST_OWN + 5
SCALE: Final = (1, 2, 3, 4, 5)

Score = Annotated[int, Field(strict=True, ge=1, le=5, description="From 1, not at all, to 5, very much.")]
Scales = Annotated[dict[Code, Score], Field(max_length=MOST_KEYS)]
Choices = Annotated[dict[Code, Code], Field(max_length=MOST_KEYS)]


def _twice(keys: Iterable[str]) -> str:
    return ", ".join(key for key, times in Counter(keys).items() if times > 1)


class QuestionKind(StrEnum):
    """How a question is answered."""

    SCALE = "scale"
    CHOICE = "choice"
    TEXT = "text"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return {"scale": "5段階", "choice": "選択", "text": "自由記述"}[self.value]


class Option(Value):
    """One of the answers to choose from."""

    key: Code
    label_ja: Line


class Question(Value):
    """A question under its key. A key keeps its meaning in all versions of a questionnaire."""

    key: Code
    kind: QuestionKind
    label_ja: Line
    label_en: Line | None = None
    required: bool = False
    options: Annotated[tuple[Option, ...], Field(max_length=10)] = ()

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if (self.kind is QuestionKind.CHOICE) is not (len(self.options) > 1):
            raise ValueError("a choice has two options at least, any other question has none")
        if _twice(option.key for option in self.options):
            raise ValueError("two options have the same key: give each its own")
        return self

    @property
    def option_keys(self) -> tuple[str, ...]:
        """What a choice is among."""
        return tuple(option.key for option in self.options)


def _scale(key: str, label_ja: str, label_en: str) -> Question:
    return Question(key=key, kind=QuestionKind.SCALE, label_ja=label_ja, label_en=label_en, required=True)


STANDARD: Final = (
    _scale("satisfaction", "研修に満足しましたか。", "Are you satisfied with the training?"),
    _scale("understanding", "内容を理解できましたか。", "Did you understand it?"),
    _scale("usefulness", "業務に役立つ内容でしたか。", "Is it useful for your work?"),
    Question(
        key="use_at_work",
        kind=QuestionKind.CHOICE,
        label_ja="学んだことを業務で使いますか。",
        label_en="Will you use it at work?",
        options=(
            Option(key="soon", label_ja="すぐに使う"),
            Option(key="later", label_ja="いずれ使う"),
            Option(key="undecided", label_ja="まだわからない"),
            Option(key="not", label_ja="使う予定はない"),
        ),
    ),
    Question(
        key="comment",
        kind=QuestionKind.TEXT,
        label_ja="ご意見・ご感想（お名前など個人が分かることは書かないでください）",
        label_en="Comments (please write nothing that tells who somebody is)",
    ),
)
"""What is asked after every session, in the same words, so that sessions can be compared."""

TREND_KEYS: Final = tuple(question.key for question in STANDARD if question.kind is QuestionKind.SCALE)


class OwnQuestions(Value):
    """What a session's host asks besides the standard set."""

    questions: Annotated[tuple[Question, ...], Field(max_length=MOST_OWN)] = ()

    @model_validator(mode="after")
    def _told_apart(self) -> Self:
        keys = [question.key for question in (*STANDARD, *self.questions)]
        if twice := _twice(keys):
            raise ValueError(f"the key {twice} stands twice, or is one of the standard questions': choose another")
        return self


class Answers(Value):
    """What somebody answered, apart from free text."""

    scales: Scales = {}
    choices: Choices = {}


class ScaleResult(Value):
    """The answers to a question on the scale; None is hidden. `counts` are by score, in its order."""

    answers: int | None
    total: int | None = Field(description="Of all scores: the mean is computed from it.")
    counts: tuple[int, ...] | None

    @property
    def mean_hundredths(self) -> int | None:
        """The mean in hundredths, rounded half up; None where it is hidden, or where nobody answered."""
        return None if self.total is None or not self.answers else mean_hundredths(self.total, self.answers)


class ChoiceResult(Value):
    """The answers to a choice, by option; None is hidden."""

    answers: int | None
    counts: dict[Code, int | None]


class Results(Value):
    """What may be told of a questionnaire's answers, fixed when it closed. Nothing here is about few people."""

    answers: int | None = Field(description="Null where so few answered that nothing is told at all.")
    scales: dict[Code, ScaleResult]
    choices: dict[Code, ChoiceResult]


def mean_hundredths(total: int, answers: int) -> int:
    """The mean of scores in hundredths, rounded half up."""
    return (total * 200 + answers) // (answers * 2)
