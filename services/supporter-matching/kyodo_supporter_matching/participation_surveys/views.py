"""What people see of surveys of participation, and the sessions that municipalities plan, for figures."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.event import Batch
from kyodo_events.views import AnyWrite, RowChange, RowWrite, View, change, upsert
from kyodo_supporter_matching.participation_surveys.events import (
    ParticipationAnswered,
    ParticipationReminded,
    ParticipationSurveyClosed,
    ParticipationSurveyOpened,
    ParticipationSurveyReopened,
)
from kyodo_supporter_matching.participation_surveys.model import SurveyStatus
from kyodo_supporter_matching.sessions.values import SessionKind
from kyodo_supporter_matching.tables import metadata

_PRIVATE = {"private_to": "municipality"}

participation_survey = sa.Table(
    "participation_survey",
    metadata,
    sa.Column("fiscal_year", sa.Integer, primary_key=True),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("deadline", sa.Date, nullable=False),
    sa.Column("answered", sa.Integer, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
)
participation_reminder = sa.Table(
    "participation_reminder",
    metadata,
    sa.Column("fiscal_year", sa.Integer, primary_key=True),
    sa.Column("reminder", sa.Integer, primary_key=True),  # the version of the survey with which it was recorded
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("unanswered", JSONB, nullable=False),
)
participation_answer = sa.Table(  # private: a municipality sees its own rows
    "participation_answer",
    metadata,
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("fiscal_year", sa.Integer, primary_key=True),
    sa.Column("programmes", JSONB, nullable=False),
    sa.Column("supporters_in_own_classes", sa.Boolean, nullable=False),
    sa.Column("section_ja", sa.Text, nullable=False),
    sa.Column("section_phone", sa.Text, nullable=False),
    sa.Column("remarks_ja", sa.Text, nullable=False),
    sa.Column("planned", JSONB, nullable=False),
    sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
    info=_PRIVATE,
)
planned_sessions = sa.Table(  # private as the answers are; what figures add up
    "planned_sessions",
    metadata,
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("fiscal_year", sa.Integer, primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("sessions", sa.Integer, nullable=False),
    info=_PRIVATE,
)

surveys = View("participation_surveys", participation_survey, participation_reminder)
answers = View("participation_answers", participation_answer, planned_sessions)


@surveys.on(ParticipationSurveyOpened)
def _(rows: Batch[ParticipationSurveyOpened]) -> RowWrite:
    return upsert(
        participation_survey,
        [
            {
                "fiscal_year": int(r.stream),
                "status": SurveyStatus.OPEN,
                "deadline": r.event.deadline,
                "answered": 0,
                "version": r.version,
            }
            for r in rows
        ],
    )


@surveys.on(ParticipationSurveyReopened)
def _(rows: Batch[ParticipationSurveyReopened]) -> RowChange:
    opened = {"status": SurveyStatus.OPEN}
    return change(
        participation_survey,
        [{"fiscal_year": int(r.stream), **opened, "deadline": r.event.deadline, "version": r.version} for r in rows],
    )


@surveys.on(ParticipationSurveyClosed)
def _(rows: Batch[ParticipationSurveyClosed]) -> RowChange:
    closed = {"status": SurveyStatus.CLOSED}
    return change(participation_survey, [{"fiscal_year": int(r.stream), **closed, "version": r.version} for r in rows])


@surveys.on(ParticipationAnswered)
def _(rows: Batch[ParticipationAnswered]) -> RowChange:
    return change(
        participation_survey,
        [{"fiscal_year": int(r.stream), "answered": r.event.answered, "version": r.version} for r in rows],
    )


@surveys.on(ParticipationReminded)
def _(rows: Batch[ParticipationReminded]) -> list[AnyWrite]:
    reminders = [
        {
            "fiscal_year": int(r.stream),
            "reminder": r.version,
            "day": r.event.day,
            "unanswered": list(r.event.unanswered),
        }
        for r in rows
    ]
    seen = [{"fiscal_year": int(r.stream), "version": r.version} for r in rows]
    return [upsert(participation_reminder, reminders), change(participation_survey, seen)]


@answers.on(ParticipationAnswered)
def _(rows: Batch[ParticipationAnswered]) -> list[AnyWrite]:
    given = [
        {
            "municipality": r.event.municipality,
            "fiscal_year": int(r.event.fiscal_year),
            **r.event.participation.model_dump(mode="json"),
            "answered_at": r.at,
        }
        for r in rows
    ]
    planned = [
        {
            "municipality": r.event.municipality,
            "fiscal_year": int(r.event.fiscal_year),
            "kind": kind.value,
            "sessions": r.event.participation.planned.of(kind),
        }
        for r in rows
        for kind in SessionKind
    ]
    return [upsert(participation_answer, given), upsert(planned_sessions, planned)]


def survey_of(fiscal_year: int) -> sa.Select[Any]:
    """The survey of a fiscal year."""
    return sa.select(participation_survey).where(participation_survey.c.fiscal_year == int(fiscal_year))


def reminders_of(fiscal_year: int) -> sa.Select[Any]:
    """The reminders of a survey."""
    return sa.select(participation_reminder).where(participation_reminder.c.fiscal_year == int(fiscal_year))


def answers_of(fiscal_year: int) -> sa.Select[Any]:
    """The live answers; row-level security leaves a municipality its own."""
    return sa.select(participation_answer).where(participation_answer.c.fiscal_year == int(fiscal_year))


def answer_of(fiscal_year: int, municipality: str) -> sa.Select[Any]:
    """One municipality's live answer."""
    return answers_of(fiscal_year).where(participation_answer.c.municipality == municipality)


def planned_of(fiscal_year: int) -> sa.Select[Any]:
    """The sessions planned, by municipality and kind."""
    return sa.select(planned_sessions).where(planned_sessions.c.fiscal_year == int(fiscal_year))
