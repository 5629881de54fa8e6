"""What is asked and answered about orders. Amounts are whole yen, quantities whole units."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from kyodo_events.contracts.procurement.orders import ItemQuantity
from kyodo_events.values.money import Amount, Share
from kyodo_events.values.quantities import Quantity
from kyodo_events.values.texts import Code, Day, Id, Line, Text
from kyodo_platform.resources import Answer, Body, Resource
from kyodo_procurement.orders.parts import OrderStatus, Result


def _each_item_once(lines: Sequence[ItemQuantity]) -> Sequence[ItemQuantity]:
    if len({line.item for line in lines}) != len(lines):
        raise ValueError("each item may be named once")
    return lines


Lines = Annotated[tuple[ItemQuantity, ...], Field(min_length=1, max_length=50), AfterValidator(_each_item_once)]
"""Units by item, each item once."""


class OrderIn(Body):
    """An order to be placed on a framework."""

    framework_id: Id
    lines: Lines
    delivery_place: Line
    wanted_on: Day = Field(description="A day within the framework's period.")


class ReasonIn(Body):
    """Why."""

    reason: Line


class DeliveryIn(Body):
    """What was handed over, and the slip that says so."""

    delivered_on: Day
    slip: Line = Field(description="Number of the delivery slip.")
    lines: Lines


class InspectionIn(Body):
    """What the inspection found; a failure names its reason."""

    result: Literal["passed", "failed"]
    reason: Line | None = None

    @model_validator(mode="after")
    def _a_failure_has_a_reason(self) -> Self:
        if (self.result == "failed") != (self.reason is not None):
            raise ValueError("a failed inspection, and no other, names its reason")
        return self


class DefectIn(Body):
    """What is wrong with accepted units."""

    item: Code
    quantity: Quantity
    description: Text


class RemedyIn(Body):
    """What was done about a defect."""

    remedy: Line


class InvoiceIn(Body):
    """An invoice of exactly what was accepted and not yet invoiced."""

    invoice_number: Line
    amount: Amount = Field(description="Whole yen, tax included.")
    issued_on: Day


class OrderOut(Resource):
    """An order."""

    id: str
    framework_id: str
    municipality: str = Field(title="団体コード")
    supplier_id: str
    supplier_ja: str = Field(title="受注者")
    status: OrderStatus = Field(title="状態")
    net: int = Field(title="税抜額（円）")
    tax_rate: Share = Field(title="消費税率")
    tax: int = Field(title="消費税額（円）", description="Of the net amount, rounded down to whole yen.")
    amount: int = Field(title="税込額（円）")
    delivery_place: str = Field(title="納入場所")
    wanted_on: date = Field(title="希望納期")
    ordered_on: date = Field(title="発注日")
    reason: str | None = Field(title="辞退・取消しの理由")


class LineRow(Answer):
    """One item of an order and how much of it came; the firm units cost `firm_amount` together."""

    item: str = Field(title="品目コード")
    quantity: int = Field(title="数量")
    firm_quantity: int = Field(title="うち確定数量分")
    firm_amount: int = Field(title="確定数量分の額（円・税抜）")
    optional_unit_price: int = Field(title="その他の単価（円・税抜）")
    net: int = Field(title="税抜額（円）")
    delivered: int = Field(title="納品済み")
    accepted: int = Field(title="検収済み")


class DeliveryRow(Answer):
    """A delivery and what its inspection found; its share of the order once it passed."""

    number: int = Field(title="回")
    delivered_on: date = Field(title="納品日")
    slip: str = Field(title="納品書番号")
    lines: list[ItemQuantity] = Field(title="内訳")
    result: Result = Field(title="検査結果")
    inspected_on: date | None = Field(title="検査日")
    reason: str | None = Field(title="不合格の理由")
    net: int | None = Field(title="税抜額（円）")
    tax: int | None = Field(title="消費税額（円）")
    invoice: int | None = Field(title="請求の番号")


class DefectRow(Answer):
    """A defect; open as long as it has no remedy."""

    number: int = Field(title="番号")
    item: str = Field(title="品目コード")
    quantity: int = Field(title="数量")
    description: str = Field(title="内容")
    remedy: str | None = Field(title="是正内容")


class InvoiceRow(Answer):
    """An invoice; to be paid once it is matched."""

    number: int = Field(title="番号")
    invoice_number: str = Field(title="請求書番号")
    issued_on: date = Field(title="発行日")
    net: int = Field(title="税抜額（円）")
    tax: int = Field(title="消費税額（円）")
    amount: int = Field(title="税込額（円）")
    matched_on: date | None = Field(title="照合日")
