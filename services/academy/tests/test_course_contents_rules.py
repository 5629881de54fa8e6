"""What a course is about in versions, courses without a date, and who would come to them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from pydantic import ValidationError

from kyodo_academy.course_interests.model import CourseInterest, CourseInterestStated, CourseInterestWithdrawn
from kyodo_academy.courses.contents import ChangeNotTold, Contents, ContentsIn, Prerequisite, PrerequisiteCircle
from kyodo_academy.courses.model import (
    Course,
    CourseCancelled,
    CourseContentsWritten,
    CourseHasNoDate,
    CourseIsCancelled,
    CourseNotProposed,
    CourseProposalDropped,
    CourseProposed,
    Status,
)
from kyodo_academy.programmes.model import ProgrammeCode
from kyodo_events.contracts.academy import CourseAnnounced
from kyodo_events.errors import NotFound
from kyodo_events.event import Event
from kyodo_events.testing import given
from kyodo_events.values.skills import SkillRef

COURSE, BASICS = "0193f1a0-0000-7000-8000-0000000000c0", "0193f1a0-0000-7000-8000-0000000000c1"
LEARNER, CHIYODA = "0193f1a0-0000-7000-8000-0000000000a1", "131016"
SHARED = ProgrammeCode.SHARED_TRAINING
DAY = date(2023, 6, 1)
BEFORE = DAY - timedelta(days=30)
ENGINEER = SkillRef(scheme="dss-p", version="1.2", code="data_engineer")
FIRST = Contents(objectives_ja=("集計できる",), audience_ja="全職員")
SECOND = FIRST.model_copy(update={"skills": (ENGINEER,)})
AFTER_BASICS = FIRST.model_copy(update={"prerequisites": (Prerequisite(course_id=BASICS, required=True),)})
ANNOUNCED = CourseAnnounced(title_ja="入門", programme="shared_training", starts_on=DAY, seats=40)
PROPOSED = CourseProposed(title_ja="入門", programme=SHARED)


def written(number: int, contents: Contents, changed_ja: str | None = None) -> CourseContentsWritten:
    return CourseContentsWritten(
        number=number, title_ja="入門", programme=SHARED, contents=contents, changed_ja=changed_ja
    )


def test_each_version_after_the_first_says_what_changed() -> None:
    bare = given(Course, COURSE).that(ANNOUNCED)
    bare.when(lambda course: course.write_contents(FIRST, None, ())).then(written(1, FIRST))
    one = bare.that(written(1, FIRST))
    one.when(lambda course: course.write_contents(SECOND, None, ())).refuses(ChangeNotTold())
    second = written(2, SECOND, "スキルを追加")
    after = one.when(lambda course: course.write_contents(SECOND, "スキルを追加", ())).then(second)
    assert (after.contents_version, after.skills) == (2, (ENGINEER,))
    assert after.contents(1) == FIRST, "the first version stays as it was"
    one.when(lambda course: course.write_contents(FIRST, "変更なし", ())).then()


@pytest.mark.parametrize("number", [0, 2, -1])
def test_a_version_that_there_is_not(number: int) -> None:
    course = given(Course, COURSE).that(ANNOUNCED, written(1, FIRST)).state
    with pytest.raises(NotFound):
        course.contents(number)


def test_nothing_is_required_before_itself() -> None:
    course = given(Course, COURSE).that(ANNOUNCED)
    circle = PrerequisiteCircle(course_id=COURSE)
    course.when(lambda one: one.write_contents(AFTER_BASICS, None, {BASICS, COURSE})).refuses(circle)
    course.when(lambda one: one.write_contents(AFTER_BASICS, None, {BASICS})).then(written(1, AFTER_BASICS))


def test_only_what_is_required_is_missing() -> None:
    wished = AFTER_BASICS.model_copy(update={"prerequisites": (Prerequisite(course_id=BASICS),)})
    assert AFTER_BASICS.missing(()) == [BASICS]
    assert AFTER_BASICS.missing({BASICS}) == wished.missing(()) == []


@pytest.mark.parametrize("ended", [CourseCancelled(), CourseProposalDropped(reason_ja="希望者なし")])
def test_what_does_not_take_place_gets_no_contents(ended: Event) -> None:
    gone = given(Course, COURSE).that(ANNOUNCED, ended)
    gone.when(lambda course: course.write_contents(FIRST, None, ())).refuses(CourseIsCancelled())


@pytest.mark.parametrize(
    "wrong",
    [
        {"objectives_ja": []},
        {"skills": [ENGINEER.model_dump()] * 2},
        {"skills": [{"scheme": "dss-p", "version": "1.2", "code": "juggler"}]},
        {"prerequisites": [{"course_id": BASICS}, {"course_id": BASICS, "required": True}]},
        {"material_ids": [BASICS, BASICS]},
    ],
)
def test_contents_that_cannot_be_meant(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ContentsIn.model_validate(FIRST.model_dump() | wrong)


def test_a_course_is_proposed_and_gets_its_date_later() -> None:
    proposed = given(Course, COURSE).when(lambda one: one.propose("入門", SHARED, FIRST, ()))
    assert proposed.then(PROPOSED, written(1, FIRST)).status is Status.PROPOSED
    waiting = given(Course, COURSE).that(PROPOSED, written(1, FIRST))
    waiting.when(lambda one: one.reschedule(DAY, BEFORE)).refuses(CourseHasNoDate())
    waiting.when(lambda one: one.cancel(BEFORE)).refuses(CourseHasNoDate())
    after = waiting.when(lambda one: one.announce_proposed(DAY, 40, BEFORE)).then(ANNOUNCED)
    assert (after.starts_on, after.status, after.contents_version) == (DAY, Status.ANNOUNCED, 1)
    refusal = CourseNotProposed(current=Status.ANNOUNCED)
    announced = given(Course, COURSE).that(ANNOUNCED)
    announced.when(lambda one: one.announce_proposed(DAY, 40, BEFORE)).refuses(refusal)
    announced.when(lambda one: one.drop("希望者なし")).refuses(refusal)


def test_a_proposal_is_given_up_once() -> None:
    dropped = CourseProposalDropped(reason_ja="希望者なし")
    waiting = given(Course, COURSE).that(PROPOSED)
    waiting.when(lambda one: one.drop("希望者なし")).then(dropped)
    gone = waiting.that(dropped)
    gone.when(lambda one: one.drop("希望者なし")).then()
    gone.when(lambda one: one.announce_proposed(DAY, 40, BEFORE)).refuses(CourseNotProposed(current=Status.DROPPED))


def test_interest_counts_once_until_it_is_withdrawn() -> None:
    course = given(Course, COURSE).that(PROPOSED).state
    none = given(CourseInterest)
    own = CourseInterestStated(municipality=CHIYODA, course_id=COURSE, holder=LEARNER, people=1, added=1)
    none.when(lambda one: one.state(course, CHIYODA, LEARNER)).then(own)
    none.that(own).when(lambda one: one.state(course, CHIYODA, LEARNER)).then()
    told = CourseInterestStated(municipality=CHIYODA, course_id=COURSE, holder=CHIYODA, people=8, added=8)
    fewer = told.model_copy(update={"people": 5, "added": -3})
    none.that(told).when(lambda one: one.state(course, CHIYODA, CHIYODA, 5)).then(fewer)
    gone = CourseInterestWithdrawn(municipality=CHIYODA, course_id=COURSE, holder=CHIYODA, people=5)
    none.that(told, fewer).when(CourseInterest.withdraw).then(gone)
    none.that(told, fewer, gone).when(CourseInterest.withdraw).then()


def test_a_course_that_has_its_date_collects_no_interest() -> None:
    announced = given(Course, COURSE).that(PROPOSED, ANNOUNCED).state
    refusal = CourseNotProposed(current=Status.ANNOUNCED)
    given(CourseInterest).when(lambda one: one.state(announced, CHIYODA, LEARNER)).refuses(refusal)
