"""A usage plan of a municipality for a fiscal year: handed in by an officer, confirmed by an approver."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Self

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.contracts.cost_ledger.plans import PlanLine, UsagePlanConfirmed, UsagePlanHandedIn
from kyodo_events.errors import Refused, require
from kyodo_events.values.fiscal import FiscalYear


def deadline(year: FiscalYear) -> date:
    """31 January before the year: the estimate that rests on the plans is due to municipalities by 10 February."""
    return date(year, 1, 31)


class PlanIsFixed(Refused):
    status, type = 409, "plan-is-fixed"
    title = "The usage plan can no longer be revised"
    detail = "Plans of fiscal year {fiscal_year} could be revised until {deadline}; the estimates rest on them now."
    remedy = "Tell the secretariat; forecasts take real usage into account as it comes."


class PlanYearOver(Refused):
    status, type = 409, "plan-year-over"
    title = "The fiscal year is over"
    detail = "Fiscal year {fiscal_year} ended on {ended}."
    remedy = "Hand in a plan for a year that is not over."


@dataclass(frozen=True)
class UsagePlan(Aggregate, category="usage-plan"):
    """What stands of a plan. Its id names municipality and year."""

    lines: tuple[PlanLine, ...] | None = None
    late: bool = False
    confirmed: bool = False

    @staticmethod
    def stream(municipality: str, year: FiscalYear) -> str:
        """The id of a municipality's plan."""
        return f"{municipality}.{year}"

    def hand_in(self, municipality: str, year: FiscalYear, lines: tuple[PlanLine, ...], today: date) -> Events:
        """Hand a plan in, or another one until the deadline. Whoever has not handed in may do so late, once."""
        if lines == self.lines:
            return
        late = today > deadline(year)
        require(today <= year.last_day, PlanYearOver(fiscal_year=int(year), ended=str(year.last_day)))
        fixed = late and self.lines is not None
        require(not fixed, PlanIsFixed(fiscal_year=int(year), deadline=str(deadline(year))))
        yield UsagePlanHandedIn(municipality=municipality, fiscal_year=year, lines=lines, handed_in_on=today, late=late)

    def confirm(self, municipality: str, year: FiscalYear) -> Events:
        """An approver confirms what stands."""
        if not self.confirmed:
            yield UsagePlanConfirmed(municipality=municipality, fiscal_year=year)

    @evolve
    def was_handed_in(self, event: UsagePlanHandedIn) -> Self:
        return replace(self, lines=event.lines, late=event.late, confirmed=False)

    @evolve
    def was_confirmed(self, event: UsagePlanConfirmed) -> Self:
        return replace(self, confirmed=True)
