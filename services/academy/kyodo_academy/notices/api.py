"""Notices over HTTP, each official's own: what is unread, what is followed, and the digest of seven days."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import Query
from pydantic import Field

from kyodo_academy.learners.model import LearnerIsGone
from kyodo_academy.notices import views
from kyodo_academy.notices.digest import MOST_READ, Activity, digest
from kyodo_academy.notices.model import Following, NoticeKind, following_id
from kyodo_academy.officials import organisation_of
from kyodo_academy.threads.model import Thread
from kyodo_academy.threads.values import PostNumber, Subject, ThreadStatus
from kyodo_academy.threads.views import thread, thread_post, threads_with
from kyodo_events.aggregate import Events
from kyodo_events.values.fiscal import TOKYO_TIME
from kyodo_events.values.municipalities import Party
from kyodo_events.values.texts import Day, Id
from kyodo_events.words import name_of
from kyodo_platform.commands import CommandBus, Commands
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import person_of
from kyodo_platform.personal import PersonalData, Persons
from kyodo_platform.resources import Answer, Body, Page, PageQuery, Reader, ReadSession
from kyodo_platform.routing import Router

router = Router(prefix="/v1/learners/{learner_id}", tags=["notices"])

the_learner = person_of("learner_id", Role.LEARNER)
WEEK = timedelta(days=7)


class NoticeRow(Answer):
    """A post that concerns you and that you have not read."""

    thread_id: str
    number: int = Field(title="投稿番号")
    kind: NoticeKind = Field(title="通知の種類コード")
    kind_ja: str = Field(title="通知の種類", default="")
    subject: Subject = Field(title="分野コード")
    subject_ja: str = Field(title="分野", default="")
    writer_id: str
    pseudonym: str = Field(title="投稿者", default="")
    organisation: Party = Field(title="所属コード")
    organisation_ja: str = Field(title="所属", default="")
    posted_at: datetime = Field(title="投稿日時")

    def model_post_init(self, context: Any) -> None:
        super().model_post_init(context)
        self.kind_ja, self.subject_ja = self.kind.label_ja, self.subject.label_ja
        self.pseudonym, self.organisation_ja = f"learner-{self.writer_id}", name_of(self.organisation)


class ReadIn(Body):
    """How far a thread was read."""

    up_to: PostNumber


class FollowingOut(Answer):
    """What you have to do with a thread."""

    thread_id: str
    follows: bool = Field(title="フォロー中")
    read_up_to: int = Field(title="既読の投稿番号", description="-1 where nothing was read.")


class DigestRow(Answer):
    """A thread in a digest."""

    thread_id: str
    title_ja: str | None = Field(title="件名", description="Null where the question is hidden or its writer erased.")
    subject: Subject = Field(title="分野コード")
    status: ThreadStatus = Field(title="状態コード")
    posts: int = Field(title="期間中の投稿数")
    answers: int = Field(title="期間中の回答数")
    asked_at: datetime = Field(title="質問日時")


class DigestOut(Answer):
    """Seven days of the threads. Whoever sends it by mail does so from this answer."""

    from_day: Day = Field(title="開始日")
    until_day: Day = Field(title="終了日")
    posts: int = Field(title="投稿数")
    by_subject: dict[Subject, int] = Field(title="分野別の投稿数")
    for_you: list[DigestRow] = Field(title="あなたに関わるスレッド")
    new: list[DigestRow] = Field(title="新しい質問")
    busiest: list[DigestRow] = Field(title="投稿の多いスレッド")
    unanswered: list[DigestRow] = Field(title="回答のない質問")
    complete: bool = Field(title="全件", description="False where more threads were busy than are read for a digest.")


@router.get("/notices", allow=the_learner)
async def list_notices(learner_id: Id, reader: Reader, page: PageQuery) -> Page[NoticeRow]:
    """What is new for you: posts that mention you, answers to your questions, news in threads that you follow."""
    return await reader.page(NoticeRow, views.unread_by(learner_id), page, by=views.BY_TIME)


@router.put("/threads/{thread_id}/reading", allow=the_learner)
async def mark_as_read(learner_id: Id, thread_id: Id, body: ReadIn, commands: Commands) -> FollowingOut:
    """Say how far you have read a thread; what concerns you up to there is no news any more."""
    last = (await commands.read(Thread, thread_id)).last
    return await _changed(
        commands, learner_id, thread_id, lambda one: one.read(learner_id, thread_id, body.up_to, last)
    )


@router.put("/threads/{thread_id}/following", allow=the_learner, raises=[LearnerIsGone])
async def follow_thread(learner_id: Id, thread_id: Id, commands: Commands) -> FollowingOut:
    """Follow a thread: what comes from now on is news for you."""
    await organisation_of(commands, learner_id)
    last = (await commands.read(Thread, thread_id)).last
    return await _changed(commands, learner_id, thread_id, lambda one: one.follow(learner_id, thread_id, last))


@router.delete("/threads/{thread_id}/following", allow=the_learner)
async def unfollow_thread(learner_id: Id, thread_id: Id, commands: Commands) -> FollowingOut:
    """Follow a thread no more."""
    return await _changed(commands, learner_id, thread_id, lambda one: one.unfollow(learner_id, thread_id))


@router.get("/digest", allow=the_learner)
async def read_digest(
    learner_id: Id,
    commands: Commands,
    reader: Reader,
    persons: Persons,
    from_day: Annotated[Day | None, Query(description="The first of seven days; the last seven, if left out.")] = None,
) -> DigestOut:
    """What happened in the threads in seven days."""
    first = from_day or commands.today - WEEK
    begins = datetime(first.year, first.month, first.day, tzinfo=TOKYO_TIME)
    query = views.activity_between(learner_id, begins, begins + WEEK).limit(MOST_READ + 1)
    found = digest([_activity(dict(row)) for row in await reader.tx.rows(reader.own(query))])
    lists = {name: getattr(found, name) for name in ("for_you", "new", "busiest", "unanswered")}
    titles = await _titles(reader, persons, {one.thread_id for listed in lists.values() for one in listed})
    rows = {name: [_row(one, titles.get(one.thread_id)) for one in listed] for name, listed in lists.items()}
    last = first + WEEK - timedelta(days=1)
    return DigestOut(
        from_day=first,
        until_day=last,
        posts=found.posts,
        by_subject=found.by_subject,
        complete=found.complete,
        **rows,
    )


async def _changed(
    commands: CommandBus, learner_id: str, thread_id: str, decide: Callable[[Following], Events]
) -> FollowingOut:
    one = await commands.on_or_new(Following, following_id(thread_id, learner_id), decide)
    return FollowingOut(thread_id=thread_id, follows=one.follows, read_up_to=one.read_up_to)


async def _titles(reader: ReadSession, persons: PersonalData, thread_ids: Collection[str]) -> dict[str, str | None]:
    """The titles of threads by their ids; none of those that are hidden or whose writer was erased."""
    query = threads_with().where(thread.c.thread_id.in_(sorted(thread_ids)), thread_post.c.hidden_because.is_(None))
    rows = await reader.tx.rows(reader.own(query))
    opened = await persons.open_each([(row["learner_id"], row["sealed"]) for row in rows])
    return {row["thread_id"]: (texts or {}).get("title_ja") for row, texts in zip(rows, opened, strict=True)}


def _activity(row: dict[str, Any]) -> Activity:
    return Activity(**row | {"subject": Subject(row["subject"]), "status": ThreadStatus(row["status"])})


def _row(one: Activity, title_ja: str | None) -> DigestRow:
    told = {name: getattr(one, name) for name in ("thread_id", "subject", "status", "posts", "answers", "asked_at")}
    return DigestRow(title_ja=title_ja, **told)
