"""What sessions remind of and tell, and whom it concerns.

A reminder has a row for its session and none for each learner: whom it concerns follows from how the enrolments stand.
So somebody who cancels is reminded no more, and nothing has to be taken back where a session is moved again.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from kyodo_academy.course_interests.views import course_interest
from kyodo_academy.courses.model import Status
from kyodo_academy.courses.views import course
from kyodo_academy.enrolments.values import EnrolmentStatus
from kyodo_academy.enrolments.views import enrolment, status_at
from kyodo_academy.reminders.model import NEAR, ReminderKind, SessionReminderGiven
from kyodo_academy.sessions.events import SessionCancelled, SessionMoved
from kyodo_academy.sessions.values import SessionStatus
from kyodo_academy.sessions.views import training_session
from kyodo_academy.tables import metadata
from kyodo_events.event import Batch
from kyodo_events.values.fiscal import TOKYO_TIME
from kyodo_events.views import RowWrite, View, upsert

session_reminder = sa.Table(
    "session_reminder",
    metadata,
    sa.Column("id", sa.Text, primary_key=True, comment="the event's"),
    sa.Column("session_id", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("about", sa.DateTime(timezone=True), comment="the moment; none of a cancelled session"),
    sa.Column("reason_ja", sa.Text),
    sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
    sa.Index("session_reminder_of", "session_id"),
)

reminders = View("reminders", session_reminder)

MOMENTS = {
    ReminderKind.APPLICATIONS_CLOSE: training_session.c.apply_until,
    ReminderKind.CHANGES_CLOSE: training_session.c.changes_until,
    ReminderKind.STARTS: training_session.c.starts_at,
}
_PLACES = (EnrolmentStatus.CONFIRMED, EnrolmentStatus.OFFERED, EnrolmentStatus.WAITLISTED)
CONCERNS = {
    ReminderKind.APPLICATIONS_CLOSE: (EnrolmentStatus.APPLIED,),
    ReminderKind.CHANGES_CLOSE: _PLACES,
    ReminderKind.STARTS: _PLACES,
    ReminderKind.MOVED: (EnrolmentStatus.APPLIED, *_PLACES),
    ReminderKind.CANCELLED: (EnrolmentStatus.SESSION_CANCELLED,),
}
"""As what somebody must be enrolled to be told: the deadline of applications, who must still be agreed to."""


@reminders.on(SessionReminderGiven)
def _(rows: Batch[SessionReminderGiven]) -> RowWrite:
    return _told((r, r.event.kind, r.event.about, None) for r in rows)


@reminders.on(SessionMoved)
def _(rows: Batch[SessionMoved]) -> RowWrite:
    return _told((r, ReminderKind.MOVED, r.event.plan.starts_at, None) for r in rows)


@reminders.on(SessionCancelled)
def _(rows: Batch[SessionCancelled]) -> RowWrite:
    return _told((r, ReminderKind.CANCELLED, None, r.event.reason_ja) for r in rows)


def _told(each: Any) -> RowWrite:
    return upsert(
        session_reminder,
        [
            {
                "id": str(r.id),
                "session_id": r.stream,
                "kind": kind.value,
                "about": about,
                "reason_ja": reason_ja,
                "given_at": r.at,
            }
            for r, kind, about, reason_ja in each
        ],
    )


def near(now: datetime) -> sa.Select[Any]:
    """The open sessions with a moment that is near and was not reminded of."""
    each = [
        sa.select(training_session.c.session_id).where(
            training_session.c.status == SessionStatus.OPEN.value,
            moment > now,
            moment <= now + NEAR,
            ~sa.exists().where(
                session_reminder.c.session_id == training_session.c.session_id,
                session_reminder.c.kind == kind.value,
                session_reminder.c.about == moment,
            ),
        )
        for kind, moment in MOMENTS.items()
    ]
    found = sa.union(*each).subquery("near")
    return sa.select(found.c.session_id).order_by(found.c.session_id)


def reminders_at(now: datetime, holder: str | None = None) -> sa.Subquery:
    """What somebody is reminded of at a moment, or everybody; nothing of what is over."""
    of_sessions, of_courses = _of_sessions(now), _of_courses(now)
    if holder is not None:
        of_sessions = of_sessions.where(enrolment.c.learner_id == holder)
        of_courses = of_courses.where(course_interest.c.holder == holder)
    return sa.union_all(of_sessions, of_courses).subquery("reminder")


def _of_sessions(now: datetime) -> sa.Select[Any]:
    """By how the enrolments stand, and by the moments as they stand: what a move made untrue is told no more."""
    c, its = session_reminder.c, training_session.c
    moments = MOMENTS | {ReminderKind.MOVED: its.starts_at}
    concerned = sa.or_(
        *(
            sa.and_(
                c.kind == kind.value,
                status_at(now).in_([status.value for status in statuses]),
                c.about == moments[kind] if kind in moments else sa.true(),
            )
            for kind, statuses in CONCERNS.items()
        )
    )
    about = sa.func.coalesce(c.about, its.starts_at)
    return (
        sa.select(
            c.id,
            c.kind,
            c.session_id,
            its.course_id,
            its.title_ja,
            about.label("about"),
            c.reason_ja,
            enrolment.c.municipality,
            enrolment.c.learner_id.label("holder"),
            c.given_at,
        )
        .join(training_session, its.session_id == c.session_id)
        .join(enrolment, enrolment.c.session_id == c.session_id)
        .where(c.given_at >= enrolment.c.applied_at, about > now, concerned)
    )


def _of_courses(now: datetime) -> sa.Select[Any]:
    """Courses that have a date now, for those who were interested when they had none."""
    begins = sa.func.timezone("Asia/Tokyo", sa.cast(course.c.starts_on, sa.DateTime()))
    return (
        sa.select(
            course.c.id,
            sa.literal(ReminderKind.ANNOUNCED.value).label("kind"),
            sa.cast(sa.null(), sa.Text).label("session_id"),
            course.c.id.label("course_id"),
            course.c.title_ja,
            begins.label("about"),
            sa.cast(sa.null(), sa.Text).label("reason_ja"),
            course_interest.c.municipality,
            course_interest.c.holder,
            course.c.announced_at.label("given_at"),
        )
        .join(course_interest, course_interest.c.course_id == course.c.id)
        .where(
            course_interest.c.people > 0,
            course.c.status == Status.ANNOUNCED.value,
            course.c.starts_on > now.astimezone(TOKYO_TIME).date(),
        )
    )
