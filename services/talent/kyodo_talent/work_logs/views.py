"""Work logs by municipality, with what the ledger is to charge."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.contracts.talent import WorkLogAdjusted, WorkLogApproved
from kyodo_events.event import Batch, Event, Recorded
from kyodo_events.values.fiscal import Month
from kyodo_events.views import RowChange, RowWrite, View, change, upsert
from kyodo_talent.tables import metadata
from kyodo_talent.work_logs.events import (
    WorkLogAdjustmentDropped,
    WorkLogAdjustmentProposed,
    WorkLogLocked,
    WorkLogReturned,
    WorkLogSubmitted,
    WorkLogWritten,
)
from kyodo_talent.work_logs.values import LogStatus

work_log = sa.Table(
    "work_log",
    metadata,
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("log_id", sa.Text, primary_key=True),
    sa.Column("assignment_id", sa.Text, nullable=False),
    sa.Column("project_id", sa.Text, nullable=False),
    sa.Column("expert_id", sa.Text, nullable=False),
    sa.Column("month", sa.Text, nullable=False),
    sa.Column("planned", sa.Integer, nullable=False),
    sa.Column("half_days", sa.Integer, nullable=False, comment="as entered; once approved as approved or adjusted"),
    sa.Column("entries", JSONB, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("return_reason_ja", sa.Text),
    sa.Column("proposed_by", sa.Text),
    sa.Column("proposed_half_days", sa.Integer),
    sa.Column("proposed_reason_ja", sa.Text),
    sa.Column("submitted_at", sa.DateTime(timezone=True)),
    sa.Column("approved_at", sa.DateTime(timezone=True)),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("work_log_by_id", "log_id"),
    sa.Index("work_log_expert", "expert_id", "month"),
    info={"private_to": "municipality", "person": "expert_id"},
)

work_logs = View("work_logs", work_log)

_NOTHING_PROPOSED = {"proposed_by": None, "proposed_half_days": None, "proposed_reason_ja": None}


@work_logs.on(WorkLogWritten)
def _(rows: Batch[WorkLogWritten]) -> RowWrite:
    return upsert(
        work_log,
        [
            {
                **_key(r, r.event.municipality),
                "assignment_id": r.event.assignment_id,
                "project_id": r.event.project_id,
                "expert_id": r.event.expert_id,
                "month": r.event.month,
                "planned": r.event.planned,
                "half_days": len(r.event.entries),
                "entries": [entry.model_dump(mode="json") for entry in r.event.entries],
                "status": LogStatus.DRAFT.value,
            }
            for r in rows
        ],
    )


@work_logs.on(WorkLogSubmitted)
def _(rows: Batch[WorkLogSubmitted]) -> RowChange:
    return change(
        work_log,
        [
            {
                **_key(r, r.event.municipality),
                "status": LogStatus.SUBMITTED.value,
                "return_reason_ja": None,
                "submitted_at": r.at,
            }
            for r in rows
        ],
    )


@work_logs.on(WorkLogReturned)
def _(rows: Batch[WorkLogReturned]) -> RowChange:
    return change(
        work_log,
        [
            {
                **_key(r, r.event.municipality),
                "status": LogStatus.RETURNED.value,
                "return_reason_ja": r.event.reason_ja,
            }
            for r in rows
        ],
    )


@work_logs.on(WorkLogApproved)
def _(rows: Batch[WorkLogApproved]) -> RowChange:
    return change(
        work_log,
        [
            {
                **_key(r, r.event.municipality),
                "status": LogStatus.APPROVED.value,
                "half_days": r.event.half_days,
                "approved_at": r.at,
            }
            for r in rows
        ],
    )


@work_logs.on(WorkLogLocked)
def _(rows: Batch[WorkLogLocked]) -> RowChange:
    return change(work_log, [{**_key(r, r.event.municipality), "status": LogStatus.LOCKED.value} for r in rows])


@work_logs.on(WorkLogAdjustmentProposed)
def _(rows: Batch[WorkLogAdjustmentProposed]) -> RowChange:
    return change(
        work_log,
        [
            {
                **_key(r, r.event.municipality),
                "proposed_by": r.event.by.value,
                "proposed_half_days": r.event.half_days,
                "proposed_reason_ja": r.event.reason_ja,
            }
            for r in rows
        ],
    )


@work_logs.on(WorkLogAdjustmentDropped)
def _(rows: Batch[WorkLogAdjustmentDropped]) -> RowChange:
    return change(work_log, [{**_key(r, r.event.municipality), **_NOTHING_PROPOSED} for r in rows])


@work_logs.on(WorkLogAdjusted)
def _(rows: Batch[WorkLogAdjusted]) -> RowChange:
    return change(
        work_log,
        [
            {
                **_key(r, r.event.municipality),
                **_NOTHING_PROPOSED,
                "status": LogStatus.ADJUSTED.value,
                "half_days": r.event.half_days,
            }
            for r in rows
        ],
    )


def _key(recorded: Recorded[Event], municipality: str) -> dict[str, Any]:
    return {"municipality": municipality, "log_id": recorded.stream, "version": recorded.version}


def logs(
    month: Month | None = None,
    assignment_id: str | None = None,
    expert_id: str | None = None,
    status: LogStatus | None = None,
) -> sa.Select[Any]:
    """Logs, narrowed by what is asked."""
    query = sa.select(work_log)
    for column, value in (
        (work_log.c.month, month),
        (work_log.c.assignment_id, assignment_id),
        (work_log.c.expert_id, expert_id),
        (work_log.c.status, status.value if status else None),
    ):
        query = query if value is None else query.where(column == value)
    return query


def log_of(id_: str) -> sa.Select[Any]:
    """One log."""
    return sa.select(work_log).where(work_log.c.log_id == id_)
