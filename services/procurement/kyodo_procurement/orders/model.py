"""An order (個別発注): one municipality's call-off from a framework, from placing to closing.

The buyer's decisions name the municipality, the supplier's the subject of their token; an order of somebody else is not
there for either. `today` is always the day in Tokyo. Quantities are whole units, amounts whole yen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kyodo_events.aggregate import Events
from kyodo_events.contracts.procurement.orders import (
    DeliveryAccepted,
    InvoiceMatched,
    ItemQuantity,
    OrderClosed,
    OrderLine,
    OrderPlaced,
)
from kyodo_events.errors import NotFound, require
from kyodo_events.event import Event
from kyodo_procurement.frameworks.model import Framework
from kyodo_procurement.frameworks.prices import tax_on
from kyodo_procurement.orders.events import (
    AlreadyInspected,
    AlreadyRemedied,
    DefectRemedied,
    DefectReported,
    DeliveryDayImpossible,
    DeliveryMade,
    DeliveryRejected,
    InvoiceMismatch,
    InvoiceNumberTaken,
    InvoiceSubmitted,
    MoreThanOrdered,
    NothingToInvoice,
    NotOrdered,
    NotThatManyAccepted,
    OrderCancelled,
    OrderConfirmed,
    OrderDeclined,
    OrderNotConfirmed,
    OrderNotPending,
)
from kyodo_procurement.orders.parts import Delivery, OrderStatus, Result
from kyodo_procurement.orders.state import DELIVERED, OrderState


@dataclass(frozen=True)
class Order(OrderState, category="order"):
    """The order with the decisions of its buyer and its supplier."""

    # the buyer's decisions

    def place(self, framework: Framework, delivery_place: str, wanted_on: date) -> Events:
        """The order begins as what the framework gave out under its id."""
        call_off = framework.call_offs[self.id]
        lines = tuple(call_off.lines.values())
        net, rate = sum(line.net for line in lines), framework.tax_rate_on(call_off.ordered_on)
        yield OrderPlaced(
            framework_id=framework.id,
            call_id=framework.call_id,
            lot=framework.lot,
            municipality=call_off.municipality,
            supplier=framework.supplier,
            lines=lines,
            net=net,
            tax_rate=rate,
            tax=tax_on(net, rate),
            delivery_place=delivery_place,
            wanted_on=wanted_on,
            ordered_on=call_off.ordered_on,
        )

    def cancel(self, municipality: str, reason: str) -> Events:
        """The buyer takes the order back, as long as the supplier has not answered."""
        self._bought_by(municipality)
        if self.status is OrderStatus.CANCELLED:
            return
        require(self.status is OrderStatus.PLACED, OrderNotPending(status=self.status))
        yield OrderCancelled(municipality=municipality, reason=reason)

    def accept_delivery(self, municipality: str, number: int, today: date) -> Events:
        """The buyer's inspection found a delivery as ordered; its share of the amounts is due from now on."""
        delivery = self._inspected(municipality, number, Result.PASSED)
        if delivery.result is Result.PASSED:
            return
        net = sum(self._share(self.lines[item], quantity) for item, quantity in delivery.lines.items())
        before = sum(one.net for one in self.deliveries.values())
        accepted = {item: self.units(item, Result.PASSED) + delivery.lines.get(item, 0) for item in self.lines}
        yield DeliveryAccepted(
            municipality=municipality,
            number=number,
            delivered_on=delivery.delivered_on,
            inspected_on=today,
            lines=tuple(ItemQuantity(item=item, quantity=units) for item, units in delivery.lines.items()),
            net=net,
            tax=tax_on(before + net, self.tax_rate) - tax_on(before, self.tax_rate),
            fulfils=all(accepted[item] == line.quantity for item, line in self.lines.items()),
        )

    def reject_delivery(self, municipality: str, number: int, reason: str, today: date) -> Events:
        """The buyer's inspection failed a delivery: it is to be delivered again."""
        if self._inspected(municipality, number, Result.FAILED).result is Result.PENDING:
            yield DeliveryRejected(municipality=municipality, number=number, inspected_on=today, reason=reason)

    def report_defect(self, municipality: str, item: str, quantity: int, description: str) -> Events:
        """The buyer found accepted units not to be as agreed; also after the order was closed."""
        self._bought_by(municipality)
        self._is_delivered()
        self._has(item)
        left = self.units(item, Result.PASSED) - self.open_defects(item)
        require(quantity <= left, NotThatManyAccepted(item=item, quantity=quantity, open=left))
        yield DefectReported(
            municipality=municipality,
            number=len(self.defects) + 1,
            item=item,
            quantity=quantity,
            description=description,
        )

    def match_invoice(self, municipality: str, number: int, today: date) -> Events:
        """The buyer, or Tokyo for it, lets an invoice be paid; with the last one the order is closed."""
        self._bought_by(municipality)
        invoice = self.invoices.get(number)
        if invoice is None:
            raise NotFound(what="invoice", id=number)
        if not invoice.matched:
            matched = InvoiceMatched(
                municipality=municipality,
                number=number,
                invoice_number=invoice.invoice_number,
                deliveries=invoice.deliveries,
                net=invoice.net,
                tax=invoice.tax,
                matched_on=today,
            )
            yield matched
            yield from self._closed_after(matched)

    # the supplier's decisions

    def confirm(self, supplier: str) -> Events:
        """The supplier will deliver."""
        self._supplied_by(supplier)
        if self.status is OrderStatus.CONFIRMED:
            return
        require(self.status is OrderStatus.PLACED, OrderNotPending(status=self.status))
        yield OrderConfirmed()

    def decline(self, supplier: str, reason: str) -> Events:
        """The supplier will not deliver, for a stated reason."""
        self._supplied_by(supplier)
        if self.status is OrderStatus.DECLINED:
            return
        require(self.status is OrderStatus.PLACED, OrderNotPending(status=self.status))
        yield OrderDeclined(reason=reason)

    def deliver(
        self, supplier: str, delivered_on: date, slip: str, lines: Sequence[ItemQuantity], today: date
    ) -> Events:
        """The supplier delivered all or a part: never more than what is neither accepted nor under inspection."""
        self._supplied_by(supplier)
        self._is_delivered()
        possible = self.ordered_on <= delivered_on <= today
        require(possible, DeliveryDayImpossible(day=delivered_on, first=self.ordered_on, last=today))
        for line in lines:
            self._has(line.item)
            left = self.lines[line.item].quantity - self.units(line.item, Result.PENDING, Result.PASSED)
            require(line.quantity <= left, MoreThanOrdered(item=line.item, quantity=line.quantity, open=left))
        number = len(self.deliveries) + 1
        yield DeliveryMade(number=number, delivered_on=delivered_on, slip=slip, lines=tuple(lines))

    def remedy_defect(self, supplier: str, number: int, remedy: str) -> Events:
        """The supplier repaired or replaced; where that was the last thing open, the order is closed."""
        self._supplied_by(supplier)
        defect = self.defects.get(number)
        if defect is None:
            raise NotFound(what="defect", id=number)
        if defect.remedy == remedy:
            return
        require(defect.remedy is None, AlreadyRemedied(number=number))
        remedied = DefectRemedied(number=number, remedy=remedy)
        yield remedied
        yield from self._closed_after(remedied)

    def submit_invoice(self, supplier: str, invoice_number: str, amount: int, issued_on: date) -> Events:
        """The supplier claims what the accepted deliveries cost, tax included, that no invoice has claimed yet."""
        self._supplied_by(supplier)
        for invoice in self.invoices.values():
            if invoice.invoice_number == invoice_number:
                taken = InvoiceNumberTaken(invoice_number=invoice_number, amount=invoice.amount)
                require(invoice.amount == amount, taken)
                return
        due = {
            n: one for n, one in sorted(self.deliveries.items()) if one.result is Result.PASSED and one.invoice is None
        }
        require(len(due) > 0, NothingToInvoice(status=self.status))
        net, tax = sum(one.net for one in due.values()), sum(one.tax for one in due.values())
        require(amount == net + tax, InvoiceMismatch(amount=amount, due=net + tax))
        yield InvoiceSubmitted(
            number=len(self.invoices) + 1,
            invoice_number=invoice_number,
            issued_on=issued_on,
            deliveries=tuple(due),
            net=net,
            tax=tax,
        )

    # how decisions look at it

    def _bought_by(self, municipality: str) -> None:
        require(municipality == self.municipality, NotFound(what="order", id=self.id))

    def _supplied_by(self, supplier: str) -> None:
        require(supplier == self.supplier_id, NotFound(what="order", id=self.id))

    def _is_delivered(self) -> None:
        require(self.status in DELIVERED, OrderNotConfirmed(status=self.status))

    def _has(self, item: str) -> None:
        require(item in self.lines, NotOrdered(item=item, known=", ".join(sorted(self.lines))))

    def _inspected(self, municipality: str, number: int, result: Result) -> Delivery:
        """A delivery that waits for its inspection, or had this very result."""
        self._bought_by(municipality)
        delivery = self.deliveries.get(number)
        if delivery is None:
            raise NotFound(what="delivery", id=number)
        undecided = delivery.result in (Result.PENDING, result)
        require(undecided, AlreadyInspected(number=number, result=delivery.result))
        return delivery

    def _share(self, line: OrderLine, quantity: int) -> int:
        """Yen for further units of a line, cumulative: all of them together cost exactly the line."""
        before = self.units(line.item, Result.PASSED)
        return line.net * (before + quantity) // line.quantity - line.net * before // line.quantity

    def _closed_after(self, event: Event) -> Events:
        after = self.fold([event])
        if after.status is OrderStatus.FULFILLED and after.is_settled:
            yield OrderClosed(net=self.net, tax=self.tax)
