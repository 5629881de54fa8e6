"""Exact shares and their words: integers in, text with fixed decimals out, always rounded down. Pure.

They are for comparison, never for money; nothing is ever rounded up to more than was reached.
"""

from __future__ import annotations

from enum import StrEnum
from fractions import Fraction
from typing import Final

PER_RESIDENTS: Final = 1_000

LATE_HOURS: Final = 24
SOON_HOURS: Final = 72


class Lateness(StrEnum):
    """How long before the beginning a seat was given back."""

    UNDER_24_HOURS = "under_24_hours"
    UNDER_72_HOURS = "under_72_hours"
    EARLIER = "earlier"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return _LATENESS_JA[self.value]


_LATENESS_JA = {
    "under_24_hours": "開始前24時間未満",
    "under_72_hours": "開始前24時間以上72時間未満",
    "earlier": "開始前72時間以上",
}


def per_residents(count: int, residents: int) -> str:
    """So many per 1,000 residents, with three decimals."""
    return decimal(Fraction(count * PER_RESIDENTS, residents), 3)


def percent(part: int, whole: int) -> int | None:
    """Whole percent; None where there is nothing to be a part of."""
    return part * 100 // whole if whole else None


def hours(minutes: int) -> str:
    """Minutes as hours with one decimal."""
    return decimal(Fraction(minutes, 60), 1)


def gini(people: int, total: int, weighted: int) -> str | None:
    """The Gini coefficient with three decimals: 0 where all have the same, near 1 where one has all.

    `weighted` is the sum of each one's number times the place in the ascending order, from 1. None where nobody has
    anything: then there is nothing to be uneven.
    """
    return decimal(Fraction(2 * weighted - (people + 1) * total, people * total), 3) if total else None


def decimal(number: Fraction, places: int) -> str:
    """A number that is not negative, with so many decimals."""
    whole, rest = divmod((number * 10**places).__floor__(), 10**places)
    return f"{whole}.{rest:0{places}d}"
