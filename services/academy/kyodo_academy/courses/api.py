"""Courses: announced, moved and cancelled by the secretariat, seen by everybody."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field

from kyodo_academy.courses import views
from kyodo_academy.courses.model import Course, CourseHasBegun, CourseIsCancelled, StartsTooEarly, Status
from kyodo_academy.programmes.model import PROGRAMMES, ProgrammeCode
from kyodo_events.values.fiscal import tokyo_date
from kyodo_platform.commands import Commands
from kyodo_platform.identity.policies import public, secretariat
from kyodo_platform.resources import Page, PageQuery, Reader, Resource
from kyodo_platform.routing import Router

router = Router(prefix="/v1/courses", tags=["courses"])

CourseId = Annotated[str, Path(pattern="^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]


class CourseIn(BaseModel):
    """A new course."""

    model_config = ConfigDict(extra="forbid")

    title_ja: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f]+$")]
    programme: ProgrammeCode
    starts_on: date
    seats: Annotated[int, Field(strict=True, ge=1, le=10_000)]


class ScheduleIn(BaseModel):
    """When a course starts."""

    model_config = ConfigDict(extra="forbid")

    starts_on: date


class CourseOut(Resource):
    """One course."""

    course_id: str
    title_ja: str = Field(title="講座名")
    programme: ProgrammeCode
    programme_ja: str = Field(title="研修名")
    starts_on: date = Field(title="開始日")
    seats: int = Field(title="定員")
    status: Status = Field(title="状態")

    @classmethod
    def of(cls, course: Course) -> Self:
        return cls(
            course_id=course.id,
            version=course.version,
            title_ja=course.title_ja,
            programme=course.programme,
            programme_ja=PROGRAMMES[course.programme].name_ja,
            starts_on=course.starts_on,
            seats=course.seats,
            status=course.status,
        )


@router.post("", allow=secretariat, raises=[StartsTooEarly])
async def announce_course(body: CourseIn, commands: Commands) -> CourseOut:
    """Announce a course to all municipalities."""
    today = tokyo_date(commands.now)
    course = await commands.create(
        Course, lambda course: course.announce(body.title_ja, body.programme, body.starts_on, body.seats, today)
    )
    return CourseOut.of(course)


@router.put("/{course_id}/schedule", allow=secretariat, raises=[CourseIsCancelled, CourseHasBegun, StartsTooEarly])
async def reschedule_course(course_id: CourseId, body: ScheduleIn, commands: Commands) -> CourseOut:
    """Move a course that has not begun to another day."""
    today = tokyo_date(commands.now)
    course = await commands.on(Course, course_id, lambda course: course.reschedule(body.starts_on, today))
    return CourseOut.of(course)


@router.post("/{course_id}/cancel", allow=secretariat, raises=[CourseHasBegun])
async def cancel_course(course_id: CourseId, commands: Commands) -> CourseOut:
    """Cancel a course that has not begun."""
    today = tokyo_date(commands.now)
    return CourseOut.of(await commands.on(Course, course_id, lambda course: course.cancel(today)))


@router.get("", allow=public)
async def list_courses(reader: Reader, page: PageQuery, programme: ProgrammeCode | None = None) -> Page[CourseOut]:
    """All courses in the order of their days, or those of one programme."""
    in_order = [views.course.c.starts_on, views.course.c.course_id]
    return await reader.page(CourseOut, views.all_courses(programme), page, by=in_order)


@router.get("/{course_id}", allow=public)
async def read_course(course_id: CourseId, reader: Reader) -> CourseOut:
    """One course."""
    return await reader.one(CourseOut, views.one_course(course_id), what="course", id=course_id)
