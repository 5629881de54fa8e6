"""Moderation over HTTP, by Tokyo's secretariat: what was reported, what is hidden, moved and locked."""

from __future__ import annotations

from kyodo_academy.threads.api import shown
from kyodo_academy.threads.model import Thread
from kyodo_academy.threads.schemas import NumberInPath, ReasonIn, ReportRow, SubjectIn, ThreadState
from kyodo_academy.threads.views import reports, thread_report
from kyodo_events.values.texts import Id
from kyodo_platform.commands import Commands
from kyodo_platform.history import HistoryRow
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import role, secretariat
from kyodo_platform.resources import Page, PageQuery, Reader
from kyodo_platform.routing import Router

router = Router(prefix="/v1/threads/{thread_id}", tags=["threads"])
reporting = Router(prefix="/v1/thread-reports", tags=["threads"])

overseers = role(Role.SECRETARIAT, Role.AUDITOR)


@reporting.get("", allow=overseers)
async def list_reports(reader: Reader, page: PageQuery) -> Page[ReportRow]:
    """What officials reported and nobody has looked at yet, the oldest first."""
    of_table = thread_report.c
    by = [of_table.reported_at, of_table.thread_id, of_table.number, of_table.reason, of_table.municipality]
    return await reader.page(ReportRow, reports(), page, by=by)


@router.delete("/posts/{number}/reports", allow=secretariat)
async def dismiss_reports(thread_id: Id, number: NumberInPath, commands: Commands, reader: Reader) -> ThreadState:
    """Leave a post as it is although it was reported."""
    await commands.on(Thread, thread_id, lambda thread: thread.dismiss_reports(number))
    return await shown(reader, thread_id)


@router.put("/posts/{number}/hiding", allow=secretariat)
async def hide_post(
    thread_id: Id, number: NumberInPath, body: ReasonIn, commands: Commands, reader: Reader
) -> ThreadState:
    """Show a post no more, for a reason that everybody sees."""
    await commands.on(Thread, thread_id, lambda thread: thread.hide(number, body.reason))
    return await shown(reader, thread_id)


@router.delete("/posts/{number}/hiding", allow=secretariat)
async def show_post_again(thread_id: Id, number: NumberInPath, commands: Commands, reader: Reader) -> ThreadState:
    """Show a post again that was hidden."""
    await commands.on(Thread, thread_id, lambda thread: thread.show_again(number))
    return await shown(reader, thread_id)


@router.put("/subject", allow=secretariat)
async def move_thread(thread_id: Id, body: SubjectIn, commands: Commands, reader: Reader) -> ThreadState:
    """Sort a thread into another subject."""
    await commands.on(Thread, thread_id, lambda thread: thread.move(body.subject))
    return await shown(reader, thread_id)


@router.put("/locking", allow=secretariat)
async def lock_thread(thread_id: Id, commands: Commands, reader: Reader) -> ThreadState:
    """End a thread: it stays to be read."""
    await commands.on(Thread, thread_id, lambda thread: thread.lock())
    return await shown(reader, thread_id)


@router.get("/history", allow=overseers)
async def thread_history(thread_id: Id, reader: Reader, page: PageQuery) -> Page[HistoryRow]:
    """What happened in a thread, in words that tell nothing of what was said."""
    await shown(reader, thread_id)
    return await reader.history(Thread, thread_id, page)
