"""An expert's time: what is held, confirmed, freed and refused, and what expires."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from hypothesis import given as given_any
from hypothesis import settings
from hypothesis import strategies as st

from kyodo_events.aggregate import Events
from kyodo_events.errors import NotFound
from kyodo_events.testing import Given, given
from kyodo_events.values.fiscal import Month
from kyodo_talent.schedules.events import (
    AbsenceAdded,
    AbsenceRemoved,
    CapacityBelowCommitments,
    CapacityExceeded,
    CapacitySet,
    HoldConfirmed,
    HoldGone,
    HoldLapsed,
    HoldPlaced,
    HoldReleased,
    MonthIsOver,
    ScheduleBegun,
)
from kyodo_talent.schedules.model import Schedule
from kyodo_talent.schedules.values import Absence, MonthHalfDays
from tests.support.time_oracle import can_all_be_kept

FIRST, SECOND = (f"0193f1a0-0000-7000-8000-00000000000{n}" for n in (1, 2))
NOW = datetime(2026, 11, 10, 3, tzinfo=UTC)
LATER = NOW + timedelta(days=7)
NOVEMBER, DECEMBER, JANUARY = Month("2026-11"), Month("2026-12"), Month("2027-01")
WHOLE = date(2026, 12, 1), date(2027, 1, 31)
BEGUN = ScheduleBegun(half_days_per_month=12)

Decide = Callable[[Schedule], Events]


def half_days(month: Month, number: int) -> MonthHalfDays:
    return MonthHalfDays(month=month, half_days=number)


def placed(
    hold_id: str = FIRST,
    *lines: MonthHalfDays,
    days: tuple[date, date] = WHOLE,
    expires_at: datetime = LATER,
) -> HoldPlaced:
    lines = lines or (half_days(DECEMBER, 8), half_days(JANUARY, 4))
    return HoldPlaced(hold_id=hold_id, lines=lines, from_day=days[0], until_day=days[1], expires_at=expires_at)


def hold(event: HoldPlaced, now: datetime = NOW) -> Decide:
    """The decision that leads to the event."""
    return lambda schedule: schedule.hold(
        event.hold_id, event.lines, event.from_day, event.until_day, event.expires_at, now
    )


def test_what_is_free_is_held() -> None:
    given(Schedule).that(BEGUN).when(hold(placed())).then(placed())


def test_lines_of_one_month_are_held_together() -> None:
    lines = (half_days(DECEMBER, 5), half_days(DECEMBER, 3))
    together = given(Schedule).that(BEGUN).when(hold(placed(FIRST, *lines)))
    together.then(placed(FIRST, half_days(DECEMBER, 8)))


def test_more_than_is_free_is_refused_with_each_month_and_its_figures() -> None:
    asked = placed(SECOND, half_days(DECEMBER, 5), half_days(JANUARY, 9))
    shortage = "2026-12: 5 half-days asked, 4 free; 2027-01: 9 half-days asked, 8 free"
    given(Schedule).that(BEGUN, placed()).when(hold(asked)).refuses(CapacityExceeded(shortage=shortage))


def test_days_that_are_too_few_are_refused_though_the_month_has_room() -> None:
    week = date(2026, 12, 7), date(2026, 12, 8)
    four, one = placed(FIRST, half_days(DECEMBER, 4), days=week), placed(SECOND, half_days(DECEMBER, 1), days=week)
    refused = given(Schedule).that(BEGUN, four).when(hold(one))
    refused.refuses(CapacityExceeded(shortage="2026-12: 1 half-days asked, 0 free"))


def test_an_absence_takes_the_days_away() -> None:
    away = Absence(number=1, from_day=date(2026, 12, 1), until_day=date(2026, 12, 30))
    absent = AbsenceAdded(from_day=away.from_day, until_day=away.until_day, absences=(away,))
    asked = placed(FIRST, half_days(DECEMBER, 3))
    refused = given(Schedule).that(BEGUN, absent).when(hold(asked))
    refused.refuses(CapacityExceeded(shortage="2026-12: 3 half-days asked, 2 free"))


def test_the_same_hold_again_is_no_change_and_another_moment_moves_it() -> None:
    given(Schedule).that(BEGUN, placed()).when(hold(placed())).then()
    longer = placed(expires_at=LATER + timedelta(days=1))
    given(Schedule).that(BEGUN, placed()).when(hold(longer)).then(longer)


def test_what_is_confirmed_never_expires_again() -> None:
    past = BEGUN, placed(), HoldConfirmed(hold_id=FIRST)
    given(Schedule).that(*past).when(hold(placed(expires_at=LATER + timedelta(days=1)))).then()
    full = placed(SECOND, half_days(DECEMBER, 5))
    for moment in (NOW, LATER, LATER + timedelta(days=365)):
        refused = given(Schedule).that(*past).when(hold(full, moment))
        refused.refuses(CapacityExceeded(shortage="2026-12: 5 half-days asked, 4 free"))


def test_a_hold_is_confirmed_until_it_expires() -> None:
    held = given(Schedule).that(BEGUN, placed())
    held.when(lambda schedule: schedule.confirm_hold(FIRST, NOW)).then(HoldConfirmed(hold_id=FIRST))
    held.when(lambda schedule: schedule.confirm_hold(FIRST, LATER)).refuses(HoldGone(hold_id=FIRST))
    held.when(lambda schedule: schedule.confirm_hold(SECOND, NOW)).refuses(HoldGone(hold_id=SECOND))
    confirmed = held.that(HoldConfirmed(hold_id=FIRST))
    confirmed.when(lambda schedule: schedule.confirm_hold(FIRST, LATER)).then()


def test_who_relies_on_an_expired_hold_says_so_and_no_slower_clock_brings_it_back() -> None:
    held = given(Schedule).that(BEGUN, placed())
    second = placed(SECOND, half_days(DECEMBER, 12), expires_at=LATER + timedelta(days=7))
    after = held.when(hold(second, LATER)).then(HoldLapsed(hold_id=FIRST), second)
    a_second_before = LATER - timedelta(seconds=1)
    late = Given(after).when(lambda schedule: schedule.confirm_hold(FIRST, a_second_before))
    late.refuses(HoldGone(hold_id=FIRST))


def test_an_expired_hold_can_be_held_again_as_far_as_there_is_room() -> None:
    again = placed(expires_at=LATER + timedelta(days=7))
    given(Schedule).that(BEGUN, placed()).when(hold(again, LATER)).then(HoldLapsed(hold_id=FIRST), again)


def test_released_months_are_free_and_those_before_are_kept() -> None:
    confirmed = given(Schedule).that(BEGUN, placed(), HoldConfirmed(hold_id=FIRST))
    ended = confirmed.when(lambda schedule: schedule.release(FIRST, JANUARY))
    after = ended.then(HoldReleased(hold_id=FIRST, months=(JANUARY,)))
    assert after.holds[FIRST].lines == {DECEMBER: 8}
    Given(after).when(lambda schedule: schedule.release(FIRST, JANUARY)).then()
    Given(after).when(hold(placed(SECOND, half_days(JANUARY, 12)))).then(placed(SECOND, half_days(JANUARY, 12)))
    whole = confirmed.when(lambda schedule: schedule.release(FIRST)).then(
        HoldReleased(hold_id=FIRST, months=(DECEMBER, JANUARY))
    )
    assert not whole.holds
    Given(whole).when(lambda schedule: schedule.release(FIRST)).then()


def test_capacity_changes_from_this_month_on() -> None:
    changed = CapacitySet(
        half_days_per_month=4, exceptions=(half_days(JANUARY, 0),), earlier=(half_days(Month("2026-10"), 12),)
    )
    exceptions = [half_days(JANUARY, 0)]
    decided = given(Schedule).that(BEGUN).when(lambda schedule: schedule.set_capacity(4, exceptions, NOW))
    capacity = decided.then(changed).capacity
    months = Month.range(Month("2026-09"), Month("2027-02"))
    assert [capacity.in_month(month) for month in months] == [12, 12, 4, 4, 0, 4]
    again = given(Schedule).that(BEGUN, changed).when(lambda schedule: schedule.set_capacity(4, exceptions, NOW))
    again.then()


def test_months_that_are_over_keep_their_capacity_whatever_comes() -> None:
    october = (half_days(Month("2026-10"), 3),)
    past = CapacitySet(half_days_per_month=6, exceptions=october, earlier=(half_days(Month("2026-08"), 12),))
    schedule = given(Schedule).that(BEGUN, past)
    kept = schedule.when(lambda schedule: schedule.set_capacity(9, [], NOW)).before
    for exceptions in ([], list(october)):
        after = kept.fold(kept.set_capacity(9, exceptions, NOW)).capacity
        months = Month.range(Month("2026-08"), NOVEMBER)
        assert [after.in_month(month) for month in months] == [12, 6, 3, 9]
    other = schedule.when(lambda schedule: schedule.set_capacity(9, [half_days(Month("2026-10"), 4)], NOW))
    other.refuses(MonthIsOver(month="2026-10", first="2026-11"))


def test_less_capacity_than_what_is_held_or_confirmed_is_refused_with_months_and_figures() -> None:
    shortage = (
        "2026-12: 8 half-days held or confirmed from 2026-12-01 to 2026-12-31, 3 would be possible; "
        "2027-01: 4 half-days held or confirmed from 2027-01-01 to 2027-01-31, 3 would be possible"
    )
    held = given(Schedule).that(BEGUN, placed())
    for before in (held, held.that(HoldConfirmed(hold_id=FIRST))):
        refused = before.when(lambda schedule: schedule.set_capacity(3, [], NOW))
        refused.refuses(CapacityBelowCommitments(shortage=shortage))
    enough = held.when(lambda schedule: schedule.set_capacity(3, [half_days(DECEMBER, 8), half_days(JANUARY, 4)], NOW))
    assert enough.refusal is None
    lapsed, changed = held.when(lambda schedule: schedule.set_capacity(3, [], LATER)).events
    assert lapsed == HoldLapsed(hold_id=FIRST)
    assert isinstance(changed, CapacitySet)


def test_an_absence_needs_days_that_nothing_is_promised_for() -> None:
    first_week = date(2026, 12, 1), date(2026, 12, 4)
    held = given(Schedule).that(BEGUN, placed(FIRST, half_days(DECEMBER, 8), days=first_week))
    refused = held.when(lambda schedule: schedule.add_absence(first_week[1], date(2026, 12, 20), NOW))
    shortage = "2026-12: 8 half-days held or confirmed from 2026-12-01 to 2026-12-04, 6 would be possible"
    refused.refuses(CapacityBelowCommitments(shortage=shortage))
    away = Absence(number=1, from_day=date(2026, 12, 5), until_day=date(2026, 12, 20))
    added = AbsenceAdded(from_day=away.from_day, until_day=away.until_day, absences=(away,))
    held.when(lambda schedule: schedule.add_absence(away.from_day, away.until_day, NOW)).then(added)
    held.that(added).when(lambda schedule: schedule.add_absence(away.from_day, away.until_day, NOW)).then()


def test_absences_are_taken_back_by_number_and_numbers_never_come_again() -> None:
    one = Absence(number=1, from_day=date(2026, 12, 5), until_day=date(2026, 12, 6))
    added = AbsenceAdded(from_day=one.from_day, until_day=one.until_day, absences=(one,))
    removed = AbsenceRemoved(from_day=one.from_day, until_day=one.until_day, absences=())
    absent = given(Schedule).that(BEGUN, added)
    absent.when(lambda schedule: schedule.remove_absence(1, NOW)).then(removed)
    again = absent.that(removed).when(lambda schedule: schedule.add_absence(one.from_day, one.until_day, NOW))
    again.then(added.model_copy(update={"absences": (one.model_copy(update={"number": 2}),)}))
    absent.when(lambda schedule: schedule.remove_absence(2, NOW)).refuses(NotFound(what="absence", id=2))


def test_absences_of_months_that_are_over_stay_as_they_were() -> None:
    moment = datetime(2027, 1, 1, tzinfo=UTC)
    one = Absence(number=1, from_day=date(2026, 12, 5), until_day=date(2026, 12, 6))
    absent = given(Schedule).that(BEGUN, AbsenceAdded(from_day=one.from_day, until_day=one.until_day, absences=(one,)))
    over = MonthIsOver(month="2026-12", first="2027-01")
    absent.when(lambda schedule: schedule.remove_absence(1, moment)).refuses(over)
    absent.when(lambda schedule: schedule.add_absence(date(2026, 12, 9), date(2027, 1, 9), moment)).refuses(over)


# any sequence of decisions

Step = tuple[str, int, int, int, int]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["hold", "hold", "hold", "confirm", "release", "capacity", "absence", "wait"]),
        st.integers(1, 5),
        st.integers(1, 12),
        st.integers(1, 31),
        st.integers(0, 12),
    ),
    max_size=25,
)


def decision(step: Step, now: datetime) -> Decide:
    """What a step asks for: a hold by number, half-days, and days of December."""
    what, number, amount, day, length = step
    hold_id = f"{FIRST[:-1]}{number}"
    first, last = date(2026, 12, day), date(2026, 12, min(31, day + length))
    match what:
        case "hold":
            asked = placed(hold_id, half_days(DECEMBER, amount), days=(first, last), expires_at=now + timedelta(days=7))
            return hold(asked, now)
        case "confirm":
            return lambda schedule: schedule.confirm_hold(hold_id, now)
        case "release":
            return lambda schedule: schedule.release(hold_id)
        case "capacity":
            return lambda schedule: schedule.set_capacity(amount, [], now)
        case _:
            return lambda schedule: schedule.add_absence(first, last, now)


def is_kept(schedule: Schedule) -> bool:
    """Whether all that any clock might still count as promised can be kept, found by search."""
    wanted = [
        (max(one.from_day, DECEMBER.first_day), min(one.until_day, DECEMBER.last_day), one.lines[DECEMBER])
        for one in schedule.holds.values()
    ]
    days = [DECEMBER.first_day + timedelta(days=n) for n in range(31)]
    absent = [day for day in days if any(one.covers(day) for one in schedule.absences)]
    return can_all_be_kept(wanted, schedule.capacity.in_month(DECEMBER), absent)


@given_any(steps=STEPS)
@settings(max_examples=200)
def test_whatever_is_decided_all_that_is_promised_can_be_kept(steps: list[Step]) -> None:
    schedule, now = given(Schedule).that(BEGUN).state, NOW
    for step in steps:
        if step[0] == "wait":
            now = min(now + timedelta(days=step[1]), datetime(2026, 11, 29, tzinfo=UTC))
            continue
        schedule = schedule.fold(Given(schedule).when(decision(step, now)).events)
        assert is_kept(schedule)
