"""What is told of a questionnaire: pure, from all answers to what tells nothing of few people.

A mean is told of five answers or more. The counts of a scale stand beside its mean, from which a hidden one could be
computed: they are told all or not at all. It is counted once, when nobody can answer any more; whoever read sums before
and after somebody answered would know the answer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from kyodo_academy.questionnaires.values import (
    SCALE,
    Answers,
    ChoiceResult,
    Question,
    QuestionKind,
    Results,
    ScaleResult,
)
from kyodo_events.values.small_counts import hidden_in, is_few, shown


def results_of(questions: Sequence[Question], answers: Sequence[Answers]) -> Results:
    """The results of these questions."""
    if is_few(len(answers)):
        return Results(answers=None, scales={}, choices={})
    return Results(
        answers=len(answers),
        scales={
            one.key: _scale([answer.scales[one.key] for answer in answers if one.key in answer.scales])
            for one in questions
            if one.kind is QuestionKind.SCALE
        },
        choices={
            one.key: _choice(one, [answer.choices[one.key] for answer in answers if one.key in answer.choices])
            for one in questions
            if one.kind is QuestionKind.CHOICE
        },
    )


def _scale(scores: Sequence[int]) -> ScaleResult:
    if is_few(len(scores)):
        return ScaleResult(answers=None, total=None, counts=None)
    by_score = Counter(scores)
    counts = tuple(by_score[score] for score in SCALE)
    return ScaleResult(answers=len(scores), total=sum(scores), counts=None if any(map(is_few, counts)) else counts)


def _choice(question: Question, chosen: Sequence[str]) -> ChoiceResult:
    by_option = Counter(chosen)
    cells = {key: by_option[key] for key in question.option_keys}
    hidden = hidden_in(cells)
    counts = {key: None if key in hidden.cells else count for key, count in cells.items()}
    return ChoiceResult(answers=None if hidden.total else shown(len(chosen)), counts=counts)
