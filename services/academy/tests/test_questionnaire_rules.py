"""The rules of questionnaires: what is asked, which answers fit, what is told, and ballots that name nobody."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from kyodo_academy.questionnaires.ballots import answer_id, ballot_of, is_ballot
from kyodo_academy.questionnaires.model import (
    AnswerDoesNotFit,
    AskedOtherwise,
    DeadlineWrong,
    KeyHasMeaning,
    Questionnaire,
    QuestionnaireOpened,
    QuestionnaireOver,
    QuestionnaireRevised,
)
from kyodo_academy.questionnaires.results import results_of
from kyodo_academy.questionnaires.values import (
    STANDARD,
    Answers,
    OwnQuestions,
    Question,
    QuestionKind,
    Results,
    mean_hundredths,
)
from kyodo_events.testing import given
from kyodo_events.values.small_counts import FEWEST, is_few

TODAY, UNTIL = date(2026, 6, 25), date(2026, 7, 10)
PACE = Question(
    key="pace",
    kind=QuestionKind.CHOICE,
    label_ja="進み方",
    options=({"key": "fast", "label_ja": "速い"}, {"key": "slow", "label_ja": "遅い"}),
)
OPENED = QuestionnaireOpened(municipality="tokyo", until=UNTIL, own=(PACE,), sealed={})
GOOD = Answers(scales={"satisfaction": 5, "understanding": 4, "usefulness": 5}, choices={"pace": "fast"})
SECRET, OTHER = "s" * 43, "o" * 43


def test_it_is_asked_until_a_day_and_otherwise_in_a_new_version() -> None:
    begun = given(Questionnaire).when(lambda one: one.open("tokyo", UNTIL, (PACE,), {}, TODAY)).then(OPENED)
    assert begun.number == 1
    asked = given(Questionnaire).that(OPENED)
    asked.when(lambda one: one.open("tokyo", UNTIL, (PACE,), {}, TODAY)).then()
    later = UNTIL + timedelta(days=5)
    longer = QuestionnaireRevised(municipality="tokyo", number=1, until=later, own=(PACE,))
    asked.when(lambda one: one.open("tokyo", later, (PACE,), {}, TODAY)).then(longer)
    other = revised(number=2)
    asked.when(lambda one: one.open("tokyo", UNTIL, (), {}, TODAY)).then(other)
    asked.when(lambda one: one.open("tokyo", UNTIL, (), {}, UNTIL + timedelta(days=1))).refuses(
        QuestionnaireOver(until=UNTIL)
    )


def revised(number: int) -> QuestionnaireRevised:
    return QuestionnaireRevised(municipality="tokyo", number=number, until=UNTIL, own=())


@pytest.mark.parametrize("until", [TODAY - timedelta(days=1), TODAY + timedelta(days=61)])
def test_the_last_day_is_to_come_and_within_two_months(until: date) -> None:
    wrong = DeadlineWrong(today=TODAY, latest=TODAY + timedelta(days=60))
    given(Questionnaire).when(lambda one: one.open("tokyo", until, (), {}, TODAY)).refuses(wrong)


def test_a_key_keeps_its_meaning_also_when_it_was_dropped() -> None:
    otherwise = PACE.model_copy(update={"label_ja": "会場"})
    given(Questionnaire).that(OPENED, revised(2)).when(
        lambda one: one.open("tokyo", UNTIL, (otherwise,), {}, TODAY)
    ).refuses(KeyHasMeaning(key="pace"))
    with pytest.raises(ValueError, match="choose another"):
        OwnQuestions(questions=(PACE.model_copy(update={"key": "comment"}),))


def test_answers_are_taken_until_the_end_of_the_last_day_and_to_what_is_asked_now() -> None:
    asked = Questionnaire(id="one").fold([OPENED])
    assert asked.taking(1, UNTIL) is asked
    with pytest.raises(QuestionnaireOver):
        asked.taking(1, UNTIL + timedelta(days=1))
    with pytest.raises(AskedOtherwise):
        asked.fold([revised(number=2)]).taking(1, TODAY)
    with pytest.raises(QuestionnaireOver):
        replace(asked, results=results_of(STANDARD, [])).taking(1, TODAY)


@pytest.mark.parametrize(
    ("answers", "texts", "key"),
    [
        (GOOD.model_copy(update={"scales": {"satisfaction": 5}}), {}, "understanding"),
        (GOOD.model_copy(update={"scales": {**GOOD.scales, "pace": 5}}), {}, "pace"),
        (GOOD.model_copy(update={"choices": {"pace": "medium"}}), {}, "pace"),
        (GOOD, {"remarks": "よかった"}, "remarks"),
    ],
)
def test_an_answer_fits_what_is_asked(answers: Answers, texts: dict[str, str], key: str) -> None:
    asked = Questionnaire(id="one").fold([OPENED])
    asked.require_fit(GOOD, {"comment": "よかった"})
    with pytest.raises(AnswerDoesNotFit) as refused:
        asked.require_fit(answers, texts)
    assert refused.value.facts["key"] == key


def test_a_ballot_is_one_a_learner_proves_itself_and_names_nobody() -> None:
    first, second = ballot_of(SECRET, "a"), ballot_of(SECRET, "b")
    assert first == ballot_of(SECRET, "a") != second
    assert is_ballot(SECRET, first)
    assert not is_ballot(SECRET, ballot_of(OTHER, "a"))
    assert not is_ballot(SECRET, first[:20] + second[20:]), "half of one and half of another is none"
    assert len({answer_id(first), answer_id(second)}) == 2
    assert len(first) == 43


SCORES = st.builds(
    lambda score, choice: Answers(
        scales=dict.fromkeys(("satisfaction", "understanding", "usefulness"), score),
        choices={"use_at_work": choice} if choice else {},
    ),
    st.integers(1, 5),
    st.sampled_from([None, "soon", "later", "undecided", "not"]),
)


@given_any(st.lists(SCORES, max_size=24))
def test_nothing_is_told_of_few(answers: list[Answers]) -> None:
    results = results_of(STANDARD, answers)
    assert not any(is_few(number) for number in numbers(results))
    if is_few(len(answers)):
        assert results == Results(answers=None, scales={}, choices={})
        return
    satisfaction = results.scales["satisfaction"]
    scores = [answer.scales["satisfaction"] for answer in answers]
    assert (satisfaction.answers, satisfaction.total) == (len(scores), sum(scores))
    if satisfaction.counts is not None:
        assert satisfaction.counts == tuple(scores.count(score) for score in range(1, 6))
    chosen = Counter(answer.choices["use_at_work"] for answer in answers if answer.choices)
    choice = results.choices["use_at_work"]
    hidden = [key for key, count in choice.counts.items() if count is None]
    if len(hidden) == 1:
        assert choice.answers is None, f"{hidden[0]} is the rest to {sum(chosen.values())}"


def test_a_rare_choice_is_not_the_rest_to_the_total() -> None:
    rare = GOOD.model_copy(update={"choices": {"use_at_work": "not"}})
    often = GOOD.model_copy(update={"choices": {"use_at_work": "soon"}})
    choice = results_of(STANDARD, [rare, *[often] * 9]).choices["use_at_work"]
    assert choice.counts == {"soon": None, "later": 0, "undecided": 0, "not": None}
    assert choice.answers == 10


def numbers(results: Results) -> list[int]:
    """Every number of people that is told."""
    scales, choices = results.scales.values(), results.choices.values()
    told = [results.answers, *(one.answers for one in scales), *(one.answers for one in choices)]
    told += [count for one in scales for count in one.counts or ()]
    told += [count for one in choices for count in one.counts.values()]
    return [number for number in told if number is not None]


def test_means_are_in_hundredths_rounded_half_up() -> None:
    assert [mean_hundredths(total, 8) for total in (29, 31, 33)] == [363, 388, 413]
    same = results_of(STANDARD, [GOOD] * FEWEST).scales["satisfaction"]
    assert (same.mean_hundredths, same.counts) == (500, (0, 0, 0, 0, FEWEST))
