"""What people see of quotations: a receipt until the opening, everything after it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.event import Batch
from kyodo_events.views import RowChange, RowWrite, View, change, upsert
from kyodo_procurement.quotations.model import QuotationOpened, QuotationStatus, QuotationSubmitted, QuotationWithdrawn
from kyodo_procurement.quotations.values import QuotationKind
from kyodo_procurement.tables import metadata

quotation = sa.Table(  # what it says is null until it is opened
    "quotation",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("call_id", sa.Text, nullable=False),
    sa.Column("supplier", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("sealed_hash", sa.Text, nullable=False),
    sa.Column("name_ja", sa.Text),
    sa.Column("corporate_number", sa.Text),
    sa.Column("bid", JSONB),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("quotation_by_call", "call_id", "status"),
)

quotations = View("quotations", quotation)


@quotations.on(QuotationSubmitted)
def _(rows: Batch[QuotationSubmitted]) -> RowWrite:
    """One row a quotation: what was handed in last."""
    return upsert(
        quotation,
        [
            {
                "id": r.stream,
                "call_id": r.event.call_id,
                "supplier": r.event.supplier,
                "kind": r.event.kind,
                "status": QuotationStatus.SEALED,
                "received_at": r.event.received_at,
                "sealed_hash": r.event.sealed_hash,
                "version": r.version,
            }
            for r in rows
        ],
    )


@quotations.on(QuotationWithdrawn)
def _(rows: Batch[QuotationWithdrawn]) -> RowChange:
    return change(
        quotation, [{"id": r.stream, "status": QuotationStatus.WITHDRAWN, "version": r.version} for r in rows]
    )


@quotations.on(QuotationOpened)
def _(rows: Batch[QuotationOpened]) -> RowChange:
    return change(
        quotation,
        [
            {
                "id": r.stream,
                "status": QuotationStatus.OPENED,
                "name_ja": r.event.bid.name_ja,
                "corporate_number": r.event.bid.corporate_number,
                "bid": r.event.bid.model_dump(mode="json"),
                "version": r.version,
            }
            for r in rows
        ],
    )


def visible_to(supplier: str | None) -> sa.Select[Any]:
    """A supplier's own quotations; for governments (None) those that were opened."""
    mine = quotation.c.status == QuotationStatus.OPENED if supplier is None else quotation.c.supplier == supplier
    return sa.select(quotation).where(mine)


def quotations_by(
    query: sa.Select[Any], call_id: str | None, status: QuotationStatus | None, kind: QuotationKind | None
) -> sa.Select[Any]:
    """The quotations of a query that belong to a call, stand at a status, are of a kind."""
    wanted = {quotation.c.call_id: call_id, quotation.c.status: status, quotation.c.kind: kind}
    return query.where(*(column == value for column, value in wanted.items() if value))


def quotation_of(query: sa.Select[Any], quotation_id: str) -> sa.Select[Any]:
    """One quotation of a query."""
    return query.where(quotation.c.id == quotation_id)
