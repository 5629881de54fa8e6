"""The rules of trainings, and of months: given, when, then."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import Any

from hypothesis import given as all_of
from hypothesis import strategies as st

from kyodo_events.errors import NotFound
from kyodo_events.testing import Given, given
from kyodo_supporter_matching.programmes.model import (
    UnitIsFaceToFace,
    UnknownUnit,
)
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
from kyodo_supporter_matching.trainees.numbers import CertificateNumberGiven, CertificateNumberTaken, GivenNumber
from kyodo_supporter_matching.trainees.values import RevocationReason, TraineeStatus, months_after
from tests.support.supporter_matching.training import (
    ANOTHER,
    CONTENT,
    COURSE,
    HOME,
    PROGRAMME,
    SORA,
    TODAY,
    YUKI,
)


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
    on_the_last_day = refreshed.when(lambda one: one.renew(UNTIL))
    assert on_the_last_day.then(*on_the_last_day.events).certified_on(TODAY), "no gap where it had not lapsed"
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


# numbers


def test_a_number_is_given_once_even_to_the_same_supporter() -> None:
    event = CertificateNumberGiven(municipality=HOME, supporter_id=YUKI)
    given(GivenNumber).when(lambda one: one.give(HOME, YUKI)).then(event)
    for supporter_id in (YUKI, SORA):
        again = given(GivenNumber).that(event).when(lambda one, who=supporter_id: one.give(HOME, who))  # type: ignore[misc]
        again.refuses(CertificateNumberTaken(number="test"))
