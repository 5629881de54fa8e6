"""Quizzes: what an attempt is asked, and what it comes to; whatever is answered."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st
from pydantic import ValidationError

from kyodo_academy.lecturers.model import CourseLecturers, LecturersNamed
from kyodo_academy.quizzes.model import (
    AnsweredTwice,
    NoAttemptLeft,
    NotAsked,
    NotOffered,
    Quiz,
    QuizAnswered,
    QuizAnsweredAlready,
    QuizAttempt,
    QuizAttemptBegun,
    QuizRevised,
    QuizWritten,
    attempt_id,
)
from kyodo_academy.quizzes.schemas import AttemptOut
from kyodo_academy.quizzes.values import GivenAnswer, Question, QuizContents, drawn_for, percent_of, points_of
from kyodo_events.testing import given

COURSE, QUIZ = "0193f1a0-0000-7000-8000-0000000000c0", "0193f1a0-0000-7000-8000-0000000000e0"
LEARNER, MUSASHINO = "0193f1a0-0000-7000-8000-0000000000a0", "132039"


def question(key: str, *right: str, points: int = 1) -> dict[str, Any]:
    choices = [{"key": one, "text_ja": f"{key}の{one}"} for one in "abcd"]
    return {"key": key, "text_ja": f"{key}を選ぶ", "choices": choices, "right": right or ("a",), "points": points}


def contents(**changes: Any) -> QuizContents:
    questions = [question("q1"), question("q2", "a", "b", points=2), question("q3", "c")]
    plain = {"title_ja": "見本のテスト", "questions": questions, "drawn": 3, "pass_percent": 75, "attempts": 2}
    return QuizContents.model_validate(plain | changes)


def quiz_of(one: QuizContents) -> Quiz:
    return Quiz(id=QUIZ).fold([QuizWritten(course_id=COURSE, contents=one)])


def begun(one: QuizContents, attempt: int = 1) -> QuizAttemptBegun:
    state = QuizAttempt(id=attempt_id(QUIZ, LEARNER, attempt))
    (event,) = state.begin(MUSASHINO, LEARNER, attempt, quiz_of(one))
    assert isinstance(event, QuizAttemptBegun)
    return event


def said(**answers: str) -> tuple[GivenAnswer, ...]:
    return tuple(GivenAnswer(question=key, choices=tuple(chosen)) for key, chosen in answers.items())


def answered(percent: int, points: int, passed: bool, answers: tuple[GivenAnswer, ...]) -> QuizAnswered:
    return QuizAnswered(
        municipality=MUSASHINO,
        learner_id=LEARNER,
        quiz_id=QUIZ,
        course_id=COURSE,
        answers=answers,
        points=points,
        of_points=4,
        percent=percent,
        passed=passed,
    )


@pytest.mark.parametrize(
    ("answers", "points", "percent", "passed"),
    [
        (said(q1="a", q2="ab", q3="c"), 4, 100, True),
        (said(q1="a", q2="ba"), 3, 75, True),
        (said(q1="a", q2="a", q3="c"), 2, 50, False),
        (said(q1="ab", q2="abc", q3="b"), 0, 0, False),
        ((), 0, 0, False),
    ],
)
def test_all_right_choices_and_no_other_earn_the_points(
    answers: tuple[GivenAnswer, ...], points: int, percent: int, passed: bool
) -> None:
    that = given(QuizAttempt).that(begun(contents()))
    that.when(lambda one: one.answer(answers)).then(answered(percent, points, passed, answers))


def test_what_was_not_asked_or_offered_is_refused_and_an_attempt_is_answered_once() -> None:
    that = given(QuizAttempt).that(begun(contents()))
    that.when(lambda one: one.answer(said(q1="a", q9="a"))).refuses(NotAsked(question="q9"))
    that.when(lambda one: one.answer(said(q1="e"))).refuses(NotOffered(question="q1", choice="e"))
    that.when(lambda one: one.answer(said(q1="aa"))).refuses(AnsweredTwice(question="q1"))
    that.when(lambda one: one.answer(said(q1="a") + said(q1="b"))).refuses(AnsweredTwice(question="q1"))
    after = that.that(answered(0, 0, False, ()))
    after.when(lambda one: one.answer(said(q1="a"))).refuses(QuizAnsweredAlready(percent=0))


def test_a_question_of_the_bank_that_this_attempt_was_not_asked_is_not_answered() -> None:
    asked = begun(contents(drawn=2))
    (left_out,) = {"q1", "q2", "q3"} - {one.key for one in asked.questions}
    given(QuizAttempt).that(asked).when(lambda one: one.answer(said(**{left_out: "a"}))).refuses(
        NotAsked(question=left_out)
    )


def test_attempts_are_used_up_and_beginning_again_asks_nothing_new() -> None:
    quiz = quiz_of(contents())
    given(QuizAttempt).when(lambda one: one.begin(MUSASHINO, LEARNER, 3, quiz)).refuses(NoAttemptLeft(attempts=2))
    given(QuizAttempt).that(begun(contents())).when(lambda one: one.begin(MUSASHINO, LEARNER, 1, quiz)).then()


def test_an_attempt_is_judged_by_the_edition_that_it_was_asked() -> None:
    asked = begun(contents())
    after = quiz_of(contents()).fold(
        [QuizRevised(edition=2, contents=contents(questions=[question("q1", "b")], drawn=1))]
    )
    assert (after.edition, asked.edition) == (2, 1)
    that = given(QuizAttempt).that(asked)
    right = said(q1="a", q2="ab", q3="c")
    that.when(lambda one: one.answer(right)).then(answered(100, 4, True, right))
    given(Quiz).that(QuizWritten(course_id=COURSE, contents=contents())).when(lambda one: one.revise(contents())).then()


def test_what_is_right_is_told_after_the_answer_only() -> None:
    state = QuizAttempt(id="test", version=1).fold([begun(contents())])
    before = AttemptOut.of_model(state)
    assert "right" not in before.model_dump_json(exclude={"marked"})
    assert before.marked == []
    after = AttemptOut.of_model(state.fold([answered(0, 0, False, said(q1="b"))]))
    assert {one.key: (one.chosen, one.right) for one in after.marked}["q1"] == (["b"], ["a"])


@pytest.mark.parametrize(
    "changes",
    [
        {"drawn": 4},
        {"questions": [question("q1"), question("q1")]},
        {"questions": [question("q1", "e")], "drawn": 1},
        {"questions": [question("q1", "a", "a")], "drawn": 1},
        {"questions": [], "drawn": 1},
        {"pass_percent": 0},
        {"pass_percent": 60.0},
        {"attempts": 0},
    ],
)
def test_a_quiz_that_cannot_be_answered_is_none(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        contents(**changes)


@given_any(st.integers(1, 12), st.integers(1, 12), st.uuids().map(str))
def test_what_is_drawn_is_of_the_bank_once_each_and_the_same_again(bank: int, drawn: int, attempt: str) -> None:
    drawn = min(bank, drawn)
    one = contents(questions=[question(f"q{number}") for number in range(bank)], drawn=drawn)
    asked = drawn_for(attempt, one)
    assert len({question.key for question in asked}) == drawn
    assert set(asked) <= set(one.questions)
    backwards = one.model_copy(update={"questions": one.questions[::-1]})
    assert drawn_for(attempt, one) == asked == drawn_for(attempt, backwards)


def test_other_attempts_are_asked_other_questions() -> None:
    one = contents(questions=[question(f"q{number}") for number in range(12)], drawn=6)
    asked = (begun(one.model_copy(update={"attempts": 10}), n).questions for n in range(1, 11))
    assert len({frozenset(question.key for question in questions) for questions in asked}) > 5


@given_any(
    st.lists(st.tuples(st.integers(1, 9), st.sets(st.sampled_from("abcd"), min_size=1)), min_size=1, max_size=6),
    st.lists(st.sets(st.sampled_from("abcd")), min_size=6, max_size=6),
)
def test_points_are_whole_and_bounded(bank: list[tuple[int, set[str]]], chosen: list[set[str]]) -> None:
    questions = [
        Question.model_validate(question(f"q{n}", *sorted(right), points=points))
        for n, (points, right) in enumerate(bank)
    ]
    given_ = {one.key: chosen[n] for n, one in enumerate(questions)}
    points = points_of(questions, given_)
    assert points == sum(p for n, (p, right) in enumerate(bank) if chosen[n] == right)
    percent, whole = percent_of(points, questions), sum(p for p, _ in bank)
    assert percent * whole <= points * 100 < (percent + 1) * whole


def test_lecturers_are_named_as_a_whole() -> None:
    that = given(CourseLecturers).that(LecturersNamed(lecturer_ids=(COURSE, QUIZ)))
    that.when(lambda one: one.name((QUIZ, COURSE, QUIZ))).then()
    after = that.when(lambda one: one.name((QUIZ,))).then(LecturersNamed(lecturer_ids=(QUIZ,)))
    assert (after.teaches(QUIZ), after.teaches(COURSE), after.teaches(None)) == (True, False, False)
