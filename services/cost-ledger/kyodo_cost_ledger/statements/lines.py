"""The lines of a statement: what somebody bears of one item, and all that an accountant needs to follow it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any

from kyodo_cost_ledger.charges.model import Book
from kyodo_cost_ledger.periods.calendar import settlement_of
from kyodo_events.contracts.cost_ledger.statements import StatementKind
from kyodo_events.values.fiscal import FiscalYear, Month


@dataclass(frozen=True, slots=True)
class Figure:
    """The published figure a base line rests on: the municipality's own, and that of all participants together."""

    label_ja: str
    figure: int | str
    total: int | str
    unit_ja: str
    reference: str
    source_ja: str


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One line: yen of one item for one month of service, or for the run of months to `last_month`.

    `quantity` is what is charged with this line: on a correction what came on top of earlier statements, so that the
    statements together name every unit once.
    """

    municipality: str
    project_id: str
    book: Book
    item: str
    month: str
    amount: int
    project_ja: str | None = None
    item_ja: str = ""
    last_month: str | None = None
    quantity: int | None = None
    unit_ja: str | None = None
    unit_price: int | None = None
    basis: Figure | None = None
    reason_ja: str | None = None
    forecast: bool = False

    @property
    def key(self) -> tuple[str, str, str, str, bool]:
        """The order of a statement's lines, and what is unique in it."""
        return self.project_id, self.book.value, self.item, self.month, self.forecast

    def plain(self, number: int, *, carried: bool) -> dict[str, Any]:
        """The line as it is kept, hashed and handed out."""
        basis = self.basis
        return {
            "line": number,
            "project_id": self.project_id,
            "project_ja": self.project_ja,
            "book": self.book.value,
            "item": self.item,
            "item_ja": self.item_ja or self.item,
            "month": str(self.month),
            "last_month": str(self.last_month or self.month),
            "carried": carried,
            "reason_ja": self.reason_ja,
            "quantity": self.quantity,
            "unit_ja": self.unit_ja,
            "unit_price": self.unit_price,
            "basis": None if basis is None else {name: getattr(basis, name) for name in Figure.__slots__},
            "forecast": self.forecast,
            "amount": self.amount,
        }


@dataclass(frozen=True, slots=True)
class Heading:
    """Which statements are issued together: kind, year and period. Lines of months before `first` are corrections."""

    statement_id: str
    kind: StatementKind
    fiscal_year: FiscalYear
    period: str | None
    first: Month

    @classmethod
    def of_month(cls, month: Month) -> Heading:
        return cls(month, StatementKind.MONTHLY, month.fiscal_year, month, month)

    @classmethod
    def of_year(cls, kind: StatementKind, year: FiscalYear) -> Heading:
        """A notice about a year, or its settlement."""
        period = settlement_of(year) if kind is StatementKind.SETTLEMENT else None
        return cls(f"{int(year)}-{kind.value}", kind, year, period, year.month(1))


@dataclass(frozen=True)
class Draft:
    """A statement (負担金通知書) before its issue: one municipality's lines under a heading."""

    heading: Heading
    municipality: str
    lines: tuple[StatementLine, ...]

    @property
    def base(self) -> int:
        return sum(line.amount for line in self.lines if line.book is Book.BASE)

    @property
    def usage(self) -> int:
        return self.total - self.base

    @property
    def carried(self) -> int:
        """Yen of corrections of earlier months."""
        return sum(line.amount for line in self.lines if self.is_carried(line))

    @property
    def forecast(self) -> int:
        return sum(line.amount for line in self.lines if line.forecast)

    @property
    def total(self) -> int:
        return sum(line.amount for line in self.lines)

    def is_carried(self, line: StatementLine) -> bool:
        """Whether the line corrects a month before those the statement is about."""
        return line.month < self.heading.first

    @cached_property
    def plain_lines(self) -> list[dict[str, Any]]:
        """The lines in their order: those of the period, then the corrections carried into it."""
        ordered = sorted(self.lines, key=lambda line: (self.is_carried(line), line.key))
        return [line.plain(number, carried=self.is_carried(line)) for number, line in enumerate(ordered, start=1)]


def drafts(heading: Heading, lines: Sequence[StatementLine]) -> Iterator[Draft]:
    """One statement for each municipality that has any line; the lines are in order of municipality."""
    for municipality, run in groupby(lines, key=lambda line: line.municipality):
        yield Draft(heading, municipality, tuple(run))


def statements_for(month: Month, lines: Sequence[StatementLine]) -> Iterator[Draft]:
    """The statements of a month that is closed; the lines are in order of municipality."""
    return drafts(Heading.of_month(month), lines)
