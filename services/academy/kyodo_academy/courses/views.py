"""All courses by the day on which they start, those without one, and every version of what they are about."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_academy.courses.contents import Contents
from kyodo_academy.courses.model import (
    CourseCancelled,
    CourseContentsWritten,
    CourseProposalDropped,
    CourseProposed,
    CourseRescheduled,
    Status,
)
from kyodo_academy.programmes.model import PROGRAMMES, ProgrammeCode
from kyodo_academy.search import entries as search
from kyodo_academy.tables import metadata
from kyodo_academy.visibility import Visibility
from kyodo_events.contracts.academy import CourseAnnounced
from kyodo_events.event import Batch, Recorded
from kyodo_events.values.municipalities import TOKYO
from kyodo_events.views import AnyWrite, RowChange, View, change, upsert

course = sa.Table(
    "course",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("title_ja", sa.Text),
    sa.Column("programme", sa.Text),
    sa.Column("programme_ja", sa.Text),
    sa.Column("starts_on", sa.Date, comment="null while it is proposed"),
    sa.Column("seats", sa.Integer),
    sa.Column("status", sa.Text),
    sa.Column("skills", JSONB, nullable=False, server_default=sa.text("'[]'")),
    sa.Column("contents_version", sa.Integer, nullable=False, server_default="0"),
    sa.Column("proposed_at", sa.DateTime(timezone=True)),
    sa.Column("announced_at", sa.DateTime(timezone=True)),
    sa.Column("version", sa.Integer),
)
course_contents = sa.Table(
    "course_contents",
    metadata,
    sa.Column("course_id", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("contents", JSONB, nullable=False),
    sa.Column("changed_ja", sa.Text),
    sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
)

courses = View("courses", course, course_contents, *search.TABLES)


@courses.on(CourseProposed)
def _(rows: Batch[CourseProposed]) -> list[AnyWrite]:
    proposed = [{**_named(r), "status": Status.PROPOSED.value, "proposed_at": r.at, "version": r.version} for r in rows]
    return [upsert(course, proposed), *search.indexed(_document(r) for r in rows)]


@courses.on(CourseAnnounced)
def _(rows: Batch[CourseAnnounced]) -> list[AnyWrite]:
    announced = [
        {
            **_named(r),
            "starts_on": r.event.starts_on,
            "seats": r.event.seats,
            "status": Status.ANNOUNCED.value,
            "announced_at": r.at,
            "version": r.version,
        }
        for r in rows
    ]
    # One that was proposed before is found already, with its contents.
    return [upsert(course, announced), *search.indexed(_document(r) for r in rows if r.version == 1)]


@courses.on(CourseContentsWritten)
def _(rows: Batch[CourseContentsWritten]) -> list[AnyWrite]:
    written = [
        {
            "course_id": r.stream,
            "number": r.event.number,
            "contents": r.event.contents.model_dump(mode="json"),
            "changed_ja": r.event.changed_ja,
            "written_at": r.at,
        }
        for r in rows
    ]
    current = [
        {
            "id": r.stream,
            "skills": [skill.model_dump(mode="json") for skill in r.event.contents.skills],
            "contents_version": r.event.number,
            "version": r.version,
        }
        for r in rows
    ]
    found = search.indexed(_document(r, r.event.contents) for r in rows)
    return [upsert(course_contents, written), change(course, current), *found]


@courses.on(CourseRescheduled)
def _(rows: Batch[CourseRescheduled]) -> RowChange:
    return change(course, [{"id": r.stream, "starts_on": r.event.starts_on, "version": r.version} for r in rows])


@courses.on(CourseCancelled, CourseProposalDropped)
def _(rows: Batch[CourseCancelled | CourseProposalDropped]) -> list[AnyWrite]:
    ended = {CourseCancelled: Status.CANCELLED.value, CourseProposalDropped: Status.DROPPED.value}
    changed = [{"id": r.stream, "status": ended[type(r.event)], "version": r.version} for r in rows]
    return [change(course, changed), *search.gone(search.EntryKind.COURSE, [r.stream for r in rows])]


def _named(r: Recorded[CourseProposed | CourseAnnounced]) -> dict[str, Any]:
    return {
        "id": r.stream,
        "title_ja": r.event.title_ja,
        "programme": r.event.programme,
        "programme_ja": PROGRAMMES[ProgrammeCode(r.event.programme)].name_ja,
    }


def _document(
    r: Recorded[CourseProposed | CourseAnnounced | CourseContentsWritten], contents: Contents | None = None
) -> search.Document:
    """A course as it is found: by its title and programme, and by what it is about."""
    return search.Document(
        kind=search.EntryKind.COURSE,
        id=r.stream,
        title_ja=r.event.title_ja,
        texts=_texts(contents) if contents else [],
        visibility=Visibility.PUBLIC,
        owner=TOKYO,
        url=f"/v1/courses/{r.stream}",
        at=r.at,
        tags=[PROGRAMMES[ProgrammeCode(r.event.programme)].name_ja],
    )


def _texts(contents: Contents) -> list[str]:
    skills = (skill.label_ja for skill in contents.skills)
    return [*contents.objectives_ja, contents.audience_ja, *skills, contents.prerequisites_ja]


def all_courses(programme: ProgrammeCode | None) -> sa.Select[Any]:
    """Every course that has a day, or those of one programme."""
    query = sa.select(course).where(course.c.starts_on.is_not(None))
    return query.where(course.c.programme == programme) if programme else query


def one_course(course_id: str) -> sa.Select[Any]:
    """One course."""
    return sa.select(course).where(course.c.id == course_id)


def contents_of(course_id: str, number: int | None = None) -> sa.Select[Any]:
    """All versions of what a course is about, or one of them."""
    query = sa.select(course_contents).where(course_contents.c.course_id == course_id)
    return query.where(course_contents.c.number == number) if number is not None else query
