"""When a usage plan may be handed in and revised, and what its months are."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st
from pydantic import ValidationError

from kyodo_cost_ledger.plans.model import PlanIsFixed, PlanYearOver, UsagePlan
from kyodo_cost_ledger.testing import PROJECT
from kyodo_events.contracts.cost_ledger.plans import PlanLine, UsagePlanConfirmed, UsagePlanHandedIn
from kyodo_events.testing import given
from kyodo_events.values.fiscal import FiscalYear

CHIYODA, YEAR = "131016", FiscalYear(2025)
LAST_DAY, DAY_AFTER = date(2025, 1, 31), date(2025, 2, 1)


def lines(quantity: int) -> tuple[PlanLine, ...]:
    return (PlanLine(project_id=PROJECT, meter="applications", quantity=quantity),)


def handed_in(quantity: int, on: date, late: bool = False) -> UsagePlanHandedIn:
    return UsagePlanHandedIn(municipality=CHIYODA, fiscal_year=YEAR, lines=lines(quantity), handed_in_on=on, late=late)


CONFIRMED = UsagePlanConfirmed(municipality=CHIYODA, fiscal_year=YEAR)


def test_it_may_be_revised_to_the_end_of_the_last_day() -> None:
    plan = given(UsagePlan).that(handed_in(10, date(2025, 1, 5)), CONFIRMED)
    state = plan.when(lambda p: p.hand_in(CHIYODA, YEAR, lines(20), LAST_DAY)).then(handed_in(20, LAST_DAY))
    assert not state.confirmed  # what was confirmed is not what stands
    fixed = PlanIsFixed(fiscal_year=2025, deadline="2025-01-31")
    plan.when(lambda p: p.hand_in(CHIYODA, YEAR, lines(20), DAY_AFTER)).refuses(fixed)
    plan.when(lambda p: p.hand_in(CHIYODA, YEAR, lines(10), DAY_AFTER)).then()


def test_a_late_one_is_taken_once_and_marked() -> None:
    plan = given(UsagePlan)
    plan.when(lambda p: p.hand_in(CHIYODA, YEAR, lines(5), DAY_AFTER)).then(handed_in(5, DAY_AFTER, late=True))
    late = plan.that(handed_in(5, DAY_AFTER, late=True))
    late.when(lambda p: p.hand_in(CHIYODA, YEAR, lines(6), DAY_AFTER)).refuses(
        PlanIsFixed(fiscal_year=2025, deadline="2025-01-31")
    )
    end = date(2026, 3, 31)
    plan.when(lambda p: p.hand_in(CHIYODA, YEAR, lines(5), end)).then(handed_in(5, end, late=True))
    plan.when(lambda p: p.hand_in(CHIYODA, YEAR, lines(5), date(2026, 4, 1))).refuses(
        PlanYearOver(fiscal_year=2025, ended="2026-03-31")
    )


def test_what_stands_is_confirmed_once() -> None:
    plan = given(UsagePlan).that(handed_in(5, LAST_DAY))
    plan.when(lambda p: p.confirm(CHIYODA, YEAR)).then(CONFIRMED)
    plan.that(CONFIRMED).when(lambda p: p.confirm(CHIYODA, YEAR)).then()


@given_any(st.integers(0, 10**9))
def test_the_months_of_a_line_sum_to_its_year(quantity: int) -> None:
    months = lines(quantity)[0].by_month()
    assert (len(months), sum(months)) == (12, quantity)
    assert max(months) - min(months) <= 1


def test_a_line_speaks_of_the_year_or_of_its_months() -> None:
    monthly = tuple(range(12))
    assert PlanLine(project_id=PROJECT, meter="seats", monthly=monthly).by_month() == monthly
    for both in ({}, {"quantity": 1, "monthly": monthly}):
        with pytest.raises(ValidationError, match="quantity for the year or twelve"):
            PlanLine(project_id=PROJECT, meter="seats", **both)
