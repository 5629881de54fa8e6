"""An order, what is done with it, and what happens to it: the rules' tests begin from these."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction

from kyodo_events.aggregate import Events
from kyodo_events.contracts.procurement.calls import Supplier
from kyodo_events.contracts.procurement.orders import (
    DeliveryAccepted,
    InvoiceMatched,
    ItemQuantity,
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
from kyodo_procurement.orders.model import Order

CHIYODA, MUSASHINO = "131016", "132039"
OURS, OTHERS = "supplier@tokyo", "another supplier"
SUPPLIER = Supplier(id=OURS, name_ja="株式会社サンプル", corporate_number="8000012010038")
ORDERED, TODAY, WANTED = date(2026, 6, 1), date(2026, 6, 20), date(2026, 7, 1)

TABLETS = OrderLine(item="tablet", quantity=3, firm_quantity=2, firm_amount=101, optional_unit_price=100)
CASES = OrderLine(item="case", quantity=2, firm_quantity=0, firm_amount=0, optional_unit_price=33)
placed = OrderPlaced(
    framework_id="framework",
    call_id="call",
    lot=1,
    municipality=CHIYODA,
    supplier=SUPPLIER,
    lines=(TABLETS, CASES),
    net=267,
    tax_rate=Fraction(1, 10),
    tax=26,
    delivery_place="千代田区役所",
    wanted_on=WANTED,
    ordered_on=ORDERED,
)
confirmed = OrderConfirmed()
declined = OrderDeclined(reason="在庫がない")
cancelled = OrderCancelled(municipality=CHIYODA, reason="数量の誤り")


def units(**quantities: int) -> tuple[ItemQuantity, ...]:
    return tuple(ItemQuantity(item=item, quantity=quantity) for item, quantity in quantities.items())


def made(number: int, **quantities: int) -> DeliveryMade:
    return DeliveryMade(number=number, delivered_on=TODAY, slip=f"N-{number}", lines=units(**quantities))


def passed(number: int, net: int, tax: int, fulfils: bool = False, **quantities: int) -> DeliveryAccepted:
    return DeliveryAccepted(
        municipality=CHIYODA,
        number=number,
        delivered_on=TODAY,
        inspected_on=TODAY,
        lines=units(**quantities),
        net=net,
        tax=tax,
        fulfils=fulfils,
    )


def failed(number: int) -> DeliveryRejected:
    return DeliveryRejected(municipality=CHIYODA, number=number, inspected_on=TODAY, reason="破損")


def invoiced(number: int, deliveries: tuple[int, ...], net: int, tax: int) -> InvoiceSubmitted:
    return InvoiceSubmitted(
        number=number, invoice_number=f"R-{number}", issued_on=TODAY, deliveries=deliveries, net=net, tax=tax
    )


def matched(number: int, deliveries: tuple[int, ...], net: int, tax: int) -> InvoiceMatched:
    return InvoiceMatched(
        municipality=CHIYODA,
        number=number,
        invoice_number=f"R-{number}",
        deliveries=deliveries,
        net=net,
        tax=tax,
        matched_on=TODAY,
    )


# One tablet, then the rest: 201 yen for three tablets and 66 for two cases.
part = [made(1, tablet=1), passed(1, 67, 6, tablet=1)]
rest = [made(2, tablet=2, case=2), passed(2, 200, 20, fulfils=True, tablet=2, case=2)]
whole = [placed, confirmed, *part, *rest]
closed = OrderClosed(net=267, tax=26)
defect = DefectReported(municipality=CHIYODA, number=1, item="tablet", quantity=1, description="画面の不良")
remedied = DefectRemedied(number=1, remedy="交換した")


def confirm(order: Order) -> Events:
    return order.confirm(OURS)


def decline(order: Order) -> Events:
    return order.decline(OURS, declined.reason)


def cancel(order: Order) -> Events:
    return order.cancel(CHIYODA, cancelled.reason)


def deliver(delivered_on: date = TODAY, slip: str = "N-1", **quantities: int) -> Callable[[Order], Events]:
    return lambda order: order.deliver(OURS, delivered_on, slip, units(**quantities), TODAY)


def accept(number: int) -> Callable[[Order], Events]:
    return lambda order: order.accept_delivery(CHIYODA, number, TODAY)


def reject(number: int) -> Callable[[Order], Events]:
    return lambda order: order.reject_delivery(CHIYODA, number, "破損", TODAY)


def report(quantity: int, item: str = "tablet") -> Callable[[Order], Events]:
    return lambda order: order.report_defect(CHIYODA, item, quantity, defect.description)


def invoice(amount: int, number: str = "R-1") -> Callable[[Order], Events]:
    return lambda order: order.submit_invoice(OURS, number, amount, TODAY)


def match(number: int) -> Callable[[Order], Events]:
    return lambda order: order.match_invoice(CHIYODA, number, TODAY)
