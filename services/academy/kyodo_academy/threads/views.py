"""Threads and their posts, with sealed texts, and the reports that the secretariat has to look at."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_academy.search import entries as search
from kyodo_academy.tables import metadata
from kyodo_academy.threads.events import (
    ThreadAnswerAccepted,
    ThreadLocked,
    ThreadMoved,
    ThreadPostAdded,
    ThreadPostHidden,
    ThreadPostReported,
    ThreadPostShownAgain,
    ThreadQuestionAsked,
    ThreadReportsDismissed,
)
from kyodo_academy.threads.values import QUESTION, PostKind, Subject, ThreadStatus
from kyodo_academy.visibility import Visibility
from kyodo_events.event import Batch, Recorded
from kyodo_events.values.municipalities import TOKYO
from kyodo_events.views import AnyWrite, RowChange, View, add_up, change, insert_missing, upsert

thread = sa.Table(
    "thread",
    metadata,
    sa.Column("thread_id", sa.Text, primary_key=True),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("tags", JSONB, nullable=False),
    sa.Column("learner_id", sa.Text, nullable=False, comment="who asked"),
    sa.Column("organisation", sa.Text, nullable=False, comment="where the asker worked then"),
    sa.Column("accepted", sa.Integer, comment="the number of the accepted answer"),
    sa.Column("locked", sa.Boolean, nullable=False),
    sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("last_at", sa.DateTime(timezone=True), nullable=False, comment="of the newest post"),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("thread_by_activity", "last_at", "thread_id"),
    sa.Index("thread_of_asker", "learner_id"),
)
thread_post = sa.Table(
    "thread_post",
    metadata,
    sa.Column("thread_id", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("about", sa.Integer, nullable=False),
    sa.Column("learner_id", sa.Text, nullable=False),
    sa.Column("organisation", sa.Text, nullable=False),
    sa.Column("mentions", JSONB, nullable=False),
    sa.Column("sealed", JSONB, nullable=False, comment="with the writer's key: the text, of a question the title too"),
    sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("hidden_because", sa.Text),
    sa.Index("thread_post_lately", "posted_at"),
    sa.Index("thread_post_mentions", "mentions", postgresql_using="gin"),
)
thread_size = sa.Table(
    "thread_size",
    metadata,
    sa.Column("thread_id", sa.Text, primary_key=True),
    sa.Column("answers", sa.Integer, nullable=False),
    sa.Column("comments", sa.Integer, nullable=False),
)
thread_report = sa.Table(
    "thread_report",
    metadata,
    sa.Column("municipality", sa.Text, primary_key=True, comment="who reported it; or tokyo"),
    sa.Column("thread_id", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("reason", sa.Text, primary_key=True),
    sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
    sa.Index("thread_report_of_post", "thread_id", "number"),
    info={"private_to": "municipality"},
)

threads = View("threads", thread, thread_post, thread_size, thread_report, *search.TABLES)


@threads.on(ThreadQuestionAsked)
def _(rows: Batch[ThreadQuestionAsked]) -> list[AnyWrite]:
    asked = [
        {
            **_key(r),
            "subject": r.event.subject.value,
            "tags": list(r.event.tags),
            "learner_id": r.event.learner_id,
            "organisation": r.event.organisation,
            "accepted": None,
            "locked": False,
            "asked_at": r.at,
            "last_at": r.at,
        }
        for r in rows
    ]
    posts = [_post(r, QUESTION, PostKind.QUESTION, QUESTION) for r in rows]
    empty = [{"thread_id": r.stream, "answers": 0, "comments": 0} for r in rows]
    found = search.indexed(_document(r) for r in rows)
    return [upsert(thread, asked), upsert(thread_post, posts), upsert(thread_size, empty), *found]


@threads.on(ThreadPostAdded)
def _(rows: Batch[ThreadPostAdded]) -> list[AnyWrite]:
    one_more = [
        {
            "thread_id": r.stream,
            "answers": int(r.event.kind is PostKind.ANSWER),
            "comments": int(r.event.kind is PostKind.COMMENT),
        }
        for r in rows
    ]
    return [
        change(thread, [{**_key(r), "last_at": r.at} for r in rows]),
        upsert(thread_post, [_post(r, r.event.number, r.event.kind, r.event.about) for r in rows]),
        add_up(thread_size, one_more),
    ]


@threads.on(ThreadAnswerAccepted)
def _(rows: Batch[ThreadAnswerAccepted]) -> RowChange:
    return change(thread, [{**_key(r), "accepted": r.event.number} for r in rows])


@threads.on(ThreadPostReported)
def _(rows: Batch[ThreadPostReported]) -> list[AnyWrite]:
    reported = [
        {
            "municipality": r.event.municipality,
            "thread_id": r.stream,
            "number": r.event.number,
            "reason": r.event.reason.value,
            "reported_at": r.at,
        }
        for r in rows
    ]
    return [change(thread, [_key(r) for r in rows]), insert_missing(thread_report, reported)]


@threads.on(ThreadReportsDismissed)
def _(rows: Batch[ThreadReportsDismissed]) -> list[AnyWrite]:
    return [change(thread, [_key(r) for r in rows]), _settled(rows)]


@threads.on(ThreadPostHidden)
def _(rows: Batch[ThreadPostHidden]) -> list[AnyWrite]:
    hidden = [{**_number(r), "hidden_because": r.event.reason.value} for r in rows]
    no_answer = [{**_key(r), "accepted": None} for r in rows if r.event.was_accepted]
    return [
        change(thread, no_answer),
        change(thread, [_key(r) for r in rows]),
        change(thread_post, hidden),
        _settled(rows),
    ]


@threads.on(ThreadPostShownAgain)
def _(rows: Batch[ThreadPostShownAgain]) -> list[AnyWrite]:
    shown = [{**_number(r), "hidden_because": None} for r in rows]
    return [change(thread, [_key(r) for r in rows]), change(thread_post, shown)]


@threads.on(ThreadMoved)
def _(rows: Batch[ThreadMoved]) -> list[AnyWrite]:
    moved = [{**_key(r), "subject": r.event.subject.value} for r in rows]
    return [change(thread, moved), *search.indexed(_document(r) for r in rows)]


@threads.on(ThreadLocked)
def _(rows: Batch[ThreadLocked]) -> RowChange:
    return change(thread, [{**_key(r), "locked": True} for r in rows])


def _key(r: Recorded[Any]) -> dict[str, Any]:
    return {"thread_id": r.stream, "version": r.version}


def _number(r: Recorded[Any]) -> dict[str, Any]:
    return {"thread_id": r.stream, "number": r.event.number}


def _post(r: Recorded[Any], number: int, kind: PostKind, about: int) -> dict[str, Any]:
    return {
        "thread_id": r.stream,
        "number": number,
        "kind": kind.value,
        "about": about,
        "learner_id": r.event.learner_id,
        "organisation": r.event.organisation,
        "mentions": list(r.event.mentions),
        "sealed": r.event.sealed,
        "posted_at": r.at,
        "hidden_because": None,
    }


def _document(r: Recorded[ThreadQuestionAsked | ThreadMoved]) -> search.Document:
    """By what a thread is found: its subject and its tags. What people wrote is sealed, and stands in no index."""
    return search.Document(
        search.EntryKind.THREAD,
        r.stream,
        title_ja=f"{r.event.subject.label_ja}についての質問",
        texts=[],
        visibility=Visibility.OFFICIALS,
        owner=TOKYO,
        url=f"/v1/threads/{r.stream}",
        at=r.at,
        tags=r.event.tags,
    )


def _settled(rows: Batch[Any]) -> sa.Delete:
    posts = [(r.stream, r.event.number) for r in rows]
    return sa.delete(thread_report).where(sa.tuple_(thread_report.c.thread_id, thread_report.c.number).in_(posts))


def status() -> sa.ColumnElement[str]:
    """How a thread stands."""
    return sa.case(
        (thread.c.locked, ThreadStatus.LOCKED.value),
        (thread.c.accepted.is_(None), ThreadStatus.OPEN.value),
        else_=ThreadStatus.ANSWERED.value,
    )


def threads_with(
    *,
    thread_id: str | None = None,
    subject: Subject | None = None,
    tag: str | None = None,
    state: ThreadStatus | None = None,
    organisation: str | None = None,
) -> sa.Select[Any]:
    """Threads by what they are, each with its question."""
    question = sa.and_(thread_post.c.thread_id == thread.c.thread_id, thread_post.c.number == QUESTION)
    query = (
        sa.select(
            thread,
            status().label("status"),
            thread_size.c.answers,
            thread_size.c.comments,
            thread_post.c.sealed,
            thread_post.c.hidden_because,
        )
        .join(thread_post, question)
        .join(thread_size, thread_size.c.thread_id == thread.c.thread_id)
    )
    conditions = [
        thread.c.thread_id == thread_id if thread_id else None,
        thread.c.subject == subject.value if subject else None,
        thread.c.tags.contains([tag]) if tag else None,
        status() == state.value if state else None,
        thread.c.organisation == organisation if organisation else None,
    ]
    return query.where(*(condition for condition in conditions if condition is not None))


def posts_of(thread_id: str) -> sa.Select[Any]:
    """The posts of a thread, the question first."""
    return sa.select(thread_post).where(thread_post.c.thread_id == thread_id)


def reports() -> sa.Select[Any]:
    """The reports that nobody has looked at yet."""
    return sa.select(thread_report)
