"""What people see of orders: how they are filled from events, and how they are asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from kyodo_events.contracts.procurement.orders import DeliveryAccepted, InvoiceMatched, OrderClosed, OrderPlaced
from kyodo_events.event import Batch, Event, Recorded
from kyodo_events.views import AnyWrite, RowChange, View, change, upsert
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
from kyodo_procurement.orders.parts import OrderStatus, Result
from kyodo_procurement.orders.tables import defect, delivered, delivery, invoice, line, order

orders = View("orders", order, line, delivery, delivered, defect, invoice)


@orders.on(OrderPlaced)
def _(rows: Batch[OrderPlaced]) -> list[AnyWrite]:
    placed = [
        {
            "id": r.stream,
            "supplier_id": r.event.supplier.id,
            "supplier_ja": r.event.supplier.name_ja,
            "status": OrderStatus.PLACED,
            "tax_rate": str(r.event.tax_rate),
            "amount": r.event.net + r.event.tax,
            "version": r.version,
            **r.event.model_dump(
                include={"framework_id", "municipality", "net", "tax", "delivery_place", "wanted_on", "ordered_on"}
            ),
        }
        for r in rows
    ]
    lines = [{"order_id": r.stream, "net": one.net, **one.model_dump()} for r in rows for one in r.event.lines]
    return [upsert(order, placed), upsert(line, lines)]


@orders.on(OrderConfirmed)
def _(rows: Batch[OrderConfirmed]) -> RowChange:
    return change(order, [{**_seen(r), "status": OrderStatus.CONFIRMED} for r in rows])


@orders.on(OrderDeclined)
def _(rows: Batch[OrderDeclined]) -> RowChange:
    return change(order, [{**_seen(r), "status": OrderStatus.DECLINED, "reason": r.event.reason} for r in rows])


@orders.on(OrderCancelled)
def _(rows: Batch[OrderCancelled]) -> RowChange:
    return change(order, [{**_seen(r), "status": OrderStatus.CANCELLED, "reason": r.event.reason} for r in rows])


@orders.on(DeliveryMade)
def _(rows: Batch[DeliveryMade]) -> list[AnyWrite]:
    made = [{"order_id": r.stream, **r.event.model_dump(mode="json"), "result": Result.PENDING} for r in rows]
    lines = [
        {"order_id": r.stream, "number": r.event.number, **one.model_dump()} for r in rows for one in r.event.lines
    ]
    return [upsert(delivery, made), upsert(delivered, lines), *_versions(rows)]


@orders.on(DeliveryAccepted)
def _(rows: Batch[DeliveryAccepted]) -> list[AnyWrite]:
    passed = [
        {
            "order_id": r.stream,
            "result": Result.PASSED,
            **r.event.model_dump(include={"number", "inspected_on", "net", "tax"}),
        }
        for r in rows
    ]
    fulfilled = [{"id": r.stream, "status": OrderStatus.FULFILLED} for r in rows if r.event.fulfils]
    return [change(delivery, passed), change(order, fulfilled), *_versions(rows)]


@orders.on(DeliveryRejected)
def _(rows: Batch[DeliveryRejected]) -> list[AnyWrite]:
    failed = [
        {
            "order_id": r.stream,
            "result": Result.FAILED,
            **r.event.model_dump(include={"number", "inspected_on", "reason"}),
        }
        for r in rows
    ]
    return [change(delivery, failed), *_versions(rows)]


@orders.on(DefectReported)
def _(rows: Batch[DefectReported]) -> list[AnyWrite]:
    found = [{"order_id": r.stream, **r.event.model_dump(exclude={"municipality"})} for r in rows]
    return [upsert(defect, found), *_versions(rows)]


@orders.on(DefectRemedied)
def _(rows: Batch[DefectRemedied]) -> list[AnyWrite]:
    return [change(defect, [{"order_id": r.stream, **r.event.model_dump()} for r in rows]), *_versions(rows)]


@orders.on(InvoiceSubmitted)
def _(rows: Batch[InvoiceSubmitted]) -> list[AnyWrite]:
    invoices = [
        {"order_id": r.stream, "amount": r.event.net + r.event.tax, **r.event.model_dump(exclude={"deliveries"})}
        for r in rows
    ]
    claimed = [
        {"order_id": r.stream, "number": number, "invoice": r.event.number}
        for r in rows
        for number in r.event.deliveries
    ]
    return [upsert(invoice, invoices), change(delivery, claimed), *_versions(rows)]


@orders.on(InvoiceMatched)
def _(rows: Batch[InvoiceMatched]) -> list[AnyWrite]:
    matched = [{"order_id": r.stream, **r.event.model_dump(include={"number", "matched_on"})} for r in rows]
    return [change(invoice, matched), *_versions(rows)]


@orders.on(OrderClosed)
def _(rows: Batch[OrderClosed]) -> RowChange:
    return change(order, [{**_seen(r), "status": OrderStatus.CLOSED} for r in rows])


def _seen(record: Recorded[Any]) -> dict[str, Any]:
    return {"id": record.stream, "version": record.version}


def _versions(rows: Batch[Event]) -> list[AnyWrite]:
    """Every event moves the order's version, also one that its row shows nothing of."""
    return [change(order, [_seen(r) for r in rows])]


def orders_by(supplier: str | None, **filters: str | None) -> sa.Select[Any]:
    """Orders with these values in their columns; of one supplier, or of all where none is named."""
    query = sa.select(order)
    wanted: Mapping[str, str | None] = {"supplier_id": supplier, **filters}
    for column, value in wanted.items():
        if value is not None:
            query = query.where(order.c[column] == value)
    return query


def order_of(order_id: str, supplier: str | None) -> sa.Select[Any]:
    """One order."""
    return orders_by(supplier, id=order_id)


def lines_of(order_id: str) -> sa.Select[Any]:
    """What was ordered of each item, and how much of it came."""
    return sa.select(
        line, _units(Result.PENDING, Result.PASSED).label("delivered"), _units(Result.PASSED).label("accepted")
    ).where(line.c.order_id == order_id)


def parts_of(order_id: str, table: sa.Table) -> sa.Select[Any]:
    """The deliveries, defects or invoices of an order."""
    return sa.select(table).where(table.c.order_id == order_id)


def _units(*results: Result) -> sa.ScalarSelect[Any]:
    query = sa.select(sa.func.coalesce(sa.func.sum(delivered.c.quantity), 0).cast(sa.BigInteger))
    return (
        query.select_from(delivered.join(delivery, came_with))
        .where(delivered.c.order_id == line.c.order_id, delivered.c.item == line.c.item)
        .where(delivery.c.result.in_([one.value for one in results]))
        .correlate(line)
        .scalar_subquery()
    )


came_with = sa.and_(delivered.c.order_id == delivery.c.order_id, delivered.c.number == delivery.c.number)
