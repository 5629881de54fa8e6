"""Burden terms (費用負担条件): what the participants of a project consented to, whole, as data.

The rule all 62 municipalities confirmed in February 2023: the basic cost of a joint project is borne by all
participants, the cost of a service by those that used it; amounts are negotiated per service. So terms have
two books: `base`, a yearly amount and how it is split, and `usage`, a price per meter.
"""

from __future__ import annotations

from enum import StrEnum
from fractions import Fraction
from typing import Annotated, Self

from pydantic import Field, model_validator

from kyodo_events.values.fiscal import FiscalYear, Month
from kyodo_events.values.money import Amount, Price, Share
from kyodo_events.values.value import Value

MeterCode = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$", examples=["applications"])]
"""A meter (利用計測項目): what is counted of a service, such as applications or seat_months."""


class Driver(StrEnum):
    """The figure that weights a split (負担割の基礎数値)."""

    EQUAL = "equal"  # 均等割: each participant the same
    POPULATION = "population"  # 人口割: residents by the census of 1 October 2020


class BaseComponent(Value):
    """One part of the municipalities' base cost and the driver it is split by."""

    driver: Driver
    share: Share = Field(description="Part of the municipalities' cost, exact: '1/5'. All components sum to 1.")


class BaseTerms(Value):
    """The base book: a cost of the whole year, Tokyo's own share of it, and how the rest is split."""

    annual_amount: Amount = Field(description="Basic cost of the project for a whole fiscal year, yen.")
    tokyo_share: Share = Field(
        default=Fraction(0),
        validate_default=True,
        description="Part borne by the Tokyo Metropolitan Government, exact. Its fraction of a yen goes to Tokyo too.",
    )
    components: Annotated[tuple[BaseComponent, ...], Field(min_length=1, max_length=10)]

    @model_validator(mode="after")
    def _components_sum_to_one(self) -> Self:
        total = sum((component.share for component in self.components), Fraction(0))
        if total != 1:
            raise ValueError(f"the shares of the components sum to {total}, they must sum to exactly 1")
        drivers = [component.driver for component in self.components]
        if len(set(drivers)) != len(drivers):
            raise ValueError("each driver may be named once")
        return self


class MeterPrice(Value):
    """The usage book: what one unit of a meter costs those that used it."""

    meter: MeterCode
    label_ja: Annotated[str, Field(min_length=1, max_length=100)]
    unit_ja: Annotated[str, Field(min_length=1, max_length=20, examples=["件"])]
    unit_price: Price


class BurdenTerms(Value):
    """The rule for one project and fiscal year, from a month on; the newest version in force for a month counts."""

    fiscal_year: FiscalYear
    effective_from: Month = Field(description="First month the terms apply to; they end with the fiscal year.")
    base: BaseTerms | None = None
    usage: Annotated[tuple[MeterPrice, ...], Field(max_length=50)] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.effective_from.fiscal_year != self.fiscal_year:
            raise ValueError("effective_from must lie in the fiscal year")
        if self.base is None and not self.usage:
            raise ValueError("terms need a base cost, a price, or both")
        meters = [price.meter for price in self.usage]
        if len(set(meters)) != len(meters):
            raise ValueError("each meter may be priced once")
        return self
