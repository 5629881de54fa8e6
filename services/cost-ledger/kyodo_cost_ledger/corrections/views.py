"""The corrections that were made, a row for each side of one, and what they add to the books."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Column, Select, Table

from kyodo_cost_ledger.charges.journal import posting, posting_line
from kyodo_cost_ledger.charges.model import Cell
from kyodo_cost_ledger.corrections.model import sides
from kyodo_cost_ledger.tables import metadata
from kyodo_events.contracts.cost_ledger.corrections import CorrectionMade, CorrectionReversed
from kyodo_events.database import Transaction
from kyodo_events.event import Batch, Recorded
from kyodo_events.views import AnyWrite, View, insert_missing

correction = Table(
    "correction",
    metadata,
    Column("municipality", sa.Text, primary_key=True, comment="whose line it is, or 'tokyo'"),
    Column("correction_id", sa.Text, primary_key=True),
    Column("project_id", sa.Text, nullable=False),
    Column("book", sa.Text, nullable=False),
    Column("item", sa.Text, nullable=False),
    Column("month", sa.Text, nullable=False),
    Column("amount", sa.BigInteger, nullable=False, comment="yen added to the line"),
    Column("counterpart", sa.Text, comment="who bears the other side"),
    Column("mirrored", sa.Boolean, nullable=False, comment="whether this is the counterpart's side"),
    Column("reason_ja", sa.Text, nullable=False),
    Column("dispute_id", sa.Text),
    Column("made_at", sa.DateTime(timezone=True), nullable=False),
    Column("reversed_at", sa.DateTime(timezone=True)),
    Column("reversal_reason_ja", sa.Text),
    Column("version", sa.Integer, nullable=False),
    info={"private_to": "municipality"},
)

corrections = View("corrections", correction)


@corrections.on(CorrectionMade)
def _(rows: Batch[CorrectionMade]) -> AnyWrite:
    return insert_missing(correction, [row for r in rows for row in _sides(r)])


@corrections.on(CorrectionReversed)
def _(rows: Batch[CorrectionReversed]) -> list[AnyWrite]:
    """Both sides, wherever the counterpart's stands."""
    return [
        correction.update()
        .where(correction.c.correction_id == r.stream)
        .values(reversed_at=r.at, reversal_reason_ja=r.event.reason_ja, version=r.version)
        for r in rows
    ]


def _sides(r: Recorded[CorrectionMade]) -> list[dict[str, Any]]:
    event = r.event
    added = sides(event.municipality, event.line, event.amount, event.counterpart)
    return [
        {
            "municipality": cell.party,
            "correction_id": r.stream,
            "project_id": cell.project_id,
            "book": cell.book,
            "item": cell.item,
            "month": cell.month,
            "amount": amount,
            "counterpart": event.municipality if mirrored else event.counterpart,
            "mirrored": mirrored,
            "reason_ja": event.reason_ja,
            "dispute_id": event.dispute_id,
            "made_at": r.at,
            "version": r.version,
        }
        for cell, amount in added.items()
        for mirrored in (cell.party != event.municipality,)
    ]


_CORRECTED_BY = """
SELECT project_id, book, item, month, municipality, sum(amount)::bigint FROM correction
WHERE project_id = ANY($1::text[]) AND reversed_at IS NULL GROUP BY 1, 2, 3, 4, 5
"""


_BORNE = """
SELECT h.project_id, h.book, h.item, h.month, h.party, sum(h.amount)::bigint
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[]) AS c (project_id, book, item, month, party)
JOIN charge h USING (project_id, book, item, month, party) GROUP BY 1, 2, 3, 4, 5
"""


async def corrected_by(tx: Transaction, projects: Collection[str]) -> dict[Cell, int]:
    """What corrections add to the cells of these projects: a part of what the books must say."""
    return {Cell(*cell): amount for *cell, amount in await tx.rows(_CORRECTED_BY, list(projects))}


async def borne(tx: Transaction, cells: Collection[Cell]) -> dict[Cell, int]:
    """What stands in the books for these cells, as far as anything was ever posted to them."""
    rows = await tx.rows(_BORNE, *zip(*cells, strict=True))
    return {Cell(*cell): amount for *cell, amount in rows}


def corrections_made(correction_id: str | None = None, project_id: str | None = None) -> Select[Any]:
    """Corrections by line, or the sides of one, that of the corrected line first."""
    query = sa.select(correction)
    if correction_id is not None:
        query = query.where(correction.c.correction_id == correction_id).order_by(correction.c.mirrored)
    return query if project_id is None else query.where(correction.c.project_id == project_id)


def corrections_of(cell: Cell) -> Select[Any]:
    """The corrections of one cell, oldest first, reversed ones among them: for its explanation."""
    c = correction.c
    return (
        sa.select(correction)
        .where(
            c.municipality == cell.party,
            c.project_id == cell.project_id,
            c.book == cell.book,
            c.item == cell.item,
            c.month == cell.month,
        )
        .order_by(c.made_at, c.correction_id)
    )


def booked_for(cells: Collection[Cell], events: Collection[Any]) -> Select[Any]:
    """The lines on these cells that these events led to."""
    line = posting_line.c
    here = sa.tuple_(line.project_id, line.book, line.item, line.month, line.party).in_([tuple(cell) for cell in cells])
    return (
        sa.select(line.party.label("municipality"), line.item, line.period, line.amount, line.corrects)
        .add_columns(posting.c.posting_id, posting.c.posted_at, posting.c.reason)
        .join(posting, posting.c.posting_id == line.posting_id)
        .where(here, posting.c.cause.in_(list(events)))
        .order_by(posting.c.posted_at, line.party, line.item)
    )
