"""The links of sessions, and how often each answer was given.

The table of links is nobody's: whoever taps has no municipality yet when the token is looked up.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from kyodo_events.event import Batch
from kyodo_events.values.fiscal import Month
from kyodo_events.views import RowWrite, View, add_up, upsert
from kyodo_supporter_matching.follow_ups.model import Answer, FollowUpAnswered, FollowUpLinkIssued
from kyodo_supporter_matching.sessions.views import session
from kyodo_supporter_matching.tables import metadata

link = sa.Table(
    "follow_up_link",
    metadata,
    sa.Column("session_id", sa.Text, primary_key=True),
    sa.Column("digest", sa.Text, nullable=False, comment="of the token that is good"),
    sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("follow_up_link_by_digest", "digest", unique=True),
)
follow_up = sa.Table(
    "follow_up",
    metadata,
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("session_id", sa.Text, primary_key=True),
    *(sa.Column(answer.value, sa.Integer, nullable=False) for answer in Answer),
    info={"private_to": "municipality"},
)

links = View("follow-up links", link)
follow_ups = View("follow-ups", follow_up)


@links.on(FollowUpLinkIssued)
def _(rows: Batch[FollowUpLinkIssued]) -> RowWrite:
    return upsert(
        link,
        [{"session_id": r.stream, "digest": r.event.digest, "issued_at": r.at, "version": r.version} for r in rows],
    )


@follow_ups.on(FollowUpAnswered)
def _(rows: Batch[FollowUpAnswered]) -> RowWrite:
    return add_up(
        follow_up,
        [
            {
                "municipality": r.event.municipality,
                "session_id": r.stream,
                **{answer.value: int(r.event.answer is answer) for answer in Answer},
            }
            for r in rows
        ],
    )


def link_of(session_id: str) -> sa.Select[Any]:
    """A session's link, with the day that counts."""
    return _with_session(link.c.session_id == session_id)


def link_by(digest: str) -> sa.Select[Any]:
    """The same, of whoever has the token."""
    return _with_session(link.c.digest == digest)


def _with_session(which: sa.ColumnElement[bool]) -> sa.Select[Any]:
    shown = session.c.municipality, session.c.title_ja, session.c.starts_at, session.c.ends_at
    return sa.select(link, *shown).join(session, session.c.session_id == link.c.session_id).where(which)


def answers_by_kind(month: Month) -> sa.Select[Any]:
    """How often each answer was given, by municipality and kind of session, of the sessions of a month."""
    sums = (sa.func.sum(follow_up.c[answer.value]).label(answer.value) for answer in Answer)
    return (
        sa.select(follow_up.c.municipality, session.c.kind, *sums)
        .join(session, session.c.session_id == follow_up.c.session_id)
        .where(session.c.starts_at >= month.start, session.c.starts_at < month.next().start)
        .group_by(follow_up.c.municipality, session.c.kind)
        .order_by(follow_up.c.municipality)
    )
