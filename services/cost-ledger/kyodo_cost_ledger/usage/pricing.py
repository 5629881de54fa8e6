"""What a month's quantity of a meter costs: included units, packages, tiers, minimum and maximum, in this order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kyodo_events.contracts.meter_prices import MeterPrice, Tier, TierMode


@dataclass(frozen=True, slots=True)
class PricedUnits:
    """Some of the units (or packages) and what each of them costs."""

    units: int
    unit_price: int

    @property
    def amount(self) -> int:
        """Whole yen."""
        return self.units * self.unit_price


@dataclass(frozen=True, slots=True)
class Priced:
    """The arithmetic of a price: `amount` is what the steps come to, held between minimum and maximum."""

    billable: int
    steps: tuple[PricedUnits, ...]
    amount: int

    @property
    def by_the_steps(self) -> int:
        """Whole yen before minimum and maximum."""
        return sum(step.amount for step in self.steps)


def priced(price: MeterPrice, quantity: int) -> Priced:
    """What a quantity costs. One that corrections took below zero costs nothing until its use arrives."""
    billable = max(quantity - price.included, 0)
    steps = tuple(_steps(price, billable))
    amount = sum(step.amount for step in steps)
    if price.minimum is not None and quantity > 0:
        amount = max(amount, price.minimum)
    if price.maximum is not None:
        amount = min(amount, price.maximum)
    return Priced(billable, steps, amount)


def is_free(price: MeterPrice) -> bool:
    """Whether the terms charge nothing whatever is used."""
    prices = [tier.unit_price for tier in price.tiers] or [price.unit_price or 0]
    return not any(prices) and not price.minimum


def _steps(price: MeterPrice, billable: int) -> Iterator[PricedUnits]:
    if not billable:
        return
    if price.unit_price is not None:
        size = price.package_size or 1
        yield PricedUnits(-(-billable // size), price.unit_price)  # a package begun is paid whole
    elif price.tier_mode is TierMode.ALL_UNITS:
        yield PricedUnits(billable, _tier_of(price.tiers, billable).unit_price)
    else:
        yield from _graduated(price.tiers, billable)


def _graduated(tiers: tuple[Tier, ...], billable: int) -> Iterator[PricedUnits]:
    below = 0
    for tier in tiers:
        within = min(billable, tier.up_to if tier.up_to is not None else billable) - below
        if within <= 0:
            return
        yield PricedUnits(within, tier.unit_price)
        below += within


def _tier_of(tiers: tuple[Tier, ...], billable: int) -> Tier:
    return next(tier for tier in tiers if tier.up_to is None or billable <= tier.up_to)
