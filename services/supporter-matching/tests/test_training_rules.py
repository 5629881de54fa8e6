"""The rules of programmes, courses and trainings: given, when, then."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given as all_of
from hypothesis import strategies as st
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
    Programme,
    ProgrammeIsRetired,
    TrainingProgrammeDrafted,
    TrainingProgrammePublished,
    TrainingProgrammeRetired,
    UnitIsFaceToFace,
    UnknownUnit,
)
from kyodo_supporter_matching.programmes.values import Content
from kyodo_supporter_matching.trainees.events import (
    CertificateUnearned,
    LapsedTooLong,
    NoAttemptLeft,
    NotCertified,
    NotInTraining,
    TrainingAppliedFor,
    TrainingCertificateIssued,
    TrainingCertificateRenewed,
    TrainingCertificateRevoked,
    TrainingTestFailed,
    TrainingTestPassed,
    TrainingUnderWay,
    TrainingUnitCompleted,
    UnitsMissing,
)
from kyodo_supporter_matching.trainees.model import Trainee
from kyodo_supporter_matching.trainees.values import RevocationReason, TraineeStatus, months_after

HOME, PROGRAMME, ANOTHER, COURSE = "132039", *(f"0193f1a0-0000-7000-8000-00000000000{n}" for n in (1, 2, 3))
YUKI, SORA, REN = (f"0193f1a0-0000-7000-8000-0000000000a{n}" for n in (1, 2, 3))
BASICS = {"code": "basics", "title_ja": "基本", "mode": "online", "minutes": 90}
PRACTICE = {"code": "practice", "title_ja": "実習", "mode": "face_to_face", "minutes": 120}
RAW: dict[str, Any] = {
    "title_ja": "養成研修",
    "units": [BASICS, PRACTICE],
    "passing_score": 70,
    "most_attempts": 2,
    "valid_months": 24,
    "refresher": ["basics"],
}
CONTENT = Content.model_validate(RAW)
NEXT = CONTENT.model_copy(update={"passing_score": 80})
TODAY = date(2026, 8, 31)
NOW = datetime(2026, 8, 31, 3, tzinfo=UTC)
STARTS = NOW + timedelta(days=7)
AFTERWARDS = STARTS + timedelta(hours=3)
PLAN = CoursePlan.model_validate(
    {
        "programme_id": PROGRAMME,
        "programme_version": 1,
        "units": ["practice"],
        "host": "tokyo",
        "mode": "face_to_face",
        "place_ja": "見本会館",
        "seats": 2,
        "times": {"starts_at": STARTS, "ends_at": STARTS + timedelta(hours=2)},
    }
)

# programmes

drafted = TrainingProgrammeDrafted(content=CONTENT)
published = TrainingProgrammePublished(number=1, content=CONTENT)


def test_a_draft_becomes_the_next_version_and_versions_stay() -> None:
    drafted, published = (
        TrainingProgrammeDrafted(content=CONTENT),
        TrainingProgrammePublished(number=1, content=CONTENT),
    )
    given(Programme).when(lambda one: one.write(CONTENT)).then(drafted)
    given(Programme).that(drafted).when(Programme.publish).then(published)
    first = given(Programme).that(drafted, published)
    first.when(lambda one: one.write(NEXT)).then(TrainingProgrammeDrafted(content=NEXT))
    second = first.that(TrainingProgrammeDrafted(content=NEXT)).when(Programme.publish)
    programme = second.then(TrainingProgrammePublished(number=2, content=NEXT))
    assert (programme.content_of(1), programme.content_of(2), programme.draft) == (CONTENT, NEXT, None)
    for number in (0, 3):
        with pytest.raises(NotFound):
            programme.content_of(number)


def test_what_changes_nothing_is_not_said_again() -> None:
    drafted, published = (
        TrainingProgrammeDrafted(content=CONTENT),
        TrainingProgrammePublished(number=1, content=CONTENT),
    )
    given(Programme).that(drafted).when(lambda one: one.write(CONTENT)).then()
    given(Programme).that(drafted, published).when(lambda one: one.write(CONTENT)).then()
    given(Programme).that(drafted, published).when(Programme.publish).then()
    given(Programme).that(drafted, TrainingProgrammeRetired(reason_ja="後継")).when(lambda one: one.retire("再")).then()


def test_a_retired_programme_gets_nothing_new() -> None:
    retired = given(Programme).that(
        TrainingProgrammeDrafted(content=CONTENT), TrainingProgrammeRetired(reason_ja="後継")
    )
    refused = ProgrammeIsRetired(programme_id="test")
    retired.when(Programme.publish).refuses(refused)
    retired.when(lambda one: one.write(NEXT)).refuses(refused)


@pytest.mark.parametrize(
    "wrong",
    [
        {"units": []},
        {"units": [BASICS, BASICS]},
        {"refresher": []},
        {"refresher": ["nothing"]},
        {"refresher": ["basics", "basics"]},
        {"passing_score": 0},
        {"passing_score": 101},
        {"most_attempts": 0},
        {"valid_months": 0},
    ],
)
def test_what_is_no_programme(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Content.model_validate(RAW | wrong)


# courses

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
    attended.when(lambda one: one.record_attendance(YUKI, attended=True, now=AFTERWARDS)).then()
    attended.when(lambda one: one.record_attendance(YUKI, attended=False, now=AFTERWARDS)).refuses(AttendanceStands())
    stranger = seat.when(lambda one: one.record_attendance(SORA, attended=True, now=AFTERWARDS))
    stranger.refuses(NotFound(what="enrolment", id=SORA))


# trainees


def application(number: int = 1) -> TrainingAppliedFor:
    return TrainingAppliedFor(municipality=HOME, programme_id=PROGRAMME, programme_version=number, content=CONTENT)


def completed(unit: str, *done: str, course_id: str | None = None, refresher: bool = False) -> TrainingUnitCompleted:
    return TrainingUnitCompleted(
        municipality=HOME, unit=unit, course_id=course_id, completed_on=TODAY, refresher=refresher, done=done
    )


def attempted(score: int, attempt: int) -> TrainingTestPassed | TrainingTestFailed:
    kind = TrainingTestPassed if score >= 70 else TrainingTestFailed
    return kind(municipality=HOME, score=score, attempt=attempt, taken_on=TODAY)


UNTIL = date(2028, 8, 31)
LATEST = date(2029, 2, 28)  # six months after the last of August
ISSUED = TrainingCertificateIssued(municipality=HOME, number="TSS-1", certified_on=TODAY, valid_until=UNTIL)
REFRESHED = completed("basics", "basics", refresher=True)
applied = given(Trainee).that(application())
taught = applied.that(completed("basics", "basics"), completed("practice", "basics", "practice"))
passed = taught.that(attempted(70, 1))
certified = passed.that(ISSUED)
revoked = certified.that(TrainingCertificateRevoked(municipality=HOME, reason=RevocationReason.MISCONDUCT))


def apply(trainee: Trainee, programme_id: str = PROGRAMME, number: int = 1, today: date = TODAY) -> Any:
    return trainee.apply(HOME, programme_id, number, CONTENT, today)


def test_units_are_completed_in_courses_or_online() -> None:
    attended = applied.when(lambda one: one.attend(["practice", "nothing"], COURSE, TODAY))
    begun = attended.then(completed("practice", "practice", course_id=COURSE))
    assert begun.step is TraineeStatus.IN_TRAINING
    Given(begun).when(lambda one: one.attend(["practice"], COURSE, TODAY)).then()
    Given(begun).when(lambda one: one.complete_online("basics", TODAY)).then(completed("basics", "basics", "practice"))
    Given(begun).when(lambda one: one.complete_online("practice", TODAY)).refuses(UnitIsFaceToFace(unit="practice"))
    Given(begun).when(lambda one: one.complete_online("nothing", TODAY)).refuses(UnknownUnit(unit="nothing"))
    nobody = given(Trainee).when(lambda one: one.complete_online("basics", TODAY))
    nobody.refuses(NotFound(what="training", id="test"))
    both = applied.when(lambda one: one.attend(["practice", "basics"], COURSE, TODAY))
    assert both.then(*both.events).done == {"basics", "practice"}


def test_the_test_is_taken_after_all_units() -> None:
    applied.when(lambda one: one.take_test(90, TODAY)).refuses(UnitsMissing(units="basics, practice"))
    almost = applied.that(completed("basics", "basics"))
    almost.when(lambda one: one.take_test(90, TODAY)).refuses(UnitsMissing(units="practice"))
    assert taught.when(lambda one: one.take_test(70, TODAY)).then(attempted(70, 1)).step is TraineeStatus.PASSED
    assert taught.when(lambda one: one.take_test(69, TODAY)).then(attempted(69, 1)).step is TraineeStatus.FAILED
    passed.when(lambda one: one.take_test(90, TODAY)).refuses(NotInTraining(status="passed"))


def test_who_failed_tries_again_until_the_last_attempt_and_then_begins_anew() -> None:
    once = taught.that(attempted(60, 1))
    once.when(apply).refuses(TrainingUnderWay(status="failed"))
    once.when(lambda one: one.take_test(71, TODAY)).then(attempted(71, 2))
    twice = once.that(attempted(69, 2))
    twice.when(lambda one: one.take_test(100, TODAY)).refuses(NoAttemptLeft(attempts=2))
    anew = twice.when(apply).then(application())
    assert (anew.step, anew.done, anew.attempts) == (TraineeStatus.APPLIED, frozenset(), 0)
    assert anew.version == twice.state.version + 1


def test_only_who_passed_is_certified_for_the_months_of_the_version() -> None:
    for before in (applied, taught, taught.that(attempted(10, 1)), certified, revoked):
        status = before.state.step.value if before.state.step else ""
        before.when(lambda one: one.certify("TSS-1", TODAY)).refuses(CertificateUnearned(status=status))
    trainee = passed.when(lambda one: one.certify("TSS-1", TODAY)).then(ISSUED)
    assert trainee.certified_until == UNTIL
    days = (TODAY - timedelta(days=1), TODAY, UNTIL, UNTIL + timedelta(days=1))
    assert [trainee.certified_on(day) for day in days] == [False, True, True, False]


def test_nobody_without_a_certificate_is_certified_on_any_day() -> None:
    for before in (given(Trainee), applied, taught, passed, revoked):
        assert before.state.certified_until is None
        assert not before.state.certified_on(TODAY)


def test_a_renewal_takes_the_refresher_and_begins_where_the_certificate_ends() -> None:
    certified.when(lambda one: one.renew(TODAY)).refuses(UnitsMissing(units="basics"))
    certified.when(lambda one: one.attend(["practice"], COURSE, TODAY)).then()
    refreshed = Given(certified.when(lambda one: one.complete_online("basics", TODAY)).then(REFRESHED))
    day = UNTIL - timedelta(days=30)
    renewal = TrainingCertificateRenewed(
        municipality=HOME, renewed_on=day, valid_from=TODAY, valid_until=months_after(UNTIL, 24)
    )
    renewed = refreshed.when(lambda one: one.renew(day)).then(renewal)
    assert renewed.certified_on(UNTIL + timedelta(days=1))
    Given(renewed).when(lambda one: one.renew(day)).refuses(UnitsMissing(units="basics"))


def test_a_lapsed_certificate_is_renewed_for_six_months_and_leaves_its_gap() -> None:
    refreshed = certified.that(REFRESHED)
    renewal = TrainingCertificateRenewed(
        municipality=HOME, renewed_on=LATEST, valid_from=LATEST, valid_until=months_after(LATEST, 24)
    )
    renewed = refreshed.when(lambda one: one.renew(LATEST)).then(renewal)
    assert [renewed.certified_on(day) for day in (LATEST - timedelta(days=1), LATEST)] == [False, True]
    too_late = LATEST + timedelta(days=1)
    refreshed.when(lambda one: one.renew(too_late)).refuses(LapsedTooLong(until=UNTIL, latest=LATEST))
    refreshed.when(lambda one: apply(one, today=LATEST)).refuses(TrainingUnderWay(status="certified"))
    anew = refreshed.when(lambda one: apply(one, today=too_late)).then(application())
    assert (anew.certified_until, anew.refreshed) == (None, frozenset())


def test_a_certificate_is_revoked_once_and_the_training_may_begin_anew() -> None:
    reason = RevocationReason.MISCONDUCT
    event = TrainingCertificateRevoked(municipality=HOME, reason=reason)
    certified.when(lambda one: one.revoke(reason)).then(event)
    revoked.when(lambda one: one.revoke(reason)).then()
    passed.when(lambda one: one.revoke(reason)).refuses(NotCertified(status="passed"))
    passed.when(lambda one: one.renew(TODAY)).refuses(NotCertified(status="passed"))
    revoked.when(lambda one: one.renew(TODAY)).refuses(NotCertified(status="revoked"))
    revoked.when(lambda one: one.complete_online("basics", TODAY)).refuses(NotInTraining(status="revoked"))
    revoked.when(lambda one: one.attend(["basics"], COURSE, TODAY)).then()
    revoked.when(apply).then(application())


def test_a_training_under_way_is_not_exchanged_for_another() -> None:
    for before in (applied, taught):
        before.when(apply).then()
        for programme_id, number in ((PROGRAMME, 2), (ANOTHER, 1)):
            other = before.when(lambda one, p=programme_id, n=number: apply(one, p, n))  # type: ignore[misc]
            status = before.state.step.value if before.state.step else ""
            other.refuses(TrainingUnderWay(status=status))
    passed.when(apply).refuses(TrainingUnderWay(status="passed"))


def test_courses_are_for_those_whom_they_lead_further() -> None:
    def may(before: Given[Trainee], programme_id: str, number: int, *units: str) -> bool:
        try:
            before.state.require_taught(programme_id, number, units)
        except NotInTraining:
            return False
        return True

    assert may(applied, PROGRAMME, 1, "practice")
    assert not may(applied, PROGRAMME, 2, "practice")
    assert not may(applied, ANOTHER, 1, "practice")
    assert may(certified, PROGRAMME, 2, "basics"), "a refresher of a later version serves too"
    assert not may(certified, PROGRAMME, 1, "practice")
    assert not may(certified, ANOTHER, 1, "basics")
    assert not any(may(before, PROGRAMME, 1, "basics") for before in (given(Trainee), passed, revoked))


# months

days = st.dates(date(2000, 4, 1), date(2080, 3, 31))
months = st.integers(0, 240)


@all_of(days, months)
def test_months_later_is_in_that_month_and_on_that_day_where_there_is_one(day: date, number: int) -> None:
    later = months_after(day, number)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == number
    last = monthrange(later.year, later.month)[1]
    assert later.day == day.day or (later.day == last and day.day > last)


@all_of(days, days, months)
def test_who_is_certified_later_is_never_certified_for_shorter(one: date, other: date, number: int) -> None:
    first, second = sorted((one, other))
    assert months_after(first, number) <= months_after(second, number)


@all_of(days, st.integers(1, 100))
def test_years_are_twelve_months(day: date, years: int) -> None:
    later = months_after(day, 12 * years)
    leap_day_lost = (day.month, day.day) == (2, 29) and (later.month, later.day) == (2, 28)
    assert leap_day_lost or later == day.replace(year=day.year + years)
