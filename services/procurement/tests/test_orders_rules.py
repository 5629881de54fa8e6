"""Orders: from placing to closing, and every move that is not allowed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from kyodo_events.aggregate import Events
from kyodo_events.contracts.procurement.orders import (
    FrameworkConcluded,
    FrameworkItem,
    OrderLine,
    Period,
)
from kyodo_events.errors import NotFound
from kyodo_events.event import Event
from kyodo_events.testing import given
from kyodo_procurement.frameworks.events import QuantityCalledOff
from kyodo_procurement.frameworks.model import Framework
from kyodo_procurement.orders.events import (
    AlreadyInspected,
    DeliveryDayImpossible,
    MoreThanOrdered,
    NotOrdered,
    OrderNotConfirmed,
    OrderNotPending,
)
from kyodo_procurement.orders.model import Order
from kyodo_procurement.orders.parts import OrderStatus, Result
from tests.support.procurement.sample_orders import (
    CASES,
    CHIYODA,
    MUSASHINO,
    ORDERED,
    OTHERS,
    SUPPLIER,
    TABLETS,
    TODAY,
    WANTED,
    accept,
    cancel,
    cancelled,
    confirm,
    confirmed,
    decline,
    declined,
    defect,
    deliver,
    failed,
    invoiced,
    made,
    part,
    placed,
    reject,
    report,
    rest,
    units,
    whole,
)


def test_an_order_is_what_the_framework_gave_out() -> None:
    framework = Framework(id="framework").fold(
        [
            FrameworkConcluded(
                call_id="call",
                lot=1,
                project_id="project",
                title_ja="端末",
                supplier=SUPPLIER,
                period=Period(first=date(2026, 4, 1), last=date(2028, 3, 31)),
                items=(FrameworkItem(code="tablet", name_ja="端末", unit_ja="台", maximum=9, optional_unit_price=100),),
                contracts=(),
                tax_rate=Fraction(1, 10),
                indexation_cap=Fraction(0),
            ),
            QuantityCalledOff(order_id="test", municipality=CHIYODA, ordered_on=ORDERED, lines=(TABLETS, CASES)),
        ]
    )
    given(Order).when(lambda order: order.place(framework, "千代田区役所", WANTED)).then(placed)


def test_tax_is_rounded_down_once_an_order() -> None:
    assert placed.net == TABLETS.net + CASES.net == 201 + 66
    assert placed.tax == int(267 * 0.1)


def test_a_supplier_confirms_or_declines() -> None:
    assert given(Order).that(placed).when(confirm).then(confirmed).status is OrderStatus.CONFIRMED
    order = given(Order).that(placed).when(decline).then(declined)
    assert (order.status, order.reason) == (OrderStatus.DECLINED, "在庫がない")


def test_a_buyer_cancels_before_the_supplier_answers() -> None:
    assert given(Order).that(placed).when(cancel).then(cancelled).status is OrderStatus.CANCELLED


@pytest.mark.parametrize(
    ("past", "status", "harmless"),
    [
        ([confirmed], "confirmed", confirm),
        ([declined], "declined", decline),
        ([cancelled], "cancelled", cancel),
        (whole[1:], "fulfilled", None),
    ],
)
def test_an_order_is_answered_once(past: list[Event], status: str, harmless: Callable[[Order], Events] | None) -> None:
    order = given(Order).that(placed, *past)
    for decide in (confirm, decline, cancel):
        if decide is harmless:
            order.when(decide).then()
        else:
            order.when(decide).refuses(OrderNotPending(status=OrderStatus(status)))


def test_somebody_elses_order_is_not_there() -> None:
    order = given(Order).that(*whole, invoiced(1, (1, 2), 267, 26), defect)
    hidden = NotFound(what="order", id="test")
    for municipal in (
        lambda order: order.cancel(MUSASHINO, "x"),
        lambda order: order.accept_delivery(MUSASHINO, 1, TODAY),
        lambda order: order.reject_delivery(MUSASHINO, 1, "x", TODAY),
        lambda order: order.report_defect(MUSASHINO, "tablet", 1, "x"),
        lambda order: order.match_invoice(MUSASHINO, 1, TODAY),
        lambda order: order.confirm(OTHERS),
        lambda order: order.decline(OTHERS, "x"),
        lambda order: order.deliver(OTHERS, TODAY, "N", units(tablet=1), TODAY),
        lambda order: order.remedy_defect(OTHERS, 1, "x"),
        lambda order: order.submit_invoice(OTHERS, "R-1", 1, TODAY),
    ):
        order.when(municipal).refuses(hidden)


def test_deliveries_come_in_parts() -> None:
    order = given(Order).that(placed, confirmed)
    order.when(deliver(tablet=1)).then(part[0])
    order.that(*part).when(deliver(slip="N-2", tablet=2, case=2)).then(rest[0])


@pytest.mark.parametrize(("past", "status"), [([], "placed"), ([declined], "declined"), ([cancelled], "cancelled")])
def test_nothing_is_delivered_before_it_was_confirmed(past: list[Event], status: str) -> None:
    refusal = OrderNotConfirmed(status=OrderStatus(status))
    given(Order).that(placed, *past).when(deliver(tablet=1)).refuses(refusal)
    given(Order).that(placed, *past).when(report(1)).refuses(refusal)


def test_more_than_ordered_is_not_delivered() -> None:
    order = given(Order).that(placed, confirmed)
    order.when(deliver(tablet=4)).refuses(MoreThanOrdered(item="tablet", quantity=4, open=3))
    order.that(made(1, tablet=2)).when(deliver(tablet=2)).refuses(MoreThanOrdered(item="tablet", quantity=2, open=1))
    order.that(*part).when(deliver(tablet=3)).refuses(MoreThanOrdered(item="tablet", quantity=3, open=2))
    order.when(deliver(phone=1)).refuses(NotOrdered(item="phone", known="case, tablet"))


@pytest.mark.parametrize("day", [date(2026, 5, 31), date(2026, 6, 21)])
def test_a_delivery_was_between_the_order_and_today(day: date) -> None:
    given(Order).that(placed, confirmed).when(deliver(day, tablet=1)).refuses(
        DeliveryDayImpossible(day=day, first=ORDERED, last=TODAY)
    )


def test_what_failed_is_delivered_again() -> None:
    order = given(Order).that(placed, confirmed, made(1, tablet=3))
    order.when(reject(1)).then(failed(1))
    order.that(failed(1)).when(deliver(slip="N-2", tablet=3)).then(made(2, tablet=3))
    order.that(failed(1)).when(deliver(tablet=4)).refuses(MoreThanOrdered(item="tablet", quantity=4, open=3))


def test_accepted_deliveries_sum_to_the_order() -> None:
    order = given(Order).that(placed, confirmed, part[0]).when(accept(1)).then(part[1])
    assert order.status is OrderStatus.CONFIRMED
    order = given(Order).that(placed, confirmed, *part, rest[0]).when(accept(2)).then(rest[1])
    assert order.status is OrderStatus.FULFILLED
    assert sum(one.net for one in order.deliveries.values()) == order.net
    assert sum(one.tax for one in order.deliveries.values()) == order.tax


def test_a_delivery_is_inspected_once() -> None:
    order = given(Order).that(placed, confirmed, *part)
    order.when(accept(1)).then()
    order.when(reject(1)).refuses(AlreadyInspected(number=1, result="passed"))
    order = given(Order).that(placed, confirmed, part[0], failed(1))
    order.when(reject(1)).then()
    order.when(accept(1)).refuses(AlreadyInspected(number=1, result="failed"))
    order.when(accept(2)).refuses(NotFound(what="delivery", id=2))


@given_any(
    quantity=st.integers(1, 60),
    firm=st.integers(0, 60),
    firm_amount=st.integers(0, 10**9),
    price=st.integers(0, 10**5),
    rate=st.fractions(0, 1, max_denominator=100),
    steps=st.lists(st.tuples(st.integers(1, 30), st.booleans()), max_size=30),
)
def test_however_it_is_delivered_the_accepted_parts_sum_to_the_order(
    quantity: int, firm: int, firm_amount: int, price: int, rate: Fraction, steps: list[tuple[int, bool]]
) -> None:
    """Deliveries of any size pass or fail; what passed never exceeds the order and is never less than nothing."""
    firm = min(firm, quantity)
    line = OrderLine(
        item="tablet",
        quantity=quantity,
        firm_quantity=firm,
        firm_amount=firm_amount if firm else 0,
        optional_unit_price=price,
    )
    begins = placed.model_copy(
        update={"lines": (line,), "net": line.net, "tax_rate": rate, "tax": int(line.net * rate)}
    )
    order = Order(id="test").fold([begins, confirmed])
    for size, passes in [*steps, (quantity, True)]:  # the last one brings whatever is left
        left = quantity - order.units("tablet", Result.PASSED)
        if left:
            order = order.fold(deliver(tablet=min(size, left))(order))
            number = len(order.deliveries)
            order = order.fold(accept(number)(order) if passes else reject(number)(order))
    assert order.status is OrderStatus.FULFILLED
    parts = order.deliveries.values()
    assert all(one.net >= 0 and one.tax >= 0 for one in parts)
    assert (sum(one.net for one in parts), sum(one.tax for one in parts)) == (order.net, order.tax)
