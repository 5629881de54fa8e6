"""What a budget's events have led to: its lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from kyodo_cost_ledger.budgets.events import (
    BudgetEntered,
    BudgetLineLinked,
    BudgetSupplemented,
    BudgetTransferred,
    CommitmentMade,
    CommitmentReleased,
    EnteredLine,
    ForecastBackWithinBudget,
    SpendingRecorded,
    SpendingReturned,
)
from kyodo_cost_ledger.budgets.line import BudgetLine, Commitment, Spending, month_of
from kyodo_cost_ledger.budgets.refusals import NoSuchBudgetLine
from kyodo_events.aggregate import Aggregate, evolve
from kyodo_events.contracts.cost_ledger.budgets import BudgetForecastExceeded
from kyodo_events.errors import require
from kyodo_events.values.fiscal import FiscalYear


@dataclass(frozen=True)
class BudgetState(Aggregate):
    """The lines of a fiscal year's budget by number; its id is the year."""

    lines: Mapping[int, BudgetLine] = field(default_factory=dict)

    @property
    def fiscal_year(self) -> FiscalYear:
        """The year it is for."""
        return FiscalYear(int(self.id))

    def line(self, number: int) -> BudgetLine:
        """A line by its number. Raises NoSuchBudgetLine."""
        require(number in self.lines, NoSuchBudgetLine(line=number))
        return self.lines[number]

    @evolve
    def entered(self, event: BudgetEntered) -> Self:
        return replace(self, lines={n: _line(n, line, line.amount) for n, line in enumerate(event.lines, 1)})

    @evolve
    def supplemented(self, event: BudgetSupplemented) -> Self:
        added = {n: _line(n, line, 0) for n, line in enumerate(event.added, event.first_added)}
        lines = {**self.lines, **added}
        gained = event.by_line()
        return self._with(
            replace(line, supplemented=line.supplemented + gained.get(number, 0)) for number, line in lines.items()
        )

    @evolve
    def moved(self, event: BudgetTransferred) -> Self:
        giving, taking = self.lines[event.from_line], self.lines[event.to_line]
        return self._with(
            [
                replace(giving, transferred=giving.transferred - event.amount),
                replace(taking, transferred=taking.transferred + event.amount),
            ]
        )

    @evolve
    def linked(self, event: BudgetLineLinked) -> Self:
        return self._changed(event.line, project_id=event.project_id)

    @evolve
    def committed(self, event: CommitmentMade) -> Self:
        known = self.lines[event.line].commitments
        return self._changed(event.line, commitments={**known, event.reference: Commitment(event.amount)})

    @evolve
    def released(self, event: CommitmentReleased) -> Self:
        return self._on_commitment(event.line, event.reference, released=event.amount)

    @evolve
    def spent(self, event: SpendingRecorded) -> Self:
        spending = Spending(month_of(self.fiscal_year, event.day), event.amount)
        known = self.lines[event.line].spendings
        after = self._changed(event.line, spendings={**known, event.reference: spending})
        return after._on_commitment(event.line, event.commitment, spent=event.amount) if event.commitment else after

    @evolve
    def returned(self, event: SpendingReturned) -> Self:
        known = self.lines[event.line].spendings
        spending = known[event.reference]
        back = replace(spending, returned=spending.returned + event.amount)
        return self._changed(event.line, spendings={**known, event.reference: back})

    @evolve
    def exceeded(self, event: BudgetForecastExceeded) -> Self:
        return self._changed(event.line, exceeded=True)

    @evolve
    def back_within(self, event: ForecastBackWithinBudget) -> Self:
        return self._changed(event.line, exceeded=False)

    def _with(self, lines: Iterable[BudgetLine]) -> Self:
        return replace(self, lines={**self.lines, **{line.number: line for line in lines}})

    def _changed(self, number: int, **values: Any) -> Self:
        return self._with([replace(self.lines[number], **values)])

    def _on_commitment(self, number: int, reference: str, *, spent: int = 0, released: int = 0) -> Self:
        known = self.lines[number].commitments
        before = known[reference]
        after = replace(before, spent=before.spent + spent, released=before.released + released)
        return self._changed(number, commitments={**known, reference: after})


def _line(number: int, entered: EnteredLine, initial: int) -> BudgetLine:
    return BudgetLine(number, entered.group_ja, entered.name_ja, initial, entered.previous_amount, entered.subsidy)
