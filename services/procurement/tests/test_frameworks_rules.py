"""Frameworks: what may be drawn, at which price, and how prices change."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st
from pydantic import ValidationError

from kyodo_events.contracts.procurement.orders import (
    ItemQuantity,
    Period,
)
from kyodo_events.event import Event
from kyodo_events.testing import Given, given
from kyodo_procurement.frameworks.conclusion import LotOfCall, framework_id
from kyodo_procurement.frameworks.events import (
    DayIsOver,
    LotNotAwarded,
    MaximumBelowContracts,
    NotABuyer,
    NotEnoughLeft,
    NotInFramework,
    OrderTooLarge,
    OutsidePeriod,
    QuantityReturned,
)
from kyodo_procurement.frameworks.model import Framework
from tests.support.procurement.sample_frameworks import (
    CALL,
    CHIYODA,
    CHUO,
    FIRST,
    LAST,
    LOT,
    MUSASHINO,
    OF,
    OKUTAMA,
    TODAY,
    call_off,
    called_off,
    concluded,
    contract,
    tablets,
    terms,
)

# concluding


def test_a_framework_takes_what_was_contracted_as_its_maximum() -> None:
    given(Framework).when(lambda framework: framework.conclude(OF, terms())).then(concluded())


def test_a_framework_may_have_headroom() -> None:
    given(Framework).when(lambda framework: framework.conclude(OF, terms(tablet=30, case=40))).then(concluded(30, 40))


def test_a_maximum_is_never_below_what_was_contracted() -> None:
    given(Framework).when(lambda framework: framework.conclude(OF, terms(tablet=19))).refuses(
        MaximumBelowContracts(item="tablet", maximum=19, contracted=20)
    )


def test_headroom_is_for_items_of_the_lot() -> None:
    given(Framework).when(lambda framework: framework.conclude(OF, terms(phone=19))).refuses(
        NotInFramework(item="phone", known="case, tablet")
    )


def test_a_lot_without_award_has_no_framework() -> None:
    of = LotOfCall(CALL, "project", "端末の共同調達", LOT, None)
    given(Framework).when(lambda framework: framework.conclude(of, terms())).refuses(LotNotAwarded(lot=1))


def test_the_id_of_a_framework_is_that_of_its_lot() -> None:
    assert framework_id(CALL, 1) == framework_id(CALL, 1) != framework_id(CALL, 2)


def test_a_period_does_not_end_before_it_begins() -> None:
    with pytest.raises(ValidationError, match="last day lies before"):
        Period(first=LAST, last=FIRST)


# ordering


def test_firm_units_come_first_and_sum_to_the_firm_amount() -> None:
    """7 units for 100 yen: 3, 3 and 1 of them cost 42, 43 and 15; the rest of the last order is optional."""
    framework = given(Framework).that(concluded())
    first = called_off("a", CHIYODA, 3, 3, 42)
    second = called_off("b", CHIYODA, 3, 3, 43)
    framework.when(call_off("a", CHIYODA, tablets(3))).then(first)
    framework.that(first).when(call_off("b", CHIYODA, tablets(3))).then(second)
    third = framework.that(first, second).when(call_off("c", CHIYODA, tablets(3)))
    third.then(called_off("c", CHIYODA, 3, 1, 15))
    assert third.events[0].lines[0].net == 15 + 2 * 50_000  # type: ignore[attr-defined]


def test_what_a_cancelled_order_gave_back_is_priced_anew() -> None:
    """42 and 43 yen for three each; after the first was returned, four more bring it to exactly 100."""
    past = [called_off("a", CHIYODA, 3, 3, 42), called_off("b", CHIYODA, 3, 3, 43), QuantityReturned(order_id="a")]
    given(Framework).that(concluded(), *past).when(call_off("c", CHIYODA, tablets(4))).then(
        called_off("c", CHIYODA, 4, 4, 57)
    )


def test_firm_units_never_cost_less_than_nothing() -> None:
    """One yen for seven units falls on the last one; when the first six went back, the next cost nothing, not -1."""
    one_yen = concluded().model_copy(update={"contracts": (contract(CHIYODA, 7, 13, 1),)})
    past = [
        one_yen,
        called_off("a", CHIYODA, 6, 6, 0),
        called_off("b", CHIYODA, 1, 1, 1),
        QuantityReturned(order_id="a"),
    ]
    framework = given(Framework).that(*past)
    framework.when(call_off("c", CHIYODA, tablets(5))).then(called_off("c", CHIYODA, 5, 5, 0))
    framework.when(call_off("c", CHIYODA, tablets(6))).then(called_off("c", CHIYODA, 6, 6, 0))


def test_a_late_joiner_buys_at_the_optional_price() -> None:
    given(Framework).that(concluded(21)).when(call_off("a", OKUTAMA, tablets(9))).then(called_off("a", OKUTAMA, 9))


def test_who_neither_contracted_nor_takes_part_may_not_buy() -> None:
    framework = given(Framework).that(concluded())
    framework.when(call_off("a", OKUTAMA, tablets(1), takes_part=False)).refuses(NotABuyer(municipality=OKUTAMA))
    framework.when(call_off("a", CHIYODA, tablets(1), takes_part=False)).then(called_off("a", CHIYODA, 1, 1, 14))


def test_nobody_orders_more_than_is_left() -> None:
    past = [called_off("a", CHIYODA, 10, 7, 100), called_off("b", MUSASHINO, 9, 5, 250_000)]
    framework = given(Framework).that(concluded(), *past)
    refusal = NotEnoughLeft(item="tablet", wanted=2, free=1, remaining=1, reserved=0)
    framework.when(call_off("c", MUSASHINO, tablets(2))).refuses(refusal)
    framework.when(call_off("c", OKUTAMA, tablets(2))).refuses(refusal)
    framework.that(QuantityReturned(order_id="a")).when(call_off("c", CHIYODA, tablets(11))).then(
        called_off("c", CHIYODA, 11, 7, 100)
    )


def test_firm_quantities_of_others_are_kept_for_them() -> None:
    framework = given(Framework).that(concluded())
    framework.when(call_off("a", OKUTAMA, tablets(9))).refuses(
        NotEnoughLeft(item="tablet", wanted=9, free=8, remaining=20, reserved=12)
    )
    framework.when(call_off("a", OKUTAMA, tablets(8))).then(called_off("a", OKUTAMA, 8))
    framework.when(call_off("a", CHIYODA, tablets(15))).then(called_off("a", CHIYODA, 15, 7, 100))


def test_an_unknown_item_is_refused() -> None:
    given(Framework).that(concluded()).when(call_off("a", CHIYODA, [ItemQuantity(item="phone", quantity=1)])).refuses(
        NotInFramework(item="phone", known="case, tablet")
    )


@pytest.mark.parametrize("day", [date(2026, 3, 31), date(2028, 4, 1)])
def test_a_day_outside_the_period_is_refused(day: date) -> None:
    given(Framework).that(concluded()).when(
        call_off("a", CHIYODA, tablets(1), wanted_on=day, today=date(2026, 3, 1))
    ).refuses(OutsidePeriod(day=day, first=FIRST, last=LAST))


@pytest.mark.parametrize("day", [FIRST, LAST])
def test_both_ends_of_the_period_belong_to_it(day: date) -> None:
    given(Framework).that(concluded()).when(call_off("a", CHIYODA, tablets(1), wanted_on=day, today=FIRST)).then(
        called_off("a", CHIYODA, 1, 1, 14, ordered_on=FIRST)
    )


def test_nothing_is_wanted_for_a_day_that_is_over() -> None:
    yesterday = date(2026, 5, 31)
    given(Framework).that(concluded()).when(call_off("a", CHIYODA, tablets(1), wanted_on=yesterday)).refuses(
        DayIsOver(day=yesterday, today=TODAY)
    )


def test_an_order_has_an_upper_bound_in_yen() -> None:
    past = [concluded(10**9)]
    given(Framework).that(*past).when(call_off("a", OKUTAMA, tablets(20_000_000))).refuses(
        OrderTooLarge(amount=11 * 10**11, maximum=10**12)
    )


def test_returning_what_was_not_taken_changes_nothing() -> None:
    framework = given(Framework).that(concluded(), called_off("a", CHIYODA, 3, 3, 42))
    framework.when(lambda framework: framework.give_back("a")).then(QuantityReturned(order_id="a"))
    framework.when(lambda framework: framework.give_back("b")).then()
    framework.that(QuantityReturned(order_id="a")).when(lambda framework: framework.give_back("a")).then()


# what holds whatever happens

steps = st.lists(
    st.tuples(
        st.sampled_from([CHIYODA, CHUO, MUSASHINO, OKUTAMA]),
        st.one_of(st.integers(1, 9), st.none()),
        st.integers(0, 30),
    ),
    max_size=40,
)


@given_any(steps, st.integers(12, 40), st.integers(0, 10**6), st.integers(0, 9))
def test_whatever_is_ordered_and_cancelled_nothing_is_oversold_and_every_yen_adds_up(
    steps: list[tuple[str, int | None, int]], maximum: int, amount: int, firm: int
) -> None:
    """Never above the maximum; whoever contracted firmly can order that much to the end, for exactly its amount."""
    contracts = (contract(CHIYODA, firm, 0, amount if firm else 0), contract(MUSASHINO, 3, 9 - firm, 100_001))
    begins = concluded().model_copy(
        update={
            "contracts": contracts,
            "items": (concluded().items[0].model_copy(update={"maximum": maximum}),),
        }
    )
    framework = Framework(id="test").fold([begins])
    for number, (municipality, quantity, which) in enumerate(steps):
        events: list[Event] = []
        if quantity is None:
            events = list(framework.give_back(str(which)))
        else:
            outcome = Given(framework).when(call_off(str(number), municipality, tablets(quantity)))
            free = framework.remaining("tablet") - framework.reserved("tablet", municipality)
            assert (type(outcome.refusal) is NotEnoughLeft) is (quantity > free)
            events = outcome.events
        framework = framework.fold(events)
        assert 0 <= framework.ordered("tablet") <= maximum
        assert framework.remaining("tablet") >= sum(framework.firm_open("tablet").values())
    for one in contracts:
        left = framework.firm_open("tablet")[one.municipality]
        if left:
            framework = framework.fold(call_off(one.municipality, one.municipality, tablets(left))(framework))
        lines = [c.lines["tablet"] for c in framework.call_offs.values() if c.municipality == one.municipality]
        assert sum(line.firm_quantity for line in lines) == one.lines[0].firm
        assert sum(line.firm_amount for line in lines) == one.lines[0].firm_amount
        assert all(line.firm_amount >= 0 for line in lines)
