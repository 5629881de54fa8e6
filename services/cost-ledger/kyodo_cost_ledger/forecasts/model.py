"""What a municipality will have borne of a project by the end of a fiscal year, month by month.

What is booked stands. What is to come rests, for each meter, on the usage plan where there is one, else on the same
months of last year, else on the run-rate of this one; and is priced by the function that will charge it. A month of
last year that is not over itself is taken at the run-rate of those that are. Basic cost follows from the terms.
Integers throughout, so that months sum to their year.
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
from kyodo_events.values.fiscal import FiscalYear, Month


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
    RestsOn.RUN_RATE: "平均利用実績による",
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
    unit_price: int | None = None


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
    """A project's fiscal year. The months to `through` are over and booked; it may lie before the year, or after."""

    project: Project
    year: FiscalYear
    through: Month

    @cached_property
    def to_come(self) -> tuple[Month, ...]:
        """The months that are not over."""
        return tuple(month for month in self.year.months() if month > self.through)

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
    """The year of a municipality, or of Tokyo. `booked` is yen by (book, item, month).

    Of months to come it counts for the base cost, which is booked ahead: there corrections are part of it.
    """
    months = [
        MonthForecast(book, item, month, amount, RestsOn.BOOKED)
        for (book, item, month), amount in sorted(booked.items())
        if month not in of.to_come
    ]
    months += _base_to_come(of, party, booked)
    complete = not any(party in of.participants[month] for month in of.without_terms)
    for meter, metered in meters.items():
        for month, quantity, rests_on in expected(of, metered):
            if party not in of.participants[month]:
                continue
            rating = rate(of.project, UsageCell(party, of.project.id, meter, month, quantity, 0))
            priced = rating.outcome in (Outcome.CHARGED, Outcome.FREE)
            complete = complete and priced
            if priced:
                found = MonthForecast(Book.USAGE, meter, month, rating.amount, rests_on, quantity, rating.unit_price)
                months.append(found)
    return Forecast(tuple(months), complete and not of.lacks_figures)


def expected(of: ProjectYear, metered: Metered) -> Iterator[tuple[Month, int, RestsOn]]:
    """The quantity of each month to come, and what it rests on. What was used already in such a month is the least."""
    for month, (quantity, rests_on) in zip(of.to_come, _expected(of, metered), strict=False):
        used = metered.used.get(month, 0)
        if used > quantity:
            yield month, used, RestsOn.BOOKED
        elif quantity:
            yield month, quantity, rests_on


def _base_to_come(of: ProjectYear, party: str, booked: Mapping[tuple[str, str, Month], int]) -> Iterator[MonthForecast]:
    ahead = {(book, item, month): yen for (book, item, month), yen in booked.items() if month in of.to_come}
    amounts = {(found.book, found.item, found.month): found.amount for found in of.base.get(party, ())} | ahead
    for (book, item, month), amount in amounts.items():
        if book == Book.BASE and amount:
            yield MonthForecast(book, item, month, amount, RestsOn.TERMS)


def _expected(of: ProjectYear, metered: Metered) -> list[tuple[int, RestsOn]]:
    if metered.planned is not None:
        return [(metered.planned[month.fiscal_index - 1], RestsOn.PLAN) for month in of.to_come]
    if not any(quantity > 0 for quantity in metered.last_year.values()):
        at_rate = _at_rate(of.year, metered.used, of.through)
        return [(at_rate[month], RestsOn.RUN_RATE) for month in of.to_come]
    at_rate = _at_rate(of.year.previous(), metered.last_year, of.through)
    return [
        (max(at_rate[month], metered.last_year.get(month, 0)), RestsOn.RUN_RATE)
        if month in at_rate
        else (metered.last_year.get(month, 0), RestsOn.LAST_YEAR)
        for month in of.same_months
    ]


def _at_rate(year: FiscalYear, used: Mapping[Month, int], through: Month) -> Mapping[Month, int]:
    """The months of a year that are not over, if things go on as in those that are."""
    over = sum(month <= through for month in year.months())
    known = max(0, sum(quantity for month, quantity in used.items() if month <= through))
    if not over:
        return dict.fromkeys(year.months(), 0)
    # The step between two cumulative amounts, so that the months sum to the rate times their number.
    rest = enumerate(year.months()[over:], start=over)
    return {month: known * (n + 1) // over - known * n // over for n, month in rest}
