"""What closes an order: invoices, their match, and defects."""

from __future__ import annotations

from kyodo_events.errors import NotFound
from kyodo_events.testing import given
from kyodo_procurement.orders.events import (
    AlreadyRemedied,
    InvoiceMismatch,
    InvoiceNumberTaken,
    NothingToInvoice,
    NotOrdered,
    NotThatManyAccepted,
)
from kyodo_procurement.orders.model import Order
from kyodo_procurement.orders.parts import OrderStatus
from tests.support.procurement.sample_orders import (
    OURS,
    closed,
    confirmed,
    defect,
    invoice,
    invoiced,
    made,
    match,
    matched,
    part,
    placed,
    remedied,
    report,
    rest,
    whole,
)


def test_an_invoice_is_what_was_accepted() -> None:
    order = given(Order).that(placed, confirmed, *part)
    order.when(invoice(73)).then(invoiced(1, (1,), 67, 6))
    order.when(invoice(72)).refuses(InvoiceMismatch(amount=72, due=73))
    order.that(made(2, tablet=1)).when(invoice(73)).then(invoiced(1, (1,), 67, 6))
    given(Order).that(*whole).when(invoice(293)).then(invoiced(1, (1, 2), 267, 26))
    given(Order).that(*whole, invoiced(1, (1,), 67, 6)).when(invoice(220, "R-2")).then(invoiced(2, (2,), 200, 20))


def test_the_same_invoice_again_changes_nothing_and_another_needs_a_number() -> None:
    order = given(Order).that(placed, confirmed, *part, invoiced(1, (1,), 67, 6), *rest)
    order.when(invoice(73)).then()
    order.when(invoice(220)).refuses(InvoiceNumberTaken(invoice_number="R-1", amount=73))


def test_nothing_is_invoiced_twice_or_before_it_passed() -> None:
    given(Order).that(placed, confirmed, made(1, tablet=1)).when(invoice(73)).refuses(
        NothingToInvoice(status=OrderStatus.CONFIRMED)
    )
    given(Order).that(*whole, invoiced(1, (1, 2), 267, 26)).when(invoice(293, "R-2")).refuses(
        NothingToInvoice(status=OrderStatus.FULFILLED)
    )


def test_the_last_match_closes_a_fulfilled_order() -> None:
    all_at_once = given(Order).that(*whole, invoiced(1, (1, 2), 267, 26))
    order = all_at_once.when(match(1)).then(matched(1, (1, 2), 267, 26), closed)
    assert order.status is OrderStatus.CLOSED
    all_at_once.that(matched(1, (1, 2), 267, 26), closed).when(match(1)).then()
    all_at_once.when(match(2)).refuses(NotFound(what="invoice", id=2))


def test_a_match_before_the_last_one_leaves_the_order_open() -> None:
    past = [placed, confirmed, *part, invoiced(1, (1,), 67, 6)]
    given(Order).that(*past).when(match(1)).then(matched(1, (1,), 67, 6))
    fulfilled = [*past, *rest]
    given(Order).that(*fulfilled).when(match(1)).then(matched(1, (1,), 67, 6))
    both = [*fulfilled, invoiced(2, (2,), 200, 20)]
    given(Order).that(*both).when(match(2)).then(matched(2, (2,), 200, 20))
    given(Order).that(*both, matched(2, (2,), 200, 20)).when(match(1)).then(matched(1, (1,), 67, 6), closed)


def test_a_defect_is_of_accepted_units() -> None:
    order = given(Order).that(placed, confirmed, *part, rest[0])
    order.when(report(1)).then(defect)
    order.when(report(2)).refuses(NotThatManyAccepted(item="tablet", quantity=2, open=1))
    order.that(defect).when(report(1)).refuses(NotThatManyAccepted(item="tablet", quantity=1, open=0))
    order.when(report(1, "phone")).refuses(NotOrdered(item="phone", known="case, tablet"))
    again = defect.model_copy(update={"number": 2})
    order.that(defect, remedied).when(report(1)).then(again)


def test_an_open_defect_holds_the_closing_back() -> None:
    past = [*whole, defect, invoiced(1, (1, 2), 267, 26)]
    given(Order).that(*past).when(match(1)).then(matched(1, (1, 2), 267, 26))
    order = given(Order).that(*past, matched(1, (1, 2), 267, 26))
    order.when(lambda order: order.remedy_defect(OURS, 1, "交換した")).then(remedied, closed)


def test_a_defect_is_remedied_once() -> None:
    order = given(Order).that(*whole, defect, remedied)
    order.when(lambda order: order.remedy_defect(OURS, 1, "交換した")).then()
    order.when(lambda order: order.remedy_defect(OURS, 1, "返金した")).refuses(AlreadyRemedied(number=1))
    order.when(lambda order: order.remedy_defect(OURS, 2, "交換した")).refuses(NotFound(what="defect", id=2))


def test_a_defect_after_the_closing_does_not_open_the_order() -> None:
    past = [*whole, invoiced(1, (1, 2), 267, 26), matched(1, (1, 2), 267, 26), closed]
    order = given(Order).that(*past).when(report(1)).then(defect)
    assert order.status is OrderStatus.CLOSED
    given(Order).that(*past, defect).when(lambda order: order.remedy_defect(OURS, 1, "交換した")).then(remedied)
