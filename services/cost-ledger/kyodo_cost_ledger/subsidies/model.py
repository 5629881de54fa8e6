"""A subsidy programme: one budget line and fiscal year, and all its applications.

One stream holds them all, because the number of awards is limited: two awards at the same moment are two versions of
one stream, and the second sees the first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final, Self

from kyodo_cost_ledger.budgets.events import SubsidyRule
from kyodo_cost_ledger.subsidies.events import (
    Status,
    SubsidyApplicationWithdrawn,
    SubsidyApplied,
    SubsidyCostEstablished,
    SubsidyDeclined,
    SubsidyProgrammeOpened,
)
from kyodo_cost_ledger.subsidies.refusals import (
    AlreadySettled,
    ApplicationsClosed,
    AwardsExhausted,
    NotAwarded,
    NothingApplied,
    NothingToAward,
    ProgrammeAlreadyOpened,
)
from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.contracts.cost_ledger.subsidies import (
    SubsidyAwardChanged,
    SubsidyAwarded,
    SubsidyAwardWithdrawn,
    SubsidySettled,
)
from kyodo_events.errors import NotFound, require
from kyodo_events.values.fiscal import FiscalYear

UNOPENED: Final = FiscalYear(2000)

STATUS_JA = {
    Status.APPLIED: "申請中",
    Status.AWARDED: "交付決定",
    Status.DECLINED: "不交付",
    Status.SETTLED: "額の確定済み",
    Status.WITHDRAWN: "取下げ",
}

STANDING: Final = frozenset({Status.AWARDED, Status.SETTLED})
"""What counts towards the number of awards. A withdrawn award is as if it had never been made (適正化法 第9条第2項)."""


def award_for(rule: SubsidyRule, planned_cost: int) -> int:
    """The ratio of the cost, cut to the yen, up to the yearly cap."""
    return min(planned_cost * rule.ratio.numerator // rule.ratio.denominator, rule.yearly_cap)


def settlement_for(rule: SubsidyRule, awarded: int, actual_cost: int) -> int:
    """額の確定: the ratio of the actual cost, cut to the yen, and never more than was awarded."""
    return min(awarded, actual_cost * rule.ratio.numerator // rule.ratio.denominator)


@dataclass(frozen=True)
class Application:
    """A municipality's application; `number` is that of its award, by which the budget line knows it."""

    status: Status
    planned_cost: int
    purpose: str
    awarded: int = 0
    number: int = 0
    settled: int = 0


@dataclass(frozen=True)
class Programme(Aggregate, category="subsidy-programme"):
    """A programme; its id is fiscal year and line, such as 2023-9."""

    fiscal_year: FiscalYear = UNOPENED
    line: int = 0
    rule: SubsidyRule | None = None
    applications_until: date = date.min
    applications: Mapping[str, Application] = field(default_factory=dict)

    @property
    def ruled(self) -> SubsidyRule:
        """The rule. Raises NotFound before the programme was opened."""
        if self.rule is None:
            raise NotFound(what="subsidy programme", id=self.id)
        return self.rule

    def of(self, municipality: str) -> Application:
        """A municipality's application. Raises NotFound."""
        if municipality not in self.applications:
            raise NotFound(what="application", id=municipality)
        return self.applications[municipality]

    def commitment(self, municipality: str) -> str:
        """By which reference the award is committed on the budget line."""
        return f"補助金交付決定 {municipality} 第{self.of(municipality).number}号"

    # decisions

    def open(self, year: FiscalYear, line: int, name_ja: str, rule: SubsidyRule, until: date) -> Events:
        """Take applications until the end of a day."""
        require(self.version == 0, ProgrammeAlreadyOpened(programme=self.id))
        yield SubsidyProgrammeOpened(fiscal_year=year, line=line, name_ja=name_ja, rule=rule, applications_until=until)

    def apply(self, municipality: str, planned_cost: int, purpose: str, today: date) -> Events:
        """Apply or revise the application; after an award, ask for a change of it, which has no deadline."""
        known = self.applications.get(municipality)
        if known and known.status is Status.SETTLED:
            raise AlreadySettled(municipality=municipality)
        status = Status.AWARDED if known and known.status is Status.AWARDED else Status.APPLIED
        in_time = status is Status.AWARDED or today <= self.applications_until
        require(in_time, ApplicationsClosed(until=self.applications_until.isoformat()))
        if known and (known.status, known.planned_cost, known.purpose) == (status, planned_cost, purpose):
            return
        yield SubsidyApplied(municipality=municipality, status=status, planned_cost=planned_cost, purpose=purpose)

    def award(self, municipality: str) -> Events:
        """Award what was applied for, while awards are left; or change an award to what was asked since."""
        rule, application = self.ruled, self.of(municipality)
        amount = award_for(rule, application.planned_cost)
        about: dict[str, Any] = {"fiscal_year": self.fiscal_year, "line": self.line, "municipality": municipality}
        require(amount > 0, NothingToAward(planned_cost=application.planned_cost))
        if application.status is Status.AWARDED:
            if amount != application.awarded:
                yield SubsidyAwardChanged(**about, amount=amount, before=application.awarded)
            return
        is_applied = application.status is Status.APPLIED
        require(is_applied, NothingApplied(municipality=municipality, status=application.status))
        made = sum(one.status in STANDING for one in self.applications.values())
        require(made < rule.new_awards, AwardsExhausted(limit=rule.new_awards, made=made))
        yield SubsidyAwarded(**about, amount=amount)

    def decline(self, municipality: str, reason: str) -> Events:
        """Decline an application that was not awarded."""
        status = self.of(municipality).status
        require(status is Status.APPLIED, NothingApplied(municipality=municipality, status=status))
        yield SubsidyDeclined(municipality=municipality, reason=reason)

    def withdraw(self, municipality: str) -> Events:
        """Withdraw an application, or an award that was not settled; withdrawn already, nothing happens."""
        application = self.of(municipality)
        match application.status:
            case Status.SETTLED:
                raise AlreadySettled(municipality=municipality)
            case Status.APPLIED:
                yield SubsidyApplicationWithdrawn(municipality=municipality)
            case Status.AWARDED:
                yield SubsidyAwardWithdrawn(
                    fiscal_year=self.fiscal_year,
                    line=self.line,
                    municipality=municipality,
                    amount=application.awarded,
                )

    def settle(self, municipality: str, actual_cost: int) -> Events:
        """Fix what is paid by the actual cost; what was awarded beyond it goes back."""
        application = self.of(municipality)
        is_awarded = application.status is Status.AWARDED
        require(is_awarded, NotAwarded(municipality=municipality, status=application.status))
        amount = settlement_for(self.ruled, application.awarded, actual_cost)
        yield SubsidyCostEstablished(municipality=municipality, actual_cost=actual_cost)
        yield SubsidySettled(
            fiscal_year=self.fiscal_year,
            line=self.line,
            municipality=municipality,
            amount=amount,
            surplus=application.awarded - amount,
        )

    # what events did

    @evolve
    def opened(self, event: SubsidyProgrammeOpened) -> Self:
        return replace(
            self,
            fiscal_year=event.fiscal_year,
            line=event.line,
            rule=event.rule,
            applications_until=event.applications_until,
        )

    @evolve
    def applied(self, event: SubsidyApplied) -> Self:
        fresh = Application(event.status, event.planned_cost, event.purpose)
        known = self.of(event.municipality) if event.status is Status.AWARDED else fresh
        asked = replace(known, planned_cost=event.planned_cost, purpose=event.purpose)
        return self._with(event.municipality, asked)

    @evolve
    def declined(self, event: SubsidyDeclined) -> Self:
        return self._changed(event.municipality, status=Status.DECLINED)

    @evolve
    def withdrawn(self, event: SubsidyApplicationWithdrawn) -> Self:
        return self._changed(event.municipality, status=Status.WITHDRAWN)

    @evolve
    def awarded(self, event: SubsidyAwarded) -> Self:
        return self._changed(event.municipality, status=Status.AWARDED, awarded=event.amount, number=self.version + 1)

    @evolve
    def award_changed(self, event: SubsidyAwardChanged) -> Self:
        return self._changed(event.municipality, awarded=event.amount, number=self.version + 1)

    @evolve
    def award_withdrawn(self, event: SubsidyAwardWithdrawn) -> Self:
        return self._changed(event.municipality, status=Status.WITHDRAWN)

    @evolve
    def settled(self, event: SubsidySettled) -> Self:
        return self._changed(event.municipality, status=Status.SETTLED, settled=event.amount)

    def _changed(self, municipality: str, **values: Any) -> Self:
        return self._with(municipality, replace(self.applications[municipality], **values))

    def _with(self, municipality: str, application: Application) -> Self:
        return replace(self, applications={**self.applications, municipality: application})
