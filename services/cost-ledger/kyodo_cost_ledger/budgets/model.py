"""A fiscal year's budget: entered once, then changed by supplements and transfers, committed and spent.

The rule of local government accounting (地方自治法 第232条の3, 予算の範囲内): a line is never committed or spent beyond
what it holds. Who needs more moves an amount there first, by a supplementary budget (補正予算) or, between lines of one
group, by a transfer (流用). One thing is not refused, because it is not asked: Tokyo's own share of a linked project is
what the ledger's journal says, and where it passes the line, that is told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

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
    execution,
)
from kyodo_cost_ledger.budgets.refusals import (
    BudgetAlreadyEntered,
    DayNotReached,
    LineExhausted,
    MoreThanCommitted,
    MoreThanSpent,
    NoSuchReference,
    NotInFiscalYear,
    NotInOneGroup,
    ProjectLinkedElsewhere,
    ReferenceTaken,
    TooManyLines,
)
from kyodo_cost_ledger.budgets.state import BudgetState
from kyodo_cost_ledger.periods.calendar import last_settlement_day
from kyodo_events.aggregate import Events
from kyodo_events.contracts.cost_ledger.budgets import BudgetForecastExceeded
from kyodo_events.errors import require
from kyodo_events.event import Event
from kyodo_events.values.fiscal import Month


@dataclass(frozen=True)
class Facts:
    """What a decision looks at besides the budget: the day, and Tokyo's own share by project and accounting month."""

    today: date
    own_shares: Mapping[str, MonthlyYen] = field(default_factory=dict)


@dataclass(frozen=True)
class Budget(BudgetState, category="budget"):
    """The budget of a fiscal year; its id is the year."""

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
        yield from self._told(event, facts=facts)

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
            facts=facts,
        )

    def link(self, number: int, project_id: str | None, facts: Facts) -> Events:
        """Count Tokyo's own share of a joint project as spent on this line, and on no other."""
        if self.line(number).project_id == project_id:
            return
        taken = next((one.number for one in self.lines.values() if project_id and one.project_id == project_id), None)
        require(taken is None, ProjectLinkedElsewhere(line=taken))
        yield from self._told(BudgetLineLinked(line=number, project_id=project_id), facts=facts)

    def commit(self, number: int, reference: str, day: date, amount: int, facts: Facts) -> Events:
        """Bind a part of the line, within what it has left, on a day of the fiscal year that has come."""
        line = self.line(number)
        require(reference not in line.commitments, ReferenceTaken(line=number, reference=reference))
        self._require_day(day, self.fiscal_year.last_day, facts)
        self._require_left(line, amount, facts)
        yield from self._told(CommitmentMade(line=number, reference=reference, day=day, amount=amount), facts=facts)

    def release(self, number: int, reference: str, amount: int, reason: str, facts: Facts) -> Events:
        """Give back to the line what will not be spent under a commitment."""
        commitment = self._commitment(number, reference)
        require(amount <= commitment.open, MoreThanCommitted(reference=reference, open=commitment.open, wanted=amount))
        yield from self._told(
            CommitmentReleased(line=number, reference=reference, day=facts.today, amount=amount, reason=reason),
            facts=facts,
        )

    def spend(
        self, number: int, reference: str, day: date, amount: int, commitment: str | None, facts: Facts
    ) -> Events:
        """Spend under a commitment, within it; or directly, within what the line has left."""
        line = self.line(number)
        require(reference not in line.spendings, ReferenceTaken(line=number, reference=reference))
        self._require_day(day, last_settlement_day(self.fiscal_year), facts)
        if commitment is None:
            self._require_left(line, amount, facts)
        else:
            left = self._commitment(number, commitment).open
            require(amount <= left, MoreThanCommitted(reference=commitment, open=left, wanted=amount))
        yield from self._told(
            SpendingRecorded(line=number, reference=reference, day=day, amount=amount, commitment=commitment),
            facts=facts,
        )

    def return_spending(self, number: int, reference: str, amount: int, reason: str, facts: Facts) -> Events:
        """Take back into the line what came back of a spending."""
        spending = self.line(number).spendings.get(reference)
        if spending is None:
            raise NoSuchReference(line=number, reference=reference)
        require(amount <= spending.net, MoreThanSpent(reference=reference, left=spending.net, wanted=amount))
        yield from self._told(
            SpendingReturned(line=number, reference=reference, day=facts.today, amount=amount, reason=reason),
            facts=facts,
        )

    # what an award of a subsidy does to its line: two entries at once, so that a forecast is looked at once

    def commit_anew(self, number: int, before: str, reference: str, amount: int, reason: str, facts: Facts) -> Events:
        """Bind another amount under another reference in place of what is open under the one before."""
        line, replaced = self.line(number), self._commitment(number, before)
        self._require_day(facts.today, self.fiscal_year.last_day, facts)
        self._require_left(line, amount - replaced.open, facts)
        yield from self._told(
            CommitmentReleased(line=number, reference=before, day=facts.today, amount=replaced.open, reason=reason),
            CommitmentMade(line=number, reference=reference, day=facts.today, amount=amount),
            facts=facts,
        )

    def spend_and_release(
        self, number: int, commitment: str, reference: str, amount: int, reason: str, facts: Facts
    ) -> Events:
        """Spend what a commitment came to, and give the rest of it back."""
        open_ = self._commitment(number, commitment).open
        require(amount <= open_, MoreThanCommitted(reference=commitment, open=open_, wanted=amount))
        self._require_day(facts.today, last_settlement_day(self.fiscal_year), facts)
        today, rest = facts.today, open_ - amount
        spent = SpendingRecorded(line=number, reference=reference, day=today, amount=amount, commitment=commitment)
        released = CommitmentReleased(line=number, reference=commitment, day=today, amount=rest, reason=reason)
        yield from self._told(*([spent] if amount else []), *([released] if rest else []), facts=facts)

    def give_back(self, number: int, reference: str, day: date, reason: str) -> Events:
        """Release all that is open. A forecast only falls by that: it is looked at by who sees Tokyo's share."""
        open_ = self._commitment(number, reference).open
        yield CommitmentReleased(line=number, reference=reference, day=day, amount=open_, reason=reason)

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

    def _told(self, *events: Event, facts: Facts) -> Events:
        """What happened, and what it does to the forecasts."""
        yield from events
        yield from self.fold(events).watch(facts)

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
