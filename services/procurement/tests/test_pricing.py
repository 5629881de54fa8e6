"""Tier arithmetic in both modes, held against sums over single units."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from kyodo_events.contracts.procurement.calls import ItemPrices, Tier, TierMode, TierPrice
from kyodo_procurement.calls.pricing import (
    Prices,
    Quote,
    cheapest,
    cost,
    expected_prices,
    inversion,
    missing_to_next,
    own_share,
    quoted_prices,
    reached_tier,
    shares,
    topping_up,
    unit_price,
)

ALL_UNITS, GRADUATED = TierMode.ALL_UNITS, TierMode.GRADUATED
PCS: Prices = [(1, 120_000), (500, 110_000), (2000, 100_000)]
MOST = 400  # beyond the last tier of any generated grid


@st.composite
def grids(draw: st.DrawFn) -> Prices:
    """Up to six tiers within 300 units; prices rise and fall as they like, and may be zero."""
    starts = sorted(draw(st.sets(st.integers(2, 300), max_size=5)) | {1})
    return [(start, draw(st.integers(0, 1000))) for start in starts]


quantities = st.integers(0, MOST)
modes = st.sampled_from(TierMode)


def price_at(prices: Prices, place: int) -> int:
    """The oracle's own reading of a grid: the price of the last tier that begins at or before a place."""
    price = 0
    for start, of_tier in prices:
        if start <= place:
            price = of_tier
    return price


def unit_by_unit(mode: TierMode, prices: Prices, quantity: int) -> int:
    """The oracle: one unit after the other."""
    if mode is ALL_UNITS:
        return sum(price_at(prices, quantity) for _ in range(quantity))
    return sum(price_at(prices, place) for place in range(1, quantity + 1))


@pytest.mark.parametrize(
    ("quantity", "all_units", "graduated"),
    [
        (0, 0, 0),
        (1, 120_000, 120_000),
        (499, 59_880_000, 59_880_000),
        (500, 55_000_000, 59_990_000),
        (2000, 200_000_000, 224_980_000),
        (2001, 200_100_000, 225_080_000),
    ],
)
def test_costs_of_pcs(quantity: int, all_units: int, graduated: int) -> None:
    assert (cost(ALL_UNITS, PCS, quantity), cost(GRADUATED, PCS, quantity)) == (all_units, graduated)


def test_one_unit_more_may_cost_millions_less() -> None:
    assert inversion(ALL_UNITS, PCS, 499) == Quote(500, 55_000_000)
    assert topping_up(ALL_UNITS, PCS, 499) == -4_880_000
    assert (inversion(GRADUATED, PCS, 499), topping_up(GRADUATED, PCS, 499)) == (None, 110_000)
    assert inversion(ALL_UNITS, PCS, 458) is None  # 54,960,000: the first quantity that 500 does not undercut


def test_the_smallest_inversion_is_not_always_the_cheapest_quantity() -> None:
    prices = [(1, 100), (100, 98), (101, 1)]
    assert inversion(ALL_UNITS, prices, 99) == Quote(100, 9800)
    assert cheapest(ALL_UNITS, prices, 99) == Quote(101, 101)


def test_before_anything_is_bought() -> None:
    assert (reached_tier(PCS, 0), unit_price(PCS, 0), missing_to_next(PCS, 0)) == (0, 120_000, 1)
    assert shares(GRADUATED, PCS, {"131016": 0, "132039": 0}, "pcs") == {"131016": 0, "132039": 0}


def test_the_last_tier_has_no_next() -> None:
    assert (reached_tier(PCS, 2000), missing_to_next(PCS, 2000), topping_up(ALL_UNITS, PCS, 2000)) == (3, None, None)


def test_grids_of_buyers_and_suppliers() -> None:
    assert expected_prices([Tier(from_quantity=1, expected_unit_price=5)]) == [(1, 5)]
    quoted = ItemPrices(item="pc", tiers=(TierPrice(from_quantity=1, unit_price=7),))
    assert quoted_prices(quoted) == [(1, 7)]


@given_any(modes, grids(), quantities)
def test_a_cost_is_the_sum_over_the_units(mode: TierMode, prices: Prices, quantity: int) -> None:
    assert cost(mode, prices, quantity) == unit_by_unit(mode, prices, quantity)


@given_any(grids(), quantities)
def test_all_units_is_quantity_times_the_tiers_price(prices: Prices, quantity: int) -> None:
    assert cost(ALL_UNITS, prices, quantity) == quantity * unit_price(prices, quantity)
    if quantity:
        assert unit_price(prices, quantity) == price_at(prices, quantity)
        assert prices[reached_tier(prices, quantity) - 1][1] == price_at(prices, quantity)


@given_any(grids(), quantities, quantities)
def test_graduated_never_costs_less_for_more(prices: Prices, one: int, other: int) -> None:
    less, more = sorted((one, other))
    assert cost(GRADUATED, prices, less) <= cost(GRADUATED, prices, more)
    assert inversion(GRADUATED, prices, less) is None


@given_any(modes, grids(), quantities)
def test_the_missing_units_reach_the_next_tier_and_one_less_does_not(
    mode: TierMode, prices: Prices, quantity: int
) -> None:
    missing = missing_to_next(prices, quantity)
    if missing is None:
        assert reached_tier(prices, quantity) == len(prices)
        return
    tier = reached_tier(prices, quantity)
    assert reached_tier(prices, quantity + missing) == tier + 1
    assert reached_tier(prices, quantity + missing - 1) == tier
    before, after = (unit_by_unit(mode, prices, units) for units in (quantity, quantity + missing))
    assert topping_up(mode, prices, quantity) == after - before


@given_any(modes, grids(), quantities)
def test_an_inversion_is_the_smallest_larger_quantity_that_costs_less(
    mode: TierMode, prices: Prices, quantity: int
) -> None:
    costs = {units: unit_by_unit(mode, prices, units) for units in range(quantity, MOST + 1)}
    less = [units for units in costs if costs[units] < costs[quantity]]
    expected = Quote(less[0], costs[less[0]]) if less else None
    assert inversion(mode, prices, quantity) == expected


@given_any(modes, grids(), quantities)
def test_the_cheapest_is_the_cheapest_of_all_larger_quantities(mode: TierMode, prices: Prices, quantity: int) -> None:
    costs = {units: unit_by_unit(mode, prices, units) for units in range(quantity, MOST + 1)}
    least = min(costs.values())
    assert cheapest(mode, prices, quantity) == Quote(next(u for u in costs if costs[u] == least), least)


@given_any(modes, grids(), st.lists(quantities, min_size=1, max_size=6))
def test_shares_sum_to_the_joint_cost(mode: TierMode, prices: Prices, units: Sequence[int]) -> None:
    """And none is a full yen off its exact part; what a buyer is told beforehand is within one yen of it."""
    by_buyer = {f"buyer {place}": own for place, own in enumerate(units)}
    total = sum(units)
    joint = cost(mode, prices, total)
    split = shares(mode, prices, by_buyer, "pcs")
    assert sum(split.values()) == joint
    for buyer, own in by_buyer.items():
        assert abs(split[buyer] * total - joint * own) < max(total, 1)
        assert abs(own_share(mode, prices, own, total, "pcs") - split[buyer]) <= 1
    if mode is ALL_UNITS and total:
        assert split == {buyer: own * price_at(prices, total) for buyer, own in by_buyer.items()}
