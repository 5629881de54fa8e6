"""A fiscal year's budget: entered once, then changed by supplements and transfers, committed and spent.

The rule of local government accounting (地方自治法 第232条の3, 予算の範囲内): a line is never committed or spent beyond
what it holds. Who needs more moves an amount there first, by a supplementary budget (補正予算) or, between lines of one
group, by a transfer (流用). One thing is not refused, because it is not asked: Tokyo's own share of a linked project is
what the ledger's journal says, and where it passes the line, that is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Self

from kyodo_cost_ledger.budgets.events import (
    LINES,
    BudgetEntered,
    BudgetLineLinked,
    BudgetSupplemented,
    BudgetTransferred,
    CommitmentMade,
    CommitmentReleased,
    EnteredLine,
    ForecastBackWithinBudget,
    LineChange,
    SpendingRecorded,
    SpendingReturned,
)
from kyodo_cost_ledger.budgets.line import (
    BudgetLine,
    Commitment,
    Execution,
    MonthlyYen,
    Spending,
    execution,
    month_of,
)
from kyodo_cost_ledger.budgets.refusals import (
    BudgetAlreadyEntered,
    DayNotReached,
    LineExhausted,
    MoreThanCommitted,
    MoreThanSpent,
    NoSuchBudgetLine,
    NoSuchReference,
    NotInFiscalYear,
    NotInOneGroup,
    ProjectLinkedElsewhere,
    ReferenceTaken,
    TooManyLines,
)
from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.contracts.cost_ledger.budgets import BudgetForecastExceeded
from kyodo_events.errors import require
from kyodo_events.event import Event
from kyodo_events.values.fiscal import FiscalYear, Month


@dataclass(frozen=True)
class Facts:
    """What a decision looks at besides the budget: the day, and Tokyo's own share by project and accounting month."""

    today: date
    own_shares: Mapping[str, MonthlyYen] = field(default_factory=dict)


@dataclass(frozen=True)
class Budget(Aggregate, category="budget"):
    """The budget of a fiscal year; its id is the year."""

    lines: Mapping[int, BudgetLine] = field(default_factory=dict)

    @property
    def fiscal_year(self) -> FiscalYear:
        """The year it is for."""
        return FiscalYear(int(self.id))

    def line(self, number: int) -> BudgetLine:
        """A line by its number. Raises NoSuchBudgetLine."""
        require(number in self.lines, NoSuchBudgetLine(line=number))
        return self.lines[number]

    def stands(self, line: BudgetLine, facts: Facts) -> Execution:
        """How a line stands."""
        own_share = facts.own_shares.get(line.project_id, {}) if line.project_id else {}
        return execution(line, self.fiscal_year, own_share, facts.today)

    # decisions

    def enter(self, lines: Sequence[EnteredLine], decided_on: date) -> Events:
        """The initial budget, once a year."""
        require(self.version == 0, BudgetAlreadyEntered(fiscal_year=int(self.fiscal_year)))
        yield BudgetEntered(fiscal_year=self.fiscal_year, decided_on=decided_on, lines=tuple(lines))

    def supplement(
        self,
        changes: Sequence[LineChange],
        added: Sequence[EnteredLine],
        decided_on: date,
        reason: str,
        facts: Facts,
    ) -> Events:
        """Add to lines and take from them; what is spent or committed cannot be taken."""
        require(len(self.lines) + len(added) <= LINES, TooManyLines(most=LINES))
        event = BudgetSupplemented(
            changes=tuple(changes),
            added=tuple(added),
            first_added=len(self.lines) + 1,
            decided_on=decided_on,
            reason=reason,
        )
        for change in changes:
            taken = -event.by_line()[change.line]
            self._require_left(self.line(change.line), max(taken, 0), facts)
        yield from self._told(event, facts)

    def transfer(
        self, from_line: int, to_line: int, amount: int, decided_on: date, reason: str, facts: Facts
    ) -> Events:
        """Move an amount between two lines of one group."""
        giving, taking = self.line(from_line), self.line(to_line)
        same_group = giving.group_ja == taking.group_ja and from_line != to_line
        require(same_group, NotInOneGroup(from_line=from_line, to_line=to_line))
        self._require_left(giving, amount, facts)
        yield from self._told(
            BudgetTransferred(
                from_line=from_line, to_line=to_line, amount=amount, decided_on=decided_on, reason=reason
            ),
            facts,
        )

    def link(self, number: int, project_id: str | None, facts: Facts) -> Events:
        """Count Tokyo's own share of a joint project as spent on this line, and on no other."""
        if self.line(number).project_id == project_id:
            return
        taken = next((one.number for one in self.lines.values() if project_id and one.project_id == project_id), None)
        require(taken is None, ProjectLinkedElsewhere(line=taken))
        yield from self._told(BudgetLineLinked(line=number, project_id=project_id), facts)

    def commit(self, number: int, reference: str, day: date, amount: int, facts: Facts) -> Events:
        """Bind a part of the line, within what it has left, on a day of the fiscal year that has come."""
        line = self.line(number)
        require(reference not in line.commitments, ReferenceTaken(line=number, reference=reference))
        self._require_day(day, self.fiscal_year.last_day, facts)
        self._require_left(line, amount, facts)
        yield from self._told(CommitmentMade(line=number, reference=reference, day=day, amount=amount), facts)

    def release(self, number: int, reference: str, amount: int, reason: str, facts: Facts) -> Events:
        """Give back to the line what will not be spent under a commitment."""
        commitment = self._commitment(number, reference)
        require(amount <= commitment.open, MoreThanCommitted(reference=reference, open=commitment.open, wanted=amount))
        yield from self._told(
            CommitmentReleased(line=number, reference=reference, day=facts.today, amount=amount, reason=reason), facts
        )

    def spend(
        self, number: int, reference: str, day: date, amount: int, commitment: str | None, facts: Facts
    ) -> Events:
        """Spend under a commitment, within it; or directly, within what the line has left."""
        line = self.line(number)
        require(reference not in line.spendings, ReferenceTaken(line=number, reference=reference))
        self._require_day(day, date(self.fiscal_year + 1, 5, 31), facts)
        if commitment is None:
            self._require_left(line, amount, facts)
        else:
            left = self._commitment(number, commitment).open
            require(amount <= left, MoreThanCommitted(reference=commitment, open=left, wanted=amount))
        yield from self._told(
            SpendingRecorded(line=number, reference=reference, day=day, amount=amount, commitment=commitment), facts
        )

    def return_spending(self, number: int, reference: str, amount: int, reason: str, facts: Facts) -> Events:
        """Take back into the line what came back of a spending."""
        spending = self.line(number).spendings.get(reference)
        if spending is None:
            raise NoSuchReference(line=number, reference=reference)
        require(amount <= spending.net, MoreThanSpent(reference=reference, left=spending.net, wanted=amount))
        yield from self._told(
            SpendingReturned(line=number, reference=reference, day=facts.today, amount=amount, reason=reason), facts
        )

    def watch(self, facts: Facts) -> Events:
        """Tell which forecasts have passed their line, or come back, since it was last looked at."""
        for line in self.lines.values():
            found = self.stands(line, facts)
            if found.exceeded and not line.exceeded:
                yield BudgetForecastExceeded(
                    fiscal_year=self.fiscal_year,
                    line=line.number,
                    name_ja=line.name_ja,
                    month=Month.containing(facts.today),
                    budget=line.amount,
                    forecast=found.forecast,
                )
            elif line.exceeded and not found.exceeded:
                yield ForecastBackWithinBudget(line=line.number)

    def _told(self, event: Event, facts: Facts) -> Events:
        """What happened, and what it does to the forecasts."""
        yield event
        yield from self.fold([event]).watch(facts)

    def _commitment(self, number: int, reference: str) -> Commitment:
        found = self.line(number).commitments.get(reference)
        if found is None:
            raise NoSuchReference(line=number, reference=reference)
        return found

    def _require_left(self, line: BudgetLine, amount: int, facts: Facts) -> None:
        remaining = self.stands(line, facts).remaining
        require(amount == 0 or amount <= remaining, LineExhausted(line=line.number, remaining=remaining, wanted=amount))

    def _require_day(self, day: date, last: date, facts: Facts) -> None:
        first = self.fiscal_year.first_day
        require(first <= day <= last, NotInFiscalYear(day=day.isoformat(), first=first, last=last))
        require(day <= facts.today, DayNotReached(day=day.isoformat(), today=facts.today.isoformat()))

    # what events did

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
