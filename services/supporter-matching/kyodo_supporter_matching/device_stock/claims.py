"""Which part of a stock is promised on a day: arithmetic that decisions and lists share."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Claim:
    """Some devices from one day to another, both included; `out` of them are with somebody."""

    number: int
    out: int
    from_day: date
    until_day: date

    def on(self, day: date, today: date) -> int:
        """How many devices it keeps from others on a day, today or later.

        Whatever is overdue is missing on every day to come, for nobody knows when it will be back.
        """
        if self.until_day < today:
            return self.out
        return self.number if self.from_day <= day <= self.until_day else 0


def claimed(claims: Collection[Claim], day: date, today: date) -> int:
    """How many devices are promised on a day."""
    return sum(claim.on(day, today) for claim in claims)


def fullest(claims: Collection[Claim], first: date, last: date, today: date) -> tuple[int, date]:
    """The most that is promised on one of these days, and the earliest such day.

    More is promised than the day before only where a claim begins: the other days need no look.
    """
    days = {first} | {claim.from_day for claim in claims if first < claim.from_day <= last}
    return max(((claimed(claims, day, today), day) for day in sorted(days)), key=lambda one: one[0])
