"""Who follows what and how far it was read; and what follows from that: notices, and the activity of a week.

A notice is no row of its own. What is unread follows from posts and from how far somebody has read: so no post is
copied for each of its readers, and nothing has to be taken back where a post is hidden.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from kyodo_academy.notices.model import NOTHING, NoticeKind, ThreadFollowed, ThreadRead, ThreadUnfollowed
from kyodo_academy.tables import metadata
from kyodo_academy.threads.values import QUESTION, PostKind
from kyodo_academy.threads.views import status, thread, thread_post
from kyodo_events.event import Batch, Recorded
from kyodo_events.views import RowWrite, View, upsert

thread_following = sa.Table(
    "thread_following",
    metadata,
    sa.Column("learner_id", sa.Text, primary_key=True),
    sa.Column("thread_id", sa.Text, primary_key=True),
    sa.Column("follows", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("since", sa.Integer, nullable=False, server_default=str(NOTHING), comment="news begin after this post"),
    sa.Column("read_up_to", sa.Integer, nullable=False, server_default=str(NOTHING)),
    # Nobody's but the person's: what somebody reads is no employer's business. A municipality's code equals no id.
    info={"private_to": "learner_id", "person": "learner_id"},
)

followings = View("thread_followings", thread_following)

KINDS: Final = (NoticeKind.MENTION, NoticeKind.ANSWER, NoticeKind.NEWS)
BY_TIME: Final = [thread_post.c.posted_at, thread_post.c.thread_id, thread_post.c.number]


@followings.on(ThreadFollowed)
def _(rows: Batch[ThreadFollowed]) -> RowWrite:
    return upsert(thread_following, [{**_key(r), "follows": True, "since": r.event.since} for r in rows])


@followings.on(ThreadUnfollowed)
def _(rows: Batch[ThreadUnfollowed]) -> RowWrite:
    return upsert(thread_following, [{**_key(r), "follows": False} for r in rows])


@followings.on(ThreadRead)
def _(rows: Batch[ThreadRead]) -> RowWrite:
    return upsert(thread_following, [{**_key(r), "read_up_to": r.event.up_to} for r in rows])


def _key(r: Recorded[Any]) -> dict[str, Any]:
    return {"learner_id": r.event.learner_id, "thread_id": r.event.thread_id}


def following_of(learner_id: str, thread_id: str) -> sa.Select[Any]:
    """What an official has to do with a thread."""
    return sa.select(thread_following).where(
        thread_following.c.learner_id == learner_id, thread_following.c.thread_id == thread_id
    )


def _concerning(learner_id: str) -> sa.Subquery:
    """The posts that concern somebody, each with why: three ways, each along an index of its own."""
    post, followed = thread_post.c, thread_following.c
    mentioned = sa.select(post.thread_id, post.number, _rank(NoticeKind.MENTION)).where(
        post.mentions.contains([learner_id])
    )
    answered = (
        sa.select(post.thread_id, post.number, _rank(NoticeKind.ANSWER))
        .join(thread, thread.c.thread_id == post.thread_id)
        .where(thread.c.learner_id == learner_id, post.kind == PostKind.ANSWER.value)
    )
    news = (
        sa.select(post.thread_id, post.number, _rank(NoticeKind.NEWS))
        .join(thread_following, followed.thread_id == post.thread_id)
        .where(followed.learner_id == learner_id, followed.follows, post.number > followed.since)
    )
    each = sa.union_all(mentioned, answered, news).subquery("each_way")
    why = sa.func.min(each.c.rank).label("rank")
    return sa.select(each.c.thread_id, each.c.number, why).group_by(each.c.thread_id, each.c.number).subquery("found")


def _rank(kind: NoticeKind) -> sa.Label[int]:
    return sa.literal(KINDS.index(kind)).label("rank")


def unread_by(learner_id: str) -> sa.Select[Any]:
    """What concerns somebody and was not read yet: written by others, and shown."""
    found = _concerning(learner_id)
    kind = sa.case(*((found.c.rank == rank, kind.value) for rank, kind in enumerate(KINDS)))
    read_up_to = (
        sa.select(thread_following.c.read_up_to)
        .where(thread_following.c.learner_id == learner_id, thread_following.c.thread_id == thread_post.c.thread_id)
        .scalar_subquery()
    )
    return (
        sa.select(
            thread_post.c.thread_id,
            thread_post.c.number,
            thread_post.c.posted_at,
            thread_post.c.learner_id.label("writer_id"),
            thread_post.c.organisation,
            thread.c.subject,
            kind.label("kind"),
        )
        .join(
            found,
            sa.and_(found.c.thread_id == thread_post.c.thread_id, found.c.number == thread_post.c.number),
        )
        .join(thread, thread.c.thread_id == thread_post.c.thread_id)
        .where(
            thread_post.c.learner_id != learner_id,
            thread_post.c.hidden_because.is_(None),
            thread_post.c.number > sa.func.coalesce(read_up_to, NOTHING),
        )
    )


def activity_between(learner_id: str, begins: datetime, ends: datetime) -> sa.Select[Any]:
    """The threads in which something was said in a period, the busiest first, and whether they concern somebody."""
    found = _concerning(learner_id)
    of_others = sa.and_(found.c.number.is_not(None), thread_post.c.learner_id != learner_id)
    said = sa.func.count().label("posts")
    answers = sa.func.count().filter(thread_post.c.kind == PostKind.ANSWER.value)
    asked_then = sa.func.bool_or(thread_post.c.number == QUESTION)
    return (
        sa.select(
            thread.c.thread_id,
            thread.c.subject,
            thread.c.learner_id,
            thread.c.asked_at,
            status().label("status"),
            said,
            answers.label("answers"),
            asked_then.label("is_new"),
            sa.func.bool_or(of_others).label("concerns_you"),
        )
        .join(thread_post, thread_post.c.thread_id == thread.c.thread_id)
        .outerjoin(found, sa.and_(found.c.thread_id == thread_post.c.thread_id, found.c.number == thread_post.c.number))
        .where(
            thread_post.c.posted_at >= begins, thread_post.c.posted_at < ends, thread_post.c.hidden_because.is_(None)
        )
        .group_by(thread.c.thread_id)
        .order_by(said.desc(), thread.c.thread_id)
    )
