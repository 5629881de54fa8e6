"""A charge as a row of FOCUS, the FinOps Open Cost and Usage Specification 1.2 (focus.finops.org).

Tokyo issues the charges; each municipality is a sub account, and Tokyo itself is one for its own share. The billing
period is the accounting period, the charge period the month of the service. What is not of the month it is booked in
is a correction, for which FOCUS asks neither quantity nor price.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

from kyodo_cost_ledger.charges.model import BOOKS_JA, Book
from kyodo_cost_ledger.parties import TOKYO_JA, party_ja
from kyodo_cost_ledger.periods.calendar import is_settlement
from kyodo_events.canonical import canonical_json
from kyodo_events.values.fiscal import Month

TOKYO_CODE = "130001"
"""Tokyo's own 全国地方公共団体コード: the account that the charges are billed from."""

COLUMNS: Final = (
    "BilledCost",
    "BillingAccountId",
    "BillingAccountName",
    "BillingAccountType",
    "BillingCurrency",
    "BillingPeriodEnd",
    "BillingPeriodStart",
    "ChargeCategory",
    "ChargeClass",
    "ChargeDescription",
    "ChargeFrequency",
    "ChargePeriodEnd",
    "ChargePeriodStart",
    "ConsumedQuantity",
    "ConsumedUnit",
    "ContractedCost",
    "ContractedUnitPrice",
    "EffectiveCost",
    "InvoiceIssuerName",
    "ListCost",
    "ListUnitPrice",
    "PricingCategory",
    "PricingQuantity",
    "PricingUnit",
    "ProviderName",
    "PublisherName",
    "ResourceId",
    "ResourceName",
    "ServiceCategory",
    "ServiceName",
    "SkuId",
    "SubAccountId",
    "SubAccountName",
    "SubAccountType",
    "Tags",
    "x_AccountingPeriod",
    "x_Book",
    "x_Item",
    "x_ServiceMonth",
)
"""In the order of their names, custom columns (x_) last."""


def focus_row(charge: Mapping[str, Any]) -> dict[str, Any]:
    """The row of one charge of an accounting period (see exports/lines.py, `allocated`)."""
    amount, book, month, period = charge["amount"], Book(charge["book"]), Month(charge["month"]), charge["period"]
    correction = period != month
    metered = book is Book.USAGE
    quantity, unit, price = (None, None, None) if correction else _priced(charge)
    name = charge["project_ja"] or charge["project_id"]
    return {
        **dict.fromkeys(("BilledCost", "EffectiveCost", "ListCost", "ContractedCost"), amount),
        **dict.fromkeys(("ListUnitPrice", "ContractedUnitPrice"), price),
        **dict.fromkeys(("InvoiceIssuerName", "ProviderName", "PublisherName", "BillingAccountName"), TOKYO_JA),
        "BillingAccountId": TOKYO_CODE,
        "BillingAccountType": "都道府県",
        "BillingCurrency": "JPY",
        **_period("BillingPeriod", period),
        **_period("ChargePeriod", month),
        "ChargeCategory": "Usage" if metered else "Purchase",
        "ChargeClass": "Correction" if correction else None,
        "ChargeDescription": f"{name} {BOOKS_JA[book]} {charge['item_ja']} {month}",
        "ChargeFrequency": "Usage-Based" if metered else "Recurring",
        "ConsumedQuantity": charge["quantity"] if metered and not correction else None,
        "ConsumedUnit": charge["unit_ja"] if metered and not correction else None,
        "PricingCategory": None if correction else "Standard",
        "PricingQuantity": quantity,
        "PricingUnit": unit,
        "ResourceId": charge["project_id"],
        "ResourceName": name,
        "ServiceCategory": "Other",
        "ServiceName": name,
        "SkuId": f"{charge['project_id']}/{book.value}/{charge['item']}",
        "SubAccountId": charge["party"],
        "SubAccountName": party_ja(charge["party"]),
        "SubAccountType": "団体",
        "Tags": canonical_json({"book": book.value, "item": charge["item"]}).decode(),
        "x_AccountingPeriod": period,
        "x_Book": book.value,
        "x_Item": charge["item"],
        "x_ServiceMonth": month,
    }


def _priced(charge: Mapping[str, Any]) -> tuple[int, str, int]:
    """Quantity, unit and unit price, so that quantity × price is the amount to the yen, as FOCUS demands.

    What was used is priced by its units where one price goes through; under tiers, allowances or minimums, and for a
    share of a basic cost, the amount is the price of one month.
    """
    quantity, whole, amount = charge["quantity"], charge["cell_amount"], charge["amount"]
    if quantity and whole and whole % quantity == 0 and amount % (whole // quantity) == 0:
        price = whole // quantity
        return amount // price, charge["unit_ja"] or charge["item"], price
    return 1, "Months", amount


@lru_cache
def _period(name: str, period: str) -> dict[str, str]:
    """Start and, excluded, end of a period, in UTC as FOCUS writes moments; the settlement period is April and May."""
    first = last = Month(period[:7])
    if is_settlement(period):
        first, last = first.next(), first.next().next()
    return {f"{name}Start": _utc(first.start), f"{name}End": _utc(last.next().start)}


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
