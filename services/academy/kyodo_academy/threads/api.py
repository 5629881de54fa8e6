"""Threads over HTTP, for officials only: read by all of them, written by those with a record of the own."""

from __future__ import annotations

from typing import Annotated

from kyodo_academy.learners.model import Learner, LearnerIsGone
from kyodo_academy.officials import actors, author, learners, official, officials
from kyodo_academy.threads import views
from kyodo_academy.threads.events import (
    CommentsAreFlat,
    NobodyToMention,
    NotAnAnswer,
    NotYourQuestion,
    ThreadIsFull,
    ThreadIsLocked,
)
from kyodo_academy.threads.model import Thread, Writing
from kyodo_academy.threads.schemas import (
    AcceptanceIn,
    AnswerIn,
    CommentIn,
    NumberInPath,
    PostOut,
    PostRow,
    QuestionIn,
    ReasonIn,
    ThreadOut,
    ThreadRow,
    ThreadState,
)
from kyodo_academy.threads.values import Subject, ThreadStatus
from kyodo_events.errors import Forbidden, require
from kyodo_events.values.municipalities import Party
from kyodo_events.values.texts import Code, Id
from kyodo_platform.commands import CommandBus, Commands
from kyodo_platform.identity.model import Identity, Role
from kyodo_platform.personal import PersonalData, PersonErased, Persons
from kyodo_platform.resources import Page, PageQuery, Reader, ReadSession, Sort, sort_by
from kyodo_platform.routing import Router

router = Router(prefix="/v1/threads", tags=["threads"])

WRITING = [Forbidden, LearnerIsGone, PersonErased, NobodyToMention]
ADDING = [*WRITING, ThreadIsLocked, ThreadIsFull]
BY_NUMBER = [views.thread_post.c.number]

ThreadSort = Annotated[
    Sort,
    sort_by(views.thread.c.last_at, views.thread.c.asked_at, unique=[views.thread.c.thread_id]),
]


@router.post("", allow=learners, raises=WRITING)
async def ask_question(body: QuestionIn, commands: Commands, reader: Reader, persons: Persons) -> ThreadState:
    """Ask something of all officials."""
    written = await _writing(commands, persons, body)
    asked = await commands.create(Thread, lambda thread: thread.ask(written, body.subject, body.tags))
    return await shown(reader, asked.id)


@router.post("/{thread_id}/answers", allow=learners, raises=ADDING)
async def answer_question(
    thread_id: Id, body: AnswerIn, commands: Commands, reader: Reader, persons: Persons
) -> ThreadState:
    """Answer a question."""
    written = await _writing(commands, persons, body)
    await commands.on(Thread, thread_id, lambda thread: thread.answer(written))
    return await shown(reader, thread_id)


@router.post("/{thread_id}/comments", allow=learners, raises=[*ADDING, CommentsAreFlat])
async def add_comment(
    thread_id: Id, body: CommentIn, commands: Commands, reader: Reader, persons: Persons
) -> ThreadState:
    """Comment on the question or an answer."""
    written = await _writing(commands, persons, body)
    await commands.on(Thread, thread_id, lambda thread: thread.comment(written, body.about))
    return await shown(reader, thread_id)


@router.put(
    "/{thread_id}/acceptance",
    allow=learners,
    raises=[Forbidden, LearnerIsGone, NotYourQuestion, NotAnAnswer, ThreadIsLocked],
)
async def accept_answer(thread_id: Id, body: AcceptanceIn, commands: Commands, reader: Reader) -> ThreadState:
    """Say which answer to your question helped."""
    asker = (await author(commands)).key
    await commands.on(Thread, thread_id, lambda thread: thread.accept(body.number, asker))
    return await shown(reader, thread_id)


@router.post("/{thread_id}/posts/{number}/reports", allow=actors, raises=[Forbidden, LearnerIsGone])
async def report_post(
    thread_id: Id, number: NumberInPath, body: ReasonIn, commands: Commands, reader: Reader
) -> ThreadState:
    """Tell the secretariat that something is wrong with a post."""
    who = await official(commands, reader)
    await commands.on(Thread, thread_id, lambda thread: thread.report(number, body.reason, who.organisation))
    return await shown(reader, thread_id)


@router.get("", allow=officials)
async def list_threads(
    commands: Commands,
    reader: Reader,
    page: PageQuery,
    sort: ThreadSort,
    persons: Persons,
    subject: Subject | None = None,
    tag: Code | None = None,
    status: ThreadStatus | None = None,
    organisation: Party | None = None,
) -> Page[ThreadOut]:
    """All threads, or those of a subject, tag, state or organisation."""
    query = views.threads_with(subject=subject, tag=tag, state=status, organisation=organisation)
    found = await reader.page(ThreadRow, query, page, by=sort)
    return Page[ThreadOut](items=await _opened(found.items, commands.identity, persons), next=found.next)


@router.get("/{thread_id}", allow=officials)
async def read_thread(thread_id: Id, commands: Commands, reader: Reader, persons: Persons) -> ThreadOut:
    """A thread; what is said in it is in its posts."""
    row = await reader.one(ThreadRow, views.threads_with(thread_id=thread_id), what="thread", id=thread_id)
    (opened,) = await _opened([row], commands.identity, persons)
    return opened


@router.get("/{thread_id}/posts", allow=officials)
async def list_posts(
    thread_id: Id, commands: Commands, reader: Reader, page: PageQuery, persons: Persons
) -> Page[PostOut]:
    """What is said in a thread, the question first."""
    await shown(reader, thread_id)
    found = await reader.page(PostRow, views.posts_of(thread_id), page, by=BY_NUMBER)
    opened = await persons.open_each([(row.learner_id, row.sealed) for row in found.items])
    moderates = _moderates(commands.identity)
    rows = [PostOut.of_row(row, texts, moderates=moderates) for row, texts in zip(found.items, opened, strict=True)]
    return Page[PostOut](items=rows, next=found.next)


async def shown(reader: ReadSession, thread_id: str) -> ThreadState:
    """How a thread stands. Raises NotFound."""
    return await reader.one(ThreadState, views.threads_with(thread_id=thread_id), what="thread", id=thread_id)


async def _opened(rows: list[ThreadRow], caller: Identity, persons: PersonalData) -> list[ThreadOut]:
    opened = await persons.open_each([(row.learner_id, row.sealed) for row in rows])
    moderates = _moderates(caller)
    return [ThreadOut.of_row(row, texts, moderates=moderates) for row, texts in zip(rows, opened, strict=True)]


async def _writing(commands: CommandBus, persons: PersonalData, body: AnswerIn) -> Writing:
    """What the caller writes, sealed with the caller's own key. Raises what `WRITING` lists."""
    who = await author(commands)
    mentioned = tuple(dict.fromkeys(body.mentions))
    people = [await commands.read_or_new(Learner, learner_id) for learner_id in mentioned]
    unknown = [one.id for one in people if one.version == 0 or one.left]
    require(not unknown, NobodyToMention(ids=", ".join(unknown)))
    return Writing(who.key, who.organisation, await persons.seal(who.key, body.texts), mentioned)


def _moderates(caller: Identity) -> bool:
    return Role.SECRETARIAT in caller.roles
