"""Savings: what they are reckoned from, who states, confirms and adjusts them, and when."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_FLOOR, Decimal, localcontext
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st
from pydantic import ValidationError

from kyodo_events.aggregate import Events
from kyodo_events.contracts.procurement.calls import (
    TierMode,
)
from kyodo_events.errors import NotFound
from kyodo_events.event import Event
from kyodo_events.testing import given
from kyodo_procurement.calls.model import Call
from kyodo_procurement.calls.refusals import CallNotOpen
from kyodo_procurement.calls.state import CallStatus
from kyodo_procurement.evaluations.model import Evaluation
from kyodo_procurement.savings.events import (
    SavingAdjusted,
    SavingClaimed,
    SavingConfirmed,
    SavingEvent,
    SavingForecast,
    SavingWithdrawn,
)
from kyodo_procurement.savings.model import Saving
from kyodo_procurement.savings.refusals import (
    BaselinesDoNotFit,
    LotHasFailed,
    NothingBought,
    ReasonNeeded,
    SavingAlreadyBegun,
    SavingNotClaimed,
    SavingSettled,
    SavingTooLarge,
)
from kyodo_procurement.savings.values import MAX_TOTAL, Baseline, Method, SavingStatus
from kyodo_procurement.savings.views import savings
from tests.support.procurement.sample_calls import (
    CHIYODA,
    MITAKA,
    MUSASHINO,
)
from tests.support.procurement.sample_savings import (
    CALL,
    CHUO,
    CLAIMED,
    CONFIRMED,
    DEAR,
    FORECAST,
    INDEXED,
    Decide,
    adjusted,
    awarded,
    call,
    cancelled,
    claimed,
    confirmed,
    contract,
    counted,
    failed,
    forecast,
    last_price,
    line,
    price,
    undecided,
    whose,
    withdrawn,
    won,
)


def begin(evaluation: Evaluation, *baselines: Baseline, of: Call = call, lot: int = 1, who: str = CHIYODA) -> Decide:
    return lambda saving: saving.begin(of, evaluation, lot, who, baselines)


def again(evaluation: Evaluation, *baselines: Baseline, of: Call = call, reason: str | None = None) -> Decide:
    return lambda saving: saving.put_forward(of, evaluation, baselines, reason)


def confirm(saving: Saving) -> Events:
    return saving.confirm(CHIYODA)


def adjust(*baselines: Baseline, who: str = CHIYODA) -> Decide:
    return lambda saving: saving.adjust(who, baselines, "前回単価による")


def withdraw(saving: Saving) -> Events:
    return saving.withdraw("調達の見送り")


def test_before_the_award_a_saving_is_forecast_at_expected_prices() -> None:
    for evaluation in (undecided, Evaluation(id=CALL)):
        state = given(Saving).when(begin(evaluation, DEAR)).then(forecast)
        assert (state.status, state.amount, state.forecast, state.claimed) == (FORECAST, 3_000_000, 3_000_000, None)


def test_a_forecast_shares_a_graduated_price_exactly_as_the_award_does() -> None:
    graduated = replace(call, mode=TierMode.GRADUATED)
    outcome = given(Saving).when(begin(undecided, DEAR, of=graduated))
    # 499 × 120,000 + 1 × 110,000, of which 300 of 500 units
    assert [one.lines[0].paid for one in outcome.events if isinstance(one, SavingForecast)] == [35_994_000]


def test_after_the_award_a_saving_is_claimed_on_the_contract() -> None:
    state = given(Saving).when(begin(won, DEAR)).then(claimed)
    assert (state.status, state.amount, state.forecast, state.claimed) == (CLAIMED, 4_500_000, None, 4_500_000)


def test_a_loss_is_claimed_too() -> None:
    (event,) = given(Saving).when(begin(won, price(100_000))).events
    assert isinstance(event, SavingClaimed)
    assert event.amount == -1_500_000


def test_a_municipality_has_one_saving_in_a_lot() -> None:
    given(Saving, "s").that(claimed).when(begin(won, DEAR)).refuses(SavingAlreadyBegun(saving_id="s"))
    ids = {Saving.id_of(CALL, lot, who) for lot in (1, 2) for who in (CHIYODA, MITAKA)}
    assert len(ids) == 4


def test_a_lot_that_the_call_does_not_have_is_not_there() -> None:
    given(Saving).when(begin(won, DEAR, lot=3)).refuses(NotFound(what="lot", id=3))


def test_a_cancelled_call_and_a_failed_lot_save_nothing() -> None:
    given(Saving).when(begin(undecided, DEAR, of=cancelled)).refuses(CallNotOpen(status=CallStatus.CANCELLED))
    given(Saving).when(begin(failed, DEAR)).refuses(LotHasFailed(lot=1))


@pytest.mark.parametrize("evaluation", [undecided, won])
def test_only_firm_quantities_save(evaluation: Evaluation) -> None:
    """Mitaka's commitment and contract are of optional units alone; Chuo has neither."""
    for who in (MITAKA, CHUO):
        given(Saving).when(begin(evaluation, DEAR, who=who)).refuses(NothingBought(municipality=who, lot=1))


def test_each_item_bought_and_no_other_has_a_baseline() -> None:
    both = awarded(contract(("pc", 300, 31_500_000), ("dock", 2, 9)))
    refusal = BaselinesDoNotFit(missing="dock", more="none")
    given(Saving).when(begin(both, DEAR)).refuses(refusal)
    given(Saving).when(begin(won, DEAR, price(1, "dock"))).refuses(BaselinesDoNotFit(missing="none", more="dock"))
    given(Saving).that(claimed).when(adjust(price(1, "dock"))).refuses(BaselinesDoNotFit(missing="pc", more="dock"))


def test_a_slip_of_the_keyboard_is_refused() -> None:
    largest = awarded(contract(("pc", 10**9, 1)))
    huge = price(10**8)
    given(Saving).when(begin(largest, huge)).refuses(SavingTooLarge(total=10**17))
    at_the_bound = awarded(contract(("pc", 10**9, 1)))
    assert given(Saving).when(begin(at_the_bound, price(MAX_TOTAL // 10**9))).refusal is None


def test_a_forecast_is_made_again_with_what_is_committed_now() -> None:
    state = given(Saving).that(forecast)
    state.when(again(undecided, DEAR)).then()
    dearer = SavingForecast(
        **whose(counted(FORECAST, 3_000_000)),
        lines=(line(price(130_000), 39_000_000, paid=33_000_000),),
        amount=6_000_000,
    )
    state.when(again(undecided, price(130_000))).then(dearer)


def test_a_forecast_becomes_a_claim() -> None:
    of_forecast = claimed.model_copy(update={"before": counted(FORECAST, 3_000_000)})
    state = given(Saving).that(forecast).when(again(won, DEAR)).then(of_forecast)
    assert (state.forecast, state.claimed) == (3_000_000, 4_500_000)


def test_a_claim_changes_for_a_reason() -> None:
    state = given(Saving).that(claimed)
    state.when(again(won, price(121_000))).refuses(ReasonNeeded())
    state.when(again(won, DEAR)).then()  # nothing changes
    dearer = SavingClaimed(
        **whose(counted(CLAIMED, 4_500_000)),
        lines=(line(price(121_000), 36_300_000),),
        amount=4_800_000,
        reason="転記誤り",
    )
    state.when(again(won, price(121_000), reason="転記誤り")).then(dearer)


@pytest.mark.parametrize("past", [[claimed, confirmed], [claimed, adjusted]])
def test_what_a_municipality_confirmed_is_not_tokyos_to_change(past: list[Event]) -> None:
    for decide in (again(won, price(1), reason="再算定"), withdraw):
        given(Saving).that(*past).when(decide).refuses(SavingSettled())


def test_a_municipality_confirms_a_claim() -> None:
    state = given(Saving).that(claimed).when(confirm).then(confirmed)
    assert (state.status, state.confirmed, state.adjusted) == (CONFIRMED, 4_500_000, False)
    given(Saving).that(claimed, confirmed).when(confirm).then()


def test_a_municipality_confirms_a_figure_of_its_own() -> None:
    state = given(Saving).that(claimed).when(adjust(INDEXED)).then(adjusted)
    assert (state.status, state.claimed, state.confirmed, state.adjusted) == (CONFIRMED, 4_500_000, 2_490_927, True)
    given(Saving).that(claimed, adjusted).when(adjust(INDEXED)).then()


def test_a_municipality_adjusts_what_it_confirmed() -> None:
    later = adjusted.model_copy(update={"before": counted(CONFIRMED, 4_500_000)})
    given(Saving).that(claimed, confirmed).when(adjust(INDEXED)).then(later)


@pytest.mark.parametrize(("past", "status"), [([forecast], FORECAST), ([forecast, withdrawn], SavingStatus.WITHDRAWN)])
@pytest.mark.parametrize("decide", [confirm, adjust(INDEXED)])
def test_only_a_claim_is_confirmed_or_adjusted(past: list[Event], status: SavingStatus, decide: Decide) -> None:
    given(Saving).that(*past).when(decide).refuses(SavingNotClaimed(status=status))


def test_another_municipalitys_saving_is_not_there() -> None:
    for decide in (lambda saving: saving.confirm(MUSASHINO), adjust(INDEXED, who=MUSASHINO)):
        given(Saving, "s").that(claimed).when(decide).refuses(NotFound(what="saving", id="s"))


def test_a_forecast_is_withdrawn_and_stated_again() -> None:
    state = given(Saving).that(forecast)
    assert state.when(withdraw).then(withdrawn).counted is None
    state.that(withdrawn).when(withdraw).then()
    state.that(withdrawn).when(again(undecided, DEAR)).then(forecast)
    of_claim = SavingWithdrawn(**whose(counted(CLAIMED, 4_500_000)), reason="調達の見送り")
    given(Saving).that(claimed).when(withdraw).then(of_claim)


@pytest.mark.parametrize(
    "changes",
    [
        {"index": Fraction(103, 100)},
        {"index": Fraction(103, 100), "index_source": "指数"},
        {"method": Method.LAST_PRICE_INDEXED},
        {"method": Method.LAST_PRICE_INDEXED, "index": Fraction(1)},
        {"method": Method.LAST_PRICE_INDEXED, "index": Fraction(0), "index_source": "指数"},
        {"method": Method.LAST_PRICE_INDEXED, "index": Fraction(101, 10), "index_source": "指数"},
        {"method": Method.LAST_PRICE_INDEXED, "index": 1.03, "index_source": "指数"},
    ],
)
def test_an_index_goes_with_the_last_price_alone(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Baseline(**{"item": "pc", "method": Method.LIST_PRICE, "unit_price": 1, "source": "定価表", **changes})


@given_any(
    firm=st.integers(1, 10**9),
    unit_price=st.integers(0, 10**8),
    numerator=st.integers(1, 10_000),
    digits=st.integers(0, 4),
)
def test_every_baseline_is_exact_and_rounded_down(firm: int, unit_price: int, numerator: int, digits: int) -> None:
    """Against decimals of 60 digits, which hold every such product exactly."""
    index = Fraction(numerator, 10**digits)
    with localcontext() as context:
        context.prec = 60
        exact = Decimal(firm) * unit_price * Decimal(numerator) / 10**digits
        wanted = int(exact.to_integral_value(ROUND_FLOOR))
    if index <= 10:
        assert last_price(unit_price, index).amount(firm) == wanted


moves = st.sampled_from(
    [
        again(undecided, DEAR),
        again(undecided, price(90_000)),
        again(won, DEAR, reason="再算定"),
        again(won, price(90_000), reason="再算定"),
        confirm,
        adjust(INDEXED),
        adjust(DEAR),
        withdraw,
    ]
)


@given_any(st.lists(moves, max_size=12))
def test_every_saving_counts_exactly_once_whatever_happens(decisions: list[Decide]) -> None:
    """What its events put into the sums and take out of them is what it counts at the end."""
    state, sums = given(Saving).when(begin(undecided, DEAR)).then(forecast), {FORECAST: [1, 3_000_000]}
    for decide in decisions:
        outcome = given(Saving).when(lambda _, state=state, decide=decide: decide(state))  # type: ignore[misc]
        for event in outcome.events:
            assert isinstance(event, SavingEvent)
            state = state.fold([event])
            for one, sign in ((event.before, -1), (state.counted, 1)):
                if one:
                    here = sums.setdefault(one.status, [0, 0])
                    here[0], here[1] = here[0] + sign, here[1] + sign * one.amount
    left = {status: tuple(figures) for status, figures in sums.items() if any(figures)}
    assert left == ({state.counted.status: (1, state.counted.amount)} if state.counted else {})


def test_the_view_is_filled_from_every_event() -> None:
    assert savings.events == {SavingForecast, SavingClaimed, SavingConfirmed, SavingAdjusted, SavingWithdrawn}
    for event in (forecast, claimed, confirmed, adjusted, withdrawn):
        assert not any(figure in event.in_words() for figure in ("4,500,000", "2,490,927", "3,000,000", "理由", "単価"))
