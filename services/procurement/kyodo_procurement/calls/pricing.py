"""Tier arithmetic: what a joint quantity costs, and what the next price break would bring. Pure, in whole yen.

Prices are a grid of pairs, from a joint quantity on and yen a unit; the first begins at quantity 1 and quantities
ascend. Whose prices they are (the buyer's estimate or a supplier's) is the caller's to know. Prices need not fall.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from kyodo_events.contracts.procurement.calls import ItemPrices, Tier, TierMode
from kyodo_events.values.apportionment import apportion

Prices = Sequence[tuple[int, int]]
"""A grid: (from_quantity, unit_price), yen a unit, the first from quantity 1, ascending."""


class Quote(NamedTuple):
    """A quantity and the yen it costs in total."""

    quantity: int
    cost: int


def expected_prices(tiers: Iterable[Tier]) -> Prices:
    """The buyer's own estimate as a grid."""
    return [(tier.from_quantity, tier.expected_unit_price) for tier in tiers]


def quoted_prices(prices: ItemPrices) -> Prices:
    """A supplier's prices of an item as a grid."""
    return [(tier.from_quantity, tier.unit_price) for tier in prices.tiers]


def reached_tier(prices: Prices, quantity: int) -> int:
    """The number of the tier that a joint quantity reaches, from 1; 0 where nothing is bought yet."""
    return sum(1 for start, _ in prices if start <= quantity)


def unit_price(prices: Prices, quantity: int) -> int:
    """Yen a unit in the tier that a joint quantity reaches; before anything is bought, that of the first tier."""
    return prices[max(reached_tier(prices, quantity) - 1, 0)][1]


def missing_to_next(prices: Prices, quantity: int) -> int | None:
    """Units from a joint quantity to the start of the next tier; None where the last one is reached."""
    return next((start - quantity for start, _ in prices if start > quantity), None)


def cost(mode: TierMode, prices: Prices, quantity: int) -> int:
    """Yen for a joint quantity.

    All-units: every unit at the price of the tier that the quantity reaches. Graduated: each unit at the price of
    the tier in which it lies.
    """
    if mode is TierMode.ALL_UNITS:
        return quantity * unit_price(prices, quantity)
    ends = [start - 1 for start, _ in prices[1:]] + [quantity]
    lying = ((min(end, quantity) - start + 1, price) for (start, price), end in zip(prices, ends, strict=True))
    return sum(units * price for units, price in lying if units > 0)


def topping_up(mode: TierMode, prices: Prices, quantity: int) -> int | None:
    """Yen that taking exactly the units missing to the next tier costs; negative where it saves.

    None where the last tier is reached.
    """
    missing = missing_to_next(prices, quantity)
    if missing is None:
        return None
    return cost(mode, prices, quantity + missing) - cost(mode, prices, quantity)


def inversion(mode: TierMode, prices: Prices, quantity: int) -> Quote | None:
    """The smallest larger quantity that costs less in total; None where there is none, as always in graduated mode.

    It can only be the start of a later tier: within a tier, more never costs less.
    """
    now = cost(mode, prices, quantity)
    return next((quote for quote in _later_starts(mode, prices, quantity) if quote.cost < now), None)


def cheapest(mode: TierMode, prices: Prices, quantity: int) -> Quote:
    """The quantity, no smaller than this one, that costs the least in total; of equal ones the smallest."""
    here = Quote(quantity, cost(mode, prices, quantity))
    return min([here, *_later_starts(mode, prices, quantity)], key=lambda quote: (quote.cost, quote.quantity))


def shares(mode: TierMode, prices: Prices, quantities: Mapping[str, int], pool_id: str) -> dict[str, int]:
    """What each buyer pays of the joint cost, in yen: by its own units; the shares sum to the joint cost.

    `quantities` are firm units by buyer, zero where it has none. All-units: own units at the joint price. Graduated:
    the joint cost in proportion to the units, by largest remainder; `pool_id` decides who among equals bears the
    last yen.
    """
    total = sum(quantities.values())
    if mode is TierMode.ALL_UNITS or not total:
        price = unit_price(prices, total)
        return {buyer: units * price for buyer, units in sorted(quantities.items())}
    return apportion(cost(mode, prices, total), quantities, pool_id)


def own_share(mode: TierMode, prices: Prices, own: int, total: int, pool_id: str) -> int:
    """What one buyer of `own` units pays where all together take `total`, knowing nothing else of the others.

    In graduated mode it is at most one yen off its part in `shares`: who bears the last yen depends on everybody's
    quantities.
    """
    return shares(mode, prices, {"own": own, "others": total - own}, pool_id)["own"]


def _later_starts(mode: TierMode, prices: Prices, quantity: int) -> Iterable[Quote]:
    """What the starts of the tiers above a quantity cost, in their order."""
    return (Quote(start, cost(mode, prices, start)) for start, _ in prices if start > quantity)
