"""One budget line: what it holds, what of it is committed and spent, and what it will come to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from kyodo_cost_ledger.budgets.events import SubsidyRule
from kyodo_events.values.fiscal import MONTHS, FiscalYear, Month

BASIS_POINTS = 10_000

MonthlyYen = Mapping[Month, int]


@dataclass(frozen=True)
class Commitment:
    """支出負担行為: what it binds, and how much of that was spent or released."""

    amount: int
    spent: int = 0
    released: int = 0

    @property
    def open(self) -> int:
        """What may still be spent under it."""
        return self.amount - self.spent - self.released


@dataclass(frozen=True)
class Spending:
    """支出: what was spent in a month, and how much of that came back."""

    month: Month
    amount: int
    returned: int = 0

    @property
    def net(self) -> int:
        """What stays spent."""
        return self.amount - self.returned


@dataclass(frozen=True)
class BudgetLine:
    """A line of the budget; `exceeded` says whether it was told that the forecast passes it."""

    number: int
    group_ja: str
    name_ja: str
    initial: int
    previous: int
    subsidy: SubsidyRule | None = None
    supplemented: int = 0
    transferred: int = 0
    project_id: str | None = None
    commitments: Mapping[str, Commitment] = field(default_factory=dict)
    spendings: Mapping[str, Spending] = field(default_factory=dict)
    exceeded: bool = False

    @property
    def amount(self) -> int:
        """What it holds now (予算現額): the initial budget, supplements and transfers."""
        return self.initial + self.supplemented + self.transferred

    @property
    def change(self) -> int:
        """The initial budget less that of the year before, as the forum's table shows it."""
        return self.initial - self.previous

    @property
    def paid(self) -> int:
        """What was spent by entries, Tokyo's own share of a linked project apart."""
        return sum(spending.net for spending in self.spendings.values())

    @property
    def bound(self) -> int:
        """What is committed and neither spent nor released."""
        return sum(commitment.open for commitment in self.commitments.values())


@dataclass(frozen=True)
class Execution:
    """How a line stands at the end of a month, and what it comes to by the end of the year."""

    months: MonthlyYen
    spent: int
    committed: int
    remaining: int
    run_rate: int
    forecast: int
    ratio: int
    exceeded: bool


def elapsed_months(year: FiscalYear, today: date) -> int:
    """How many months of the fiscal year have begun: 0 before it, 12 in and after its March."""
    if today < year.first_day:
        return 0
    return MONTHS if today > year.last_day else Month.containing(today).fiscal_index


def month_of(year: FiscalYear, day: date) -> Month:
    """The month of the budget in which a day counts: what is spent in the settlement period counts in March."""
    return min(Month.containing(day), year.month(MONTHS))


def execution(line: BudgetLine, year: FiscalYear, own_share: MonthlyYen, today: date) -> Execution:
    """How the line stands on this day.

    `own_share` is Tokyo's share of the linked project by accounting month, as the ledger's journal has it. In the
    months that have begun it is spent; the ledger has posted the rest of the year as well, and that is committed.

    The forecast is whole numbers alone: spent so far × 12 ÷ months begun, multiplied first and rounded up to the
    yen. It is never less than spent and committed together: what is bound will be spent.
    """
    elapsed = elapsed_months(year, today)
    begun = year.months()[:elapsed]
    months = dict.fromkeys(year.months(), 0)
    for spending in line.spendings.values():
        months[spending.month] += spending.net
    for month in begun:
        months[month] += own_share.get(month, 0)
    spent = sum(months.values())
    committed = line.bound + sum(yen for month, yen in own_share.items() if month not in begun)
    by_rate = -(-spent * MONTHS // elapsed) if elapsed else 0
    forecast = max(by_rate, spent + committed)
    return Execution(
        months=months,
        spent=spent,
        committed=committed,
        remaining=line.amount - spent - committed,
        run_rate=spent // elapsed if elapsed else 0,
        forecast=forecast,
        ratio=_basis_points(forecast, line.amount),
        exceeded=forecast > line.amount,
    )


def _basis_points(forecast: int, amount: int) -> int:
    """Rounded up, so that it is above 10,000 exactly where the forecast passes the line; of nothing all is too much."""
    return -(-forecast * BASIS_POINTS // amount) if amount else (BASIS_POINTS + 1) * (forecast > 0)
