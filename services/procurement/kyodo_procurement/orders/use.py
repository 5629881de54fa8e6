"""How much of a framework is used: contracted, ordered, delivered and remaining, by item and by municipality.

Counted from the rows of the contracts and of the orders that stand, those neither cancelled nor declined.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from kyodo_procurement.frameworks.views import contract, item
from kyodo_procurement.orders.parts import OrderStatus, Result
from kyodo_procurement.orders.tables import delivered, delivery, line, order
from kyodo_procurement.orders.views import came_with

STANDS = order.c.status.not_in([OrderStatus.CANCELLED.value, OrderStatus.DECLINED.value])


def by_municipality(framework_id: str, municipality: str | None = None, of_item: str | None = None) -> sa.Select[Any]:
    """A row for each item and municipality that contracted or ordered any of it, or for one of them."""
    drawn, came = _drawn(framework_id), _came(framework_id)
    owed = (
        sa.select(contract.c.item, contract.c.municipality, contract.c.firm, contract.c.optional)
        .where(contract.c.framework_id == framework_id)
        .subquery("owed")
    )
    who = sa.union(sa.select(owed.c.item, owed.c.municipality), sa.select(drawn.c.item, drawn.c.municipality)).subquery(
        "buyer"
    )

    def same(table: sa.Subquery) -> sa.ColumnElement[bool]:
        return sa.and_(table.c.item == who.c.item, table.c.municipality == who.c.municipality)

    query = sa.select(
        who.c.item,
        who.c.municipality,
        _or_none(owed.c.firm).label("firm"),
        _or_none(owed.c.optional).label("optional"),
        _or_none(drawn.c.ordered).label("ordered"),
        _or_none(drawn.c.firm_ordered).label("firm_ordered"),
        _or_none(drawn.c.net).label("net"),
        _or_none(came.c.delivered).label("delivered"),
        _or_none(came.c.accepted).label("accepted"),
    ).select_from(
        who.outerjoin(owed, same(owed)).outerjoin(drawn, same(drawn)).outerjoin(came, same(came)),
    )
    for column, wanted in ((who.c.municipality, municipality), (who.c.item, of_item)):
        if wanted is not None:
            query = query.where(column == wanted)
    return query


def by_item(framework_id: str) -> sa.Select[Any]:
    """A row for each item of the framework."""
    each = by_municipality(framework_id).subquery("each")
    sums = [
        _or_none(sa.func.sum(each.c[name])).cast(sa.BigInteger).label(name)
        for name in ("firm", "optional", "ordered", "firm_ordered", "delivered", "accepted")
    ]
    ordered = _or_none(sa.func.sum(each.c.ordered)).cast(sa.BigInteger)
    return (
        sa.select(
            item.c.item,
            item.c.name_ja,
            item.c.unit_ja,
            item.c.maximum,
            *sums,
            (item.c.maximum - ordered).label("remaining"),
        )
        .select_from(item.outerjoin(each, each.c.item == item.c.item))
        .where(item.c.framework_id == framework_id)
        .group_by(item.c.framework_id, item.c.item)
    )


def _drawn(framework_id: str) -> sa.Subquery:
    return (
        sa.select(
            line.c.item,
            order.c.municipality,
            sa.func.sum(line.c.quantity).label("ordered"),
            sa.func.sum(line.c.firm_quantity).label("firm_ordered"),
            sa.func.sum(line.c.net).label("net"),
        )
        .select_from(line.join(order, order.c.id == line.c.order_id))
        .where(order.c.framework_id == framework_id, STANDS)
        .group_by(line.c.item, order.c.municipality)
        .subquery("drawn")
    )


def _came(framework_id: str) -> sa.Subquery:
    accepted = sa.case((delivery.c.result == Result.PASSED.value, delivered.c.quantity), else_=0)
    return (
        sa.select(
            delivered.c.item,
            order.c.municipality,
            sa.func.sum(delivered.c.quantity).label("delivered"),
            sa.func.sum(accepted).label("accepted"),
        )
        .select_from(delivered.join(delivery, came_with).join(order, order.c.id == delivered.c.order_id))
        .where(order.c.framework_id == framework_id, delivery.c.result != Result.FAILED.value)
        .group_by(delivered.c.item, order.c.municipality)
        .subquery("came")
    )


def _or_none(column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    return sa.func.coalesce(column, 0)
