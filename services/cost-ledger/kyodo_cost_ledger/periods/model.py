"""Months of the books: open, closed (月次締め), sealed (封印).

What is booked in a closed month never changes again: facts that come late are booked elsewhere (see
charges/model.py, `period_of`). A seal makes that provable: it covers the hashes of all the period's statements and
the seal before it, so nobody can change one of them, or leave one out, without breaking every later seal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Self

from kyodo_cost_ledger.periods.calendar import next_period
from kyodo_cost_ledger.periods.refusals import (
    EarlierMonthOpen,
    MonthAlreadyClosed,
    MonthNotOver,
    PeriodAlreadySealed,
    PeriodStillOpen,
    SealOutOfOrder,
)
from kyodo_cost_ledger.statements.lines import StatementLine, statements_for
from kyodo_cost_ledger.statements.verification import seal_of as seal_of
from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.contracts.cost_ledger.periods import PeriodSealed
from kyodo_events.contracts.cost_ledger.statements import MonthClosed
from kyodo_events.errors import require
from kyodo_events.values.fiscal import Month, tokyo_date


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


@dataclass(frozen=True)
class Sealable:
    """What is known of a period that is to be sealed, under the books' lock.

    `last` and `previous` are the newest sealed period and its seal, `first` the earliest closed month, where a chain
    begins. A settlement period is `closed` when its year may be sealed.
    """

    period: str
    sealed: bool
    closed: bool
    last: str | None
    previous: str | None
    first: str | None
    statements: tuple[str, ...]

    @property
    def due(self) -> str | None:
        """The period that is to be sealed next."""
        return next_period(self.last) if self.last else self.first


@dataclass(frozen=True)
class Seal(Aggregate, category="period-seal"):
    """The seal of a period; its id is the period."""

    seal: str | None = None

    def put(self, books: Sealable) -> Events:
        """Seal a closed period. Periods are sealed without a gap, each once."""
        require(not (self.seal or books.sealed), PeriodAlreadySealed(period=books.period))
        require(books.closed, PeriodStillOpen(period=books.period))
        require(books.period == books.due, SealOutOfOrder(period=books.period, due=books.due))
        yield PeriodSealed(
            period=books.period,
            previous_seal=books.previous,
            statements=books.statements,
            seal=seal_of(books.previous, books.period, books.statements),
        )

    @evolve
    def period_sealed(self, event: PeriodSealed) -> Self:
        return replace(self, seal=event.seal)


@dataclass(frozen=True, slots=True)
class Link:
    """One seal of the chain, and what the live books say of its period: the hashes of its statements."""

    period: str
    previous: str | None
    statements: tuple[str, ...]
    seal: str
    live: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Break:
    """Where the chain breaks first, and what does not fit there."""

    period: str
    fault: str


def first_break(chain: Sequence[Link]) -> Break | None:
    """The first seal that does not follow from the live books and the seal before it; None where all do."""
    for before, link in pairwise((None, *chain)):
        fault = link and fault_of(link, (before.period, before.seal) if before else None)
        if link and fault:
            return Break(link.period, fault)
    return None


def fault_of(link: Link, before: tuple[str, str] | None) -> str | None:
    """What does not fit in one seal, by the books and by period and seal of the one before it; None where all does."""
    if before and link.period != next_period(before[0]):
        return f"{next_period(before[0])} was sealed no more, or never"
    if link.previous != (before[1] if before else None):
        return "it does not name the seal before it"
    if sorted(link.statements) != sorted(link.live):
        return "the statements of the books are not those that were sealed"
    if link.seal != seal_of(link.previous, link.period, link.statements):
        return "the seal is not that of its own contents"
    return None
