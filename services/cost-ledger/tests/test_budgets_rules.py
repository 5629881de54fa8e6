"""Budgets: what may be moved, committed and spent, what a line comes to, and that no yen gets lost."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import given as given_any
from hypothesis import settings
from hypothesis import strategies as st

from kyodo_cost_ledger.budgets.events import (
    BudgetEntered,
    BudgetLineLinked,
    BudgetSupplemented,
    BudgetTransferred,
    CommitmentMade,
    EnteredLine,
    ForecastBackWithinBudget,
    LineChange,
    SpendingRecorded,
    SpendingReturned,
)
from kyodo_cost_ledger.budgets.line import BudgetLine, Spending, elapsed_months, execution
from kyodo_cost_ledger.budgets.model import Budget, Facts
from kyodo_cost_ledger.budgets.refusals import (
    BudgetAlreadyEntered,
    DayNotReached,
    LineExhausted,
    MoreThanCommitted,
    MoreThanSpent,
    NoSuchBudgetLine,
    NotInFiscalYear,
    NotInOneGroup,
    ProjectLinkedElsewhere,
    ReferenceTaken,
)
from kyodo_events.aggregate import Events
from kyodo_events.contracts.cost_ledger.budgets import BudgetForecastExceeded
from kyodo_events.errors import Refused
from kyodo_events.testing import Given, given
from kyodo_events.values.fiscal import FiscalYear, Month

YEAR = FiscalYear(2023)
DECIDED = date(2023, 3, 24)
JULY, APRIL = date(2023, 7, 31), date(2023, 4, 10)
PROJECT = "01941f29-7c00-7000-8000-00000000000a"


def line(name: str, amount: int, group: str = "DX", previous: int = 0) -> EnteredLine:
    return EnteredLine(group_ja=group, name_ja=name, amount=amount, previous_amount=previous)


def entered(*amounts: int, group: str = "DX") -> Given[Budget]:
    lines = tuple(line(f"事業{number}", amount, group) for number, amount in enumerate(amounts, 1))
    return given(Budget, "2023").that(BudgetEntered(fiscal_year=YEAR, decided_on=DECIDED, lines=lines))


def on(day: date, **own: int) -> Facts:
    shares = {PROJECT: {Month(month.replace("m", "").replace("_", "-")): yen for month, yen in own.items()}}
    return Facts(day, shares)


def test_a_year_has_one_initial_budget() -> None:
    lines = [line("a", 5)]
    entered(5).when(lambda budget: budget.enter(lines, DECIDED)).refuses(BudgetAlreadyEntered(fiscal_year=2023))


def test_spending_beyond_the_line_is_refused_until_an_amount_is_moved_there() -> None:
    def spend(budget: Budget) -> Events:
        return budget.spend(1, "s1", APRIL, 101, None, on(JULY))

    before = entered(100, 50)
    before.when(spend).refuses(LineExhausted(line=1, remaining=100, wanted=101))
    moved = BudgetTransferred(from_line=2, to_line=1, amount=1, decided_on=APRIL, reason="不足")
    outcome = before.that(moved).when(spend)
    assert outcome.refusal is None
    assert outcome.events[0] == SpendingRecorded(line=1, reference="s1", day=APRIL, amount=101, commitment=None)


def test_what_is_committed_is_not_free() -> None:
    committed = CommitmentMade(line=1, reference="c1", day=APRIL, amount=60)
    given_ = entered(100, 100).that(committed)
    given_.when(lambda b: b.commit(1, "c2", APRIL, 41, on(JULY))).refuses(
        LineExhausted(line=1, remaining=40, wanted=41)
    )
    given_.when(lambda b: b.transfer(1, 2, 41, APRIL, "r", on(JULY))).refuses(
        LineExhausted(line=1, remaining=40, wanted=41)
    )
    taken = [LineChange(line=1, amount=-41)]
    given_.when(lambda b: b.supplement(taken, [], APRIL, "r", on(JULY))).refuses(
        LineExhausted(line=1, remaining=40, wanted=41)
    )
    under = given_.when(lambda b: b.spend(1, "s1", APRIL, 60, "c1", on(JULY)))
    assert under.refusal is None
    given_.when(lambda b: b.spend(1, "s1", APRIL, 61, "c1", on(JULY))).refuses(
        MoreThanCommitted(reference="c1", open=60, wanted=61)
    )


def test_what_is_released_and_what_comes_back_is_free_again() -> None:
    steps: list[Callable[[Budget], Events]] = [
        lambda b: b.commit(1, "c1", APRIL, 60, on(JULY)),
        lambda b: b.spend(1, "s1", APRIL, 40, "c1", on(JULY)),
        lambda b: b.release(1, "c1", 20, "減額", on(JULY)),
        lambda b: b.return_spending(1, "s1", 5, "戻入", on(JULY)),
    ]
    state = entered(100).state
    for decide in steps:
        state = state.fold(list(decide(state)))
    found = state.stands(state.line(1), on(JULY))
    assert (found.spent, found.committed, found.remaining) == (35, 0, 65)
    with pytest.raises(MoreThanSpent):
        list(state.return_spending(1, "s1", 36, "戻入", on(JULY)))
    with pytest.raises(MoreThanCommitted):
        list(state.release(1, "c1", 1, "減額", on(JULY)))


@pytest.mark.parametrize(
    ("decide", "refusal"),
    [
        (lambda b: b.transfer(1, 3, 1, APRIL, "r", on(JULY)), NoSuchBudgetLine(line=3)),
        (lambda b: b.transfer(1, 1, 1, APRIL, "r", on(JULY)), NotInOneGroup(from_line=1, to_line=1)),
        (
            lambda b: b.commit(1, "c", date(2023, 8, 1), 1, on(JULY)),
            DayNotReached(day="2023-08-01", today="2023-07-31"),
        ),
        (
            lambda b: b.commit(1, "c", date(2024, 4, 1), 1, on(date(2024, 5, 1))),
            NotInFiscalYear(day="2024-04-01", first=date(2023, 4, 1), last=date(2024, 3, 31)),
        ),
        (
            lambda b: b.spend(1, "s", date(2024, 6, 1), 1, None, on(date(2024, 6, 2))),
            NotInFiscalYear(day="2024-06-01", first=date(2023, 4, 1), last=date(2024, 5, 31)),
        ),
    ],
)
def test_what_is_refused(decide: Callable[[Budget], Events], refusal: Refused) -> None:
    entered(100, 100).when(decide).refuses(refusal)


def test_between_groups_only_a_supplementary_budget_moves() -> None:
    lines = (line("a", 100, "DX"), line("b", 100, "通信"))
    two = given(Budget, "2023").that(BudgetEntered(fiscal_year=YEAR, decided_on=DECIDED, lines=lines))
    two.when(lambda b: b.transfer(1, 2, 1, APRIL, "r", on(JULY))).refuses(NotInOneGroup(from_line=1, to_line=2))
    moved = [LineChange(line=1, amount=-1), LineChange(line=2, amount=1)]
    assert two.when(lambda b: b.supplement(moved, [], APRIL, "r", on(JULY))).refusal is None


def test_a_reference_is_used_once() -> None:
    committed = CommitmentMade(line=1, reference="c1", day=APRIL, amount=1)
    entered(100).that(committed).when(lambda b: b.commit(1, "c1", APRIL, 1, on(JULY))).refuses(
        ReferenceTaken(line=1, reference="c1")
    )


def test_a_project_counts_on_one_line() -> None:
    linked = BudgetLineLinked(line=1, project_id=PROJECT)
    entered(100, 100).that(linked).when(lambda b: b.link(2, PROJECT, on(JULY))).refuses(ProjectLinkedElsewhere(line=1))


def test_tokyos_own_share_is_spent_in_the_months_that_have_begun_and_committed_after() -> None:
    shares = {f"m{month}".replace("-", "_"): 10 for month in YEAR.months()}
    state = entered(200).that(BudgetLineLinked(line=1, project_id=PROJECT)).state
    found = state.stands(state.line(1), on(JULY, **shares))
    assert (found.spent, found.committed, found.remaining, found.forecast) == (40, 80, 80, 120)
    assert [found.months[month] for month in YEAR.months()] == [10] * 4 + [0] * 8


def test_the_forecast_by_hand() -> None:
    """100 yen in four months are 25 a month and 300 a year; 101 are 303; what is bound counts where it is more."""

    def spent(amount: int, own: dict[Month, int] | None = None) -> Any:
        spending = Spending(Month("2023-04"), amount)
        one = BudgetLine(1, "g", "n", initial=300, previous=0, spendings={"s": spending})
        return execution(one, YEAR, own or {}, JULY)

    assert (spent(100).forecast, spent(100).ratio, spent(100).exceeded) == (300, 10_000, False)
    assert (spent(101).forecast, spent(101).run_rate, spent(101).exceeded) == (303, 25, True)
    assert spent(100, {Month("2024-03"): 201}).forecast == 301
    one = BudgetLine(1, "g", "n", 10**9, 0, spendings={"s": Spending(Month("2023-04"), 10**9 + 1)})
    assert execution(one, YEAR, {}, date(2024, 3, 31)).ratio == 10_001
    assert execution(BudgetLine(1, "g", "n", 300, 0), YEAR, {}, date(2023, 3, 31)).forecast == 0


@pytest.mark.parametrize(
    ("day", "elapsed"),
    [
        ("2023-03-31", 0),
        ("2023-04-01", 1),
        ("2023-12-31", 9),
        ("2024-03-01", 12),
        ("2024-03-31", 12),
        ("2024-04-01", 12),
    ],
)
def test_elapsed_months(day: str, elapsed: int) -> None:
    assert elapsed_months(YEAR, date.fromisoformat(day)) == elapsed


def test_a_forecast_that_passes_the_line_is_told_once_each_time() -> None:
    def spend(reference: str, amount: int) -> Callable[[Budget], Events]:
        return lambda budget: budget.spend(1, reference, APRIL, amount, None, on(APRIL))

    state = entered(240).state
    events = list(spend("s1", 20)(state))
    assert [type(event) for event in events] == [SpendingRecorded]  # 20 in April are 240 a year
    state = state.fold(events)
    events = list(spend("s2", 1)(state))
    told = BudgetForecastExceeded(
        fiscal_year=YEAR, line=1, name_ja="事業1", month=Month("2023-04"), budget=240, forecast=252
    )
    assert events[1:] == [told]
    state = state.fold(events)
    assert [type(event) for event in spend("s3", 1)(state)] == [SpendingRecorded]
    assert list(state.watch(on(APRIL))) == []
    back = list(state.return_spending(1, "s2", 1, "戻入", on(APRIL)))
    assert back[1:] == [ForecastBackWithinBudget(line=1)]
    state = state.fold(back)
    assert isinstance(list(spend("s4", 1)(state))[1], BudgetForecastExceeded)


amounts = st.integers(0, 10**12)
KINDS = ["supplement", "transfer", "commit", "spend", "release", "return"]
yen = st.integers(-(10**6), 10**6).filter(bool)
Step = tuple[str, int, int, int]
steps = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(1, 4), st.integers(1, 4), yen), max_size=30)


def taken(state: Budget, number: int, step: Step) -> Events:
    """The decision of a step: the number makes its reference, entries are taken back in their order."""
    kind, one, other, amount = step
    facts, size, known = on(JULY), abs(amount), state.line(one)
    match kind:
        case "supplement":
            return state.supplement([LineChange(line=one, amount=amount)], [], APRIL, "r", facts)
        case "transfer":
            return state.transfer(one, other, size, APRIL, "r", facts)
        case "commit":
            return state.commit(one, f"c{number}", APRIL, size, facts)
        case "spend":
            return state.spend(one, f"s{number}", APRIL, size, next(iter(known.commitments), None), facts)
        case "release":
            return state.release(one, next(iter(known.commitments), "none"), size, "r", facts)
    return state.return_spending(one, next(iter(known.spendings), "none"), size, "r", facts)


@settings(deadline=None)
@given_any(st.lists(st.integers(0, 10**6), min_size=4, max_size=4), steps)
def test_no_yen_gets_lost_and_no_line_is_overdrawn(initial: list[int], story: list[Step]) -> None:
    state, total = entered(*initial).state, sum(initial)
    for number, step in enumerate(story):
        with suppress(Refused):
            state = state.fold(list(taken(state, number, step)))
            total += step[3] if step[0] == "supplement" else 0
        assert sum(line.amount for line in state.lines.values()) == total
        for one in state.lines.values():
            found = state.stands(one, on(JULY))
            assert one.amount == found.spent + found.committed + found.remaining
            assert min(found.remaining, found.spent, found.committed) >= 0


@settings(deadline=None)
@given_any(st.lists(st.tuples(st.integers(0, 11), amounts), max_size=20), st.integers(1, 12), amounts)
def test_the_forecast_is_never_less_than_what_is_spent_and_bound(
    entries: list[tuple[int, int]], month: int, held: int
) -> None:
    today = YEAR.month(month).last_day
    spendings = {
        str(number): Spending(YEAR.months()[at], amount) for number, (at, amount) in enumerate(entries) if at < month
    }
    own = {YEAR.months()[at]: amount for at, amount in entries}
    line_ = BudgetLine(1, "g", "n", held, 0, spendings=spendings)
    found = execution(line_, YEAR, own, today)
    assert found.forecast >= found.spent + found.committed
    assert found.exceeded == (found.ratio > 10_000) == (found.forecast > line_.amount)
    assert 0 <= found.forecast * month - found.spent * 12 < month or found.forecast == found.spent + found.committed


def test_a_supplementary_budget_may_bring_new_lines() -> None:
    new = line("緊急対策", 70)
    state = (
        entered(100)
        .when(lambda b: b.supplement([], [new], APRIL, "r", on(JULY)))
        .then(BudgetSupplemented(changes=(), added=(new,), first_added=2, decided_on=APRIL, reason="r"))
    )
    assert (state.line(2).initial, state.line(2).supplemented, state.line(2).amount) == (0, 70, 70)


def test_spending_of_the_settlement_period_counts_in_march() -> None:
    late = SpendingRecorded(line=1, reference="s", day=date(2024, 5, 20), amount=7, commitment=None)
    state = entered(100).that(late, SpendingReturned(line=1, reference="s", day=JULY, amount=2, reason="r")).state
    assert state.stands(state.line(1), on(date(2024, 5, 31))).months[Month("2024-03")] == 5
