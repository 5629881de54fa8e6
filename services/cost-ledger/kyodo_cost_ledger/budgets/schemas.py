"""What is asked and answered about budgets over HTTP."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from kyodo_cost_ledger.budgets.events import LINES, EnteredLine, LineChange, SubsidyRule
from kyodo_cost_ledger.budgets.line import BudgetLine, Execution
from kyodo_cost_ledger.budgets.model import Budget, Facts
from kyodo_events.contracts.cost_ledger.budgets import LineNumber
from kyodo_events.values.fiscal import FiscalYear, Month
from kyodo_events.values.money import MAX_AMOUNT, Amount, Yen
from kyodo_events.values.texts import Day, Id, Line
from kyodo_platform.resources import Answer, Body, Resource

Change = Annotated[Yen, Field(ge=-MAX_AMOUNT, le=MAX_AMOUNT)]
Positive = Annotated[Amount, Field(ge=1)]


class Unit(StrEnum):
    """In what the amounts of a request are written. Budget papers print thousand yen; the ledger holds yen."""

    YEN = "yen"
    THOUSAND_YEN = "thousand_yen"

    @property
    def yen(self) -> int:
        """One of it in yen."""
        return 1_000 if self is Unit.THOUSAND_YEN else 1


class LineIn(Body):
    """A line as the budget paper prints it; the change is printed there too, and checked."""

    group_ja: Line
    name_ja: Line
    amount: Amount = Field(description="The amount of the year, in the request's unit.")
    previous_amount: Amount = Field(description="The initial amount of the year before; 0 for a new line.")
    change: Change = Field(description="`amount` less `previous_amount`, as printed.")
    subsidy: SubsidyRule | None = Field(default=None, description="Its amounts are always yen.")

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if self.amount - self.previous_amount != self.change:
            difference = self.amount - self.previous_amount
            raise ValueError(f"the change of '{self.name_ja}' is {difference}, not {self.change}: look for a slip")
        return self

    def entered(self, unit: Unit) -> EnteredLine:
        """It, in yen."""
        return EnteredLine(
            group_ja=self.group_ja,
            name_ja=self.name_ja,
            amount=self.amount * unit.yen,
            previous_amount=self.previous_amount * unit.yen,
            subsidy=self.subsidy,
        )


def _within(lines: list[LineIn], unit: Unit) -> None:
    if any(max(line.amount, line.previous_amount) * unit.yen > MAX_AMOUNT for line in lines):
        raise ValueError(f"a line holds at most {MAX_AMOUNT:,} yen: is the unit right?")
    names = [(line.group_ja, line.name_ja) for line in lines]
    if len(set(names)) != len(names):
        raise ValueError("each line of a group is named once")


class BudgetIn(Body):
    """A fiscal year's initial budget (当初予算). The unit has no default: a factor of 1,000 is nobody's guess."""

    fiscal_year: FiscalYear
    decided_on: Day = Field(description="The day of the decision (議決日).")
    unit: Unit
    lines: Annotated[list[LineIn], Field(min_length=1, max_length=LINES)]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        _within(self.lines, self.unit)
        return self


class DecidedIn(Body):
    """When and why an amount was moved."""

    decided_on: Day
    reason: Line


class SupplementIn(DecidedIn):
    """A supplementary budget (補正予算), in yen: what lines gain or lose, and new lines."""

    changes: Annotated[list[LineChange], Field(max_length=LINES)] = []
    added: Annotated[list[LineIn], Field(max_length=LINES)] = []

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if not self.changes and not self.added:
            raise ValueError("a supplementary budget changes or adds at least one line")
        if any(change.amount == 0 or abs(change.amount) > MAX_AMOUNT for change in self.changes):
            raise ValueError(f"a change is an amount of at most {MAX_AMOUNT:,} yen, and not 0")
        if len({change.line for change in self.changes}) != len(self.changes):
            raise ValueError("each line is named once")
        _within(self.added, Unit.YEN)
        return self


class TransferIn(DecidedIn):
    """A transfer (流用) between two lines of one group, in yen."""

    from_line: LineNumber
    to_line: LineNumber
    amount: Positive


class LinkIn(Body):
    """The joint project whose own share of Tokyo the line pays; null for none."""

    project_id: Id | None


class CommitmentIn(Body):
    """A commitment (支出負担行為): a contract, an order, an award."""

    reference: Line
    day: Day
    amount: Positive


class SpendingIn(CommitmentIn):
    """A spending (支出), under a commitment where one is named."""

    commitment: Line | None = None


class PartIn(Body):
    """What of an entry is taken back, and why."""

    reference: Line
    amount: Positive
    reason: Line


class LineOut(Answer):
    """A budget line beside last year's, as the forum's table shows it; yen."""

    line: int = Field(title="番号")
    group_ja: str = Field(title="区分")
    name_ja: str = Field(title="事業")
    initial_amount: int = Field(title="当初予算額")
    previous_amount: int = Field(title="前年度当初予算額")
    change: int = Field(title="増減")
    new: bool = Field(title="新規")
    supplemented: int = Field(title="補正")
    transferred: int = Field(title="流用")
    amount: int = Field(title="予算現額")
    subsidy_ratio: str | None = Field(title="補助率")
    subsidy_yearly_cap: int | None = Field(title="補助上限額（年）")
    subsidy_new_awards: int | None = Field(title="新規採択数")
    project_id: str | None = Field(title="協働事業")


class BudgetOut(Resource):
    """A fiscal year's budget with the sums of its lines; yen."""

    fiscal_year: FiscalYear
    decided_on: date
    lines: int = Field(description="How many lines it has.")
    initial_amount: int
    previous_amount: int
    change: int
    amount: int


class LineExecution(Answer):
    """How a line stands, and what it comes to by the end of the year; yen."""

    line: int = Field(title="番号")
    group_ja: str = Field(title="区分")
    name_ja: str = Field(title="事業")
    amount: int = Field(title="予算現額")
    spent: int = Field(title="支出済額")
    committed: int = Field(title="負担行為済額", description="Committed and not spent.")
    remaining: int = Field(title="予算残額", description="Negative where Tokyo's own share passed the line.")
    run_rate: int = Field(title="月平均支出額", description="Spent so far by month begun, cut to the yen.")
    forecast: int = Field(title="年度末執行見込額")
    forecast_basis_points: int = Field(title="執行見込率（万分率）", description="Forecast by 10,000 yen of budget.")
    exceeded: bool = Field(title="予算超過見込み", description="The alert: the forecast passes what the line holds.")
    months: dict[Month, int] = Field(title="月別支出額（4月から）", description="Spent by month, April first.")

    @classmethod
    def at(cls, line: BudgetLine, found: Execution) -> Self:
        """A line as it stands."""
        return cls(
            line=line.number,
            group_ja=line.group_ja,
            name_ja=line.name_ja,
            amount=line.amount,
            spent=found.spent,
            committed=found.committed,
            remaining=found.remaining,
            run_rate=found.run_rate,
            forecast=found.forecast,
            forecast_basis_points=found.ratio,
            exceeded=found.exceeded,
            months=dict(found.months),
        )


class ExecutionOut(Resource):
    """How a fiscal year's budget stands on a day."""

    fiscal_year: FiscalYear
    on: date
    alerts: int = Field(description="Lines whose forecast passes what they hold.")
    lines: list[LineExecution]

    @classmethod
    def at(cls, budget: Budget, facts: Facts) -> Self:
        """All lines as they stand."""
        lines = [LineExecution.at(line, budget.stands(line, facts)) for line in budget.lines.values()]
        alerts = sum(line.exceeded for line in lines)
        return cls(version=budget.version, fiscal_year=budget.fiscal_year, on=facts.today, alerts=alerts, lines=lines)


class EntryOut(Answer):
    """What was entered on a line: a supplement, transfer, commitment, spending, or what was taken back; yen."""

    number: int = Field(title="番号", description="Its place in the budget's history.")
    kind: str = Field(title="種類コード")
    kind_ja: str = Field(title="種類")
    reference: str | None = Field(title="番号・件名")
    commitment: str | None = Field(title="支出負担行為")
    day: date = Field(title="日付")
    amount: int = Field(title="金額")
    reason: str | None = Field(title="理由")
