"""Questionnaires: a form, those asked, one live answer each, and what the answers say together."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st
from pydantic import ValidationError

from kyodo_events.testing import given
from kyodo_events.values.municipalities import municipalities
from kyodo_procurement.questionnaires.events import (
    QuestionnaireAnswered,
    QuestionnaireAnswerWithdrawn,
    QuestionnaireClosed,
    QuestionnaireDrafted,
    QuestionnaireFormRevised,
    QuestionnaireOpened,
    QuestionnaireReopened,
)
from kyodo_procurement.questionnaires.form import Form
from kyodo_procurement.questionnaires.model import (
    AnswerDoesNotFit,
    DeadlineOver,
    NotAsked,
    OtherForm,
    Questionnaire,
    QuestionnaireClosedForGood,
    QuestionnaireNotClosed,
    QuestionnaireNotDrafted,
    QuestionnaireNotOpen,
    QuestionnaireStatus,
)
from kyodo_procurement.questionnaires.results import result_of

CHIYODA, MUSASHINO, OKUTAMA = "131016", "132039", "133086"
TODAY, DEADLINE, AFTER = date(2023, 3, 1), date(2023, 3, 31), date(2023, 4, 1)


def choice(code: str, kind: str) -> dict[str, Any]:
    """A question with two options."""
    options = [{"code": option, "label_ja": option} for option in ("yes", "no")]
    return {"code": code, "text_ja": code, "kind": kind, "options": options, "required": False}


def plain(code: str, kind: str, *, required: bool = False) -> dict[str, Any]:
    """A question without options."""
    return {"code": code, "text_ja": code, "kind": kind, "required": required}


FORM = Form.model_validate(
    {
        "questions": [
            choice("one", "single"),
            choice("many", "multiple"),
            plain("seats", "number", required=True),
            plain("remarks", "text"),
            plain("ready", "date"),
        ]
    }
)
SHORT = Form.model_validate({"questions": [plain("seats", "number", required=True)]})

drafted = QuestionnaireDrafted(title_ja="t", meeting_id=None, audience=(CHIYODA, MUSASHINO), form=FORM)
opened = QuestionnaireOpened(deadline=DEADLINE)
revised = QuestionnaireFormRevised(form=SHORT, form_version=2, reason="短縮")
closed = QuestionnaireClosed(asked=2, answered=0)


def answered(municipality: str, *, form_version: int = 1, **replies: Any) -> QuestionnaireAnswered:
    """An answer as it is recorded."""
    return QuestionnaireAnswered(municipality=municipality, form_version=form_version, replies={"seats": 3, **replies})


def test_it_asks_each_once_in_the_order_of_codes() -> None:
    given(Questionnaire).when(lambda one: one.draft("t", None, (MUSASHINO, CHIYODA, MUSASHINO), FORM)).then(drafted)


def test_it_opens_once_for_a_day_that_is_not_over() -> None:
    given(Questionnaire).that(drafted).when(lambda one: one.open(DEADLINE, TODAY)).then(opened)
    given(Questionnaire).that(drafted).when(lambda one: one.open(DEADLINE, AFTER)).refuses(
        DeadlineOver(deadline=DEADLINE)
    )
    given(Questionnaire).that(drafted, opened).when(lambda one: one.open(DEADLINE, TODAY)).refuses(
        QuestionnaireNotDrafted(status=QuestionnaireStatus.OPEN)
    )


def test_an_answer_counts_and_the_same_again_changes_nothing() -> None:
    one = (
        given(Questionnaire)
        .that(drafted, opened)
        .when(lambda one: one.answer(CHIYODA, 1, {"seats": 3}, DEADLINE))
        .then(answered(CHIYODA))
    )
    assert (one.answered, one.unanswered) == (1, (MUSASHINO,))
    given(Questionnaire).that(drafted, opened, answered(CHIYODA)).when(
        lambda one: one.answer(CHIYODA, 1, {"seats": 3}, TODAY)
    ).then()


@pytest.mark.parametrize("events", [[drafted], [drafted, opened, closed]], ids=["drafted", "closed"])
def test_answers_are_taken_while_it_is_open(events: list[Any]) -> None:
    with pytest.raises(QuestionnaireNotOpen):
        list(Questionnaire(id="q").fold(events).answer(CHIYODA, 1, {"seats": 3}, TODAY))
    with pytest.raises(QuestionnaireNotOpen):
        list(Questionnaire(id="q").fold(events).withdraw_answer(CHIYODA, TODAY))


def test_no_answer_after_the_deadline() -> None:
    given(Questionnaire).that(drafted, opened).when(lambda one: one.answer(CHIYODA, 1, {"seats": 3}, AFTER)).refuses(
        QuestionnaireNotOpen(status=QuestionnaireStatus.OPEN, deadline=DEADLINE)
    )


def test_only_those_asked_answer() -> None:
    given(Questionnaire).that(drafted, opened).when(lambda one: one.answer(OKUTAMA, 1, {"seats": 3}, TODAY)).refuses(
        NotAsked(municipality=OKUTAMA)
    )


def test_an_answer_is_taken_back() -> None:
    given(Questionnaire).that(drafted, opened, answered(CHIYODA)).when(
        lambda one: one.withdraw_answer(CHIYODA, TODAY)
    ).then(QuestionnaireAnswerWithdrawn(municipality=CHIYODA))
    given(Questionnaire).that(drafted, opened).when(lambda one: one.withdraw_answer(CHIYODA, TODAY)).then()


def test_a_revised_form_makes_answers_to_the_earlier_one_stale() -> None:
    one = (
        given(Questionnaire)
        .that(drafted, opened, answered(CHIYODA))
        .when(lambda one: one.revise(SHORT, "短縮"))
        .then(revised)
    )
    assert (one.answered, one.unanswered) == (0, (CHIYODA, MUSASHINO))
    with pytest.raises(OtherForm):
        list(one.answer(CHIYODA, 1, {"seats": 3}, TODAY))
    given(Questionnaire).that(drafted).when(lambda one: one.revise(FORM, "同じ")).then()
    given(Questionnaire).that(drafted, opened, closed).when(lambda one: one.revise(SHORT, "短縮")).refuses(
        QuestionnaireClosedForGood()
    )


def test_it_is_closed_and_opened_again_with_a_reason() -> None:
    given(Questionnaire).that(drafted, opened).when(lambda one: one.close()).then(closed)
    given(Questionnaire).that(drafted).when(lambda one: one.close()).refuses(
        QuestionnaireNotOpen(status=QuestionnaireStatus.DRAFTED, deadline=None)
    )
    later = date(2023, 5, 1)
    given(Questionnaire).that(drafted, opened, closed).when(lambda one: one.reopen(later, "未回答", AFTER)).then(
        QuestionnaireReopened(deadline=later, reason="未回答")
    )
    given(Questionnaire).that(drafted, opened).when(lambda one: one.reopen(later, "未回答", AFTER)).refuses(
        QuestionnaireNotClosed(status=QuestionnaireStatus.OPEN)
    )
    given(Questionnaire).that(drafted, opened, closed).when(lambda one: one.reopen(DEADLINE, "x", AFTER)).refuses(
        DeadlineOver(deadline=DEADLINE)
    )


@pytest.mark.parametrize(
    ("replies", "named"),
    [
        ({}, "seats"),
        ({"seats": "3"}, "seats"),
        ({"seats": 3, "other": 1}, "other"),
        ({"seats": 3, "one": "maybe"}, "one"),
        ({"seats": 3, "one": ["yes"]}, "one"),
        ({"seats": 3, "many": "yes"}, "many"),
        ({"seats": 3, "many": []}, "many"),
        ({"seats": 3, "many": ["yes", "yes"]}, "many"),
        ({"seats": 3, "remarks": "  "}, "remarks"),
        ({"seats": 3, "ready": "20231001"}, "ready"),
        ({"seats": 3, "ready": "2023-02-30"}, "ready"),
    ],
)
def test_replies_that_do_not_fit_are_refused_by_name(replies: dict[str, Any], named: str) -> None:
    one = Questionnaire(id="q").fold([drafted, opened])
    with pytest.raises(AnswerDoesNotFit, match=f"'{named}'"):
        list(one.answer(CHIYODA, 1, replies, TODAY))


@pytest.mark.parametrize(
    "question",
    [
        plain("a", "single"),
        {**choice("a", "number")},
        {**choice("a", "single"), "options": [{"code": "x", "label_ja": "x"}] * 2},
    ],
)
def test_a_form_that_cannot_be_meant(question: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Form.model_validate({"questions": [question]})
    with pytest.raises(ValidationError):
        Form.model_validate({"questions": [plain("a", "text")] * 2})


codes = [municipality.code for municipality in municipalities()]
replies = st.fixed_dictionaries(
    {"seats": st.integers(-5, 5)},
    optional={
        "one": st.sampled_from(["yes", "no"]),
        "many": st.lists(st.sampled_from(["yes", "no"]), unique=True, min_size=1),
        "ready": st.dates(date(2023, 1, 1), date(2024, 1, 1)).map(date.isoformat),
    },
)


@given_any(st.dictionaries(st.sampled_from(codes), replies, max_size=8))
def test_the_result_counts_every_reply_once(answers: dict[str, dict[str, Any]]) -> None:
    one, many, seats, remarks, ready = result_of(FORM, answers)
    assert one.replied == sum(choice.chosen for choice in one.choices) == sum("one" in a for a in answers.values())
    assert sum(choice.chosen for choice in many.choices) == sum(len(a.get("many", ())) for a in answers.values())
    numbers = [a["seats"] for a in answers.values()]
    expected = (sum(numbers), min(numbers), max(numbers)) if numbers else (None, None, None)
    assert (seats.total, seats.least, seats.most) == expected
    assert remarks.replied == 0
    days = [a["ready"] for a in answers.values() if "ready" in a]
    assert (ready.earliest, ready.latest) == ((min(days), max(days)) if days else (None, None))
