"""Orders over HTTP, as all parties read them and as the supplier acts on them."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path

from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Id
from kyodo_platform.commands import Commands
from kyodo_platform.history import HistoryRow
from kyodo_platform.resources import Page, PageQuery, Reader, Sort, sort_by
from kyodo_platform.routing import Router
from kyodo_procurement.frameworks.model import Framework
from kyodo_procurement.frameworks.readers import readers, supplier, supplier_of
from kyodo_procurement.orders import tables, views
from kyodo_procurement.orders.events import (
    AlreadyRemedied,
    DeliveryDayImpossible,
    InvoiceMismatch,
    InvoiceNumberTaken,
    MoreThanOrdered,
    NothingToInvoice,
    NotOrdered,
    OrderNotConfirmed,
    OrderNotPending,
)
from kyodo_procurement.orders.model import Order
from kyodo_procurement.orders.parts import OrderStatus
from kyodo_procurement.orders.schemas import (
    DefectRow,
    DeliveryIn,
    DeliveryRow,
    InvoiceIn,
    InvoiceRow,
    LineRow,
    OrderOut,
    ReasonIn,
    RemedyIn,
)

router = Router(prefix="/v1/orders", tags=["orders"])

Number = Annotated[int, Path(ge=1, le=9999)]
OrderSort = Annotated[
    Sort,
    sort_by(
        tables.order.c.ordered_on,
        tables.order.c.wanted_on,
        tables.order.c.municipality,
        tables.order.c.amount,
        tables.order.c.status,
        unique=[tables.order.c.id],
    ),
]


@router.put("/{order_id}/confirmation", allow=supplier, raises=[OrderNotPending])
async def confirm_order(order_id: Id, commands: Commands) -> OrderOut:
    """Accept an order: the supplier will deliver."""
    me = commands.identity.subject
    return OrderOut.of(await commands.on(Order, order_id, lambda order: order.confirm(me)))


@router.put("/{order_id}/declination", allow=supplier, raises=[OrderNotPending])
async def decline_order(order_id: Id, body: ReasonIn, commands: Commands) -> OrderOut:
    """Decline an order for a reason; its quantities go back into the framework."""
    me = commands.identity.subject
    order = await commands.on(Order, order_id, lambda order: order.decline(me, body.reason))
    await commands.on(Framework, order.framework_id, lambda framework: framework.give_back(order.id))
    return OrderOut.of(order)


@router.post(
    "/{order_id}/deliveries",
    allow=supplier,
    raises=[OrderNotConfirmed, DeliveryDayImpossible, NotOrdered, MoreThanOrdered],
)
async def deliver(order_id: Id, body: DeliveryIn, commands: Commands) -> OrderOut:
    """State a delivery of all or a part; it waits for the buyer's inspection."""
    me, today = commands.identity.subject, commands.today
    order = await commands.on(
        Order, order_id, lambda order: order.deliver(me, body.delivered_on, body.slip, body.lines, today)
    )
    return OrderOut.of(order)


@router.put("/{order_id}/defects/{defect}/remedy", allow=supplier, raises=[AlreadyRemedied])
async def remedy_defect(order_id: Id, defect: Number, body: RemedyIn, commands: Commands) -> OrderOut:
    """State how a defect was remedied."""
    me = commands.identity.subject
    return OrderOut.of(await commands.on(Order, order_id, lambda order: order.remedy_defect(me, defect, body.remedy)))


@router.post("/{order_id}/invoices", allow=supplier, raises=[InvoiceNumberTaken, NothingToInvoice, InvoiceMismatch])
async def submit_invoice(order_id: Id, body: InvoiceIn, commands: Commands) -> OrderOut:
    """Invoice what was accepted and not yet invoiced, to the yen."""
    me, number = commands.identity.subject, body.invoice_number
    order = await commands.on(
        Order, order_id, lambda order: order.submit_invoice(me, number, body.amount, body.issued_on)
    )
    return OrderOut.of(order)


@router.get("", allow=readers)
async def list_orders(
    commands: Commands,
    reader: Reader,
    page: PageQuery,
    sort: OrderSort,
    framework_id: Id | None = None,
    municipality: MunicipalityCode | None = None,
    status: OrderStatus | None = None,
) -> Page[OrderOut]:
    """The orders of a framework, of a municipality, of a status, or all; suppliers see those placed with them."""
    query = views.orders_by(
        supplier_of(commands.identity), framework_id=framework_id, municipality=municipality, status=status
    )
    return await reader.page(OrderOut, query, page, by=sort)


@router.get("/{order_id}", allow=readers)
async def read_order(order_id: Id, commands: Commands, reader: Reader) -> OrderOut:
    """One order."""
    return await _visible(order_id, commands, reader)


@router.get("/{order_id}/history", allow=readers)
async def read_order_history(order_id: Id, commands: Commands, reader: Reader, page: PageQuery) -> Page[HistoryRow]:
    """What happened to an order, in words."""
    await _visible(order_id, commands, reader)
    return await reader.history(Order, order_id, page)


@router.get("/{order_id}/lines", allow=readers)
async def list_lines(order_id: Id, commands: Commands, reader: Reader, page: PageQuery) -> Page[LineRow]:
    """What was ordered of each item, what it costs and how much of it came."""
    await _visible(order_id, commands, reader)
    return await reader.page(LineRow, views.lines_of(order_id), page, by=[tables.line.c.item])


@router.get("/{order_id}/deliveries", allow=readers)
async def list_deliveries(order_id: Id, commands: Commands, reader: Reader, page: PageQuery) -> Page[DeliveryRow]:
    """The deliveries of an order and their inspections."""
    await _visible(order_id, commands, reader)
    query = views.parts_of(order_id, tables.delivery)
    return await reader.page(DeliveryRow, query, page, by=[tables.delivery.c.number])


@router.get("/{order_id}/defects", allow=readers)
async def list_defects(order_id: Id, commands: Commands, reader: Reader, page: PageQuery) -> Page[DefectRow]:
    """The defects of what was accepted."""
    await _visible(order_id, commands, reader)
    query = views.parts_of(order_id, tables.defect)
    return await reader.page(DefectRow, query, page, by=[tables.defect.c.number])


@router.get("/{order_id}/invoices", allow=readers)
async def list_invoices(order_id: Id, commands: Commands, reader: Reader, page: PageQuery) -> Page[InvoiceRow]:
    """The invoices of an order."""
    await _visible(order_id, commands, reader)
    query = views.parts_of(order_id, tables.invoice)
    return await reader.page(InvoiceRow, query, page, by=[tables.invoice.c.number])


async def _visible(order_id: str, commands: Commands, reader: Reader) -> OrderOut:
    query = views.order_of(order_id, supplier_of(commands.identity))
    return await reader.one(OrderOut, query, what="order", id=order_id)
