"""Requests for training: a municipality's own, all for Tokyo."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_academy.tables import metadata
from kyodo_academy.training_requests.events import (
    TrainingHeld,
    TrainingPlanAgreed,
    TrainingPlanned,
    TrainingPlanSentBack,
    TrainingRequestDeclined,
    TrainingRequested,
    TrainingRequestRevised,
    TrainingRequestWithdrawn,
    TrainingSessionLinked,
)
from kyodo_academy.training_requests.model import TrainingStatus
from kyodo_events.event import Batch, Event, Recorded
from kyodo_events.views import RowChange, RowWrite, View, change, upsert

training_request = sa.Table(
    "training_request",
    metadata,
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("request_id", sa.Text, primary_key=True),
    sa.Column("wishes", JSONB, nullable=False),
    sa.Column("plan", JSONB),
    sa.Column("session_ids", JSONB, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("reason_ja", sa.Text, comment="why the plan was sent back, or the request withdrawn or declined"),
    sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("training_request_by_time", "asked_at", "request_id"),
    sa.Index(
        "training_request_of_session",
        "session_ids",
        postgresql_using="gin",
        postgresql_ops={"session_ids": "jsonb_path_ops"},
    ),
    info={"private_to": "municipality"},
)

training_requests = View("training_requests", training_request)

Reasoned = TrainingPlanSentBack | TrainingRequestWithdrawn | TrainingRequestDeclined

_AFTER: dict[type[Event], TrainingStatus] = {
    TrainingPlanSentBack: TrainingStatus.ASKED,
    TrainingRequestWithdrawn: TrainingStatus.WITHDRAWN,
    TrainingRequestDeclined: TrainingStatus.DECLINED,
    TrainingPlanAgreed: TrainingStatus.AGREED,
    TrainingHeld: TrainingStatus.HELD,
}


@training_requests.on(TrainingRequested)
def _(rows: Batch[TrainingRequested]) -> RowWrite:
    return upsert(
        training_request,
        [
            {
                **_key(r),
                "wishes": r.event.wishes.model_dump(mode="json"),
                "session_ids": [],
                "status": TrainingStatus.ASKED.value,
                "asked_at": r.at,
            }
            for r in rows
        ],
    )


@training_requests.on(TrainingRequestRevised)
def _(rows: Batch[TrainingRequestRevised]) -> RowChange:
    return change(training_request, [{**_key(r), "wishes": r.event.wishes.model_dump(mode="json")} for r in rows])


@training_requests.on(TrainingPlanned)
def _(rows: Batch[TrainingPlanned]) -> RowChange:
    planned = {"status": TrainingStatus.PLANNED.value, "reason_ja": None}
    return change(
        training_request, [{**_key(r), **planned, "plan": r.event.plan.model_dump(mode="json")} for r in rows]
    )


@training_requests.on(TrainingPlanSentBack, TrainingRequestWithdrawn, TrainingRequestDeclined)
def _(rows: Batch[Reasoned]) -> RowChange:
    return change(training_request, [{**_now(r), "reason_ja": r.event.reason_ja} for r in rows])


@training_requests.on(TrainingPlanAgreed, TrainingHeld)
def _(rows: Batch[TrainingPlanAgreed | TrainingHeld]) -> RowChange:
    return change(training_request, [_now(r) for r in rows])


@training_requests.on(TrainingSessionLinked)
def _(rows: Batch[TrainingSessionLinked]) -> RowChange:
    return change(training_request, [{**_key(r), "session_ids": list(r.event.session_ids)} for r in rows])


def _now(r: Recorded[Any]) -> dict[str, Any]:
    return {**_key(r), "status": _AFTER[type(r.event)].value}


def _key(r: Recorded[Any]) -> dict[str, Any]:
    return {"municipality": r.event.municipality, "request_id": r.stream, "version": r.version}


def training_requests_with(
    request_id: str | None = None, status: TrainingStatus | None = None, session_id: str | None = None
) -> sa.Select[Any]:
    """Requests that are all of this, or all."""
    c = training_request.c
    conditions = [
        c.request_id == request_id if request_id else None,
        c.status == status.value if status else None,
        c.session_ids.contains([session_id]) if session_id else None,
    ]
    return sa.select(training_request).where(*(condition for condition in conditions if condition is not None))
