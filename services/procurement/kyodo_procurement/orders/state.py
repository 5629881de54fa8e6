"""An order as its events left it: what was ordered, delivered, found defective and invoiced."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import Self

from kyodo_events.aggregate import Aggregate, evolve
from kyodo_events.contracts.procurement.calls import Supplier
from kyodo_events.contracts.procurement.orders import (
    DeliveryAccepted,
    InvoiceMatched,
    OrderClosed,
    OrderLine,
    OrderPlaced,
)
from kyodo_procurement.orders.events import (
    DefectRemedied,
    DefectReported,
    DeliveryMade,
    DeliveryRejected,
    InvoiceSubmitted,
    OrderCancelled,
    OrderConfirmed,
    OrderDeclined,
)
from kyodo_procurement.orders.parts import Defect, Delivery, Invoice, OrderStatus, Result

DELIVERED = (OrderStatus.CONFIRMED, OrderStatus.FULFILLED, OrderStatus.CLOSED)


@dataclass(frozen=True)
class OrderState(Aggregate):
    """The order with its deliveries, defects and invoices, each counted from 1."""

    status: OrderStatus = OrderStatus.PLACED
    framework_id: str = ""
    municipality: str = ""
    supplier: Supplier | None = None
    lines: Mapping[str, OrderLine] = field(default_factory=dict)
    net: int = 0
    tax_rate: Fraction = Fraction(0)
    tax: int = 0
    delivery_place: str = ""
    wanted_on: date = date.min
    ordered_on: date = date.min
    reason: str | None = None
    deliveries: Mapping[int, Delivery] = field(default_factory=dict)
    defects: Mapping[int, Defect] = field(default_factory=dict)
    invoices: Mapping[int, Invoice] = field(default_factory=dict)

    @property
    def supplier_id(self) -> str:
        """The subject of the supplier's token."""
        return self.supplier.id if self.supplier else ""

    @property
    def supplier_ja(self) -> str:
        """The firm's name."""
        return self.supplier.name_ja if self.supplier else ""

    @property
    def amount(self) -> int:
        """Yen for the whole order, tax included."""
        return self.net + self.tax

    def units(self, item: str, *results: Result) -> int:
        """Units of an item in deliveries with one of these results."""
        return sum(one.lines.get(item, 0) for one in self.deliveries.values() if one.result in results)

    def open_defects(self, item: str) -> int:
        """Accepted units of an item with a defect that is not remedied."""
        return sum(one.quantity for one in self.defects.values() if one.item == item and one.remedy is None)

    @property
    def is_settled(self) -> bool:
        """Whether every accepted delivery was invoiced, every invoice matched and every defect remedied."""
        invoiced = all(one.invoice is not None for one in self.deliveries.values() if one.result is Result.PASSED)
        matched = all(invoice.matched for invoice in self.invoices.values())
        return invoiced and matched and all(defect.remedy is not None for defect in self.defects.values())

    # what events did

    @evolve
    def placed(self, event: OrderPlaced) -> Self:
        return replace(
            self,
            framework_id=event.framework_id,
            municipality=event.municipality,
            supplier=event.supplier,
            lines={line.item: line for line in event.lines},
            net=event.net,
            tax_rate=event.tax_rate,
            tax=event.tax,
            delivery_place=event.delivery_place,
            wanted_on=event.wanted_on,
            ordered_on=event.ordered_on,
        )

    @evolve
    def cancelled(self, event: OrderCancelled) -> Self:
        return replace(self, status=OrderStatus.CANCELLED, reason=event.reason)

    @evolve
    def confirmed(self, event: OrderConfirmed) -> Self:
        return replace(self, status=OrderStatus.CONFIRMED)

    @evolve
    def declined(self, event: OrderDeclined) -> Self:
        return replace(self, status=OrderStatus.DECLINED, reason=event.reason)

    @evolve
    def delivered(self, event: DeliveryMade) -> Self:
        lines = {line.item: line.quantity for line in event.lines}
        return replace(self, deliveries={**self.deliveries, event.number: Delivery(event.delivered_on, lines)})

    @evolve
    def delivery_accepted(self, event: DeliveryAccepted) -> Self:
        passed = replace(self.deliveries[event.number], result=Result.PASSED, net=event.net, tax=event.tax)
        status = OrderStatus.FULFILLED if event.fulfils else self.status
        return replace(self, status=status, deliveries={**self.deliveries, event.number: passed})

    @evolve
    def delivery_rejected(self, event: DeliveryRejected) -> Self:
        failed = replace(self.deliveries[event.number], result=Result.FAILED)
        return replace(self, deliveries={**self.deliveries, event.number: failed})

    @evolve
    def defect_reported(self, event: DefectReported) -> Self:
        return replace(self, defects={**self.defects, event.number: Defect(event.item, event.quantity)})

    @evolve
    def defect_remedied(self, event: DefectRemedied) -> Self:
        remedied = replace(self.defects[event.number], remedy=event.remedy)
        return replace(self, defects={**self.defects, event.number: remedied})

    @evolve
    def invoiced(self, event: InvoiceSubmitted) -> Self:
        invoice = Invoice(event.invoice_number, event.deliveries, event.net, event.tax)
        claimed = {number: replace(self.deliveries[number], invoice=event.number) for number in event.deliveries}
        return replace(
            self,
            invoices={**self.invoices, event.number: invoice},
            deliveries={**self.deliveries, **claimed},
        )

    @evolve
    def invoice_matched(self, event: InvoiceMatched) -> Self:
        matched = replace(self.invoices[event.number], matched=True)
        return replace(self, invoices={**self.invoices, event.number: matched})

    @evolve
    def closed(self, event: OrderClosed) -> Self:
        return replace(self, status=OrderStatus.CLOSED)
