"""Courses, which everybody may know, and who is enrolled: seen at home and by the trainee."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.event import Batch, Recorded
from kyodo_events.views import AnyWrite, RowChange, RowWrite, View, change, upsert
from kyodo_supporter_matching.courses.events import (
    TrainingCourseAttendanceRecorded,
    TrainingCourseCancelled,
    TrainingCourseEnrolled,
    TrainingCourseEnrolmentWithdrawn,
    TrainingCoursePlanned,
)
from kyodo_supporter_matching.courses.model import EnrolmentStatus
from kyodo_supporter_matching.tables import metadata

course = sa.Table(
    "training_course",
    metadata,
    sa.Column("course_id", sa.Text, primary_key=True),
    sa.Column("programme_id", sa.Text, nullable=False),
    sa.Column("programme_version", sa.Integer, nullable=False),
    sa.Column("units", JSONB, nullable=False),
    sa.Column("host", sa.Text, nullable=False),
    sa.Column("mode", sa.Text, nullable=False),
    sa.Column("place_ja", sa.Text),
    sa.Column("seats", sa.Integer, nullable=False),
    sa.Column("enrolled", sa.Integer, nullable=False),
    sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("cancelled", sa.Boolean, nullable=False),
    sa.Column("cancellation_ja", sa.Text),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("training_course_dates", "starts_at", "course_id"),
)

enrolment = sa.Table(
    "training_enrolment",
    metadata,
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("course_id", sa.Text, primary_key=True),
    sa.Column("supporter_id", sa.Text, primary_key=True),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
    sa.Index("training_enrolment_course", "course_id"),
    sa.Index("training_enrolment_supporter", "supporter_id"),
    info={"private_to": "municipality", "person": "supporter_id"},
)

courses = View("courses", course, enrolment)


@courses.on(TrainingCoursePlanned)
def _(rows: Batch[TrainingCoursePlanned]) -> RowWrite:
    return upsert(
        course,
        [
            {
                **_course(r),
                **r.event.plan.model_dump(mode="json", exclude={"times"}),
                "starts_at": r.event.plan.times.starts_at,
                "ends_at": r.event.plan.times.ends_at,
                "enrolled": 0,
                "cancelled": False,
            }
            for r in rows
        ],
    )


@courses.on(TrainingCourseCancelled)
def _(rows: Batch[TrainingCourseCancelled]) -> RowChange:
    return change(course, [{**_course(r), "cancelled": True, "cancellation_ja": r.event.reason_ja} for r in rows])


@courses.on(TrainingCourseEnrolled, TrainingCourseEnrolmentWithdrawn)
def _(rows: Batch[TrainingCourseEnrolled | TrainingCourseEnrolmentWithdrawn]) -> list[AnyWrite]:
    counts = [{**_course(r), "enrolled": r.event.enrolled} for r in rows]
    return [change(course, counts), upsert(enrolment, map(_enrolment, rows))]


@courses.on(TrainingCourseAttendanceRecorded)
def _(rows: Batch[TrainingCourseAttendanceRecorded]) -> list[AnyWrite]:
    return [change(course, map(_course, rows)), upsert(enrolment, map(_enrolment, rows))]


def _course(record: Recorded[Any]) -> dict[str, Any]:
    """The key and the version, which every event sets."""
    return {"course_id": record.stream, "version": record.version}


def _enrolment(record: Recorded[Any]) -> dict[str, Any]:
    match record.event:
        case TrainingCourseEnrolled():
            status = EnrolmentStatus.ENROLLED
        case TrainingCourseEnrolmentWithdrawn():
            status = EnrolmentStatus.WITHDRAWN
        case _:
            status = EnrolmentStatus.ATTENDED if record.event.attended else EnrolmentStatus.ABSENT
    return {
        "municipality": record.event.municipality,
        "course_id": record.stream,
        "supporter_id": record.event.supporter_id,
        "status": status,
        "changed_at": record.at,
    }


def courses_with(
    since: datetime | None = None, before: datetime | None = None, unit: str | None = None, **filters: Any
) -> sa.Select[Any]:
    """The courses that are all of this, that begin in a span of time and teach a unit."""
    query = sa.select(course).where(*(course.c[name] == value for name, value in filters.items() if value is not None))
    query = query.where(course.c.starts_at >= since) if since else query
    query = query.where(course.c.starts_at < before) if before else query
    return query.where(course.c.units.contains([unit])) if unit else query


def enrolments_of(course_id: str) -> sa.Select[Any]:
    """Who has or had a seat in a course."""
    return sa.select(enrolment).where(enrolment.c.course_id == course_id)
