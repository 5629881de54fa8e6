"""The rules of a course."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given as given_any
from hypothesis import strategies as st

from kyodo_academy.courses.model import (
    Course,
    CourseCancelled,
    CourseHasBegun,
    CourseIsCancelled,
    CourseRescheduled,
    StartsTooEarly,
)
from kyodo_academy.programmes.model import ProgrammeCode
from kyodo_events.contracts.academy import CourseAnnounced
from kyodo_events.testing import given

FIRST_DAY = date(2023, 6, 1)
BEFORE, LATER = FIRST_DAY - timedelta(days=1), FIRST_DAY + timedelta(days=7)
ANNOUNCED = CourseAnnounced(title_ja="入門", programme="shared_training", starts_on=FIRST_DAY, seats=40)


def test_a_course_is_announced() -> None:
    given(Course).when(
        lambda course: course.announce("入門", ProgrammeCode.SHARED_TRAINING, FIRST_DAY, 40, today=BEFORE)
    ).then(ANNOUNCED)


@given_any(late=st.integers(min_value=0, max_value=4000))
def test_no_course_is_announced_for_today_or_a_day_gone_by(late: int) -> None:
    today = FIRST_DAY + timedelta(days=late)
    given(Course).when(
        lambda course: course.announce("入門", ProgrammeCode.SHARED_TRAINING, FIRST_DAY, 40, today=today)
    ).refuses(StartsTooEarly(starts_on=FIRST_DAY, today=today))


def test_a_course_is_moved() -> None:
    moved = CourseRescheduled(starts_on=LATER)
    after = given(Course).that(ANNOUNCED).when(lambda course: course.reschedule(LATER, BEFORE)).then(moved)
    assert after.starts_on == LATER


def test_the_same_day_is_no_move() -> None:
    given(Course).that(ANNOUNCED).when(lambda course: course.reschedule(FIRST_DAY, BEFORE)).then()


def test_a_course_is_not_moved_into_the_past() -> None:
    refusal = StartsTooEarly(starts_on=BEFORE, today=BEFORE)
    given(Course).that(ANNOUNCED).when(lambda course: course.reschedule(BEFORE, BEFORE)).refuses(refusal)


def test_a_course_that_has_begun_stays_as_it_is() -> None:
    begun, refusal = given(Course).that(ANNOUNCED), CourseHasBegun(starts_on=FIRST_DAY)
    begun.when(lambda course: course.reschedule(LATER, today=FIRST_DAY)).refuses(refusal)
    begun.when(lambda course: course.cancel(today=FIRST_DAY)).refuses(refusal)


def test_a_course_is_cancelled_once() -> None:
    given(Course).that(ANNOUNCED).when(lambda course: course.cancel(BEFORE)).then(CourseCancelled())
    given(Course).that(ANNOUNCED, CourseCancelled()).when(lambda course: course.cancel(LATER)).then()


def test_a_cancelled_course_is_not_moved() -> None:
    cancelled = given(Course).that(ANNOUNCED, CourseCancelled())
    cancelled.when(lambda course: course.reschedule(LATER, BEFORE)).refuses(CourseIsCancelled())
