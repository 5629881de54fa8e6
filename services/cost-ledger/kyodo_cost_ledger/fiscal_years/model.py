"""The steps of a fiscal year's books (年度): open, calculated, settling, sealed.

After 31 March, when all twelve months are closed, the year is calculated. Until 31 May its claims are settled
(出納整理期間): existing ones are corrected in a period of their own, nothing new is claimed. After that it is sealed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Self

from kyodo_cost_ledger.fiscal_years.refusals import (
    EarlierYearOpen,
    MonthsOpen,
    SettlementOver,
    SettlementRuns,
    YearAlreadyCalculated,
    YearNotOver,
    YearStepOutOfOrder,
)
from kyodo_cost_ledger.periods.calendar import last_settlement_day
from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.contracts.cost_ledger.periods import FiscalYearCalculated, FiscalYearSealed, SettlementPeriodOpened
from kyodo_events.errors import require
from kyodo_events.values.fiscal import FiscalYear


class YearStatus(StrEnum):
    """How far the books of a year have come."""

    OPEN = "open"
    CALCULATED = "calculated"
    SETTLING = "settling"
    SEALED = "sealed"


@dataclass(frozen=True)
class YearsBooks:
    """What stands in the books of a year that is to be calculated, under their lock.

    `earlier` is the first fiscal year before it that has lines and is not calculated.
    """

    fiscal_year: FiscalYear
    calculated: bool
    open_months: tuple[str, ...]
    earlier: int | None
    municipalities: int
    tokyo: int


@dataclass(frozen=True)
class FiscalYearBooks(Aggregate, category="fiscal-year-books"):
    """The books of one fiscal year; its id is the year. `today` is always the day in Tokyo."""

    status: YearStatus = YearStatus.OPEN

    @property
    def fiscal_year(self) -> FiscalYear:
        """The year, by its id."""
        return FiscalYear(int(self.id))

    @property
    def last_day(self) -> date:
        """The last day of its settlement period."""
        return last_settlement_day(self.fiscal_year)

    def calculate(self, books: YearsBooks, today: date) -> Events:
        """After 31 March, with all twelve months closed: say what the year comes to. Years go in their order."""
        year = books.fiscal_year
        begun = self.status is not YearStatus.OPEN or books.calculated
        require(not begun, YearAlreadyCalculated(fiscal_year=year))
        require(today > year.last_day, YearNotOver(fiscal_year=year, last_day=year.last_day.isoformat()))
        require(books.earlier is None, EarlierYearOpen(fiscal_year=year, earlier=books.earlier))
        require(not books.open_months, MonthsOpen(months=", ".join(books.open_months)))
        yield FiscalYearCalculated(fiscal_year=year, municipalities=books.municipalities, tokyo=books.tokyo)

    def open_settlement(self, today: date) -> Events:
        """From here on, changes of the year's claims are booked in its settlement period."""
        self._require(YearStatus.CALCULATED)
        over = SettlementOver(fiscal_year=self.fiscal_year, last_day=self.last_day.isoformat())
        require(today <= self.last_day, over)
        yield SettlementPeriodOpened(fiscal_year=self.fiscal_year, last_day=self.last_day)

    def seal(self, seal: str, today: date) -> Events:
        """After 31 May the year is final; a year that nobody settled in time is sealed without."""
        self._require(YearStatus.CALCULATED, YearStatus.SETTLING)
        runs = SettlementRuns(fiscal_year=self.fiscal_year, last_day=self.last_day.isoformat())
        require(today > self.last_day, runs)
        yield FiscalYearSealed(fiscal_year=self.fiscal_year, seal=seal)

    @evolve
    def calculated(self, event: FiscalYearCalculated) -> Self:
        return replace(self, status=YearStatus.CALCULATED)

    @evolve
    def settlement_opened(self, event: SettlementPeriodOpened) -> Self:
        return replace(self, status=YearStatus.SETTLING)

    @evolve
    def sealed(self, event: FiscalYearSealed) -> Self:
        return replace(self, status=YearStatus.SEALED)

    def _require(self, *needed: YearStatus) -> None:
        refusal = YearStepOutOfOrder(fiscal_year=self.id, status=self.status, needed=" or ".join(needed))
        require(self.status in needed, refusal)
