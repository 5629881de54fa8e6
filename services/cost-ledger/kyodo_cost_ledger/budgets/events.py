"""What happens to a fiscal year's budget, and the values its events are made of."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Annotated

from pydantic import Field

from kyodo_events.contracts.cost_ledger.budgets import LineNumber
from kyodo_events.event import Event
from kyodo_events.values.fiscal import FiscalYear
from kyodo_events.values.money import Amount, Share, Yen
from kyodo_events.values.texts import Line
from kyodo_events.values.value import Value

LINES = 200  # in one budget, at most: what LineNumber can name


class SubsidyRule(Value):
    """How a line subsidises: a part of the eligible cost, up to a cap a year, for so many new awards."""

    ratio: Share
    yearly_cap: Amount
    new_awards: Annotated[int, Field(strict=True, ge=1, le=62, description="New awards of the fiscal year, at most.")]


class EnteredLine(Value):
    """A line as it is decided: its group and name, the amount of the year and that of the year before."""

    group_ja: Line
    name_ja: Line
    amount: Amount
    previous_amount: Amount
    subsidy: SubsidyRule | None = None


class LineChange(Value):
    """What a supplementary budget adds to a line or, negative, takes from it."""

    line: LineNumber
    amount: Yen


class BudgetEntered(
    Event, type="kyodo.cost-ledger.budget-entered", words="{fiscal_year}年度の当初予算を登録した（議決日{decided_on}）"
):
    """The initial budget (当初予算); its lines are numbered in their order, from 1."""

    fiscal_year: FiscalYear
    decided_on: date
    lines: tuple[EnteredLine, ...]


class BudgetSupplemented(
    Event,
    type="kyodo.cost-ledger.budget-supplemented",
    words="補正予算を登録した（議決日{decided_on}）。理由：{reason}",
):
    """A supplementary budget (補正予算): amounts added and taken, and new lines, numbered from `first_added`."""

    changes: tuple[LineChange, ...]
    added: tuple[EnteredLine, ...]
    first_added: int
    decided_on: date
    reason: str

    def by_line(self) -> dict[int, int]:
        """What each line gained or lost, new ones among them."""
        totals: Counter[int] = Counter()
        for one in self.changes:
            totals[one.line] += one.amount
        for number, line in enumerate(self.added, self.first_added):
            totals[number] += line.amount
        return dict(totals)


class BudgetTransferred(
    Event,
    type="kyodo.cost-ledger.budget-transferred",
    words="予算{amount}円を{from_line}番の事業から{to_line}番の事業へ流用した（決定日{decided_on}）。理由：{reason}",
):
    """An amount moved between two lines of one group (流用)."""

    from_line: int
    to_line: int
    amount: Yen
    decided_on: date
    reason: str


class BudgetLineLinked(
    Event,
    type="kyodo.cost-ledger.budget-line-linked",
    words="{line}番の事業を協働事業と関連付けた",
):
    """From now on Tokyo's own share of this joint project counts as spent on the line; None ends that."""

    line: int
    project_id: str | None


class CommitmentMade(
    Event, type="kyodo.cost-ledger.commitment-made", words="{line}番の事業に支出負担行為{reference}を登録した"
):
    """支出負担行為: a contract or an award that binds the line to spend up to this amount."""

    line: int
    reference: str
    day: date
    amount: Yen


class CommitmentReleased(
    Event,
    type="kyodo.cost-ledger.commitment-released",
    words="{line}番の事業の支出負担行為{reference}を減額した。理由：{reason}",
):
    """A part of a commitment that will not be spent goes back to the line."""

    line: int
    reference: str
    day: date
    amount: Yen
    reason: str


class SpendingRecorded(
    Event, type="kyodo.cost-ledger.spending-recorded", words="{line}番の事業に支出{reference}を登録した"
):
    """支出: money that was spent on a line, under a commitment or directly."""

    line: int
    reference: str
    day: date
    amount: Yen
    commitment: str | None


class SpendingReturned(
    Event,
    type="kyodo.cost-ledger.spending-returned",
    words="{line}番の事業の支出{reference}に戻入があった。理由：{reason}",
):
    """戻入: a part of what was spent came back to the line; so a wrong entry is set right too."""

    line: int
    reference: str
    day: date
    amount: Yen
    reason: str


class ForecastBackWithinBudget(
    Event,
    type="kyodo.cost-ledger.forecast-back-within-budget",
    words="{line}番の事業の執行見込みが予算現額以内に戻った",
):
    """The forecast no longer passes what the line holds; the next time it does is told again."""

    line: int
