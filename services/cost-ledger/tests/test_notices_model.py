"""The notice cycle: when each is due, how usage is forecast, and what the lines of a year come to."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from kyodo_cost_ledger.statements.japanese import day_ja, fiscal_year_ja, month_ja
from kyodo_cost_ledger.statements.lines import Heading
from kyodo_cost_ledger.statements.model import due_day, number_of
from kyodo_cost_ledger.statements.notices import (
    booked_through,
    due_by,
    is_late,
    months_of_use,
    run_rate,
)
from kyodo_events.contracts.cost_ledger.statements import StatementKind
from kyodo_events.values.fiscal import FiscalYear, Month

YEAR = FiscalYear(2024)


def test_notices_are_due_on_the_days_of_the_cycle() -> None:
    assert due_by(StatementKind.ESTIMATE, YEAR) == date(2024, 2, 10)  # before the year begins
    assert due_by(StatementKind.INTERIM, YEAR) == date(2024, 11, 5)
    assert due_by(StatementKind.FINAL, YEAR) == date(2025, 2, 15)
    assert due_by(StatementKind.SETTLEMENT, YEAR) is None
    assert not is_late(StatementKind.INTERIM, YEAR, date(2024, 11, 5))
    assert is_late(StatementKind.INTERIM, YEAR, date(2024, 11, 6))
    assert not is_late(StatementKind.MONTHLY, YEAR, date(2099, 1, 1))
    assert booked_through(StatementKind.INTERIM, YEAR) == "2024-09"
    assert booked_through(StatementKind.FINAL, YEAR) == "2025-01"


@pytest.mark.parametrize(
    ("issued_on", "due_on"),
    [
        ("2024-04-10", "2024-05-31"),
        ("2024-05-10", "2024-07-01"),  # 30 June is a Sunday
        ("2024-07-31", "2024-09-02"),  # 31 August is a Saturday
        ("2024-11-08", "2025-01-06"),  # banks are closed from 31 December to 3 January, then comes a weekend
        ("2025-11-30", "2026-01-05"),
    ],
)
def test_the_last_day_of_payment_is_one_on_which_banks_are_open(issued_on: str, due_on: str) -> None:
    assert due_day(date.fromisoformat(issued_on)).isoformat() == due_on


def test_numbers_and_dates_are_written_as_authorities_do() -> None:
    assert number_of(Heading.of_month(Month("2025-03")), 62) == "令和6年度-月次-03-0062"
    assert number_of(Heading.of_year(StatementKind.INTERIM, YEAR), 1) == "令和6年度-中間-0001"
    assert (fiscal_year_ja(2019), fiscal_year_ja(2018)) == ("令和元年度", "平成30年度")
    assert (day_ja(date(2019, 4, 30)), day_ja(date(2019, 5, 1))) == ("平成31年4月30日", "令和元年5月1日")
    assert month_ja("2024-04") == "令和6年4月"


def test_the_run_rate_of_six_months() -> None:
    assert run_rate(60, 6, 6) == [10] * 6
    assert run_rate(7, 6, 6) == [1, 1, 1, 1, 1, 2]
    assert run_rate(7, 10, 2) == [0, 1]
    assert (run_rate(0, 6, 3), run_rate(-5, 6, 3), run_rate(5, 0, 3)) == ([0] * 3, [0] * 3, [0] * 3)


@given_any(st.integers(0, 10**9), st.integers(1, 12), st.integers(1, 12))
def test_a_run_rate_is_the_share_of_the_time_and_never_above_it(quantity: int, months: int, ahead: int) -> None:
    expected = run_rate(quantity, months, ahead)
    assert len(expected) == ahead
    assert sum(expected) == quantity * ahead // months
    assert max(expected) - min(expected) <= 1


def test_the_months_of_a_year_that_are_known() -> None:
    assert months_of_use(YEAR, date(2025, 2, 5))[-1] == "2025-01"
    assert len(months_of_use(YEAR, date(2025, 4, 1))) == 12
    assert months_of_use(YEAR, date(2024, 4, 30)) == ()
    assert Heading.of_year(StatementKind.SETTLEMENT, YEAR).period == "2025-03s"
