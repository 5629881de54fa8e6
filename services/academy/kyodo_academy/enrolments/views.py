"""Enrolments: a municipality's own, all for Tokyo, the own for the learner.

Two streams write a row: what was decided comes from the enrolment's, the place from the session's.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from kyodo_academy.enrolments.model import (
    AbsenceRecorded,
    AttendanceRecorded,
    EnrolmentApplied,
    EnrolmentCancelled,
    EnrolmentDeclined,
    EnrolmentNominated,
    Step,
)
from kyodo_academy.enrolments.values import EnrolmentStatus, Place
from kyodo_academy.sessions.events import SeatGiven, SeatOffered, SeatOfferLapsed, SeatReturned, SeatWaitedFor
from kyodo_academy.sessions.values import SessionStatus
from kyodo_academy.sessions.views import training_session
from kyodo_academy.tables import metadata
from kyodo_events.contracts.academy import TrainingAttendanceCancelled, TrainingAttended
from kyodo_events.event import Batch
from kyodo_events.views import RowChange, RowWrite, View, change, upsert

enrolment = sa.Table(
    "enrolment",
    metadata,
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("enrolment_id", sa.Text, primary_key=True),
    sa.Column("learner_id", sa.Text, nullable=False),
    sa.Column("session_id", sa.Text, nullable=False),
    sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("step", sa.Text, nullable=False, comment="what was decided"),
    sa.Column("place", sa.Text, nullable=False, comment="what the session says: seated, offered, waiting"),
    sa.Column("answer_until", sa.DateTime(timezone=True), comment="of an offer"),
    sa.Column("percent", sa.Integer, comment="of the session, that was attended"),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("enrolment_of_session", "session_id"),
    sa.Index("enrolment_of_learner", "learner_id"),
    info={"private_to": "municipality", "person": "learner_id"},
)

enrolments = View("enrolments", enrolment)

_AFTER = {EnrolmentNominated: Step.NOMINATED, EnrolmentDeclined: Step.DECLINED, EnrolmentCancelled: Step.CANCELLED}
_PLACES = {
    SeatGiven: Place.SEATED,
    SeatWaitedFor: Place.WAITING,
    SeatOfferLapsed: Place.LAPSED,
    SeatReturned: Place.NONE,
}


@enrolments.on(EnrolmentApplied)
def _(rows: Batch[EnrolmentApplied]) -> RowWrite:
    return upsert(
        enrolment,
        [
            {
                **_key(r),
                "learner_id": r.event.learner_id,
                "session_id": r.event.session_id,
                "applied_at": r.event.applied_at,
                "step": Step.APPLIED.value,
                "place": Place.NONE.value,
            }
            for r in rows
        ],
    )


@enrolments.on(EnrolmentNominated, EnrolmentDeclined, EnrolmentCancelled)
def _(rows: Batch[EnrolmentNominated | EnrolmentDeclined | EnrolmentCancelled]) -> RowChange:
    return change(enrolment, [{**_key(r), "step": _AFTER[type(r.event)].value} for r in rows])


@enrolments.on(AttendanceRecorded)
def _(rows: Batch[AttendanceRecorded]) -> RowChange:
    attended = Step.ATTENDED.value
    return change(enrolment, [{**_key(r), "step": attended, "percent": r.event.percent} for r in rows])


@enrolments.on(AbsenceRecorded)
def _(rows: Batch[AbsenceRecorded]) -> RowChange:
    return change(enrolment, [{**_key(r), "step": Step.ABSENT.value, "percent": None} for r in rows])


@enrolments.on(TrainingAttended, TrainingAttendanceCancelled)
def _(rows: Batch[TrainingAttended | TrainingAttendanceCancelled]) -> RowChange:
    return change(enrolment, [_key(r) for r in rows])


@enrolments.on(SeatGiven, SeatWaitedFor, SeatOfferLapsed, SeatReturned)
def _(rows: Batch[SeatGiven | SeatWaitedFor | SeatOfferLapsed | SeatReturned]) -> RowChange:
    return change(
        enrolment, [{**_of_session(r), "place": _PLACES[type(r.event)].value, "answer_until": None} for r in rows]
    )


@enrolments.on(SeatOffered)
def _(rows: Batch[SeatOffered]) -> RowChange:
    offered = Place.OFFERED.value
    return change(enrolment, [{**_of_session(r), "place": offered, "answer_until": r.event.until} for r in rows])


def _key(r: Any) -> dict[str, Any]:
    return {"municipality": r.event.municipality, "enrolment_id": r.stream, "version": r.version}


def _of_session(r: Any) -> dict[str, Any]:
    return {"municipality": r.event.party, "enrolment_id": r.event.enrolment_id}


def status_at(now: datetime) -> sa.ColumnElement[str]:
    """How an enrolment stands: what ended it, or else its place; an offer whose time is over has lapsed.

    Who has applied for, has or waits for a seat at a session that is cancelled reads that it does not take place.
    """
    over = sa.and_(enrolment.c.place == Place.OFFERED.value, enrolment.c.answer_until <= now)
    has_a_place = enrolment.c.place.in_([Place.SEATED.value, Place.OFFERED.value, Place.WAITING.value])
    awaited = sa.or_(
        enrolment.c.step == Step.APPLIED.value, sa.and_(enrolment.c.step == Step.NOMINATED.value, has_a_place)
    )
    cancelled = (
        sa.select(sa.literal(1))
        .select_from(training_session)
        .where(
            training_session.c.session_id == enrolment.c.session_id,
            training_session.c.status == SessionStatus.CANCELLED.value,
        )
        .correlate(enrolment)  # alone: the query around it may read sessions too
        .exists()
    )
    return sa.case(
        (sa.and_(awaited, cancelled), EnrolmentStatus.SESSION_CANCELLED.value),
        (enrolment.c.step != Step.NOMINATED.value, enrolment.c.step),
        (over, EnrolmentStatus.LAPSED.value),
        (enrolment.c.place == Place.SEATED.value, EnrolmentStatus.CONFIRMED.value),
        (enrolment.c.place == Place.OFFERED.value, EnrolmentStatus.OFFERED.value),
        (enrolment.c.place == Place.WAITING.value, EnrolmentStatus.WAITLISTED.value),
        else_=EnrolmentStatus.LAPSED.value,
    )


def enrolments_with(
    now: datetime,
    *,
    enrolment_id: str | None = None,
    learner_id: str | None = None,
    session_id: str | None = None,
    status: EnrolmentStatus | None = None,
) -> sa.Select[Any]:
    """Enrolments by what they are, with when their session is."""
    query = sa.select(
        enrolment,
        status_at(now).label("status"),
        training_session.c.title_ja,
        training_session.c.starts_at,
        training_session.c.ends_at,
    ).join(training_session, training_session.c.session_id == enrolment.c.session_id)
    conditions = [
        enrolment.c.enrolment_id == enrolment_id if enrolment_id else None,
        enrolment.c.learner_id == learner_id if learner_id else None,
        enrolment.c.session_id == session_id if session_id else None,
        status_at(now) == status.value if status else None,
    ]
    return query.where(*(condition for condition in conditions if condition is not None))


def to_come_of(learner_id: str, now: datetime) -> sa.Select[Any]:
    """What a learner has applied for, has a seat at or waits for, of sessions to come, in the order of the sessions."""
    return (
        sa.select(enrolment.c.enrolment_id, enrolment.c.session_id)
        .join(training_session, training_session.c.session_id == enrolment.c.session_id)
        .where(enrolment.c.learner_id == learner_id, training_session.c.starts_at > now)
        .where(enrolment.c.step.in_([Step.APPLIED.value, Step.NOMINATED.value]))
        .order_by(enrolment.c.session_id)
    )


def courses_taken_by(learner_id: str) -> sa.Select[Any]:
    """The courses of which a learner attended a session."""
    return (
        sa.select(training_session.c.course_id)
        .join(enrolment, enrolment.c.session_id == training_session.c.session_id)
        .where(enrolment.c.learner_id == learner_id, enrolment.c.step == Step.ATTENDED.value)
        .distinct()
    )


def clashing_in(session_id: str, places: Collection[Place] = (Place.WAITING,)) -> sa.Select[Any]:
    """The enrolments that wait for a session and whose learners have a seat at another one at that time."""
    other, its = enrolment.alias("other"), training_session.alias("its")
    same_time = sa.and_(
        its.c.starts_at < training_session.c.ends_at,
        its.c.ends_at > training_session.c.starts_at,
        its.c.status == SessionStatus.OPEN.value,
    )
    booked = (
        sa.select(sa.literal(1))
        .select_from(other.join(its, its.c.session_id == other.c.session_id))
        .where(other.c.learner_id == enrolment.c.learner_id, other.c.session_id != session_id)
        .where(other.c.place == Place.SEATED.value, other.c.step == Step.NOMINATED.value, same_time)
        .exists()
    )
    return (
        sa.select(enrolment.c.enrolment_id)
        .join(training_session, training_session.c.session_id == enrolment.c.session_id)
        .where(enrolment.c.session_id == session_id, enrolment.c.place.in_([place.value for place in places]), booked)
    )
