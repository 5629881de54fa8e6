"""What the academy publishes."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field

from kyodo_events.contracts.metered import Metered
from kyodo_events.event import Event, Topic
from kyodo_events.values.texts import Day, Id, Line

COURSES = Topic("kyodo.academy.courses.v1")
ATTENDANCES = Topic("kyodo.academy.attendances.v1")


class CourseAnnounced(
    Event,
    type="kyodo.academy.course-announced",
    topic=COURSES,
    words="研修「{title_ja}」（{starts_on}開催、定員{seats}人）を案内した",
):
    """A course of the Tokyo Digital Academy was announced to all municipalities."""

    title_ja: str
    programme: str
    starts_on: date
    seats: Annotated[int, Field(ge=1, le=10_000)]


class TrainingAttended(
    Metered,
    type="kyodo.academy.training-attended",
    topic=ATTENDANCES,
    key="municipality",
    words="{municipality}の職員が{held_on}の研修を受講した",
):
    """An official of a municipality attended one session of a course: one attendance. The stream is the attendance."""

    meter: ClassVar[str] = "training_attendances"

    pseudonym: str
    course_id: Id
    session_id: Id
    held_on: Day


class TrainingAttendanceCancelled(
    Metered,
    type="kyodo.academy.training-attendance-cancelled",
    topic=ATTENDANCES,
    key="municipality",
    words="{municipality}の職員の{held_on}の受講記録を取り消した",
):
    """An attendance was recorded by mistake and counts no longer; the stream is that of the attendance."""

    meter: ClassVar[str] = "training_attendances"

    held_on: Day
    reason: Line
