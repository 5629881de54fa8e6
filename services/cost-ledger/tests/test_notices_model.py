"""The notice cycle: when each is due, what it rests on, and how it is numbered."""

from __future__ import annotations

from datetime import date

import pytest

from kyodo_cost_ledger.statements.lines import Heading
from kyodo_cost_ledger.statements.model import due_day, number_of
from kyodo_cost_ledger.statements.notices import (
    booked_through,
    due_by,
    is_late,
    known_through,
)
from kyodo_events.contracts.cost_ledger.statements import StatementKind
from kyodo_events.values.fiscal import FiscalYear, Month
from kyodo_events.values.japanese import day_ja, fiscal_year_ja, month_ja

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


def test_the_months_that_an_estimate_knows() -> None:
    assert known_through(YEAR, date(2024, 2, 5)) == "2024-01"
    assert known_through(YEAR, date(2024, 7, 1)) == "2024-03"  # late as it is, it is about the whole year
    assert Heading.of_year(StatementKind.SETTLEMENT, YEAR).period == "2025-03s"
