"""What a quantity costs, by hand and for any price."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from kyodo_cost_ledger.usage.pricing import PricedUnits, is_free, priced
from kyodo_events.contracts.meter_prices import MeterPrice, Tier, TierMode

TIERS = (Tier(up_to=100, unit_price=30), Tier(up_to=1_000, unit_price=20), Tier(unit_price=10))


def price(**fields: Any) -> MeterPrice:
    named = {"meter": "applications", "label_ja": "電子申請", "unit_ja": "件"}
    return MeterPrice(**named, **fields)


@pytest.mark.parametrize(
    ("fields", "quantity", "amount"),
    [
        ({"unit_price": 30}, 7, 210),
        ({"unit_price": 30, "included": 5}, 7, 60),
        ({"unit_price": 30, "included": 7}, 7, 0),
        ({"unit_price": 500, "package_size": 10}, 20, 1_000),
        ({"unit_price": 500, "package_size": 10}, 21, 1_500),  # a package begun is paid whole
        ({"unit_price": 500, "package_size": 10, "included": 1}, 21, 1_000),
        ({"tiers": TIERS, "tier_mode": "graduated"}, 100, 3_000),
        ({"tiers": TIERS, "tier_mode": "graduated"}, 101, 3_020),
        ({"tiers": TIERS, "tier_mode": "graduated"}, 1_500, 3_000 + 18_000 + 5_000),
        ({"tiers": TIERS, "tier_mode": "all_units"}, 100, 3_000),
        ({"tiers": TIERS, "tier_mode": "all_units"}, 101, 2_020),  # all of them at the price of the tier reached
        ({"tiers": TIERS, "tier_mode": "all_units"}, 1_500, 15_000),
        ({"unit_price": 30, "minimum": 1_000}, 1, 1_000),
        ({"unit_price": 30, "minimum": 1_000}, 0, 0),  # borne by those that used it
        ({"unit_price": 30, "minimum": 1_000, "included": 10}, 3, 1_000),
        ({"unit_price": 30, "maximum": 1_000}, 40, 1_000),
        ({"unit_price": 30}, -7, 0),  # a correction that came before its use
    ],
)
def test_prices_by_hand(fields: dict[str, Any], quantity: int, amount: int) -> None:
    assert priced(price(**fields), quantity).amount == amount


def test_the_steps_tell_how_tiers_added_up() -> None:
    found = priced(price(tiers=TIERS, tier_mode="graduated"), 1_500)
    assert found.steps == (PricedUnits(100, 30), PricedUnits(900, 20), PricedUnits(500, 10))
    assert found.by_the_steps == found.amount == 26_000


@st.composite
def tiers(draw: st.DrawFn) -> tuple[Tier, ...]:
    ends = sorted(draw(st.sets(st.integers(1, 10_000), max_size=5)))
    prices = draw(st.lists(st.integers(0, 1_000), min_size=len(ends) + 1, max_size=len(ends) + 1))
    return tuple(Tier(up_to=end, unit_price=p) for end, p in zip([*ends, None], prices, strict=True))


@given(tiers(), st.integers(0, 20_000))
def test_graduated_tiers_are_the_sum_over_single_units(some: tuple[Tier, ...], quantity: int) -> None:
    def of_unit(number: int) -> int:
        return next(t.unit_price for t in some if t.up_to is None or number <= t.up_to)

    found = priced(price(tiers=some, tier_mode=TierMode.GRADUATED), quantity)
    assert found.amount == sum(of_unit(number) for number in range(1, quantity + 1))
    assert sum(step.units for step in found.steps) == quantity


@given(st.integers(0, 10**9), st.integers(0, 10**6), st.integers(0, 10**8))
def test_a_price_never_charges_less_for_more(quantity: int, included: int, unit_price: int) -> None:
    one = price(unit_price=unit_price, included=included, package_size=7)
    assert priced(one, quantity).amount <= priced(one, quantity + 1).amount


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"unit_price": -1},
        {"unit_price": 1.5},
        {"unit_price": 30, "tiers": TIERS, "tier_mode": "graduated"},
        {"tiers": TIERS},
        {"unit_price": 30, "tier_mode": "graduated"},
        {"tiers": TIERS[:2], "tier_mode": "graduated"},  # nothing is said of more than 1,000
        {"tiers": (TIERS[1], TIERS[0], TIERS[2]), "tier_mode": "graduated"},
        {"tiers": TIERS, "tier_mode": "graduated", "package_size": 3},
        {"unit_price": 30, "minimum": 2, "maximum": 1},
        {"unit_price": 30, "included": -1},
    ],
)
def test_prices_that_say_nothing_clear_are_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        price(**fields)


def test_what_is_free() -> None:
    assert is_free(price(unit_price=0))
    assert not is_free(price(unit_price=0, minimum=1))
    assert not is_free(price(tiers=(Tier(up_to=5, unit_price=0), Tier(unit_price=1)), tier_mode="graduated"))
