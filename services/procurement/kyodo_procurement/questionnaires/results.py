"""The result of a questionnaire: what the answers say together, question by question. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from kyodo_procurement.questionnaires.form import CHOICES, Form, Question, QuestionKind, Reply


@dataclass(frozen=True)
class Choice:
    """How many chose an option."""

    code: str
    label_ja: str
    chosen: int


@dataclass(frozen=True)
class QuestionResult:
    """What was replied to one question, in sum.

    `total`, `least` and `most` are of numbers; `earliest` and `latest` of dates. Texts are counted, not shown: what a
    municipality wrote is its own.
    """

    code: str
    text_ja: str
    kind: QuestionKind
    replied: int
    choices: tuple[Choice, ...] = ()
    total: int | None = None
    least: int | None = None
    most: int | None = None
    earliest: str | None = None
    latest: str | None = None


def result_of(form: Form, answers: Mapping[str, Mapping[str, Reply]]) -> list[QuestionResult]:
    """The results in the order of the questions; `answers` are the replies that count, by municipality."""
    return [
        _result(question, [replies[question.code] for replies in answers.values() if question.code in replies])
        for question in form.questions
    ]


def _result(question: Question, replies: list[Reply]) -> QuestionResult:
    result = QuestionResult(question.code, question.text_ja, question.kind, len(replies))
    if question.kind in CHOICES:
        chosen = Counter(code for reply in replies for code in ([reply] if isinstance(reply, str) else _several(reply)))
        choices = tuple(Choice(option.code, option.label_ja, chosen[option.code]) for option in question.options)
        return replace(result, choices=choices)
    numbers = [reply for reply in replies if isinstance(reply, int)]
    if question.kind is QuestionKind.NUMBER and numbers:
        return replace(result, total=sum(numbers), least=min(numbers), most=max(numbers))
    days = [reply for reply in replies if isinstance(reply, str)]
    if question.kind is QuestionKind.DATE and days:
        return replace(result, earliest=min(days), latest=max(days))
    return result


def _several(reply: Reply) -> tuple[str, ...]:
    return tuple(reply) if isinstance(reply, tuple | list) else ()
