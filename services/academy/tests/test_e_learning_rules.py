"""The rules of e-learning: units in versions, progress in steps and never back, complete when all units are."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from kyodo_academy.e_learning.model import (
    STEP_PERCENT,
    STEP_SECONDS,
    ELearning,
    ELearningCompleted,
    Learning,
    Progress,
    QuizNotPassed,
    UnitCompleted,
    UnitProgressed,
    UnitsArranged,
    UnitStarted,
)
from kyodo_academy.e_learning.values import Unit, Units
from kyodo_events.aggregate import Events
from kyodo_events.errors import NotFound
from kyodo_events.testing import given

COURSE, LEARNER = "01941f29-7c00-7000-8000-000000000021", "01941f29-7c00-7000-8000-000000000011"
QUIZ = "01941f29-7c00-7000-8000-000000000041"
OF_COURSE = {"municipality": "132039", "learner_id": LEARNER, "course_id": COURSE}


def unit(key: str, **parts: Any) -> Unit:
    return Unit.model_validate({"key": key, "title_ja": key, "minutes": 20, "text_ja": "本文", **parts})


TWO = Units(units=(unit("basics"), unit("practice", quiz_id=QUIZ)))
ARRANGED = UnitsArranged(number=1, units=TWO)
COURSE_NOW = ELearning(id=COURSE).fold([ARRANGED])
LEARNING = Learning("132039", LEARNER, COURSE_NOW)


def of(key: str) -> dict[str, Any]:
    return {**OF_COURSE, "unit": key, "statement_id": None}


STARTED, COMPLETED = UnitStarted(**of("basics")), UnitCompleted(**of("basics"))
QUIZ_DONE = (UnitStarted(**of("practice")), UnitCompleted(**of("practice")))
ALL = ELearningCompleted(**OF_COURSE, number=1)


def at(percent: int, seconds: int = 0) -> UnitProgressed:
    return UnitProgressed(**of("basics"), percent=percent, seconds=seconds)


def goes_on(percent: int, seconds: int = 0, key: str = "basics") -> Any:
    return lambda one: one.progress(LEARNING, key, percent, seconds)


def test_units_come_in_versions() -> None:
    given(ELearning).when(lambda one: one.arrange(TWO)).then(ARRANGED)
    given(ELearning).that(ARRANGED).when(lambda one: one.arrange(TWO)).then()
    fewer = Units(units=(unit("basics"),))
    given(ELearning).that(ARRANGED).when(lambda one: one.arrange(fewer)).then(UnitsArranged(number=2, units=fewer))


@pytest.mark.parametrize("units", [(), (unit("basics"), unit("basics"))])
def test_units_are_told_apart(units: tuple[Unit, ...]) -> None:
    with pytest.raises(ValueError, match=r"at least 1 item|stands twice"):
        Units(units=units)


def test_a_unit_says_something() -> None:
    with pytest.raises(ValueError, match="needs a video"):
        unit("empty", text_ja=" ")


def test_it_begins_once_and_only_in_a_unit_that_there_is() -> None:
    given(Progress).when(lambda one: one.start(LEARNING, "basics")).then(STARTED)
    given(Progress).that(STARTED).when(lambda one: one.start(LEARNING, "basics")).then()
    given(Progress).when(lambda one: one.start(LEARNING, "gone")).refuses(NotFound(what="unit", id="gone"))


def test_progress_begins_is_recorded_in_steps_and_ends() -> None:
    given(Progress).when(goes_on(30, 90)).then(STARTED, at(30, 90))
    begun = given(Progress).that(STARTED, at(30, 90))
    begun.when(goes_on(34, 149)).then()
    begun.when(goes_on(35, 100)).then(at(35, 100))
    begun.when(goes_on(31, 150)).then(at(31, 150))
    begun.when(goes_on(10, 20)).then()
    begun.when(goes_on(100, 90)).then(at(100, 90), COMPLETED)
    given(Progress).that(STARTED, at(99, 90)).when(goes_on(100, 90)).then(at(100, 90), COMPLETED)
    given(Progress).that(STARTED, at(100, 90), COMPLETED).when(goes_on(100, 100)).then()


def test_a_unit_with_a_quiz_is_completed_by_passing_it() -> None:
    given(Progress).when(goes_on(100, key="practice")).then(
        QUIZ_DONE[0], UnitProgressed(**of("practice"), percent=100, seconds=0)
    )
    refused = QuizNotPassed(unit="practice", quiz_id=QUIZ)
    given(Progress).when(lambda one: one.complete(LEARNING, "practice", passed=False)).refuses(refused)
    given(Progress).when(lambda one: one.complete(LEARNING, "practice", passed=True)).then(*QUIZ_DONE)


def test_all_is_complete_with_the_last_unit_and_stays_so() -> None:
    done = given(Progress).that(*QUIZ_DONE, STARTED, COMPLETED)
    given(Progress).that(*QUIZ_DONE).when(goes_on(100)).then(STARTED, at(100), COMPLETED, ALL)
    done.when(lambda one: one.complete(LEARNING, "basics", passed=False)).then(ALL)
    more = Learning("132039", LEARNER, COURSE_NOW.fold([UnitsArranged(number=2, units=_with_one_more())]))
    given(Progress).that(*QUIZ_DONE, STARTED, COMPLETED, ALL).when(
        lambda one: one.progress(more, "further", 100, 0)
    ).then(
        UnitStarted(**of("further")),
        UnitProgressed(**of("further"), percent=100, seconds=0),
        UnitCompleted(**of("further")),
    )


def _with_one_more() -> Units:
    return Units(units=(*TWO.units, unit("further")))


@given_any(st.lists(st.tuples(st.integers(0, 100), st.integers(0, 5_000)), max_size=300))
def test_however_often_is_reported_steps_are_few_and_never_go_back(reports: list[tuple[int, int]]) -> None:
    state, recorded = Progress(id="one"), []
    for percent, seconds in reports:
        events: Events = state.progress(LEARNING, "basics", percent, seconds)
        happened = list(events)
        recorded += [event for event in happened if isinstance(event, UnitProgressed)]
        state = state.fold(happened)
    assert len(recorded) <= 100 / STEP_PERCENT + 5_000 / STEP_SECONDS + 1
    for before, after in pairwise(recorded):
        assert before.percent <= after.percent
        assert before.seconds <= after.seconds
    if reports:
        assert state.units["basics"].percent > max(percent for percent, _ in reports) - STEP_PERCENT
        assert state.units["basics"].completed is any(percent == 100 for percent, _ in reports)
