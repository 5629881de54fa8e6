"""Incidents and their steps: a municipality's own, all for Tokyo; whoever reported one sees how it stands."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.event import Batch, Recorded
from kyodo_events.views import RowChange, RowWrite, View, change, upsert
from kyodo_supporter_matching.incidents.events import (
    IncidentClosed,
    IncidentErased,
    IncidentReopened,
    IncidentReported,
    IncidentStepDone,
    IncidentStepPlanned,
)
from kyodo_supporter_matching.incidents.values import IncidentKind, IncidentStatus, Severity
from kyodo_supporter_matching.tables import metadata

incident = sa.Table(
    "incident",
    metadata,
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("incident_id", sa.Text, primary_key=True),
    sa.Column("session_id", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("severity", sa.Text, nullable=False),
    sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("reporter_id", sa.Text, comment="the host or supporter who reported it"),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("closed", sa.Boolean, nullable=False),
    sa.Column("due_on", sa.Date, nullable=False, comment="when something is next to be done"),
    sa.Column("account", JSONB, nullable=False, comment="sealed: what happened, and about which assignment"),
    sa.Column("result", JSONB, nullable=False, comment="sealed: the result, or why it was reopened"),
    sa.Column("erased", sa.Boolean, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("incident_by_id", "incident_id"),
    sa.Index("incident_due", "closed", "due_on", "incident_id"),
    sa.Index("incident_of_reporter", "reporter_id"),
    info={"private_to": "municipality", "person": "reporter_id"},
)
step = sa.Table(
    "incident_step",
    metadata,
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("incident_id", sa.Text, primary_key=True),
    sa.Column("step", sa.Integer, primary_key=True),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("until", sa.Date, nullable=False),
    sa.Column("done_on", sa.Date),
    sa.Column("sealed", JSONB, nullable=False, comment="sealed: what is done"),
    info={"private_to": "municipality"},
)

incidents = View("incidents", incident, step)


@incidents.on(IncidentReported)
def _(rows: Batch[IncidentReported]) -> RowWrite:
    return upsert(
        incident,
        [
            {
                **_row(r),
                "session_id": r.event.session_id,
                "kind": r.event.kind.value,
                "severity": r.event.severity.value,
                "happened_at": r.event.happened_at,
                "reported_at": r.at,
                "by": r.event.by.value,
                "reporter_id": r.event.reporter_id,
                "status": IncidentStatus.REPORTED.value,
                "closed": False,
                "account": r.event.sealed,
                "result": {},
                "erased": False,
            }
            for r in rows
        ],
    )


@incidents.on(IncidentStepPlanned)
def _(rows: Batch[IncidentStepPlanned]) -> list[RowWrite | RowChange]:
    planned = [
        {
            **_step(r),
            "by": r.event.by.value,
            "until": r.event.until,
            "sealed": r.event.sealed,
        }
        for r in rows
    ]
    return [
        change(incident, [{**_row(r), "status": IncidentStatus.IN_FOLLOW_UP.value} for r in rows]),
        upsert(step, planned),
    ]


@incidents.on(IncidentStepDone)
def _(rows: Batch[IncidentStepDone]) -> list[RowWrite | RowChange]:
    done = [{**_step(r), "done_on": r.event.done_on} for r in rows]
    return [change(incident, [_row(r) for r in rows]), change(step, done)]


@incidents.on(IncidentClosed, IncidentReopened)
def _(rows: Batch[IncidentClosed | IncidentReopened]) -> RowChange:
    return change(incident, [{**_row(r), **_ended(r.event), "result": r.event.sealed} for r in rows])


@incidents.on(IncidentErased)
def _(rows: Batch[IncidentErased]) -> list[RowWrite | RowChange]:
    gone = {"account": {}, "result": {}, "erased": True}
    return [change(incident, [{**_row(r), **gone} for r in rows])]


def _ended(event: IncidentClosed | IncidentReopened) -> dict[str, Any]:
    closed = isinstance(event, IncidentClosed)
    return {"closed": closed, "status": (IncidentStatus.CLOSED if closed else IncidentStatus.IN_FOLLOW_UP).value}


def _row(r: Recorded[Any]) -> dict[str, Any]:
    """The key, the next due day and the version, which every event sets."""
    return {
        "municipality": r.event.municipality,
        "incident_id": r.stream,
        "due_on": r.event.due_on,
        "version": r.version,
    }


def _step(r: Recorded[Any]) -> dict[str, Any]:
    return {"municipality": r.event.municipality, "incident_id": r.stream, "step": r.event.step}


def incidents_with(
    today: date,
    *,
    municipality: str | None = None,
    kind: IncidentKind | None = None,
    severity: Severity | None = None,
    status: IncidentStatus | None = None,
    session_id: str | None = None,
    reporter_id: str | None = None,
    overdue: bool | None = None,
) -> sa.Select[Any]:
    """Incidents by what they are. What is overdue comes first in the order of `IN_ORDER`."""
    is_overdue = sa.and_(sa.not_(incident.c.closed), incident.c.due_on < today)
    conditions = [
        incident.c.municipality == municipality if municipality else None,
        incident.c.kind == kind.value if kind else None,
        incident.c.severity == severity.value if severity else None,
        incident.c.status == status.value if status else None,
        incident.c.session_id == session_id if session_id else None,
        incident.c.reporter_id == reporter_id if reporter_id else None,
        is_overdue.is_(overdue) if overdue is not None else None,
    ]
    query = sa.select(incident, is_overdue.label("overdue"))
    return query.where(*(condition for condition in conditions if condition is not None))


IN_ORDER = [incident.c.closed, incident.c.due_on, incident.c.incident_id]
"""Open ones before closed ones, those whose day has come the longest ago first."""


def steps_of(incident_id: str) -> sa.Select[Any]:
    """The steps of an incident, in order."""
    return sa.select(step).where(step.c.incident_id == incident_id).order_by(step.c.step)
