"""The arithmetic of a framework: prices by the day, firm amounts to the yen, the cap of indexation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from math import ceil, floor
from typing import TypeVar

V = TypeVar("V")


def on(steps: Sequence[tuple[date, V]], day: date) -> V:
    """The value in force on a day: of the last step that had begun, or the first one's before it began."""
    return next((value for begins, value in reversed(steps) if begins <= day), steps[0][1])


def a_year_before(day: date) -> date:
    """The same day of the year before; 28 February for the 29th."""
    return date(day.year - 1, day.month, 28 if (day.month, day.day) == (2, 29) else day.day)


def within_cap(price: int, cap: Fraction) -> tuple[int, int]:
    """The lowest and the highest whole yen that a price may come to when it moves by at most the cap."""
    return ceil(price * (1 - cap)), floor(price * (1 + cap))


def firm_amount(whole: int, firm: int, before: int, charged: int, now: int) -> int:
    """Yen for `now` more units of a firm quantity of which `before` stand ordered for `charged` yen.

    The cumulative amount is rounded down, and the last unit brings it to the whole. Where orders were cancelled in
    between, what stands may exceed its proportion by the rounding; then the next units cost that much less, never
    less than nothing.
    """
    return max(0, whole * (before + now) // firm - charged)


def tax_on(net: int, rate: Fraction) -> int:
    """Tax on a net amount, rounded down to whole yen."""
    return floor(net * rate)
