"""The cases of all requests, with the moment of each step, and the follow-ups."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.event import Batch, Event, Recorded
from kyodo_events.views import RowChange, RowWrite, View, change, insert_missing, upsert
from kyodo_talent.introductions.events import (
    EngagementOffered,
    ExpertDeclined,
    ExpertEngaged,
    ExpertInterviewed,
    ExpertIntroduced,
    ExpertLonglisted,
    ExpertNotReferred,
    ExpertNotSelected,
    FollowUpRecorded,
    IntroductionConsentAsked,
    IntroductionConsented,
    IntroductionWithdrawn,
)
from kyodo_talent.introductions.model import ENDS, months_after
from kyodo_talent.introductions.values import FOLLOW_UPS, Stage
from kyodo_talent.tables import metadata

introduction = sa.Table(
    "introduction",
    metadata,
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("case_id", sa.Text, primary_key=True),
    sa.Column("request_id", sa.Text, nullable=False),
    sa.Column("expert_id", sa.Text, nullable=False),
    sa.Column("stage", sa.Text, nullable=False),
    sa.Column("reason", sa.Text),
    sa.Column("snapshot", JSONB, nullable=False, comment="the profile as introduced, sealed"),
    sa.Column("snapshot_until", sa.Date),
    sa.Column("interview_notes", sa.Text, comment="sealed"),
    sa.Column("from_day", sa.Date),
    sa.Column("longlisted_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("consent_asked_at", sa.DateTime(timezone=True)),
    sa.Column("consented_at", sa.DateTime(timezone=True)),
    sa.Column("introduced_at", sa.DateTime(timezone=True)),
    sa.Column("interviewed_at", sa.DateTime(timezone=True)),
    sa.Column("offered_at", sa.DateTime(timezone=True)),
    sa.Column("engaged_at", sa.DateTime(timezone=True)),
    sa.Column("ended_at", sa.DateTime(timezone=True)),
    sa.Column("next_follow_up_on", sa.Date),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("introduction_by_id", "case_id"),
    sa.Index("introduction_expert", "expert_id"),
    info={"private_to": "municipality", "person": "expert_id"},
)
follow_up = sa.Table(
    "follow_up",
    metadata,
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("case_id", sa.Text, primary_key=True),
    sa.Column("months", sa.Integer, primary_key=True),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("notes", sa.Text, comment="sealed"),
    info={"private_to": "municipality"},
)

introductions = View("introductions", introduction, follow_up)

_ENDED = {event: stage for stage, (event, _) in ENDS.items()}


@introductions.on(ExpertLonglisted)
def _(rows: Batch[ExpertLonglisted]) -> RowWrite:
    return upsert(
        introduction,
        [
            {
                **_key(r, r.event.municipality),
                "request_id": r.event.request_id,
                "expert_id": r.event.expert_id,
                "stage": Stage.LONGLISTED.value,
                "snapshot": {},
                "longlisted_at": r.at,
            }
            for r in rows
        ],
    )


@introductions.on(IntroductionConsentAsked)
def _(rows: Batch[IntroductionConsentAsked]) -> RowChange:
    return change(
        introduction,
        [{**_key(r, r.event.municipality), "stage": Stage.CONSENT_ASKED.value, "consent_asked_at": r.at} for r in rows],
    )


@introductions.on(IntroductionConsented)
def _(rows: Batch[IntroductionConsented]) -> RowChange:
    return change(
        introduction,
        [{**_key(r, r.event.municipality), "stage": Stage.CONSENTED.value, "consented_at": r.at} for r in rows],
    )


@introductions.on(ExpertIntroduced)
def _(rows: Batch[ExpertIntroduced]) -> RowChange:
    return change(
        introduction,
        [
            {
                **_key(r, r.event.municipality),
                "stage": Stage.INTRODUCED.value,
                "introduced_at": r.at,
                "snapshot": r.event.snapshot,
                "snapshot_until": r.event.expires_on,
            }
            for r in rows
        ],
    )


@introductions.on(ExpertInterviewed)
def _(rows: Batch[ExpertInterviewed]) -> RowChange:
    return change(
        introduction,
        [
            {
                **_key(r, r.event.municipality),
                "stage": Stage.INTERVIEWED.value,
                "interviewed_at": r.at,
                "interview_notes": r.event.notes,
            }
            for r in rows
        ],
    )


@introductions.on(EngagementOffered)
def _(rows: Batch[EngagementOffered]) -> RowChange:
    return change(
        introduction,
        [
            {
                **_key(r, r.event.municipality),
                "stage": Stage.OFFERED.value,
                "offered_at": r.at,
                "from_day": r.event.from_day,
            }
            for r in rows
        ],
    )


@introductions.on(ExpertEngaged)
def _(rows: Batch[ExpertEngaged]) -> RowChange:
    return change(
        introduction,
        [
            {
                **_key(r, r.event.municipality),
                "stage": Stage.ENGAGED.value,
                "engaged_at": r.at,
                "next_follow_up_on": months_after(r.event.from_day, FOLLOW_UPS[0]),
            }
            for r in rows
        ],
    )


@introductions.on(ExpertNotReferred, ExpertNotSelected, ExpertDeclined, IntroductionWithdrawn)
def _(rows: Batch[ExpertNotReferred | ExpertNotSelected | ExpertDeclined | IntroductionWithdrawn]) -> RowChange:
    return change(
        introduction,
        [
            {
                **_key(r, r.event.municipality),
                "stage": _ENDED[type(r.event)].value,
                "reason": r.event.reason.value,
                "ended_at": r.at,
                "snapshot": {},
            }
            for r in rows
        ],
    )


@introductions.on(FollowUpRecorded)
def _(rows: Batch[FollowUpRecorded]) -> list[RowWrite | RowChange]:
    recorded = [
        {
            "municipality": r.event.municipality,
            "case_id": r.stream,
            "months": r.event.months,
            "day": r.event.day,
            "outcome": r.event.outcome.value,
            "notes": r.event.notes,
        }
        for r in rows
    ]
    moved = [{**_key(r, r.event.municipality), "next_follow_up_on": r.event.next_due} for r in rows]
    return [insert_missing(follow_up, recorded), change(introduction, moved)]


def _key(recorded: Recorded[Event], municipality: str) -> dict[str, Any]:
    return {"municipality": municipality, "case_id": recorded.stream, "version": recorded.version}


def cases(
    request_id: str | None = None,
    expert_id: str | None = None,
    stage: Stage | None = None,
    due_by: date | None = None,
) -> sa.Select[Any]:
    """Cases, narrowed by what is asked; `due_by` to those whose next follow-up is due by a day."""
    query = sa.select(introduction)
    for column, value in (
        (introduction.c.request_id, request_id),
        (introduction.c.expert_id, expert_id),
        (introduction.c.stage, stage.value if stage else None),
    ):
        query = query if value is None else query.where(column == value)
    return query if due_by is None else query.where(introduction.c.next_follow_up_on <= due_by)


def case_of(case_id: str) -> sa.Select[Any]:
    """One case."""
    return sa.select(introduction).where(introduction.c.case_id == case_id)


def follow_ups_of(case_id: str) -> sa.Select[Any]:
    """The follow-ups of a case."""
    return sa.select(follow_up).where(follow_up.c.case_id == case_id)
