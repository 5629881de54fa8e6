"""The usage book of burden terms: what a meter costs those that used it, for each month of use."""

from __future__ import annotations

from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Self

from pydantic import Field, model_validator

from kyodo_events.values.fiscal import Month
from kyodo_events.values.money import Amount, Price
from kyodo_events.values.quantities import Quantity, QuantityOrNone
from kyodo_events.values.value import Value

MeterCode = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$", examples=["applications"])]
"""A meter (利用計測項目): what is counted of a service, such as applications or seat_months."""


class TierMode(StrEnum):
    """How tiers apply to a month's quantity."""

    GRADUATED = "graduated"  # 段階制: each unit at the price of the tier it lies in
    ALL_UNITS = "all_units"  # 全量制: all units at the price of the tier that the quantity reaches


class Tier(Value):
    """A price for the units up to and with `up_to`; the last tier has no end."""

    up_to: Quantity | None = None
    unit_price: Price


class MeterPrice(Value):
    """What a meter costs in a month: a unit price or tiers, after what is included, within minimum and maximum.

    With `package_size` the unit price is that of a package, and a package begun is paid whole. A minimum is owed by
    those that used anything at all, because a service is borne by those that used it.
    """

    meter: MeterCode
    label_ja: Annotated[str, Field(min_length=1, max_length=100)]
    unit_ja: Annotated[str, Field(min_length=1, max_length=20, examples=["件"])]
    unit_price: Price | None = Field(default=None, description="Yen a unit, or a package; left out where tiers stand.")
    from_month: Month | None = Field(default=None, description="First month of this price; the terms' own if left out.")
    tiers: Annotated[tuple[Tier, ...], Field(max_length=20)] = ()
    tier_mode: TierMode | None = None
    package_size: Quantity | None = None
    included: QuantityOrNone = Field(default=0, description="Units a month that are free.")
    minimum: Amount | None = Field(default=None, description="Yen a month at least, for those that used it.")
    maximum: Amount | None = Field(default=None, description="Yen a month at most.")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.unit_price is None) != bool(self.tiers):
            raise ValueError("a meter has a unit price or tiers, and not both")
        if (self.tier_mode is not None) != bool(self.tiers):
            raise ValueError("tier_mode says how tiers apply, and stands with them only")
        if self.package_size is not None and self.tiers:
            raise ValueError("packages have a unit price, no tiers")
        ends = [tier.up_to for tier in self.tiers]
        if ends and ends[-1] is not None:
            raise ValueError("the last tier has no end, so that every quantity has a price")
        if any(a is None or (b is not None and b <= a) for a, b in pairwise(ends)):
            raise ValueError("tiers rise: each ends above the one before")
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            raise ValueError("the minimum is at most the maximum")
        return self
