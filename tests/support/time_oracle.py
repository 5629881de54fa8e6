"""Whether promised half-days can all be kept, found by giving each its own half of a day: slow, and plainly right.

The product answers by sums over intervals (kyodo_talent.schedules.capacity). Here every half-day looks for a half of a
working day of its window, and others make way where they can: a maximum matching by augmenting paths.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta

Wanted = tuple[date, date, int]
"""Half-days to be worked from one day to another, both included."""


def can_all_be_kept(wanted: Iterable[Wanted], most: int, absent: Collection[date]) -> bool:
    """Whether all half-days of one month find a place, and are no more than the capacity."""
    units = [(first, last) for first, last, half_days in wanted for _ in range(half_days)]
    return len(units) <= most and all_find_a_place(units, absent)


def all_find_a_place(units: Sequence[tuple[date, date]], absent: Collection[date]) -> bool:
    """Whether each unit gets a half of a day of its own."""
    places = [[(day, half) for day in _days(*unit) if _works(day, absent) for half in "ap"] for unit in units]
    taken: dict[tuple[date, str], int] = {}

    def find(unit: int, tried: set[tuple[date, str]]) -> bool:
        for place in places[unit]:
            if place not in tried:
                tried.add(place)
                if place not in taken or find(taken[place], tried):
                    taken[place] = unit
                    return True
        return False

    return all(find(unit, set()) for unit in range(len(units)))


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=after) for after in range((last - first).days + 1)]


def _works(day: date, absent: Collection[date]) -> bool:
    return day.isoweekday() <= 5 and day not in absent
