"""Meetings over HTTP: planned by the secretariat, found by those for whom they are."""

from __future__ import annotations

import sqlalchemy as sa

from kyodo_academy.audiences import Asking
from kyodo_academy.precedent_meetings.model import (
    MeetingIsCancelled,
    MeetingNotPlanned,
    NotHeldYet,
    PrecedentMeeting,
    SeatsBelowRegistered,
)
from kyodo_academy.precedent_meetings.schemas import (
    MeetingAnswerIn,
    MeetingCancellationIn,
    MeetingIn,
    MeetingOut,
    MinutesIn,
    MinutesOut,
)
from kyodo_academy.precedent_meetings.values import MeetingStatus, QuestionNumber
from kyodo_academy.precedent_meetings.views import meeting, meetings_for
from kyodo_academy.visibility import Audience
from kyodo_events.errors import NotFound
from kyodo_events.values.texts import Id
from kyodo_platform.commands import Commands
from kyodo_platform.history import HistoryRow
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import public, role, secretariat
from kyodo_platform.resources import Page, PageQuery, Reader, ReadSession
from kyodo_platform.routing import Router

router = Router(prefix="/v1/precedent-meetings", tags=["precedent meetings"])

officials = role(Role.SECRETARIAT, Role.AUDITOR, Role.OFFICER, Role.APPROVER, Role.LEARNER)


@router.post("", allow=secretariat)
async def plan_meeting(body: MeetingIn, commands: Commands, audience: Asking, reader: Reader) -> MeetingOut:
    """Plan an online meeting with a municipality or city that has a precedent."""
    planned = await commands.create(PrecedentMeeting, lambda one: one.plan(body.content))
    return await read(reader, audience, planned.id)


@router.put("/{meeting_id}/content", allow=secretariat, raises=[MeetingNotPlanned, SeatsBelowRegistered])
async def change_meeting(
    meeting_id: Id, body: MeetingIn, commands: Commands, audience: Asking, reader: Reader
) -> MeetingOut:
    """Change the plan of a meeting to come; whoever is registered keeps the seat."""
    await commands.on(PrecedentMeeting, meeting_id, lambda one: one.change(body.content))
    return await read(reader, audience, meeting_id)


@router.put("/{meeting_id}/cancellation", allow=secretariat, raises=[MeetingNotPlanned])
async def cancel_meeting(
    meeting_id: Id, body: MeetingCancellationIn, commands: Commands, audience: Asking, reader: Reader
) -> MeetingOut:
    """Let a meeting not take place."""
    await commands.on(PrecedentMeeting, meeting_id, lambda one: one.cancel(body.reason_ja))
    return await read(reader, audience, meeting_id)


@router.put("/{meeting_id}/minutes", allow=secretariat, raises=[MeetingIsCancelled, NotHeldYet])
async def record_minutes(
    meeting_id: Id, body: MinutesIn, commands: Commands, audience: Asking, reader: Reader
) -> MeetingOut:
    """Record the minutes of a meeting that was held, or write them better."""
    now = commands.now
    await commands.on(PrecedentMeeting, meeting_id, lambda one: one.record_minutes(body.minutes_ja, now))
    return await read(reader, audience, meeting_id)


@router.put("/{meeting_id}/questions/{number}/answer", allow=secretariat)
async def answer_question(
    meeting_id: Id, number: QuestionNumber, body: MeetingAnswerIn, commands: Commands, audience: Asking, reader: Reader
) -> MeetingOut:
    """Hand on what the precedent municipality answers."""
    await commands.on(PrecedentMeeting, meeting_id, lambda one: one.answer(number, body.answer_ja))
    return await read(reader, audience, meeting_id)


@router.get("", allow=public)
async def list_meetings(
    audience: Asking, reader: Reader, page: PageQuery, status: MeetingStatus | None = None
) -> Page[MeetingOut]:
    """Meetings that you may see, by their time."""
    by = [meeting.c.starts_at, meeting.c.meeting_id]
    found = await reader.page(MeetingOut, _told(meetings_for(audience, status=status)), page, by=by)
    return found.model_copy(update={"items": [one.as_seen_by(audience) for one in found.items]})


@router.get("/{meeting_id}", allow=public)
async def read_meeting(meeting_id: Id, audience: Asking, reader: Reader) -> MeetingOut:
    """One meeting; the way in for officials alone."""
    return await read(reader, audience, meeting_id)


@router.get("/{meeting_id}/minutes", allow=officials, raises=[NotFound])
async def read_minutes(meeting_id: Id, audience: Asking, reader: Reader) -> MinutesOut:
    """The minutes of a meeting, for officials who see the meeting."""
    minuted = meetings_for(audience, meeting_id=meeting_id).where(meeting.c.minutes_ja.is_not(None))
    return await reader.one(MinutesOut, minuted, what="minutes", id=meeting_id)


@router.get("/{meeting_id}/history", allow=role(Role.SECRETARIAT, Role.AUDITOR))
async def history_of_meeting(meeting_id: Id, reader: Reader, page: PageQuery) -> Page[HistoryRow]:
    """What happened to a meeting."""
    return await reader.history(PrecedentMeeting, meeting_id, page)


async def read(reader: ReadSession, audience: Audience, meeting_id: str) -> MeetingOut:
    """A meeting as this audience may see it. Raises NotFound."""
    query = _told(meetings_for(audience, meeting_id=meeting_id))
    return (await reader.one(MeetingOut, query, what="meeting", id=meeting_id)).as_seen_by(audience)


def _told(meetings: sa.Select[tuple[object, ...]]) -> sa.Select[tuple[object, ...]]:
    return meetings.add_columns(meeting.c.minutes_ja.is_not(None).label("has_minutes"))
