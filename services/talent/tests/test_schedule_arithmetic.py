"""Whether half-days fit, against a search that gives each its own half of a day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, settings
from hypothesis import given as given_any
from hypothesis import strategies as st

from kyodo_events.values.fiscal import Month
from kyodo_talent.schedules import capacity as arithmetic
from kyodo_talent.schedules.capacity import Demand, Interval, excess, offered_in, room
from kyodo_talent.schedules.values import Absence
from tests.support.time_oracle import can_all_be_kept

MONTHS = st.sampled_from([Month("2026-12"), Month("2027-02"), Month("2028-02"), Month("2026-05")])


@st.composite
def windows(draw: st.DrawFn, month: Month) -> tuple[date, date]:
    """Days of a month: short ones, which are what makes it hard, and any."""
    first = draw(st.integers(1, month.last_day.day))
    last = draw(st.integers(first, month.last_day.day) | st.integers(first, min(first + 6, month.last_day.day)))
    return month.first_day.replace(day=first), month.first_day.replace(day=last)


@st.composite
def months(draw: st.DrawFn) -> tuple[Month, list[Demand], int, list[Absence]]:
    """A month with what is promised in it, the capacity, and absences that may reach beyond it."""
    month = draw(MONTHS)
    demands = [Demand(*draw(windows(month)), draw(st.integers(1, 8))) for _ in range(draw(st.integers(0, 6)))]
    absences = []
    for number in range(draw(st.integers(0, 3))):
        from_day = month.first_day + timedelta(days=draw(st.integers(-3, 30)))
        until_day = from_day + timedelta(days=draw(st.integers(0, 9)))
        absences.append(Absence(number=number + 1, from_day=from_day, until_day=until_day))
    return month, demands, draw(st.integers(0, 62) | st.just(62)), absences


def kept(month: Month, demands: Sequence[Demand], most: int, absences: Sequence[Absence]) -> bool:
    days = [month.first_day + timedelta(days=after) for after in range(month.last_day.day)]
    absent = {day for day in days for one in absences if one.from_day <= day <= one.until_day}
    return can_all_be_kept([(one.first, one.last, one.half_days) for one in demands], most, absent)


def sums_agree_with_the_search(case: tuple[Month, list[Demand], int, list[Absence]]) -> bool:
    return (excess(*case) is None) == kept(*case)


@given_any(case=months())
@settings(max_examples=400)
def test_a_month_can_be_kept_exactly_where_no_interval_is_asked_too_much(
    case: tuple[Month, list[Demand], int, list[Absence]],
) -> None:
    assert sums_agree_with_the_search(case)


@given_any(case=months(), data=st.data())
@settings(max_examples=300, suppress_health_check=[HealthCheck.filter_too_much])
def test_there_is_room_for_so_many_and_for_no_more(
    case: tuple[Month, list[Demand], int, list[Absence]], data: st.DataObject
) -> None:
    month, demands, most, absences = case
    assume(kept(*case))
    first, last = data.draw(windows(month))
    free = room(month, first, last, demands, most, absences)
    assert kept(month, [*demands, Demand(first, last, free)], most, absences)
    assert not kept(month, [*demands, Demand(first, last, free + 1)], most, absences)


@given_any(case=months())
def test_on_any_days_of_the_month_there_is_room_for_what_is_offered_less_what_is_promised(
    case: tuple[Month, list[Demand], int, list[Absence]],
) -> None:
    month, demands, most, absences = case
    assume(excess(*case) is None)
    promised = sum(one.half_days for one in demands)
    free = room(month, month.first_day, month.last_day, demands, most, absences)
    assert free == offered_in(month, most, absences) - promised


DECEMBER = Month("2026-12")
WEEK = date(2026, 12, 7), date(2026, 12, 11)


def test_a_week_has_ten_half_days_and_an_absence_takes_two_a_day() -> None:
    away = [Absence(number=1, from_day=date(2026, 12, 9), until_day=date(2026, 12, 13))]
    assert room(DECEMBER, *WEEK, [], 62, []) == 10
    assert room(DECEMBER, *WEEK, [], 62, away) == 4


def test_windows_that_overlap_compete_for_the_days_that_they_share() -> None:
    tuesday_to_thursday = Demand(date(2026, 12, 8), date(2026, 12, 10), 5)
    early, late = Demand(date(2026, 12, 7), date(2026, 12, 8), 3), Demand(date(2026, 12, 10), date(2026, 12, 11), 2)
    assert excess(DECEMBER, [tuesday_to_thursday, early, late], 62, []) is None
    # On no single day, and in no window alone, is too much asked; together they need eleven halves of five days.
    over = excess(DECEMBER, [tuesday_to_thursday, early, replace(late, half_days=3)], 62, [])
    assert over == Interval(*WEEK, offered=10, asked=11)


def whole_month_only(*args: Any) -> list[Interval]:
    return list(INTERVALS(*args))[-1:]


def days_alone(*args: Any) -> list[Interval]:
    return [one for one in INTERVALS(*args) if one.first == one.last]


def windows_alone(month: Month, demands: Sequence[Demand], absences: Sequence[Absence]) -> list[Interval]:
    own = {(one.first, one.last) for one in demands}
    return [one for one in INTERVALS(month, demands, absences) if (one.first, one.last) in own] or [
        Interval(month.first_day, month.last_day, 0, 0)
    ]


INTERVALS = arithmetic.intervals


@pytest.mark.parametrize("planted", [whole_month_only, days_alone, windows_alone])
def test_looking_at_less_than_every_interval_is_noticed(
    planted: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arithmetic, "intervals", planted)
    short = date(2026, 12, 7), date(2026, 12, 8)
    case = {
        "whole_month_only": [Demand(*short, 5)],
        "days_alone": [Demand(*short, 5)],
        "windows_alone": [Demand(date(2026, 12, 7), date(2026, 12, 9), 6), Demand(date(2026, 12, 8), WEEK[1], 5)],
    }[planted.__name__]
    assert not sums_agree_with_the_search((DECEMBER, case, 62, []))
