"""Feeds as rows, and the calendar that they show: where a supporter is asked to be, and has promised to be."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa

from kyodo_events.event import Batch
from kyodo_events.views import RowChange, RowWrite, View, change, upsert
from kyodo_supporter_matching.assignments.values import AssignmentStatus
from kyodo_supporter_matching.assignments.views import assignment, status_at
from kyodo_supporter_matching.feeds.model import FeedOpened, FeedRevoked
from kyodo_supporter_matching.sessions.values import SessionStatus
from kyodo_supporter_matching.sessions.views import held_on, session
from kyodo_supporter_matching.supporters.parts import Status
from kyodo_supporter_matching.supporters.views import supporter
from kyodo_supporter_matching.tables import metadata
from kyodo_supporter_matching.venues.views import venue

feed = sa.Table(
    "feed",
    metadata,
    sa.Column("supporter_id", sa.Text, primary_key=True),
    sa.Column("digest", sa.Text, comment="of the token that is good; null where none is"),
    sa.Column("opened_at", sa.DateTime(timezone=True)),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("feed_by_digest", "digest", unique=True),
)

feeds = View("feeds", feed)

IN_THE_CALENDAR: Final = (
    AssignmentStatus.OFFERED,
    AssignmentStatus.ACCEPTED,
    AssignmentStatus.CONFIRMED,
    AssignmentStatus.ATTENDED,
)
BY_TIME: Final = [session.c.starts_at, assignment.c.assignment_id]


@feeds.on(FeedOpened)
def _(rows: Batch[FeedOpened]) -> RowWrite:
    return upsert(
        feed,
        [{"supporter_id": r.stream, "digest": r.event.digest, "opened_at": r.at, "version": r.version} for r in rows],
    )


@feeds.on(FeedRevoked)
def _(rows: Batch[FeedRevoked]) -> RowChange:
    return change(
        feed, [{"supporter_id": r.stream, "digest": None, "opened_at": None, "version": r.version} for r in rows]
    )


def here() -> sa.ColumnElement[bool]:
    """Whether the supporter has neither left nor been erased: nobody else's calendar can be fetched."""
    return sa.and_(sa.not_(supporter.c.erased), supporter.c.status != Status.WITHDRAWN.value)


def feed_of(supporter_id: str) -> sa.Select[Any]:
    """A supporter's feed, open or revoked; that of a supporter who left is as good as revoked."""
    is_open = sa.and_(feed.c.digest.is_not(None), here())
    query = sa.select(feed, is_open.label("is_open")).join(supporter, supporter.c.id == feed.c.supporter_id)
    return query.where(feed.c.supporter_id == supporter_id)


def owner_of(digest: str) -> sa.Select[Any]:
    """Whose calendar a token stands for."""
    return sa.select(feed.c.supporter_id).where(feed.c.digest == digest)


def entries_between(supporter_id: str, first: date, last: date, now: datetime) -> sa.Select[Any]:
    """What stands in a supporter's calendar between two days: neither what lapsed, nor what does not take place."""
    return (
        sa.select(
            assignment.c.assignment_id,
            assignment.c.session_id,
            assignment.c.municipality,
            session.c.kind,
            session.c.title_ja,
            session.c.starts_at,
            session.c.ends_at,
            venue.c.name_ja.label("venue_ja"),
            venue.c.address_ja,
            status_at(now).label("status"),
        )
        .join(session, session.c.session_id == assignment.c.session_id)
        .join(venue, venue.c.venue_id == session.c.venue_id)
        .where(
            assignment.c.supporter_id == supporter_id,
            status_at(now).in_([one.value for one in IN_THE_CALENDAR]),
            session.c.step != SessionStatus.CANCELLED.value,
            held_on().between(first, last),
        )
    )
