"""Half-days, months with a number of them, and absences."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Protocol, Self

from pydantic import Field, model_validator

from kyodo_events.values.fiscal import Month
from kyodo_events.values.texts import Day
from kyodo_events.values.value import Value

HALVES: int = 2
"""Half-days of a working day: the morning and the afternoon."""

MAX_HALF_DAYS = 62
"""Half-days of the longest month."""

HalfDays = Annotated[int, Field(strict=True, ge=1, le=MAX_HALF_DAYS, description="Half-days a month, at least one")]
HalfDaysOrNone = Annotated[int, Field(strict=True, ge=0, le=MAX_HALF_DAYS, description="Half-days a month, or none")]


class MonthHalfDays(Value):
    """Half-days of one month."""

    month: Month
    half_days: HalfDaysOrNone


class Planned(Protocol):
    """What asks for half-days of a month, for whomever."""

    @property
    def month(self) -> Month:
        """The month in which they are worked."""

    @property
    def half_days(self) -> int:
        """How many."""


class Absence(Value):
    """Days on which the expert does not work, both included. Why is nobody's business here."""

    number: Annotated[int, Field(ge=1, description="Counts the absences of the expert, from 1.")]
    from_day: Day
    until_day: Day

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.until_day < self.from_day:
            raise ValueError("the last day lies before the first")
        return self

    def covers(self, day: date) -> bool:
        """Whether the expert is absent on this day."""
        return self.from_day <= day <= self.until_day


def by_month(lines: Sequence[Planned]) -> dict[Month, int]:
    """Half-days of each month together, in the order of time."""
    sums: dict[Month, int] = {}
    for line in sorted(lines, key=lambda line: line.month):
        sums[line.month] = sums.get(line.month, 0) + line.half_days
    return sums
