"""Whether half-days fit: the arithmetic of an expert's time, within one month.

A working day has two half-days; a working day is one from Monday to Friday on which the expert is not absent. Public
holidays count as working days here, because no calendar of them is kept: who does not work on one enters an absence.

What is promised is a number of half-days to be worked within a window of days, such as the half of the month in which
an assignment runs. Looking at each day alone proves nothing, since a half-day may be worked on any day of its window;
looking at the whole month alone misses the week into which too much was promised. Hall's theorem says exactly when all
can be kept: for every interval of days, what must be worked within it is no more than what it offers. A window never
leaves its month, so a month is judged alone, and its intervals, 496 at most, by sums that grow from day to day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from kyodo_events.values.fiscal import Month
from kyodo_talent.schedules.values import HALVES, Absence

SATURDAY = 5  # as date.weekday counts


@dataclass(frozen=True, slots=True)
class Demand:
    """Half-days to be worked from one day to another of the same month, both included."""

    first: date
    last: date
    half_days: int


@dataclass(frozen=True, slots=True)
class Interval:
    """Days of a month, from one to another, with what they offer and what must be worked within them."""

    first: date
    last: date
    offered: int
    asked: int

    @property
    def slack(self) -> int:
        """Half-days left; negative where more is asked than offered."""
        return self.offered - self.asked

    def contains(self, first: date, last: date) -> bool:
        """Whether it contains all these days."""
        return self.first <= first and last <= self.last


def window(month: Month, from_day: date, until_day: date) -> tuple[date, date]:
    """The days of a month within these two, both included; the second lies before the first where there are none."""
    return max(month.first_day, from_day), min(month.last_day, until_day)


@lru_cache(maxsize=256)
def days_of(month: Month) -> tuple[tuple[date, int], ...]:
    """The days of a month, each with what it offers to somebody who is never absent."""
    days = (month.first_day.replace(day=number) for number in range(1, month.last_day.day + 1))
    return tuple((day, HALVES if day.weekday() < SATURDAY else 0) for day in days)


def offers_of(month: Month, absences: Iterable[Absence]) -> list[int]:
    """What each day of a month offers."""
    days = days_of(month)
    (first, _), (last, _) = days[0], days[-1]
    away = [one for one in absences if one.from_day <= last and first <= one.until_day]
    if not away:
        return [offer for _, offer in days]
    return [0 if any(one.covers(day) for one in away) else offer for day, offer in days]


def intervals(month: Month, demands: Sequence[Demand], absences: Sequence[Absence]) -> Iterator[Interval]:
    """Every interval of days of the month."""
    days = [day for day, _ in days_of(month)]
    offers = offers_of(month, absences)
    ending = dict.fromkeys(days, 0)  # half-days by the last day of their window, of windows that begin at `first` on
    for place, first in reversed(list(enumerate(days))):
        for demand in demands:
            if demand.first == first:
                ending[demand.last] += demand.half_days
        offered = asked = 0
        for last, offer in zip(days[place:], offers[place:], strict=True):
            offered, asked = offered + offer, asked + ending[last]
            yield Interval(first, last, offered, asked)


def room(
    month: Month,
    first: date,
    last: date,
    demands: Sequence[Demand],
    capacity: int,
    absences: Sequence[Absence],
) -> int:
    """How many half-days more can be promised within these days of the month, beside what is promised already."""
    left = capacity - sum(demand.half_days for demand in demands)
    around = (one.slack for one in intervals(month, demands, absences) if one.contains(first, last))
    return max(0, min(left, *around))


def excess(month: Month, demands: Sequence[Demand], capacity: int, absences: Sequence[Absence]) -> Interval | None:
    """Where more is promised than can be kept: the whole month where that is it, else the worst interval; or None."""
    asked = sum(demand.half_days for demand in demands)
    if asked > capacity:
        return Interval(month.first_day, month.last_day, capacity, asked)
    worst = min(intervals(month, demands, absences), key=lambda one: one.slack)
    return worst if worst.slack < 0 else None


def offered_in(month: Month, capacity: int, absences: Sequence[Absence]) -> int:
    """What the expert can work in a whole month: the capacity, or what the days offer where that is less."""
    return min(capacity, sum(offers_of(month, absences)))
