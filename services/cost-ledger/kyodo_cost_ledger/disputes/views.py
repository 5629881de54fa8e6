"""Disputes as a municipality and Tokyo see them, and the lines that stand still for them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Column, Select, Table
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_cost_ledger.charges.journal import charge
from kyodo_cost_ledger.charges.model import Cell
from kyodo_cost_ledger.disputes.model import OPEN, Disputed, DisputeStatus
from kyodo_cost_ledger.tables import metadata
from kyodo_events.contracts.cost_ledger.corrections import LineId
from kyodo_events.contracts.cost_ledger.disputes import (
    DisputeAnswered,
    DisputeRaised,
    DisputeResolved,
    DisputeWithdrawn,
)
from kyodo_events.database import Transaction
from kyodo_events.event import Batch
from kyodo_events.values.fiscal import tokyo_date
from kyodo_events.views import AnyWrite, View, change, insert_missing

dispute = Table(
    "dispute",
    metadata,
    Column("municipality", sa.Text, primary_key=True),
    Column("dispute_id", sa.Text, primary_key=True),
    Column("project_id", sa.Text, nullable=False),
    Column("book", sa.Text, nullable=False),
    Column("item", sa.Text, nullable=False),
    Column("month", sa.Text, nullable=False),
    Column("period", sa.Text, nullable=False, comment="of the statement on which the line stands"),
    Column("amount", sa.BigInteger, nullable=False, comment="yen of the line on that statement"),
    Column("status", sa.Text, nullable=False),
    Column("grounds_ja", sa.Text, nullable=False),
    Column("evidence", JSONB, nullable=False),
    Column("raised_at", sa.DateTime(timezone=True), nullable=False),
    Column("answer_ja", sa.Text),
    Column("answered_at", sa.DateTime(timezone=True)),
    Column("ended_at", sa.DateTime(timezone=True)),
    Column("ending_reason_ja", sa.Text),
    Column("correction_id", sa.Text, comment="the correction by which it was resolved"),
    Column("version", sa.Integer, nullable=False),
    info={"private_to": "municipality"},
)

disputes = View("disputes", dispute)


@disputes.on(DisputeRaised)
def _(rows: Batch[DisputeRaised]) -> AnyWrite:
    return insert_missing(
        dispute,
        [
            {
                "municipality": r.event.municipality,
                "dispute_id": r.stream,
                **r.event.line.model_dump(mode="json"),
                "period": r.event.period,
                "amount": r.event.amount,
                "status": DisputeStatus.RAISED.value,
                "grounds_ja": r.event.grounds_ja,
                "evidence": [evidence.model_dump(mode="json") for evidence in r.event.evidence],
                "raised_at": r.at,
                "version": r.version,
            }
            for r in rows
        ],
    )


@disputes.on(DisputeAnswered)
def _(rows: Batch[DisputeAnswered]) -> AnyWrite:
    return change(
        dispute,
        [
            {
                "municipality": r.event.municipality,
                "dispute_id": r.stream,
                "status": DisputeStatus.ANSWERED.value,
                "answer_ja": r.event.answer_ja,
                "answered_at": r.at,
                "version": r.version,
            }
            for r in rows
        ],
    )


@disputes.on(DisputeResolved, DisputeWithdrawn)
def _(rows: Batch[DisputeResolved | DisputeWithdrawn]) -> AnyWrite:
    return change(
        dispute,
        [
            {
                "municipality": r.event.municipality,
                "dispute_id": r.stream,
                "status": r.event.decision.value
                if isinstance(r.event, DisputeResolved)
                else DisputeStatus.WITHDRAWN.value,
                "correction_id": r.event.correction_id if isinstance(r.event, DisputeResolved) else None,
                "ended_at": r.at,
                "ending_reason_ja": r.event.reason_ja,
                "version": r.version,
            }
            for r in rows
        ],
    )


async def frozen_cells(tx: Transaction, projects: Collection[str]) -> set[Cell]:
    """The lines of these projects that stand still."""
    rows = await tx.rows(
        "SELECT project_id, book, item, month, municipality FROM dispute"
        " WHERE project_id = ANY($1::text[]) AND status IN ('raised', 'answered')",
        list(projects),
    )
    return {Cell(*row) for row in rows}


_DISPUTED = """
SELECT (SELECT issued_at FROM statement WHERE municipality = $1 AND period = $6) AS issued_at,
       (SELECT amount FROM charge WHERE party = $1 AND project_id = $2 AND book = $3 AND item = $4 AND month = $5
            AND period = $6 AND amount <> 0) AS amount,
       (SELECT coalesce(array_agg(DISTINCT status), '{}') FROM dispute
            WHERE municipality = $1 AND project_id = $2 AND book = $3 AND item = $4 AND month = $5
            AND (period = $6 OR status IN ('raised', 'answered'))) AS statuses
"""


async def disputed(tx: Transaction, municipality: str, period: str, line: LineId) -> Disputed:
    """The line as it stands on the municipality's statement. The caller holds the project's lock."""
    row = await tx.row(_DISPUTED, municipality, line.project_id, line.book.value, line.item, line.month, period)
    assert row is not None, "a query without FROM answers one row"  # noqa: S101 - by the nature of SQL
    issued_on = tokyo_date(row["issued_at"]) if row["issued_at"] else None
    statuses = frozenset(DisputeStatus(status) for status in row["statuses"])
    return Disputed(municipality, period, line, row["amount"], issued_on, statuses)


def disputes_raised(dispute_id: str | None = None, *, only_open: bool = False) -> Select[Any]:
    """Disputes, or one of them."""
    query = sa.select(dispute)
    if dispute_id is not None:
        query = query.where(dispute.c.dispute_id == dispute_id)
    if only_open:
        query = query.where(dispute.c.status.in_([open_.value for open_ in OPEN]))
    return query


def frozen_lines() -> Select[Any]:
    """The lines that stand still, each with the yen that stand in the books for it."""
    key = ("project_id", "book", "item", "month")
    same = sa.and_(charge.c.party == dispute.c.municipality, *(charge.c[name] == dispute.c[name] for name in key))
    columns = [dispute.c[name] for name in ("municipality", "dispute_id", *key, "period", "raised_at")]
    posted = sa.cast(sa.func.coalesce(sa.func.sum(charge.c.amount), 0), sa.BigInteger)
    query = disputes_raised(only_open=True).with_only_columns(*columns, posted.label("posted"))
    return query.outerjoin(charge, same).group_by(*columns)
