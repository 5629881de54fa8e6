"""What people see of an opening: who may open, how many quotations came in and when; never from whom."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.event import Batch
from kyodo_events.views import RowChange, RowWrite, View, change, upsert
from kyodo_procurement.openings.model import (
    OpenerRegistered,
    OpeningBegun,
    OpeningCompleted,
    OpeningPrepared,
    OpeningStatus,
    QuotationLodged,
    QuotationRetracted,
)
from kyodo_procurement.tables import metadata

opening = sa.Table(
    "opening",
    metadata,
    sa.Column("call_id", sa.Text, primary_key=True),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("openers", JSONB, nullable=False),
    sa.Column("quotations", sa.Integer, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
)

receipt = sa.Table(
    "quotation_receipt",
    metadata,
    sa.Column("call_id", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
)

openings = View("openings", opening, receipt)


@openings.on(OpeningPrepared)
def _(rows: Batch[OpeningPrepared]) -> RowWrite:
    new = {"status": OpeningStatus.SEALED, "openers": [], "quotations": 0}
    return upsert(opening, [{"call_id": r.stream, **new, "version": r.version} for r in rows])


@openings.on(OpenerRegistered)
def _(rows: Batch[OpenerRegistered]) -> RowChange:
    return change(
        opening, [{"call_id": r.stream, "openers": list(r.event.openers), "version": r.version} for r in rows]
    )


@openings.on(QuotationLodged)
def _(rows: Batch[QuotationLodged]) -> list[RowChange | RowWrite]:
    """One row a receipt number: of a replaced quotation, the last arrival."""
    arrived = [{"call_id": r.stream, "number": r.event.number, "received_at": r.at, "withdrawn_at": None} for r in rows]
    return [_counted(rows), upsert(receipt, arrived)]


@openings.on(QuotationRetracted)
def _(rows: Batch[QuotationRetracted]) -> list[RowChange | RowWrite]:
    gone = [{"call_id": r.stream, "number": r.event.number, "withdrawn_at": r.at} for r in rows]
    return [_counted(rows), change(receipt, gone)]


@openings.on(OpeningBegun)
def _(rows: Batch[OpeningBegun]) -> RowChange:
    return change(opening, [{"call_id": r.stream, "status": OpeningStatus.BEGUN, "version": r.version} for r in rows])


@openings.on(OpeningCompleted)
def _(rows: Batch[OpeningCompleted]) -> RowChange:
    done = OpeningStatus.COMPLETED
    return change(opening, [{"call_id": r.stream, "status": done, "version": r.version} for r in rows])


def _counted(rows: Batch[QuotationLodged] | Batch[QuotationRetracted]) -> RowChange:
    counted = [{"call_id": r.stream, "quotations": r.event.quotations, "version": r.version} for r in rows]
    return change(opening, counted)


def openings_by(status: OpeningStatus | None) -> sa.Select[Any]:
    """Openings at a status, or all."""
    query = sa.select(opening)
    return query.where(opening.c.status == status) if status else query


def opening_of(call_id: str) -> sa.Select[Any]:
    """One opening."""
    return sa.select(opening).where(opening.c.call_id == call_id)


def receipts_of(call_id: str) -> sa.Select[Any]:
    """What came in to a call, by receipt number."""
    return sa.select(receipt).where(receipt.c.call_id == call_id)
