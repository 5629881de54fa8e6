"""The form of a questionnaire, and what fits it: values without a life of their own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, StrictInt, StrictStr, model_validator

from kyodo_events.values.texts import Code, Line
from kyodo_events.values.value import Value

MAX_QUESTIONS = 50
MAX_OPTIONS = 30
MAX_NUMBER = 10**12
MAX_TEXT = 2000


class QuestionKind(StrEnum):
    """What an answer consists of."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    NUMBER = "number"
    TEXT = "text"
    DATE = "date"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return _KINDS_JA[self.value]


_KINDS_JA = {"single": "単一選択", "multiple": "複数選択", "number": "数値", "text": "記述", "date": "日付"}

CHOICES = frozenset({QuestionKind.SINGLE, QuestionKind.MULTIPLE})


class Option(Value):
    """One of the choices of a question."""

    code: Code
    label_ja: Line


class Question(Value):
    """One question; a choice has two options or more, other kinds have none."""

    code: Code
    text_ja: Line
    kind: QuestionKind
    options: Annotated[tuple[Option, ...], Field(max_length=MAX_OPTIONS)] = ()
    required: bool = True

    @model_validator(mode="after")
    def _options_where_there_is_a_choice(self) -> Self:
        if (self.kind in CHOICES) is not (len(self.options) > 1):
            raise ValueError("a choice has two options or more, and only a choice has any")
        _each_once(option.code for option in self.options)
        return self


class Form(Value):
    """The questions in their order."""

    questions: Annotated[tuple[Question, ...], Field(min_length=1, max_length=MAX_QUESTIONS)]

    @model_validator(mode="after")
    def _codes_are_unique(self) -> Self:
        _each_once(question.code for question in self.questions)
        return self


Number = Annotated[StrictInt, Field(ge=-MAX_NUMBER, le=MAX_NUMBER)]
Words = Annotated[StrictStr, Field(max_length=MAX_TEXT, pattern=r"^[^\x00]*$")]
Reply = Number | Words | Annotated[tuple[Code, ...], Field(max_length=MAX_OPTIONS)]
"""What is replied to one question: a number, a text, an ISO date, an option's code, or several codes."""

Replies = Annotated[
    dict[Code, Reply],
    Field(max_length=MAX_QUESTIONS, examples=[{"takes_part": "yes", "seats": 120, "tools": ["chat", "mail"]}]),
]
"""The replies by the question's code."""


def misfits(form: Form, replies: Mapping[str, Reply]) -> list[str]:
    """What is wrong with the replies to a form, a sentence each; nothing where they fit."""
    questions = {question.code: question for question in form.questions}
    unknown = [f"There is no question '{code}'." for code in replies if code not in questions]
    missing = [f"'{q.code}' needs a reply." for q in form.questions if q.required and q.code not in replies]
    wrong = [
        f"'{code}' takes {_WANTED[questions[code].kind]}."
        for code, reply in replies.items()
        if code in questions and not _fits(questions[code], reply)
    ]
    return [*unknown, *missing, *wrong]


_WANTED = {
    QuestionKind.SINGLE: "the code of one of its options",
    QuestionKind.MULTIPLE: "a list of codes of its options, each once",
    QuestionKind.NUMBER: "a whole number",
    QuestionKind.TEXT: "a text that is not empty",
    QuestionKind.DATE: "a day such as 2024-04-01",
}


def _fits(question: Question, reply: Reply) -> bool:
    codes = {option.code for option in question.options}
    match question.kind:
        case QuestionKind.SINGLE:
            return isinstance(reply, str) and reply in codes
        case QuestionKind.MULTIPLE:
            if not isinstance(reply, tuple | list):
                return False
            return 0 < len(reply) == len(set(reply)) and codes.issuperset(reply)
        case QuestionKind.NUMBER:
            return isinstance(reply, int)
        case QuestionKind.TEXT:
            return isinstance(reply, str) and bool(reply.strip())
        case QuestionKind.DATE:
            return isinstance(reply, str) and _is_day(reply)


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _each_once(codes: Iterable[str]) -> None:
    twice = [code for code, times in Counter(codes).items() if times > 1]
    if twice:
        raise ValueError(f"each code is used once; twice: {', '.join(twice)}")
