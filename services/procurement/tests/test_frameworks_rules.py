"""Frameworks: what may be drawn, at which price, and how prices change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st
from pydantic import ValidationError

from kyodo_events.aggregate import Events
from kyodo_events.contracts.procurement.calls import (
    ContractLine,
    Item,
    ItemPrices,
    Lot,
    LotAward,
    MunicipalContract,
    Supplier,
    Tier,
    TierPrice,
)
from kyodo_events.contracts.procurement.orders import (
    FrameworkConcluded,
    FrameworkItem,
    FrameworkPriceChanged,
    ItemQuantity,
    NewPrice,
    OrderLine,
    Period,
    PriceChange,
    PriceGround,
)
from kyodo_events.event import Event
from kyodo_events.testing import Given, given
from kyodo_procurement.frameworks import prices
from kyodo_procurement.frameworks.conclusion import FrameworkTerms, LotOfCall, framework_id
from kyodo_procurement.frameworks.events import (
    BeyondCap,
    ChangeNotLater,
    DayIsOver,
    LotNotAwarded,
    MaximumBelowContracts,
    NotABuyer,
    NotEnoughLeft,
    NotInFramework,
    OrdersStand,
    OrderTooLarge,
    OutsidePeriod,
    QuantityCalledOff,
    QuantityReturned,
)
from kyodo_procurement.frameworks.model import Framework

CHIYODA, CHUO, MUSASHINO, OKUTAMA = "131016", "131024", "132039", "133086"
CALL = "0193f1a0-0000-7000-8000-00000000000c"
FIRST, LAST, TODAY = date(2026, 4, 1), date(2028, 3, 31), date(2026, 6, 1)
SUPPLIER = Supplier(id="supplier@tokyo", name_ja="株式会社サンプル", corporate_number="8000012010038")


def contract(municipality: str, firm: int, optional: int, firm_amount: int) -> MunicipalContract:
    """A contract on tablets; an optional one costs 50,000 yen."""
    line = ContractLine(
        item="tablet", firm=firm, optional=optional, firm_amount=firm_amount, optional_unit_price=50_000
    )
    return MunicipalContract(municipality=municipality, lines=(line,))


AWARD = LotAward(
    lot=1,
    supplier=SUPPLIER,
    quotation_id="0193f1a0-0000-7000-8000-00000000000d",
    prices=(ItemPrices(item="case", tiers=(TierPrice(from_quantity=1, unit_price=900),)),),
    contracts=(contract(CHIYODA, 7, 3, 100), contract(MUSASHINO, 5, 5, 250_000)),
    awarded_on=date(2026, 3, 1),
)


def item(code: str, name_ja: str) -> Item:
    return Item(code=code, name_ja=name_ja, unit_ja="台", tiers=(Tier(from_quantity=1, expected_unit_price=1),))


LOT = Lot(number=1, name_ja="端末", items=(item("tablet", "タブレット端末"), item("case", "保護ケース")))
OF = LotOfCall(CALL, "project", "端末の共同調達", LOT, AWARD)


def terms(**maxima: int) -> FrameworkTerms:
    return FrameworkTerms(
        period=Period(first=FIRST, last=LAST),
        tax_rate=Fraction(1, 10),
        indexation_cap=Fraction(1, 50),
        maxima=maxima,
    )


def concluded(tablets: int = 20, cases: int = 0) -> FrameworkConcluded:
    return FrameworkConcluded(
        call_id=CALL,
        lot=1,
        project_id="project",
        title_ja="端末の共同調達",
        supplier=SUPPLIER,
        period=Period(first=FIRST, last=LAST),
        items=(
            FrameworkItem(
                code="tablet", name_ja="タブレット端末", unit_ja="台", maximum=tablets, optional_unit_price=50_000
            ),
            FrameworkItem(code="case", name_ja="保護ケース", unit_ja="台", maximum=cases, optional_unit_price=900),
        ),
        contracts=AWARD.contracts,
        tax_rate=Fraction(1, 10),
        indexation_cap=Fraction(1, 50),
    )


def tablets(quantity: int) -> list[ItemQuantity]:
    return [ItemQuantity(item="tablet", quantity=quantity)]


def call_off(order_id: str, municipality: str, wanted: Sequence[ItemQuantity], **changes: Any) -> Any:
    """The decision to order, today for a day within the period."""
    facts = {"wanted_on": date(2026, 7, 1), "takes_part": True, "today": TODAY, **changes}

    def decide(framework: Framework) -> Events:
        return framework.call_off(order_id, municipality, wanted, **facts)

    return decide


def called_off(
    order_id: str, municipality: str, quantity: int, firm: int = 0, firm_amount: int = 0, **changes: Any
) -> QuantityCalledOff:
    facts = {"ordered_on": TODAY, "price": 50_000, **changes}
    line = OrderLine(
        item="tablet",
        quantity=quantity,
        firm_quantity=firm,
        firm_amount=firm_amount,
        optional_unit_price=facts["price"],
    )
    return QuantityCalledOff(
        order_id=order_id, municipality=municipality, ordered_on=facts["ordered_on"], lines=(line,)
    )


def change(from_day: date, price: int, ground: PriceGround = PriceGround.INDEXATION) -> PriceChange:
    return PriceChange(
        ground=ground,
        from_day=from_day,
        prices=(NewPrice(item="tablet", optional_unit_price=price),),
        reference="企業物価指数 2027年3月",
    )


def taxed(from_day: date, rate: Fraction = Fraction(12, 100)) -> PriceChange:
    return PriceChange(ground=PriceGround.TAX, from_day=from_day, tax_rate=rate, reference="消費税法改正")


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


# prices


def test_an_indexation_within_the_cap_counts_from_its_day() -> None:
    past = [concluded(), FrameworkPriceChanged(change=change(date(2027, 4, 1), 51_000))]
    given(Framework).that(concluded()).when(
        lambda framework: framework.change_prices(change(date(2027, 4, 1), 51_000))
    ).then(past[1])
    for today, price in ((date(2027, 3, 31), 50_000), (date(2027, 4, 1), 51_000)):
        ordered = called_off("a", OKUTAMA, 1, ordered_on=today, price=price)
        wanted_on = date(2027, 5, 1)
        given(Framework).that(*past).when(call_off("a", OKUTAMA, tablets(1), today=today, wanted_on=wanted_on)).then(
            ordered
        )


@pytest.mark.parametrize("price", [51_001, 48_999])
def test_an_indexation_beyond_the_cap_is_refused(price: int) -> None:
    given(Framework).that(concluded()).when(
        lambda framework: framework.change_prices(change(date(2027, 4, 1), price))
    ).refuses(BeyondCap(item="tablet", before=50_000, lowest=49_000, highest=51_000, asked=price))


def test_the_cap_holds_for_all_changes_of_a_year_together() -> None:
    past = [concluded(), FrameworkPriceChanged(change=change(date(2027, 4, 1), 51_000))]
    soon, later = change(date(2028, 3, 31), 51_001), change(date(2028, 3, 31), 51_000)
    given(Framework).that(*past).when(lambda framework: framework.change_prices(soon)).refuses(
        BeyondCap(item="tablet", before=50_000, lowest=49_000, highest=51_000, asked=51_001)
    )
    given(Framework).that(*past).when(lambda framework: framework.change_prices(later)).then(
        FrameworkPriceChanged(change=later)
    )
    assert prices.a_year_before(date(2028, 2, 29)) == date(2027, 2, 28)


def test_the_cap_is_never_exceeded_by_a_fraction_of_a_yen() -> None:
    assert prices.within_cap(50_025, Fraction(1, 50)) == (49_025, 51_025)  # exactly 49,024.5 and 51,025.5
    assert prices.within_cap(50_000, Fraction(0)) == (50_000, 50_000)


def test_a_third_party_may_move_a_price_further() -> None:
    moved = change(date(2027, 4, 1), 70_000, PriceGround.THIRD_PARTY)
    given(Framework).that(concluded()).when(lambda framework: framework.change_prices(moved)).then(
        FrameworkPriceChanged(change=moved)
    )


def test_a_new_rate_of_tax_passes_through() -> None:
    framework = (
        given(Framework)
        .that(concluded())
        .when(lambda framework: framework.change_prices(taxed(date(2027, 10, 1))))
        .then(FrameworkPriceChanged(change=taxed(date(2027, 10, 1))))
    )
    rates = [framework.tax_rate_on(day) for day in (date(2027, 9, 30), date(2027, 10, 1))]
    assert rates == [Fraction(1, 10), Fraction(3, 25)]


@pytest.mark.parametrize("made", [change(date(2028, 4, 1), 50_500), taxed(date(2026, 3, 31))])
def test_a_change_outside_the_period_is_refused(made: PriceChange) -> None:
    given(Framework).that(concluded()).when(lambda framework: framework.change_prices(made)).refuses(
        OutsidePeriod(day=made.from_day, first=FIRST, last=LAST)
    )


def test_changes_follow_one_another() -> None:
    past = [
        concluded(),
        FrameworkPriceChanged(change=change(date(2027, 4, 1), 50_500)),
        FrameworkPriceChanged(change=taxed(date(2027, 10, 1))),
    ]
    framework = given(Framework).that(*past)
    framework.when(lambda framework: framework.change_prices(change(date(2027, 4, 1), 50_600))).refuses(
        ChangeNotLater(what="tablet", last=date(2027, 4, 1), from_day=date(2027, 4, 1))
    )
    framework.when(lambda framework: framework.change_prices(taxed(date(2027, 5, 1)))).refuses(
        ChangeNotLater(what="tax", last=date(2027, 10, 1), from_day=date(2027, 5, 1))
    )


@pytest.mark.parametrize("made", [change(TODAY, 50_500), taxed(TODAY)])
def test_no_change_reaches_back_over_an_order(made: PriceChange) -> None:
    ordered = [concluded(), called_off("a", OKUTAMA, 1)]
    given(Framework).that(*ordered).when(lambda framework: framework.change_prices(made)).refuses(
        OrdersStand(what="tablet", ordered_on=TODAY, from_day=TODAY)
    )
    given(Framework).that(*ordered, QuantityReturned(order_id="a")).when(
        lambda framework: framework.change_prices(made)
    ).then(FrameworkPriceChanged(change=made))


def test_a_price_of_an_unknown_item_is_refused() -> None:
    made = PriceChange(
        ground=PriceGround.THIRD_PARTY,
        from_day=TODAY,
        prices=(NewPrice(item="phone", optional_unit_price=1),),
        reference="通知",
    )
    given(Framework).that(concluded()).when(lambda framework: framework.change_prices(made)).refuses(
        NotInFramework(item="phone", known="case, tablet")
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"ground": "tax"},
        {"ground": "tax", "tax_rate": "1/10", "prices": [{"item": "tablet", "optional_unit_price": 1}]},
        {"ground": "indexation"},
        {"ground": "third_party", "tax_rate": "1/10", "prices": [{"item": "tablet", "optional_unit_price": 1}]},
        {"ground": "indexation", "prices": [{"item": "tablet", "optional_unit_price": 1}] * 2},
        {"ground": "indexation", "prices": [{"item": "tablet", "optional_unit_price": -1}]},
    ],
)
def test_a_change_says_what_its_ground_allows(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        PriceChange.model_validate({"from_day": "2027-04-01", "reference": "資料", **wrong})


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
