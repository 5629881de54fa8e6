"""Price changes of a framework: indexation within its cap, third parties, tax."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from pydantic import ValidationError

from kyodo_events.contracts.procurement.orders import (
    FrameworkPriceChanged,
    NewPrice,
    PriceChange,
    PriceGround,
)
from kyodo_events.testing import given
from kyodo_procurement.frameworks import prices
from kyodo_procurement.frameworks.events import (
    BeyondCap,
    ChangeNotLater,
    NotInFramework,
    OrdersStand,
    OutsidePeriod,
    QuantityReturned,
)
from kyodo_procurement.frameworks.model import Framework
from tests.support.procurement.sample_frameworks import (
    FIRST,
    LAST,
    OKUTAMA,
    TODAY,
    call_off,
    called_off,
    change,
    concluded,
    tablets,
    taxed,
)

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
