"""Framework contracts and call-off orders as they leave procurement.

Prices and amounts are net whole yen where nothing else is said; tax is computed on an order's net amount by one rate,
rounded down to whole yen.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from kyodo_events.contracts.procurement.calls import LotNumber, MunicipalContract, Supplier
from kyodo_events.event import Event, Topic
from kyodo_events.values.money import Price, Share, Yen
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.quantities import MAX_QUANTITY, Quantity, QuantityOrNone
from kyodo_events.values.texts import Code, Day, Line
from kyodo_events.values.value import Value

ORDERS = Topic("kyodo.procurement.orders.v1")

MAX_JOINT_QUANTITY = 200 * MAX_QUANTITY  # 62 municipalities with a firm and an optional quantity each, and headroom

JointQuantity = Annotated[
    int, Field(strict=True, ge=0, le=MAX_JOINT_QUANTITY, description="Whole units of all municipalities together")
]
DeliveryNumber = Annotated[int, Field(ge=1, description="Counts the deliveries of the order, from 1.")]
InvoicePlace = Annotated[int, Field(ge=1, description="Counts the invoices of the order, from 1.")]


class Period(Value):
    """The days on which a framework's deliveries may be wanted, both included."""

    first: Day
    last: Day

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last < self.first:
            raise ValueError("the last day lies before the first")
        return self


class FrameworkItem(Value):
    """What may be drawn of one item, and what a unit beyond the firm quantities costs from the first day on."""

    code: Code
    name_ja: Line
    unit_ja: Line
    maximum: JointQuantity
    optional_unit_price: Price


class PriceGround(StrEnum):
    """Why prices change."""

    TAX = "tax"
    INDEXATION = "indexation"
    THIRD_PARTY = "third_party"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return {"tax": "税率改正", "indexation": "物価スライド", "third_party": "第三者の価格改定"}[self.value]


class NewPrice(Value):
    """What a unit of an item beyond the firm quantities costs from now on."""

    item: Code
    optional_unit_price: Price


class PriceChange(Value):
    """Other prices, or another rate of tax, for what is ordered from a day on.

    A change of the tax names the new rate and nothing else: prices are net, so that a new rate passes through.
    """

    ground: PriceGround
    from_day: Day
    prices: Annotated[tuple[NewPrice, ...], Field(max_length=50)] = ()
    tax_rate: Share | None = None
    reference: Line = Field(description="The document that proves the ground, as a person would look it up.")

    @model_validator(mode="after")
    def _as_its_ground_says(self) -> Self:
        if (self.ground is PriceGround.TAX) != (self.tax_rate is not None):
            raise ValueError("a change of the tax, and no other, names a tax rate")
        if (self.ground is PriceGround.TAX) == bool(self.prices):
            raise ValueError("a change of the tax names no prices, any other names at least one")
        items = [price.item for price in self.prices]
        if len(set(items)) != len(items):
            raise ValueError("each item may be priced once")
        return self


class OrderLine(Value):
    """One item of an order. Units of the buyer's firm quantity come first; `firm_amount` is the yen for those.

    It is the cumulative difference of the contract's firm amount, so that all orders that exhaust the firm quantity sum
    to exactly that amount. Each further unit costs the optional unit price.
    """

    item: Code
    quantity: Quantity
    firm_quantity: QuantityOrNone
    firm_amount: Yen
    optional_unit_price: Price

    @property
    def net(self) -> int:
        """Yen for all units of the line."""
        return self.firm_amount + (self.quantity - self.firm_quantity) * self.optional_unit_price


class ItemQuantity(Value):
    """So many units of an item."""

    item: Code
    quantity: Quantity


class FrameworkConcluded(
    Event,
    type="kyodo.procurement.framework-concluded",
    topic=ORDERS,
    words="「{title_ja}」第{lot}ロットの枠組契約を{supplier.name_ja}と締結した",
):
    """A framework contract (枠組契約) on an awarded lot. The stream is the framework; a lot has at most one.

    Firm quantities keep the amounts of `contracts` for the whole period; price changes concern what exceeds them.
    """

    call_id: str
    lot: LotNumber
    project_id: str
    title_ja: str
    supplier: Supplier
    period: Period
    items: tuple[FrameworkItem, ...]
    contracts: tuple[MunicipalContract, ...]
    tax_rate: Share
    indexation_cap: Share = Field(description="How much of a price indexation may move within a year, up or down.")


class FrameworkPriceChanged(
    Event,
    type="kyodo.procurement.framework-price-changed",
    topic=ORDERS,
    words="{change.ground}により{change.from_day}からの単価又は税率を改定した（根拠：{change.reference}）",
):
    """What is ordered from a day on has other prices or another tax. The stream is the framework."""

    change: PriceChange


class OrderPlaced(
    Event,
    type="kyodo.procurement.order-placed",
    topic=ORDERS,
    words="{municipality}が{supplier.name_ja}に発注した",
):
    """A municipality drew on a framework (個別発注). The stream is the order. `net` is the sum of the lines."""

    framework_id: str
    call_id: str
    lot: LotNumber
    municipality: MunicipalityCode
    supplier: Supplier
    lines: tuple[OrderLine, ...]
    net: Yen
    tax_rate: Share
    tax: Yen
    delivery_place: Line
    wanted_on: date
    ordered_on: date


class DeliveryAccepted(
    Event,
    type="kyodo.procurement.delivery-accepted",
    topic=ORDERS,
    words="{municipality}が第{number}回納品を検査合格とした",
):
    """A delivery passed the municipality's inspection (検収). The stream is the order.

    `net` and `tax` are its cumulative share of the order's: all accepted deliveries of an order sum to the order.
    """

    municipality: MunicipalityCode
    number: DeliveryNumber
    delivered_on: date
    inspected_on: date
    lines: tuple[ItemQuantity, ...]
    net: Yen
    tax: Yen
    fulfils: bool = Field(description="Whether with it every unit of the order is accepted.")


class InvoiceMatched(
    Event,
    type="kyodo.procurement.invoice-matched",
    topic=ORDERS,
    words="{municipality}分の請求書{invoice_number}を検収済みの納品と照合した",
):
    """An invoice equals the accepted deliveries it stands for and may be paid. The stream is the order."""

    municipality: MunicipalityCode
    number: InvoicePlace
    invoice_number: str
    deliveries: tuple[DeliveryNumber, ...]
    net: Yen
    tax: Yen
    matched_on: date


class OrderClosed(
    Event, type="kyodo.procurement.order-closed", topic=ORDERS, words="納品・検収・請求がすべて済み、発注を完了した"
):
    """All was delivered, accepted, invoiced and matched, and no defect stands open. The stream is the order."""

    net: Yen
    tax: Yen
