"""Closing a month."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from kyodo_cost_ledger.charges.model import Book
from kyodo_cost_ledger.periods.model import AccountingMonth, OpenBooks
from kyodo_cost_ledger.periods.refusals import EarlierMonthOpen, MonthAlreadyClosed, MonthNotOver
from kyodo_cost_ledger.statements.lines import StatementLine
from kyodo_events.contracts.cost_ledger.statements import MonthClosed
from kyodo_events.testing import given
from kyodo_events.values.fiscal import Month

APRIL = Month("2024-04")
A, B = "131016", "131024"
LINES = (
    StatementLine(A, "p", Book.BASE, "equal", "2024-04", 100),
    StatementLine(A, "p", Book.USAGE, "applications", "2024-04", 30),
    StatementLine(B, "p", Book.BASE, "equal", "2024-04", -5),
)
BOOKS = OpenBooks(APRIL, False, None, LINES)
# Midnight of 1 May in Tokyo is still April in UTC.
MAY = datetime(2024, 4, 30, 15, 0, tzinfo=UTC)
LAST_SECOND = datetime(2024, 4, 30, 14, 59, 59, tzinfo=UTC)


def test_closing_counts_statements_and_their_total() -> None:
    closed = MonthClosed(month=APRIL, statements=2, total=125)
    given(AccountingMonth).when(lambda m: m.close(BOOKS, MAY)).then(closed)


def test_a_month_is_closed_once() -> None:
    closed = MonthClosed(month=APRIL, statements=0, total=0)
    refusal = MonthAlreadyClosed(month=APRIL)
    given(AccountingMonth).that(closed).when(lambda m: m.close(BOOKS, MAY)).refuses(refusal)
    given(AccountingMonth).when(lambda m: m.close(replace(BOOKS, closed=True), MAY)).refuses(refusal)


def test_a_month_is_closed_after_its_last_day_in_tokyo() -> None:
    refusal = MonthNotOver(month=APRIL, last_day="2024-04-30")
    given(AccountingMonth).when(lambda m: m.close(BOOKS, LAST_SECOND)).refuses(refusal)


def test_months_are_closed_in_their_order() -> None:
    refusal = EarlierMonthOpen(month=APRIL, earlier="2024-03")
    given(AccountingMonth).when(lambda m: m.close(replace(BOOKS, earlier="2024-03"), MAY)).refuses(refusal)
