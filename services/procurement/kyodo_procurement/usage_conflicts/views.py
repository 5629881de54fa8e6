"""What people see of conflicts: both reports side by side, until it is said which is right."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.event import Batch
from kyodo_events.views import RowChange, RowWrite, View, change, upsert
from kyodo_procurement.tables import metadata
from kyodo_procurement.usage.views import operated_by
from kyodo_procurement.usage_conflicts.model import ConflictStatus, UsageConflictReported, UsageConflictResolved

usage_conflict = sa.Table(  # private to the municipality of the first report; the second may be about another one
    "usage_conflict",
    metadata,
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("offering_id", sa.Text, nullable=False),
    sa.Column("record", sa.Text, nullable=False),
    sa.Column("record_id", sa.Text, nullable=False),
    sa.Column("first", JSONB, nullable=False),
    sa.Column("second", JSONB, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("reason", sa.Text),
    sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("usage_conflict_by_id", "id", unique=True),
    info={"private_to": "municipality"},
)

usage_conflicts = View("usage_conflicts", usage_conflict)


@usage_conflicts.on(UsageConflictReported)
def _(rows: Batch[UsageConflictReported]) -> RowWrite:
    return upsert(
        usage_conflict,
        [
            {
                "id": r.stream,
                **r.event.model_dump(mode="json"),
                "status": ConflictStatus.OPEN,
                "reason": None,
                "reported_at": r.at,
                "version": r.version,
            }
            for r in rows
        ],
    )


@usage_conflicts.on(UsageConflictResolved)
def _(rows: Batch[UsageConflictResolved]) -> RowChange:
    return change(usage_conflict, [{"id": r.stream, **dict(r.event), "version": r.version} for r in rows])


def conflicts_by(
    operator: str | None, offering_id: str | None = None, status: ConflictStatus | None = None
) -> sa.Select[Any]:
    """Conflicts of what somebody operates, of an offering, at a status, or all."""
    query = sa.select(usage_conflict)
    if operator is not None:
        query = query.where(usage_conflict.c.offering_id.in_(operated_by(operator)))
    if offering_id:
        query = query.where(usage_conflict.c.offering_id == offering_id)
    if status:
        query = query.where(usage_conflict.c.status == status)
    return query


def conflict_of(conflict_id: str, operator: str | None) -> sa.Select[Any]:
    """One conflict; for an operator, if it is of theirs."""
    return conflicts_by(operator).where(usage_conflict.c.id == conflict_id)
