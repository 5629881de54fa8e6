"""Feeds as rows. Whose a feed is: a learner's id, or a municipality's code."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from kyodo_academy.calendar.model import FeedOpened, FeedRevoked
from kyodo_academy.tables import metadata
from kyodo_events.event import Batch
from kyodo_events.views import RowChange, RowWrite, View, change, upsert

calendar_feed = sa.Table(
    "calendar_feed",
    metadata,
    sa.Column("owner", sa.Text, primary_key=True, comment="a learner, or a municipality"),
    sa.Column("digest", sa.Text, comment="of the token that is good; null where none is"),
    sa.Column("opened_at", sa.DateTime(timezone=True)),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("calendar_feed_by_digest", "digest", unique=True),
)

feeds = View("calendar_feeds", calendar_feed)


@feeds.on(FeedOpened)
def _(rows: Batch[FeedOpened]) -> RowWrite:
    return upsert(
        calendar_feed,
        [{"owner": r.stream, "digest": r.event.digest, "opened_at": r.at, "version": r.version} for r in rows],
    )


@feeds.on(FeedRevoked)
def _(rows: Batch[FeedRevoked]) -> RowChange:
    return change(
        calendar_feed, [{"owner": r.stream, "digest": None, "opened_at": None, "version": r.version} for r in rows]
    )


def feed_of(owner: str) -> sa.Select[Any]:
    """A feed, open or revoked."""
    is_open = calendar_feed.c.digest.is_not(None).label("is_open")
    return sa.select(calendar_feed, is_open).where(calendar_feed.c.owner == owner)


def owner_of(digest: str) -> sa.Select[Any]:
    """Whose calendar a token stands for."""
    return sa.select(calendar_feed.c.owner).where(calendar_feed.c.digest == digest)
