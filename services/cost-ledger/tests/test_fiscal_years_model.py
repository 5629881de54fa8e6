"""The steps of a fiscal year: each in its order, and not before its day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from kyodo_cost_ledger.fiscal_years.model import FiscalYearBooks, YearsBooks, YearStatus
from kyodo_cost_ledger.fiscal_years.refusals import (
    EarlierYearOpen,
    MonthsOpen,
    SettlementOver,
    SettlementRuns,
    YearAlreadyCalculated,
    YearNotOver,
    YearStepOutOfOrder,
)
from kyodo_events.contracts.cost_ledger.periods import FiscalYearCalculated, FiscalYearSealed, SettlementPeriodOpened
from kyodo_events.testing import Given, given
from kyodo_events.values.fiscal import FiscalYear

YEAR, SEAL = FiscalYear(2024), "a" * 64
BOOKS = YearsBooks(YEAR, calculated=False, open_months=(), earlier=None, municipalities=600, tokyo=400)
LAST_OF_MARCH, FIRST_OF_APRIL = date(2025, 3, 31), date(2025, 4, 1)
LAST_OF_MAY, FIRST_OF_JUNE = date(2025, 5, 31), date(2025, 6, 1)

calculated = FiscalYearCalculated(fiscal_year=YEAR, municipalities=600, tokyo=400)
settling = SettlementPeriodOpened(fiscal_year=YEAR, last_day=LAST_OF_MAY)
sealed = FiscalYearSealed(fiscal_year=YEAR, seal=SEAL)


def year() -> Given[FiscalYearBooks]:
    """The fiscal year 2024, open."""
    return given(FiscalYearBooks, "2024")


def test_a_year_is_calculated_after_its_last_day() -> None:
    year().when(lambda y: y.calculate(BOOKS, FIRST_OF_APRIL)).then(calculated)
    early = YearNotOver(fiscal_year=YEAR, last_day="2025-03-31")
    year().when(lambda y: y.calculate(BOOKS, LAST_OF_MARCH)).refuses(early)


def test_a_year_is_calculated_once() -> None:
    refusal = YearAlreadyCalculated(fiscal_year=YEAR)
    year().that(calculated).when(lambda y: y.calculate(BOOKS, FIRST_OF_APRIL)).refuses(refusal)
    year().when(lambda y: y.calculate(replace(BOOKS, calculated=True), FIRST_OF_APRIL)).refuses(refusal)


def test_a_year_is_calculated_with_all_its_months_closed() -> None:
    books = replace(BOOKS, open_months=("2024-06", "2025-03"))
    year().when(lambda y: y.calculate(books, FIRST_OF_APRIL)).refuses(MonthsOpen(months="2024-06, 2025-03"))


def test_years_are_calculated_in_their_order() -> None:
    refusal = EarlierYearOpen(fiscal_year=YEAR, earlier=2023)
    year().when(lambda y: y.calculate(replace(BOOKS, earlier=2023), FIRST_OF_APRIL)).refuses(refusal)


def test_a_year_is_settled_until_31_may() -> None:
    year().that(calculated).when(lambda y: y.open_settlement(LAST_OF_MAY)).then(settling)
    refusal = SettlementOver(fiscal_year=YEAR, last_day="2025-05-31")
    year().that(calculated).when(lambda y: y.open_settlement(FIRST_OF_JUNE)).refuses(refusal)


def test_only_a_calculated_year_is_settled_and_only_once() -> None:
    for past, status in (((), YearStatus.OPEN), ((calculated, settling), YearStatus.SETTLING)):
        refusal = YearStepOutOfOrder(fiscal_year="2024", status=status, needed="calculated")
        year().that(*past).when(lambda y: y.open_settlement(LAST_OF_MAY)).refuses(refusal)


def test_a_year_is_sealed_after_31_may_settled_or_not() -> None:
    year().that(calculated, settling).when(lambda y: y.seal(SEAL, FIRST_OF_JUNE)).then(sealed)
    year().that(calculated).when(lambda y: y.seal(SEAL, FIRST_OF_JUNE)).then(sealed)
    runs = SettlementRuns(fiscal_year=YEAR, last_day="2025-05-31")
    year().that(calculated, settling).when(lambda y: y.seal(SEAL, LAST_OF_MAY)).refuses(runs)


def test_an_open_year_is_not_sealed_and_a_sealed_one_not_again() -> None:
    for past, status in (((), YearStatus.OPEN), ((calculated, sealed), YearStatus.SEALED)):
        refusal = YearStepOutOfOrder(fiscal_year="2024", status=status, needed="calculated or settling")
        year().that(*past).when(lambda y: y.seal(SEAL, FIRST_OF_JUNE)).refuses(refusal)
