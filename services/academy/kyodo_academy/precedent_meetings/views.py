"""Meetings, their questions, and who is registered: each government sees its own officials, Tokyo all."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_academy.audiences import seen_by
from kyodo_academy.precedent_meetings.events import (
    PrecedentMeetingCancelled,
    PrecedentMeetingChanged,
    PrecedentMeetingMinutesRecorded,
    PrecedentMeetingOfficialRegistered,
    PrecedentMeetingPlanned,
    PrecedentMeetingQuestionAnswered,
    PrecedentMeetingQuestionAsked,
    PrecedentMeetingRegistrationWithdrawn,
)
from kyodo_academy.precedent_meetings.values import MeetingStatus
from kyodo_academy.search import entries as search
from kyodo_academy.tables import metadata
from kyodo_academy.visibility import Audience
from kyodo_events.event import Batch, Recorded
from kyodo_events.values.municipalities import TOKYO
from kyodo_events.views import AnyWrite, RowChange, View, change, upsert

meeting = sa.Table(
    "precedent_meeting",
    metadata,
    sa.Column("meeting_id", sa.Text, primary_key=True),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("visibility", sa.Text, nullable=False),
    sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("content", JSONB, nullable=False),
    sa.Column("registered", sa.Integer, nullable=False),
    sa.Column("minutes_ja", sa.Text),
    sa.Column("cancelled_because_ja", sa.Text),
    sa.Column("version", sa.Integer, nullable=False),
)
registration = sa.Table(
    "precedent_meeting_registration",
    metadata,
    sa.Column("municipality", sa.Text, primary_key=True, comment="or tokyo"),
    sa.Column("registration_id", sa.Text, primary_key=True),
    sa.Column("meeting_id", sa.Text, nullable=False),
    sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("sealed", JSONB, nullable=False, comment="name, office and mail; empty once withdrawn"),
    sa.Column("withdrawn", sa.Boolean, nullable=False),
    sa.Index("precedent_meeting_registration_meeting", "meeting_id"),
    info={"private_to": "municipality"},
)
question = sa.Table(
    "precedent_meeting_question",
    metadata,
    sa.Column("meeting_id", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("asked_by", sa.Text, nullable=False, comment="a municipality, or tokyo; all officials see who asks"),
    sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("question_ja", sa.Text, nullable=False),
    sa.Column("answer_ja", sa.Text),
    sa.Column("answered_at", sa.DateTime(timezone=True)),
)

meetings = View("precedent_meetings", meeting, registration, question, *search.TABLES)


@meetings.on(PrecedentMeetingPlanned)
def _(rows: Batch[PrecedentMeetingPlanned]) -> list[AnyWrite]:
    begun = {"status": MeetingStatus.PLANNED.value, "registered": 0}
    planned = [{**_meeting(r), **_plan(r.event), **begun} for r in rows]
    return [upsert(meeting, planned), *search.indexed(_document(r) for r in rows)]


@meetings.on(PrecedentMeetingChanged)
def _(rows: Batch[PrecedentMeetingChanged]) -> list[AnyWrite]:
    changed = [{**_meeting(r), **_plan(r.event)} for r in rows]
    answers_shown = [
        write
        for r in rows
        for number in r.event.answered
        for write in search.shown_to(search.EntryKind.MEETING, _answer_id(r, number), r.event.content.for_officials)
    ]
    return [change(meeting, changed), *search.indexed(_document(r) for r in rows), *answers_shown]


@meetings.on(PrecedentMeetingCancelled)
def _(rows: Batch[PrecedentMeetingCancelled]) -> RowChange:
    status = MeetingStatus.CANCELLED.value
    return change(meeting, [{**_meeting(r), "status": status, "cancelled_because_ja": r.event.reason_ja} for r in rows])


@meetings.on(PrecedentMeetingMinutesRecorded)
def _(rows: Batch[PrecedentMeetingMinutesRecorded]) -> list[AnyWrite]:
    status = MeetingStatus.HELD.value
    held = [{**_meeting(r), "status": status, "minutes_ja": r.event.minutes_ja} for r in rows]
    return [change(meeting, held), *search.indexed(_document_of_minutes(r) for r in rows)]


@meetings.on(PrecedentMeetingOfficialRegistered)
def _(rows: Batch[PrecedentMeetingOfficialRegistered]) -> list[AnyWrite]:
    registered = [
        {
            **_registration(r),
            "meeting_id": r.stream,
            "registered_at": r.at,
            "sealed": r.event.sealed,
            "withdrawn": False,
        }
        for r in rows
    ]
    return [_counted(rows), upsert(registration, registered)]


@meetings.on(PrecedentMeetingRegistrationWithdrawn)
def _(rows: Batch[PrecedentMeetingRegistrationWithdrawn]) -> list[AnyWrite]:
    gone = [{**_registration(r), "sealed": {}, "withdrawn": True} for r in rows]
    return [_counted(rows), change(registration, gone)]


@meetings.on(PrecedentMeetingQuestionAsked)
def _(rows: Batch[PrecedentMeetingQuestionAsked]) -> list[AnyWrite]:
    asked = [
        {
            **_question(r),
            "asked_by": r.event.municipality,
            "asked_at": r.at,
            "question_ja": r.event.question_ja,
        }
        for r in rows
    ]
    return [change(meeting, [_meeting(r) for r in rows]), upsert(question, asked)]


@meetings.on(PrecedentMeetingQuestionAnswered)
def _(rows: Batch[PrecedentMeetingQuestionAnswered]) -> list[AnyWrite]:
    answered = [{**_question(r), "answer_ja": r.event.answer_ja, "answered_at": r.at} for r in rows]
    found = search.indexed(_document_of_answer(r) for r in rows)
    return [change(meeting, [_meeting(r) for r in rows]), change(question, answered), *found]


def _meeting(r: Recorded[Any]) -> dict[str, Any]:
    return {"meeting_id": r.stream, "version": r.version}


def _plan(event: PrecedentMeetingPlanned | PrecedentMeetingChanged) -> dict[str, Any]:
    content = event.content
    return {
        "visibility": content.visibility.value,
        "starts_at": content.starts_at,
        "content": content.model_dump(mode="json"),
    }


def _document(r: Recorded[PrecedentMeetingPlanned | PrecedentMeetingChanged]) -> search.Document:
    content = r.event.content
    return search.Document(
        search.EntryKind.MEETING,
        r.stream,
        title_ja=content.title_ja,
        texts=[content.with_ja, *(item.title_ja for item in content.programme)],
        visibility=content.visibility,
        owner=TOKYO,
        url=f"/v1/precedent-meetings/{r.stream}",
        at=r.at,
    )


def _document_of_minutes(r: Recorded[PrecedentMeetingMinutesRecorded]) -> search.Document:
    """Minutes are a document of their own, for they are for officials alone."""
    return search.Document(
        search.EntryKind.MEETING,
        f"{r.stream}/minutes",
        title_ja=f"{r.event.title_ja} 議事録",
        texts=[r.event.minutes_ja],
        visibility=r.event.visibility,
        owner=TOKYO,
        url=f"/v1/precedent-meetings/{r.stream}/minutes",
        at=r.at,
    )


def _document_of_answer(r: Recorded[PrecedentMeetingQuestionAnswered]) -> search.Document:
    """A question is found once it is answered, with its answer."""
    return search.Document(
        search.EntryKind.MEETING,
        _answer_id(r, r.event.number),
        title_ja=f"{r.event.title_ja} 質問第{r.event.number}号",
        texts=[r.event.question_ja, r.event.answer_ja],
        visibility=r.event.visibility,
        owner=TOKYO,
        url=f"/v1/precedent-meetings/{r.stream}/questions",
        at=r.at,
    )


def _answer_id(r: Recorded[Any], number: int) -> str:
    return f"{r.stream}/questions/{number}"


def _counted(rows: Batch[Any]) -> RowChange:
    return change(meeting, [{**_meeting(r), "registered": r.event.registered} for r in rows])


def _registration(r: Recorded[Any]) -> dict[str, Any]:
    return {"municipality": r.event.municipality, "registration_id": r.event.registration_id}


def _question(r: Recorded[Any]) -> dict[str, Any]:
    return {"meeting_id": r.stream, "number": r.event.number}


def meetings_for(
    audience: Audience, *, meeting_id: str | None = None, status: MeetingStatus | None = None
) -> sa.Select[Any]:
    """The meetings that this audience sees."""
    conditions = [
        meeting.c.meeting_id == meeting_id if meeting_id else None,
        meeting.c.status == status.value if status else None,
    ]
    query = sa.select(meeting).where(seen_by(audience, meeting.c.visibility, sa.literal(TOKYO)))
    return query.where(*(condition for condition in conditions if condition is not None))


def registrations_of(meeting_id: str) -> sa.Select[Any]:
    """Who is registered for a meeting."""
    return sa.select(registration).where(registration.c.meeting_id == meeting_id, sa.not_(registration.c.withdrawn))


def counts_of(meeting_id: str) -> sa.Subquery:
    """How many officials of each government are registered for a meeting."""
    return (
        registrations_of(meeting_id)
        .with_only_columns(registration.c.municipality, sa.func.count().label("registered"))
        .group_by(registration.c.municipality)
        .subquery("counts")
    )


def questions_of(meeting_id: str) -> sa.Select[Any]:
    """What was asked at a meeting, and the answers."""
    return sa.select(question).where(question.c.meeting_id == meeting_id)
