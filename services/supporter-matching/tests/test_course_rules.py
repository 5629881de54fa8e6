"""The rules of courses: given, when, then."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from kyodo_events.errors import NotFound
from kyodo_events.testing import Given, given
from kyodo_supporter_matching.courses.events import (
    AlreadyEnrolled,
    AttendanceStands,
    CourseCancelledAlready,
    CourseHasBegun,
    CourseInThePast,
    CourseIsFull,
    CourseNotBegun,
    CoursePlan,
    TrainingCourseAttendanceRecorded,
    TrainingCourseCancelled,
    TrainingCourseEnrolled,
    TrainingCourseEnrolmentWithdrawn,
    TrainingCoursePlanned,
)
from kyodo_supporter_matching.courses.model import Course
from kyodo_supporter_matching.programmes.model import (
    UnitIsFaceToFace,
    UnknownUnit,
)
from tests.support.supporter_matching.training import (
    AFTERWARDS,
    CONTENT,
    HOME,
    NOW,
    PLAN,
    REN,
    SORA,
    STARTS,
    YUKI,
)

planned = given(Course).that(TrainingCoursePlanned(plan=PLAN))


def enrolled(supporter_id: str, count: int) -> TrainingCourseEnrolled:
    return TrainingCourseEnrolled(municipality=HOME, supporter_id=supporter_id, enrolled=count)


def test_a_course_is_planned_ahead_for_units_that_may_be_taught_so() -> None:
    given(Course).when(lambda one: one.begin(PLAN, CONTENT, NOW)).then(TrainingCoursePlanned(plan=PLAN))
    late = given(Course).when(lambda one: one.begin(PLAN, CONTENT, STARTS))
    late.refuses(CourseInThePast(starts_at=STARTS))
    unknown = PLAN.model_copy(update={"units": ("practice", "nothing")})
    given(Course).when(lambda one: one.begin(unknown, CONTENT, NOW)).refuses(UnknownUnit(unit="nothing"))
    online = CoursePlan.model_validate(PLAN.model_dump() | {"mode": "online", "place_ja": None})
    given(Course).when(lambda one: one.begin(online, CONTENT, NOW)).refuses(UnitIsFaceToFace(unit="practice"))


@pytest.mark.parametrize("wrong", [{"place_ja": None}, {"mode": "online"}, {"seats": 0}, {"units": ["a", "a"]}])
def test_what_is_no_course(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        CoursePlan.model_validate(PLAN.model_dump() | wrong)


def test_seats_are_given_once_each_and_never_more() -> None:
    one = planned.that(enrolled(YUKI, 1))
    one.when(lambda course: course.enrol(YUKI, HOME, NOW)).refuses(AlreadyEnrolled(supporter_id=YUKI))
    full = one.when(lambda course: course.enrol(SORA, HOME, NOW)).then(enrolled(SORA, 2))
    Given(full).when(lambda course: course.enrol(REN, HOME, NOW)).refuses(CourseIsFull(seats=2))
    freed = TrainingCourseEnrolmentWithdrawn(municipality=HOME, supporter_id=YUKI, enrolled=1)
    again = Given(full).when(lambda course: course.withdraw(YUKI, NOW)).then(freed)
    Given(again).when(lambda course: course.enrol(REN, HOME, NOW)).then(enrolled(REN, 2))
    Given(again).when(lambda course: course.withdraw(YUKI, NOW)).refuses(NotFound(what="enrolment", id=YUKI))


def test_a_course_that_began_or_is_cancelled_takes_nobody() -> None:
    begun = CourseHasBegun(starts_at=STARTS)
    seat = planned.that(enrolled(YUKI, 1))
    seat.when(lambda one: one.enrol(SORA, HOME, STARTS)).refuses(begun)
    seat.when(lambda one: one.withdraw(YUKI, STARTS)).refuses(begun)
    seat.when(lambda one: one.cancel("講師都合", STARTS)).refuses(begun)
    cancelled = seat.that(TrainingCourseCancelled(reason_ja="講師都合"))
    cancelled.when(lambda one: one.cancel("再", NOW)).then()
    off = CourseCancelledAlready(course_id="test")
    cancelled.when(lambda one: one.enrol(SORA, HOME, NOW)).refuses(off)
    cancelled.when(lambda one: one.record_attendance(YUKI, attended=True, now=AFTERWARDS)).refuses(off)


def test_attendance_is_recorded_afterwards_and_stands() -> None:
    def recorded(attended: bool) -> TrainingCourseAttendanceRecorded:
        return TrainingCourseAttendanceRecorded(municipality=HOME, supporter_id=YUKI, attended=attended)

    seat = planned.that(enrolled(YUKI, 1))
    early = seat.when(lambda one: one.record_attendance(YUKI, attended=True, now=NOW))
    early.refuses(CourseNotBegun(starts_at=STARTS))
    absent = seat.when(lambda one: one.record_attendance(YUKI, attended=False, now=AFTERWARDS)).then(recorded(False))
    Given(absent).when(lambda one: one.record_attendance(YUKI, attended=False, now=AFTERWARDS)).then()
    there = Given(absent).when(lambda one: one.record_attendance(YUKI, attended=True, now=AFTERWARDS))
    attended = Given(there.then(recorded(True)))
    assert (attended.state.attended, attended.state.absent) == (frozenset({YUKI}), frozenset())
    at_once = seat.when(lambda one: one.record_attendance(YUKI, attended=True, now=STARTS))
    at_once.then(recorded(True))
    attended.when(lambda one: one.record_attendance(YUKI, attended=True, now=AFTERWARDS)).then()
    attended.when(lambda one: one.record_attendance(YUKI, attended=False, now=AFTERWARDS)).refuses(AttendanceStands())
    stranger = seat.when(lambda one: one.record_attendance(SORA, attended=True, now=AFTERWARDS))
    stranger.refuses(NotFound(what="enrolment", id=SORA))
