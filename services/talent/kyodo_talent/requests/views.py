"""The board of requests: a row a request, private to its municipality."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.event import Batch, Recorded
from kyodo_events.views import AnyWrite, RowChange, RowWrite, View, change, upsert
from kyodo_talent.requests.events import (
    RequestApproved,
    RequestClosed,
    RequestDrafted,
    RequestMatchingStarted,
    RequestOffered,
    RequestReturned,
    RequestRevised,
    RequestSubmitted,
    RequestTriaged,
    RequestWithdrawn,
)
from kyodo_talent.requests.model import OPEN, RequestStatus
from kyodo_talent.tables import metadata

request = sa.Table(
    "request",
    metadata,
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("request_id", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("persona", sa.Text),  # none until the secretariat settled it; an open request has one
    sa.Column("title_ja", sa.Text, nullable=False),
    sa.Column("need_ja", sa.Text, nullable=False),
    sa.Column("reason_ja", sa.Text, nullable=False),
    sa.Column("urgency", sa.Integer, nullable=False),
    sa.Column("half_days_per_month", sa.Integer, nullable=False),
    sa.Column("from_month", sa.Text, nullable=False),
    sa.Column("until_month", sa.Text, nullable=False),
    sa.Column("mode", sa.Text, nullable=False),
    sa.Column("budget_yen", sa.BigInteger, nullable=False),
    sa.Column("matter", sa.Text),
    sa.Column("consultation_id", sa.Text),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("approved_yen", sa.BigInteger),
    sa.Column("question_ja", sa.Text),  # what the secretariat asked when it sent the request back
    sa.Column("note_ja", sa.Text),
    sa.Column("offers", JSONB, nullable=False),
    sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("submitted_at", sa.DateTime(timezone=True)),
    sa.Column("triaged_at", sa.DateTime(timezone=True)),
    sa.Column("first_offer_at", sa.DateTime(timezone=True)),
    sa.Column("closed_at", sa.DateTime(timezone=True)),
    sa.Column("outcome_reason", sa.Text),
    sa.Column("withdrawal_reason_ja", sa.Text),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("request_by_id", "request_id"),
    info={"private_to": "municipality"},
)

requests = View("requests", request)


@requests.on(RequestDrafted)
def _(rows: Batch[RequestDrafted]) -> RowWrite:
    return upsert(
        request,
        [
            {
                **_row(r),
                **r.event.wanted.model_dump(mode="json"),
                "consultation_id": r.event.consultation_id,
                "status": RequestStatus.DRAFTED,
                "offers": [],
                "drafted_at": r.at,
            }
            for r in rows
        ],
    )


@requests.on(RequestRevised)
def _(rows: Batch[RequestRevised]) -> RowChange:
    return change(request, [{**_row(r), **r.event.wanted.model_dump(mode="json")} for r in rows])


@requests.on(RequestApproved)
def _(rows: Batch[RequestApproved]) -> RowChange:
    return change(request, [{**_row(r), "approved_yen": r.event.amount} for r in rows])


@requests.on(RequestSubmitted)
def _(rows: Batch[RequestSubmitted]) -> RowChange:
    submitted = {"status": RequestStatus.SUBMITTED, "question_ja": None}
    return change(request, [{**_row(r), **submitted, "submitted_at": r.at} for r in rows])


@requests.on(RequestReturned)
def _(rows: Batch[RequestReturned]) -> RowChange:
    return change(
        request,
        [{**_row(r), "status": RequestStatus.DRAFTED, "question_ja": r.event.question_ja} for r in rows],
    )


@requests.on(RequestTriaged)
def _(rows: Batch[RequestTriaged]) -> RowChange:
    return change(
        request,
        [
            {**_row(r), **r.event.model_dump(mode="json"), "status": RequestStatus.TRIAGED, "triaged_at": r.at}
            for r in rows
        ],
    )


@requests.on(RequestMatchingStarted)
def _(rows: Batch[RequestMatchingStarted]) -> RowChange:
    return change(request, [{**_row(r), "status": RequestStatus.MATCHING} for r in rows])


@requests.on(RequestOffered)
def _(rows: Batch[RequestOffered]) -> list[AnyWrite]:
    offered = [
        {**_row(r), "status": RequestStatus.OFFERED, **r.event.model_dump(mode="json", include={"offers"})}
        for r in rows
    ]
    first = [{**_row(r), "first_offer_at": r.at} for r in rows if len(r.event.offers) == 1]
    # The first offer's moment is written before, so that the version of a later one in the same batch stands.
    return [change(request, first), change(request, offered)]


@requests.on(RequestClosed)
def _(rows: Batch[RequestClosed]) -> RowChange:
    return change(
        request,
        [
            {
                **_row(r),
                "status": RequestStatus(r.event.outcome.value),
                "outcome_reason": r.event.reason,
                "closed_at": r.at,
            }
            for r in rows
        ],
    )


@requests.on(RequestWithdrawn)
def _(rows: Batch[RequestWithdrawn]) -> RowChange:
    return change(
        request,
        [
            {
                **_row(r),
                "status": RequestStatus.WITHDRAWN,
                "withdrawal_reason_ja": r.event.reason_ja,
                "closed_at": r.at,
            }
            for r in rows
        ],
    )


def _row(record: Recorded[Any]) -> dict[str, Any]:
    """The key and the version, which every event sets."""
    return {"municipality": record.event.municipality, "request_id": record.stream, "version": record.version}


def requests_by(*, only_open: bool = False, **filters: Any) -> sa.Select[Any]:
    """The requests that are all of this, or all."""
    same = (request.c[name] == value for name, value in filters.items() if value is not None)
    query = sa.select(request).where(*same)
    return query.where(request.c.status.in_([status.value for status in OPEN])) if only_open else query
