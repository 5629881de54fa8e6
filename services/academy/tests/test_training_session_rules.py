"""The seats of a session and the queue for them, rule by rule; all of them together: test_training_session_machine."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from kyodo_academy.courses.contents import Contents
from kyodo_academy.courses.model import (
    Course,
    CourseCancelled,
    CourseContentsWritten,
    CourseHasNoDate,
    CourseIsCancelled,
    Status,
)
from kyodo_academy.programmes.model import ProgrammeCode
from kyodo_academy.sessions.events import (
    EnrolledAlready,
    NoOffer,
    QuotasReleased,
    SeatGiven,
    SeatOffered,
    SeatOfferLapsed,
    SeatReturned,
    SeatsBelowConfirmed,
    SeatsBelowQuotas,
    SeatsChanged,
    SeatWaitedFor,
    SessionCancelled,
    SessionHeld,
    SessionMoved,
    SessionNotOpen,
    SessionOpened,
    SessionPlanned,
    TooLate,
)
from kyodo_academy.sessions.model import TrainingSession
from kyodo_academy.sessions.places import ANSWER_WITHIN
from kyodo_academy.sessions.values import Plan, Quota
from kyodo_events.contracts.academy import CourseAnnounced
from kyodo_events.errors import NotFound
from kyodo_events.event import Event
from kyodo_events.testing import given
from kyodo_events.values.fiscal import TOKYO_TIME
from kyodo_events.values.municipalities import TOKYO

COURSE = "0193f1a0-0000-7000-8000-0000000000c0"
CHIYODA, MUSASHINO, OKUTAMA = "131016", "132039", "133086"
BEGINS = datetime(2023, 6, 20, 14, tzinfo=TOKYO_TIME)
APPLY_UNTIL, CHANGES_UNTIL = BEGINS - timedelta(days=7), BEGINS - timedelta(days=2)
NOW = BEGINS - timedelta(days=30)


def plan_of(seats: int = 2, quotas: Sequence[tuple[str, int]] = ()) -> Plan:
    return Plan(
        title_ja="見本の研修",
        place_ja="見本会議室",
        starts_at=BEGINS,
        ends_at=BEGINS + timedelta(hours=2),
        apply_until=APPLY_UNTIL,
        changes_until=CHANGES_UNTIL,
        seats=seats,
        quotas=tuple(Quota(party=party, seats=number) for party, number in quotas),
    )


def moved_by(days: timedelta) -> Plan:
    """The plan of one seat, at other times."""
    plan = plan_of(1)
    times = ("starts_at", "ends_at", "apply_until", "changes_until")
    return plan.model_copy(update={time: getattr(plan, time) + days for time in times})


def opened(seats: int = 2, quotas: Sequence[tuple[str, int]] = ()) -> list[Event]:
    return [SessionPlanned(host=TOKYO, course_id=COURSE, plan=plan_of(seats, quotas)), SessionOpened()]


def one(number: int) -> str:
    return f"0193f1a0-0000-7000-8000-{number:012x}"


def seat(number: int, party: str = CHIYODA) -> SeatGiven:
    return SeatGiven(enrolment_id=one(number), party=party)


def waits(number: int, party: str = CHIYODA, minutes: int = 0) -> SeatWaitedFor:
    return SeatWaitedFor(enrolment_id=one(number), party=party, since=NOW + timedelta(minutes=minutes))


def returned(number: int) -> SeatReturned:
    return SeatReturned(enrolment_id=one(number), party=CHIYODA)


def test_seats_are_given_until_there_are_none_and_then_people_wait() -> None:
    open_ = given(TrainingSession).that(*opened(1))
    open_.when(lambda s: s.enrol(one(1), CHIYODA, NOW, NOW, ())).then(seat(1))
    full = given(TrainingSession).that(*opened(1), seat(1))
    full.when(lambda s: s.enrol(one(2), CHIYODA, NOW, NOW, ())).then(waits(2))
    full.when(lambda s: s.enrol(one(1), CHIYODA, NOW, NOW, ())).refuses(EnrolledAlready())


def test_a_returned_seat_goes_to_the_head_at_once() -> None:
    full = given(TrainingSession).that(*opened(1), seat(1), waits(2, minutes=2), waits(3, minutes=1))
    full.when(lambda s: s.leave(one(1), NOW, ())).then(returned(1), seat(3))


def test_who_has_something_else_then_is_asked_and_the_seat_kept() -> None:
    full = given(TrainingSession).that(*opened(1), seat(1), waits(2))
    asked = SeatOffered(enrolment_id=one(2), party=CHIYODA, until=NOW + ANSWER_WITHIN)
    after = full.when(lambda s: s.leave(one(1), NOW, {one(2)})).then(returned(1), asked)
    assert (after.free, after.in_order) == (0, [])
    waiting = given(TrainingSession).that(*opened(1), seat(1), waits(2), returned(1), asked)
    waiting.when(lambda s: s.enrol(one(3), CHIYODA, NOW, NOW, ())).then(waits(3))
    waiting.when(lambda s: s.accept(one(2), NOW, ())).then(seat(2))


def test_an_offer_that_lapsed_moves_on_and_cannot_be_accepted() -> None:
    asked = SeatOffered(enrolment_id=one(2), party=CHIYODA, until=NOW + ANSWER_WITHIN)
    waiting = given(TrainingSession).that(*opened(1), waits(2), asked, waits(3))
    later, gone = NOW + ANSWER_WITHIN, SeatOfferLapsed(enrolment_id=one(2), party=CHIYODA)
    waiting.when(lambda s: s.move_on(later, ())).then(gone, seat(3))
    waiting.when(lambda s: s.move_on(later - timedelta(seconds=1), ())).then()
    waiting.when(lambda s: s.accept(one(2), later, ())).refuses(NoOffer())


def test_who_cancels_after_an_offer_leaves_the_queue() -> None:
    asked = SeatOffered(enrolment_id=one(2), party=CHIYODA, until=NOW + ANSWER_WITHIN)
    waiting = given(TrainingSession).that(*opened(1), waits(2), asked)
    after = waiting.when(lambda s: s.leave(one(2), NOW, ())).then(returned(2))
    assert (after.free, after.in_order) == (1, [])


def test_the_order_is_quota_then_time_then_who_has_none() -> None:
    quotas = [(CHIYODA, 1), (MUSASHINO, 1), (OKUTAMA, 1)]
    queue = [
        waits(5, CHIYODA, minutes=0),  # over the quota
        waits(6, MUSASHINO, minutes=3),
        waits(7, OKUTAMA, minutes=2),
    ]
    session = TrainingSession(id=COURSE).fold([*opened(3, quotas), seat(1, CHIYODA), *queue])
    assert session.in_order == [one(7), one(6), one(5)]
    equal = [waits(8, CHIYODA), waits(9, MUSASHINO)]
    tied = TrainingSession(id=COURSE).fold([*opened(3), seat(1, CHIYODA), *equal])
    assert tied.in_order == [one(9), one(8)], "at the same moment, whose municipality has no seat comes first"


def test_nobody_is_moved_up_once_changes_are_over_and_leaving_stays_possible() -> None:
    full = given(TrainingSession).that(*opened(1), seat(1), waits(2))
    left = returned(1)
    full.when(lambda s: s.leave(one(1), CHANGES_UNTIL, ())).then(left)
    full.when(lambda s: s.leave(one(1), BEGINS + timedelta(hours=1), ())).then(left)
    refusal = TooLate(what="Enrolling", until=CHANGES_UNTIL)
    full.when(lambda s: s.enrol(one(3), CHIYODA, NOW, CHANGES_UNTIL, ())).refuses(refusal)


def test_more_seats_go_to_the_queue_and_never_fewer_than_are_taken() -> None:
    full = given(TrainingSession).that(*opened(1), seat(1), waits(2), waits(3))
    full.when(lambda s: s.change_seats(TOKYO, 2, NOW, ())).then(SeatsChanged(seats=2), seat(2))
    two = given(TrainingSession).that(*opened(2), seat(1), seat(2))
    two.when(lambda s: s.change_seats(TOKYO, 1, NOW, ())).refuses(SeatsBelowConfirmed(taken=2, seats=1))


def test_a_quota_is_kept_for_its_municipality_until_applications_end() -> None:
    kept = given(TrainingSession).that(*opened(2, [(MUSASHINO, 1)]), seat(1, CHIYODA))
    kept.when(lambda s: s.enrol(one(2), CHIYODA, NOW, NOW, ())).then(waits(2, CHIYODA))
    kept.when(lambda s: s.enrol(one(2), MUSASHINO, NOW, NOW, ())).then(seat(2, MUSASHINO))
    waiting = kept.that(waits(2, CHIYODA))
    waiting.when(lambda s: s.enrol(one(3), MUSASHINO, NOW, NOW, ())).then(seat(3, MUSASHINO))
    waiting.when(lambda s: s.move_on(APPLY_UNTIL - timedelta(seconds=1), ())).then()
    waiting.when(lambda s: s.move_on(APPLY_UNTIL, ())).then(QuotasReleased(), seat(2, CHIYODA))
    waiting.that(QuotasReleased(), seat(2, CHIYODA)).when(lambda s: s.move_on(APPLY_UNTIL, ())).then()


def test_a_seat_that_comes_free_within_a_quota_stays_within_it() -> None:
    full = given(TrainingSession).that(
        *opened(2, [(MUSASHINO, 1)]), seat(1, MUSASHINO), seat(2), waits(3), waits(4, MUSASHINO, minutes=5)
    )
    left = SeatReturned(enrolment_id=one(1), party=MUSASHINO)
    full.when(lambda s: s.leave(one(1), NOW, ())).then(left, seat(4, MUSASHINO))
    alone = given(TrainingSession).that(*opened(2, [(MUSASHINO, 1)]), seat(1, MUSASHINO), seat(2), waits(3))
    alone.when(lambda s: s.leave(one(1), NOW, ())).then(left)


def test_no_seat_that_is_kept_is_taken_away() -> None:
    kept = given(TrainingSession).that(*opened(4, [(MUSASHINO, 2)]), seat(1), seat(2))
    kept.when(lambda s: s.change_seats(TOKYO, 3, NOW, ())).refuses(SeatsBelowQuotas(reserved=4, seats=3))


def test_there_are_never_fewer_seats_than_the_quotas_need() -> None:
    reserved = given(TrainingSession).that(*opened(3, [(CHIYODA, 2)]))
    reserved.when(lambda s: s.change_seats(TOKYO, 1, NOW, ())).refuses(SeatsBelowQuotas(reserved=2, seats=1))


def test_a_session_is_its_hosts() -> None:
    full = given(TrainingSession).that(*opened(1))
    full.when(lambda s: s.change_seats(CHIYODA, 9, NOW, ())).refuses(NotFound(what="session", id="test"))
    full.when(lambda s: s.cancel(TOKYO, "大雪")).then(SessionCancelled(reason_ja="大雪"))
    gone = given(TrainingSession).that(*opened(1), SessionCancelled(reason_ja="大雪"))
    refusal = SessionNotOpen(current="cancelled", needed="open")
    gone.when(lambda s: s.enrol(one(1), CHIYODA, NOW, NOW, ())).refuses(refusal)
    full.when(lambda s: s.hold(TOKYO, BEGINS)).then(SessionHeld())


@pytest.mark.parametrize(
    "wrong",
    [
        {"seats": 0},
        {"seats": -1},
        {"ends_at": BEGINS},
        {"changes_until": BEGINS + timedelta(hours=1)},
        {"apply_until": CHANGES_UNTIL + timedelta(hours=1)},
        {"quotas": (Quota(party=CHIYODA, seats=2), Quota(party=MUSASHINO, seats=1))},
        {"quotas": (Quota(party=CHIYODA, seats=1), Quota(party=CHIYODA, seats=1))},
    ],
)
def test_plans_that_cannot_be_meant(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Plan.model_validate(plan_of().model_dump() | wrong)


def test_a_session_that_is_cancelled_gives_no_seat_to_anybody() -> None:
    asked = SeatOffered(enrolment_id=one(2), party=CHIYODA, until=NOW + ANSWER_WITHIN)
    past = [*opened(2), seat(1), waits(2), asked, waits(3), SessionCancelled(reason_ja="大雪")]
    gone = given(TrainingSession).that(*past)
    refusal = SessionNotOpen(current="cancelled", needed="open")
    gone.when(lambda s: s.accept(one(2), NOW, ())).refuses(refusal)
    gone.when(lambda s: s.leave(one(1), NOW, ())).then(returned(1))
    gone.when(lambda s: s.move_on(NOW + ANSWER_WITHIN, ())).then()
    with pytest.raises(SessionNotOpen):
        gone.state.require_seat(one(1))


def test_no_offer_outlasts_the_end_of_changes_of_a_session_that_is_moved_forward() -> None:
    asked = SeatOffered(enrolment_id=one(1), party=CHIYODA, until=NOW + ANSWER_WITHIN)
    waiting = given(TrainingSession).that(*opened(1), waits(1), asked)
    earlier = moved_by(timedelta(days=1) + NOW - CHANGES_UNTIL)
    shorter = asked.model_copy(update={"until": NOW + timedelta(days=1)})
    waiting.when(lambda s: s.move(TOKYO, earlier, NOW)).then(SessionMoved(plan=earlier), shorter)


def test_who_waited_in_vain_moves_up_where_the_session_is_put_off() -> None:
    over = given(TrainingSession).that(*opened(1), seat(1), waits(2), returned(1))
    over.when(lambda s: s.move_on(CHANGES_UNTIL, ())).then()
    later = moved_by(timedelta(days=7))
    over.that(SessionMoved(plan=later)).when(lambda s: s.move_on(CHANGES_UNTIL, ())).then(seat(2))


def test_a_session_is_planned_by_the_contents_as_they_stand() -> None:
    announced = CourseAnnounced(title_ja="入門", programme="shared_training", starts_on=BEGINS.date(), seats=40)
    written = CourseContentsWritten(
        number=1,
        title_ja="入門",
        programme=ProgrammeCode.SHARED_TRAINING,
        contents=Contents(objectives_ja=("集計できる",), audience_ja="全職員"),
        changed_ja=None,
    )
    course = given(Course, COURSE).that(announced, written).state
    planned = SessionPlanned(host=TOKYO, course_id=COURSE, plan=plan_of(), contents_version=1)
    given(TrainingSession).when(lambda s: s.begin(TOKYO, course, plan_of(), NOW)).then(planned)
    gone, undated = course.fold([CourseCancelled()]), Course(id=COURSE, status=Status.PROPOSED)
    given(TrainingSession).when(lambda s: s.begin(TOKYO, gone, plan_of(), NOW)).refuses(CourseIsCancelled())
    given(TrainingSession).when(lambda s: s.begin(TOKYO, undated, plan_of(), NOW)).refuses(CourseHasNoDate())
