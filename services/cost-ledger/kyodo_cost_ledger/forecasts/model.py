"""What a municipality will have borne of a project by the end of a fiscal year, month by month.

What is booked stands. What is to come rests, for each meter, on the usage plan where there is one, else on the same
months of last year, else on the run-rate of this one; and is priced by the function that will charge it. Basic cost
follows from the terms. Integers throughout, so that months sum to their year.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from kyodo_cost_ledger.base.model import base_charges, waiting_for
from kyodo_cost_ledger.charges.model import Book
from kyodo_cost_ledger.projects.model import Project
from kyodo_cost_ledger.usage.model import Outcome, UsageCell, rate
from kyodo_events.values.fiscal import MONTHS, FiscalYear, Month


class RestsOn(StrEnum):
    """What an expected amount rests on."""

    BOOKED = "booked"
    TERMS = "terms"
    PLAN = "plan"
    LAST_YEAR = "last_year"
    RUN_RATE = "run_rate"


RESTS_ON_JA = {
    RestsOn.BOOKED: "計上済み",
    RestsOn.TERMS: "費用負担条件による",
    RestsOn.PLAN: "利用計画書による",
    RestsOn.LAST_YEAR: "前年度同月の利用実績による",
    RestsOn.RUN_RATE: "本年度の平均利用実績による",
}


@dataclass(frozen=True, slots=True)
class Metered:
    """What is known of one municipality's use of one meter: by month of this year and of last year, and its plan."""

    used: Mapping[Month, int]
    last_year: Mapping[Month, int]
    planned: Sequence[int] | None = None


@dataclass(frozen=True, slots=True)
class MonthForecast:
    """One item of one month: whole yen, and what they rest on."""

    book: str
    item: str
    month: Month
    amount: int
    rests_on: RestsOn
    quantity: int | None = None


@dataclass(frozen=True)
class Forecast:
    """All months. Not complete where something to come has no price yet: no terms, or figures that are missing."""

    months: tuple[MonthForecast, ...]
    complete: bool

    @property
    def booked(self) -> int:
        """Yen in the books."""
        return sum(found.amount for found in self.months if found.rests_on is RestsOn.BOOKED)

    @property
    def total(self) -> int:
        """Yen at the end of the year."""
        return sum(found.amount for found in self.months)


@dataclass(frozen=True)
class ProjectYear:
    """A project's fiscal year, of which the months to `through` are over and booked; None where none is."""

    project: Project
    year: FiscalYear
    through: Month | None

    @cached_property
    def to_come(self) -> tuple[Month, ...]:
        """The months that are not over."""
        return tuple(month for month in self.year.months() if self.through is None or month > self.through)

    @cached_property
    def same_months(self) -> tuple[Month, ...]:
        """The months to come, a year before."""
        return self.year.previous().months()[-len(self.to_come) :] if self.to_come else ()

    @cached_property
    def base(self) -> Mapping[str, Sequence[MonthForecast]]:
        """Basic cost of the months to come, by who bears it."""
        found: dict[str, list[MonthForecast]] = defaultdict(list)
        for (party, item, month), amount in base_charges(self.project).items():
            if month in self.to_come:
                found[party].append(MonthForecast(Book.BASE, item, month, amount, RestsOn.TERMS))
        return found

    @cached_property
    def participants(self) -> Mapping[Month, frozenset[str]]:
        """Who takes part in each month of the year."""
        return {month: frozenset(self.project.participants(month)) for month in self.year.months()}

    @cached_property
    def without_terms(self) -> tuple[Month, ...]:
        """Months to come for which no terms are in force."""
        return tuple(month for month in self.to_come if self.project.terms_in_force(month) is None)

    @cached_property
    def lacks_figures(self) -> bool:
        return any(found.fiscal_year == self.year for found in waiting_for(self.project))


def forecast(
    of: ProjectYear, party: str, booked: Mapping[tuple[str, str, Month], int], meters: Mapping[str, Metered]
) -> Forecast:
    """The year of a municipality, or of Tokyo. `booked` is yen by (book, item, month); months to come are left out."""
    months = [
        MonthForecast(book, item, month, amount, RestsOn.BOOKED)
        for (book, item, month), amount in sorted(booked.items())
        if month not in of.to_come
    ]
    months += of.base.get(party, ())
    complete = not any(party in of.participants[month] for month in of.without_terms)
    for meter, metered in meters.items():
        for month, quantity, rests_on in expected(of, metered):
            if party not in of.participants[month]:
                continue
            rating = rate(of.project, UsageCell(party, of.project.id, meter, month, quantity, 0))
            priced = rating.outcome in (Outcome.CHARGED, Outcome.FREE)
            complete = complete and priced
            if priced:
                months.append(MonthForecast(Book.USAGE, meter, month, rating.amount, rests_on, quantity))
    return Forecast(tuple(months), complete and not of.lacks_figures)


def expected(of: ProjectYear, metered: Metered) -> Iterator[tuple[Month, int, RestsOn]]:
    """The quantity of each month to come, and what it rests on. What was used already in such a month is the least."""
    for month, (quantity, rests_on) in zip(of.to_come, _expected(of, metered), strict=False):
        used = metered.used.get(month, 0)
        if used > quantity:
            yield month, used, RestsOn.BOOKED
        elif quantity:
            yield month, quantity, rests_on


def _expected(of: ProjectYear, metered: Metered) -> list[tuple[int, RestsOn]]:
    if metered.planned is not None:
        return [(metered.planned[month.fiscal_index - 1], RestsOn.PLAN) for month in of.to_come]
    if any(quantity > 0 for quantity in metered.last_year.values()):
        return [(metered.last_year.get(month, 0), RestsOn.LAST_YEAR) for month in of.same_months]
    over = MONTHS - len(of.to_come)
    used = sum(quantity for month, quantity in metered.used.items() if month not in of.to_come)
    if not over or used <= 0:
        return [(0, RestsOn.RUN_RATE) for _ in of.to_come]
    # The step between two cumulative amounts, so that the months sum to the rate times their number.
    return [(used * (n + 1) // over - used * n // over, RestsOn.RUN_RATE) for n in range(over, over + len(of.to_come))]
