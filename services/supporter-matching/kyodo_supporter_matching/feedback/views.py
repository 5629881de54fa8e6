"""Feedback, a row an assignment: a municipality's own, and the supporter's own.

What supporters say of sessions leaves here in sums alone, but for the supporter who said it.
"""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.event import Batch, Recorded
from kyodo_events.values.fiscal import TOKYO_TIME
from kyodo_events.views import RowWrite, View, upsert
from kyodo_supporter_matching.feedback.model import SessionRated, SupporterRated
from kyodo_supporter_matching.feedback.values import SessionTag
from kyodo_supporter_matching.sessions.views import session
from kyodo_supporter_matching.tables import metadata

feedback = sa.Table(
    "feedback",
    metadata,
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("assignment_id", sa.Text, primary_key=True),
    sa.Column("supporter_id", sa.Text, nullable=False),
    sa.Column("session_id", sa.Text, nullable=False),
    sa.Column("session_score", sa.Integer, comment="these six: the supporter on the session"),
    sa.Column("venue_score", sa.Integer),
    sa.Column("host_score", sa.Integer),
    sa.Column("session_tags", JSONB),
    sa.Column("session_sealed", JSONB, comment="sealed text"),
    sa.Column("session_said_at", sa.DateTime(timezone=True)),
    sa.Column("supporter_score", sa.Integer, comment="these five: the municipality or host on the supporter"),
    sa.Column("supporter_tags", JSONB),
    sa.Column("supporter_sealed", JSONB, comment="sealed text"),
    sa.Column("supporter_said_at", sa.DateTime(timezone=True)),
    sa.Column("rated_by", sa.Text),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("feedback_of_supporter", "supporter_id", "assignment_id"),
    sa.Index("feedback_of_session", "session_id"),
    info={"private_to": "municipality", "person": "supporter_id"},
)

feedbacks = View("feedback", feedback)


@feedbacks.on(SessionRated)
def _(rows: Batch[SessionRated]) -> RowWrite:
    return upsert(
        feedback,
        [
            {
                **_row(r),
                "session_score": r.event.rating.session,
                "venue_score": r.event.rating.venue,
                "host_score": r.event.rating.host,
                "session_tags": [tag.value for tag in r.event.rating.tags],
                "session_sealed": r.event.sealed,
                "session_said_at": r.at,
            }
            for r in rows
        ],
    )


@feedbacks.on(SupporterRated)
def _(rows: Batch[SupporterRated]) -> RowWrite:
    return upsert(
        feedback,
        [
            {
                **_row(r),
                "supporter_score": r.event.rating.score,
                "supporter_tags": [tag.value for tag in r.event.rating.tags],
                "supporter_sealed": r.event.sealed,
                "supporter_said_at": r.at,
                "rated_by": r.event.by.value,
            }
            for r in rows
        ],
    )


def _row(r: Recorded[Any]) -> dict[str, Any]:
    event: SessionRated | SupporterRated = r.event
    return {
        "municipality": event.municipality,
        "assignment_id": r.stream,
        "supporter_id": event.supporter_id,
        "session_id": event.session_id,
        "version": r.version,
    }


def feedback_of(supporter_id: str) -> sa.Select[Any]:
    """What a supporter said and was told."""
    return sa.select(feedback).where(feedback.c.supporter_id == supporter_id)


def sums_between(first: date, last: date) -> sa.Select[Any]:
    """What supporters said of each municipality's sessions of these days: sums, and by how many supporters.

    Supporters are counted once, however often they spoke: five ratings by one of them are that one's.
    """
    host = feedback.c.host_score
    tags = (_by(feedback.c.session_tags.contains([tag.value])).label(f"tag_{tag.value}") for tag in SessionTag)
    begins = datetime.combine(first, time(), TOKYO_TIME)
    ends = datetime.combine(last, time.max, TOKYO_TIME)
    columns: list[sa.ColumnElement[Any]] = [
        feedback.c.municipality,
        sa.func.count().label("ratings"),
        _by(sa.true()).label("supporters"),
        sa.func.sum(feedback.c.session_score).label("session_sum"),
        sa.func.sum(feedback.c.venue_score).label("venue_sum"),
        sa.func.count(host).label("ratings_of_host"),
        _by(host.is_not(None)).label("supporters_on_host"),
        sa.func.coalesce(sa.func.sum(host), 0).label("host_sum"),
        *tags,
    ]
    return (
        sa.select(*columns)
        .join(session, session.c.session_id == feedback.c.session_id)
        .where(feedback.c.session_score.is_not(None), session.c.starts_at.between(begins, ends))
        .group_by(feedback.c.municipality)
        .order_by(feedback.c.municipality)
    )


def _by(what: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    """By how many supporters this was said."""
    return sa.func.count(sa.distinct(feedback.c.supporter_id)).filter(what)
