"""Burden terms (費用負担条件): what the participants of a project consented to, whole, as data.

The rule all 62 municipalities confirmed in February 2023: the basic cost of a joint project is borne by all
participants, the cost of a service by those that used it; amounts are negotiated per service. So terms have
two books: `base`, a yearly amount and how it is split (base_terms.py), and `usage`, a price per meter
(meter_prices.py).
"""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from kyodo_events.contracts.base_terms import BaseTerms
from kyodo_events.contracts.meter_prices import MeterPrice
from kyodo_events.values.fiscal import FiscalYear, Month
from kyodo_events.values.value import Value


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
        prices = [(price.meter, price.from_month or self.effective_from) for price in self.usage]
        if len(set(prices)) != len(prices):
            raise ValueError("each meter may have one price from a month on")
        for meter, month in prices:
            if not self.effective_from <= month <= self.fiscal_year.month(12):
                raise ValueError(f"the price of {meter} from {month} lies outside the months of the terms")
        return self

    def price_of(self, meter: str, month: Month) -> MeterPrice | None:
        """What a meter costs in a month of these terms: of its prices the one that began last."""
        begun = [p for p in self.usage if p.meter == meter and (p.from_month or self.effective_from) <= month]
        return max(begun, key=lambda price: price.from_month or self.effective_from, default=None)
