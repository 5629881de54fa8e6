"""The academy's calendar: all courses by the day on which they start."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from kyodo_academy.courses.model import CourseCancelled, CourseRescheduled, Status
from kyodo_academy.programmes.model import PROGRAMMES, ProgrammeCode
from kyodo_academy.search import entries as search
from kyodo_academy.tables import metadata
from kyodo_academy.visibility import Visibility
from kyodo_events.contracts.academy import CourseAnnounced
from kyodo_events.event import Batch
from kyodo_events.values.municipalities import TOKYO
from kyodo_events.views import AnyWrite, RowChange, View, change, upsert

course = sa.Table(
    "course",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("title_ja", sa.Text),
    sa.Column("programme", sa.Text),
    sa.Column("programme_ja", sa.Text),
    sa.Column("starts_on", sa.Date),
    sa.Column("seats", sa.Integer),
    sa.Column("status", sa.Text),
    sa.Column("version", sa.Integer),
)

courses = View("courses", course, *search.TABLES)


@courses.on(CourseAnnounced)
def _(rows: Batch[CourseAnnounced]) -> list[AnyWrite]:
    announced = [
        {
            "id": r.stream,
            "title_ja": r.event.title_ja,
            "programme": r.event.programme,
            "programme_ja": PROGRAMMES[ProgrammeCode(r.event.programme)].name_ja,
            "starts_on": r.event.starts_on,
            "seats": r.event.seats,
            "status": Status.ANNOUNCED,
            "version": r.version,
        }
        for r in rows
    ]
    found = [
        search.Document(
            kind=search.EntryKind.COURSE,
            id=r.stream,
            title_ja=r.event.title_ja,
            texts=[],
            visibility=Visibility.PUBLIC,
            owner=TOKYO,
            url=f"/v1/courses/{r.stream}",
            at=r.at,
            tags=[PROGRAMMES[ProgrammeCode(r.event.programme)].name_ja],
        )
        for r in rows
    ]
    return [upsert(course, announced), *search.indexed(found)]


@courses.on(CourseRescheduled)
def _(rows: Batch[CourseRescheduled]) -> RowChange:
    return change(course, [{"id": r.stream, "starts_on": r.event.starts_on, "version": r.version} for r in rows])


@courses.on(CourseCancelled)
def _(rows: Batch[CourseCancelled]) -> list[AnyWrite]:
    cancelled = [{"id": r.stream, "status": Status.CANCELLED, "version": r.version} for r in rows]
    return [change(course, cancelled), *search.gone(search.EntryKind.COURSE, [r.stream for r in rows])]


def all_courses(programme: ProgrammeCode | None) -> sa.Select[Any]:
    """Every course, or those of one programme."""
    query = sa.select(course)
    return query.where(course.c.programme == programme) if programme else query


def one_course(course_id: str) -> sa.Select[Any]:
    """One course."""
    return sa.select(course).where(course.c.id == course_id)
