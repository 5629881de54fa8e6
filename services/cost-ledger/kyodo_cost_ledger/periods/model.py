"""Closing a month (月次締め).

What is booked in a closed month never changes again: facts that come late are booked in the first open month
after it (see charges/model.py, `period_of`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from kyodo_cost_ledger.statements.lines import StatementLine, statements_for
from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.contracts.cost_ledger.statements import MonthClosed
from kyodo_events.errors import Refused, require
from kyodo_events.values.fiscal import Month, tokyo_date


class MonthAlreadyClosed(Refused):
    status, type = 409, "month-already-closed"
    title = "The month is closed already"
    detail = "{month} was closed before; its statements are final."
    remedy = "Nothing needs to be done: corrections are booked in the first open month by themselves."


class MonthNotOver(Refused):
    status, type = 409, "month-not-over"
    title = "The month is not over"
    detail = "{month} ends on {last_day} in Tokyo."
    remedy = "Close the month after its last day."


class EarlierMonthOpen(Refused):
    status, type = 409, "earlier-month-open"
    title = "An earlier month with charges is still open"
    detail = "{month} cannot be closed while {earlier} is open."
    remedy = "Close the months in their order."


@dataclass(frozen=True)
class OpenBooks:
    """What stands in the books when a month is to be closed, under their lock.

    `lines` are those of the month, in order of municipality; `earlier` is the first open month before it that
    has lines of its own.
    """

    month: Month
    closed: bool
    earlier: str | None
    lines: tuple[StatementLine, ...]


@dataclass(frozen=True)
class AccountingMonth(Aggregate, category="accounting-month"):
    """A month of the books; its id is the month."""

    closed: bool = False

    def close(self, books: OpenBooks, now: datetime) -> Events:
        """Make the month final. Months are closed in their order, each once, after its last day in Tokyo."""
        require(not (self.closed or books.closed), MonthAlreadyClosed(month=books.month))
        last_day = books.month.last_day
        require(tokyo_date(now) > last_day, MonthNotOver(month=books.month, last_day=last_day.isoformat()))
        require(books.earlier is None, EarlierMonthOpen(month=books.month, earlier=books.earlier))
        statements = list(statements_for(books.month, books.lines))
        yield MonthClosed(
            month=books.month, statements=len(statements), total=sum(statement.total for statement in statements)
        )

    @evolve
    def month_closed(self, event: MonthClosed) -> Self:
        return replace(self, closed=True)
