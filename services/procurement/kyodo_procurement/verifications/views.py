"""What governments see of cost verifications."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.event import Batch
from kyodo_events.views import RowChange, RowWrite, View, change, upsert
from kyodo_procurement.tables import metadata
from kyodo_procurement.themes.views import theme
from kyodo_procurement.verifications.events import (
    CostEstimated,
    CostRejected,
    CostVerified,
    CounterEstimateAdopted,
    CounterEstimateMade,
    VerificationRequested,
)
from kyodo_procurement.verifications.model import VerificationStatus

verification = sa.Table(
    "cost_verification",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("theme_id", sa.Text, nullable=False),
    sa.Column("requested_by", sa.Text, nullable=False),
    sa.Column("tolerance", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("estimate", JSONB),
    sa.Column("organisation", sa.Text),
    sa.Column("based_on_needs", sa.Integer),
    sa.Column("reason", sa.Text),
    sa.Column("expires_on", sa.Date),
    sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("cost_verification_by_theme", "theme_id"),
)

counter_estimate = sa.Table(
    "cost_counter_estimate",
    metadata,
    sa.Column("verification_id", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("estimate", JSONB, nullable=False),
    sa.Column("organisation", sa.Text, nullable=False),
    sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("adopted_at", sa.DateTime(timezone=True)),
)

verifications = View("cost_verifications", verification, counter_estimate)


@verifications.on(VerificationRequested)
def _(rows: Batch[VerificationRequested]) -> RowWrite:
    return upsert(
        verification,
        [
            {
                "id": r.stream,
                **r.event.model_dump(mode="json"),
                "status": VerificationStatus.REQUESTED,
                "requested_at": r.at,
                "version": r.version,
            }
            for r in rows
        ],
    )


@verifications.on(CostEstimated)
def _(rows: Batch[CostEstimated]) -> RowChange:
    return change(
        verification,
        [
            {
                "id": r.stream,
                "status": VerificationStatus.ESTIMATED,
                "estimate": r.event.estimate.model_dump(mode="json"),
                "organisation": r.event.organisation,
                "based_on_needs": r.event.based_on_needs,
                "reason": None,
                "version": r.version,
            }
            for r in rows
        ],
    )


@verifications.on(CounterEstimateMade)
def _(rows: Batch[CounterEstimateMade]) -> list[RowWrite | RowChange]:
    made = [
        {
            "verification_id": r.stream,
            "number": r.event.counter,
            "estimate": r.event.estimate.model_dump(mode="json"),
            "organisation": r.event.organisation,
            "made_at": r.at,
        }
        for r in rows
    ]
    return [upsert(counter_estimate, made), _moved(rows)]


@verifications.on(CounterEstimateAdopted)
def _(rows: Batch[CounterEstimateAdopted]) -> list[RowChange]:
    adopted = [{"verification_id": r.stream, "number": r.event.counter, "adopted_at": r.at} for r in rows]
    latest = [
        {
            "id": r.stream,
            "estimate": r.event.estimate.model_dump(mode="json"),
            "based_on_needs": r.event.based_on_needs,
            "version": r.version,
        }
        for r in rows
    ]
    return [change(counter_estimate, adopted), change(verification, latest)]


@verifications.on(CostVerified)
def _(rows: Batch[CostVerified]) -> RowChange:
    return change(
        verification,
        [
            {
                "id": r.stream,
                "status": VerificationStatus.VERIFIED,
                "expires_on": r.event.expires_on,
                "version": r.version,
            }
            for r in rows
        ],
    )


@verifications.on(CostRejected)
def _(rows: Batch[CostRejected]) -> RowChange:
    return change(
        verification,
        [
            {
                "id": r.stream,
                "status": VerificationStatus.REJECTED,
                "reason": r.event.reason,
                "version": r.version,
            }
            for r in rows
        ],
    )


def _moved(rows: Batch[Any]) -> RowChange:
    return change(verification, [{"id": r.stream, "version": r.version} for r in rows])


def verifications_by(today: date, theme_id: str | None, status: VerificationStatus | None) -> sa.Select[Any]:
    """The verifications of a theme, of a status, or all, with the needs of today: whether they count hangs on both."""
    query = sa.select(verification, theme.c.needs, sa.literal(today, sa.Date).label("today")).join_from(
        verification, theme, theme.c.id == verification.c.theme_id
    )
    if theme_id:
        query = query.where(verification.c.theme_id == theme_id)
    if status:
        query = query.where(verification.c.status == status)
    return query


def verification_of(verification_id: str, today: date) -> sa.Select[Any]:
    """One verification."""
    return verifications_by(today, None, None).where(verification.c.id == verification_id)


def counter_estimates_of(verification_id: str) -> sa.Select[Any]:
    """The counter-estimates beside an estimate."""
    return sa.select(counter_estimate).where(counter_estimate.c.verification_id == verification_id)
