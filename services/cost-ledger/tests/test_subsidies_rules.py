"""Subsidies: what is awarded and paid, how often, and what a municipality may do about it."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given as given_any
from hypothesis import settings
from hypothesis import strategies as st

from kyodo_cost_ledger.budgets.events import SubsidyRule
from kyodo_cost_ledger.subsidies.events import (
    Status,
    SubsidyApplicationWithdrawn,
    SubsidyApplied,
    SubsidyCostEstablished,
    SubsidyProgrammeOpened,
)
from kyodo_cost_ledger.subsidies.model import STANDING, Programme, award_for, settlement_for
from kyodo_cost_ledger.subsidies.refusals import (
    AlreadySettled,
    ApplicationsClosed,
    AwardsExhausted,
    NotAwarded,
    NothingApplied,
    NothingToAward,
)
from kyodo_events.contracts.cost_ledger.subsidies import (
    SubsidyAwardChanged,
    SubsidyAwarded,
    SubsidyAwardWithdrawn,
    SubsidySettled,
)
from kyodo_events.errors import Refused
from kyodo_events.event import Event
from kyodo_events.testing import Given, given
from kyodo_events.values.fiscal import FiscalYear

RULE = SubsidyRule(ratio=Fraction(1, 2), yearly_cap=20_000_000, new_awards=3)
UNTIL = date(2023, 6, 30)
CODES = ["131016", "131024", "131032", "131041", "131059"]
A, B = CODES[:2]


def opened(*past: Event) -> Given[Programme]:
    first = SubsidyProgrammeOpened(
        fiscal_year=FiscalYear(2023), line=9, name_ja="先行事例創出", rule=RULE, applications_until=UNTIL
    )
    return given(Programme, "2023-9").that(first, *past)


def applied(code: str, cost: int = 30_000_001, status: Status = Status.APPLIED) -> SubsidyApplied:
    return SubsidyApplied(municipality=code, status=status, planned_cost=cost, purpose="p")


def awarded(code: str, amount: int = 15_000_000) -> SubsidyAwarded:
    return SubsidyAwarded(fiscal_year=FiscalYear(2023), line=9, municipality=code, amount=amount)


@pytest.mark.parametrize(
    ("cost", "amount"),
    [(30_000_001, 15_000_000), (40_000_000, 20_000_000), (40_000_002, 20_000_000), (3, 1), (1, 0)],
)
def test_an_award_is_half_the_cost_cut_to_the_yen_up_to_the_cap(cost: int, amount: int) -> None:
    assert award_for(RULE, cost) == amount


def test_the_fourth_award_of_the_year_is_refused() -> None:
    three = [event for code in CODES[:3] for event in (applied(code), awarded(code))]
    fourth = opened(*three, applied(CODES[3]))
    fourth.when(lambda p: p.award(CODES[3])).refuses(AwardsExhausted(limit=3, made=3))
    back = SubsidyAwardWithdrawn(fiscal_year=FiscalYear(2023), line=9, municipality=A, amount=15_000_000)
    fourth.that(back).when(lambda p: p.award(CODES[3])).then(awarded(CODES[3]))


def test_a_settled_award_still_counts() -> None:
    three = [event for code in CODES[:3] for event in (applied(code), awarded(code))]
    settled = SubsidySettled(fiscal_year=FiscalYear(2023), line=9, municipality=A, amount=1, surplus=14_999_999)
    opened(*three, settled, applied(CODES[3])).when(lambda p: p.award(CODES[3])).refuses(
        AwardsExhausted(limit=3, made=3)
    )


def test_what_is_paid_follows_the_actual_cost_and_the_surplus_goes_back() -> None:
    past = opened(applied(A), awarded(A))
    for cost, paid in ((28_000_001, 14_000_000), (30_000_001, 15_000_000), (99_000_000, 15_000_000), (0, 0)):
        past.when(lambda p, cost=cost: p.settle(A, cost)).then(  # type: ignore[misc]
            SubsidyCostEstablished(municipality=A, actual_cost=cost),
            SubsidySettled(
                fiscal_year=FiscalYear(2023), line=9, municipality=A, amount=paid, surplus=15_000_000 - paid
            ),
        )


def test_an_award_is_changed_to_what_was_asked_since() -> None:
    past = opened(applied(A), awarded(A))
    past.when(lambda p: p.award(A)).then()  # nothing was asked
    asked = past.that(applied(A, 20_000_000, Status.AWARDED))
    assert asked.state.of(A).awarded == 15_000_000
    asked.when(lambda p: p.award(A)).then(
        SubsidyAwardChanged(fiscal_year=FiscalYear(2023), line=9, municipality=A, amount=10_000_000, before=15_000_000)
    )


def test_who_was_declined_or_withdrew_may_apply_again_in_time() -> None:
    past = opened(applied(A), SubsidyApplicationWithdrawn(municipality=A))
    past.when(lambda p: p.withdraw(A)).then()
    past.when(lambda p: p.apply(A, 5, "p", UNTIL)).then(applied(A, 5))
    past.when(lambda p: p.apply(A, 5, "p", date(2023, 7, 1))).refuses(ApplicationsClosed(until="2023-06-30"))
    past.when(lambda p: p.award(A)).refuses(NothingApplied(municipality=A, status=Status.WITHDRAWN))


def test_an_award_may_be_changed_after_the_deadline() -> None:
    late = date(2023, 12, 1)
    opened(applied(A), awarded(A)).when(lambda p: p.apply(A, 7, "p", late)).then(applied(A, 7, Status.AWARDED))


def test_applying_again_with_the_same_changes_nothing() -> None:
    opened(applied(A, 5)).when(lambda p: p.apply(A, 5, "p", UNTIL)).then()


def test_what_is_refused() -> None:
    opened(applied(A, 1)).when(lambda p: p.award(A)).refuses(NothingToAward(planned_cost=1))
    opened(applied(A)).when(lambda p: p.settle(A, 1)).refuses(NotAwarded(municipality=A, status=Status.APPLIED))
    opened(applied(A), awarded(A)).when(lambda p: p.decline(A, "r")).refuses(
        NothingApplied(municipality=A, status=Status.AWARDED)
    )
    settled = SubsidySettled(fiscal_year=FiscalYear(2023), line=9, municipality=A, amount=1, surplus=0)
    done = opened(applied(A), awarded(A), settled)
    done.when(lambda p: p.withdraw(A)).refuses(AlreadySettled(municipality=A))
    done.when(lambda p: p.apply(A, 5, "p", UNTIL)).refuses(AlreadySettled(municipality=A))


costs = st.integers(0, 10**12)
rules = st.builds(
    SubsidyRule,
    ratio=st.fractions(0, 1, max_denominator=10**6),
    yearly_cap=st.integers(0, 10**9),
    new_awards=st.integers(1, 4),
)


@settings(deadline=None)
@given_any(rules, costs, costs)
def test_awards_never_exceed_ratio_nor_cap_and_payments_never_the_award(
    rule: SubsidyRule, planned: int, actual: int
) -> None:
    award = award_for(rule, planned)
    assert 0 <= award <= rule.yearly_cap
    assert award <= planned * rule.ratio
    assert award == rule.yearly_cap or planned * rule.ratio - award < 1
    paid = settlement_for(rule, award, actual)
    assert 0 <= paid <= award
    assert paid <= actual * rule.ratio
    assert paid == award or actual * rule.ratio - paid < 1


story = st.lists(
    st.tuples(st.sampled_from(["apply", "award", "withdraw", "decline", "settle"]), st.sampled_from(CODES), costs),
    max_size=60,
)


@settings(deadline=None)
@given_any(rules, story)
def test_awards_never_exceed_their_number(rule: SubsidyRule, steps: list[tuple[str, str, int]]) -> None:
    first = SubsidyProgrammeOpened(
        fiscal_year=FiscalYear(2023), line=9, name_ja="n", rule=rule, applications_until=UNTIL
    )
    state = given(Programme, "2023-9").that(first).state
    for kind, code, cost in steps:
        decisions = {
            "apply": state.apply(code, cost, "p", UNTIL),
            "award": state.award(code),
            "withdraw": state.withdraw(code),
            "decline": state.decline(code, "r"),
            "settle": state.settle(code, cost),
        }
        with suppress(Refused):
            state = state.fold(list(decisions[kind]))
        standing = [one for one in state.applications.values() if one.status in STANDING]
        assert len(standing) <= rule.new_awards
        assert all(0 < one.awarded <= rule.yearly_cap and one.settled <= one.awarded for one in standing)
