"""Courses: announced, moved and cancelled by the secretariat, seen by everybody."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import Field

from kyodo_academy.courses import views
from kyodo_academy.courses.model import (
    Course,
    CourseHasBegun,
    CourseHasNoDate,
    CourseHasSessions,
    CourseIsCancelled,
    StartsTooEarly,
    Status,
)
from kyodo_academy.directory.schemas import SkillOut
from kyodo_academy.programmes.model import ProgrammeCode
from kyodo_academy.sessions.views import sessions_to_come
from kyodo_events.values.texts import Day, Id, Line
from kyodo_platform.commands import Commands
from kyodo_platform.identity.policies import public, secretariat
from kyodo_platform.resources import Body, Page, PageQuery, Reader, Resource
from kyodo_platform.routing import Router

router = Router(prefix="/v1/courses", tags=["courses"])

MOVING = [CourseIsCancelled, CourseHasNoDate, CourseHasBegun, StartsTooEarly]


Places = Annotated[int, Field(strict=True, ge=1, le=10_000)]


class CourseIn(Body):
    """A new course."""

    title_ja: Line
    programme: ProgrammeCode
    starts_on: Day
    seats: Places


class ScheduleIn(Body):
    """When a course starts."""

    starts_on: Day


class CourseOut(Resource):
    """One course."""

    id: str
    title_ja: str = Field(title="講座名")
    programme: ProgrammeCode
    programme_ja: str = Field(title="研修名")
    starts_on: date | None = Field(title="開始日", description="Null while the course is proposed, without a date.")
    seats: int | None = Field(title="定員")
    status: Status = Field(title="状態コード")
    status_ja: str = Field(title="状態", default="")
    skills: list[SkillOut] = Field(title="習得できるスキル")
    contents_version: int = Field(title="講座内容の版", description="0 where nothing was written yet.")

    def model_post_init(self, context: Any) -> None:
        super().model_post_init(context)
        self.status_ja = self.status.label_ja


@router.post("", allow=secretariat, raises=[StartsTooEarly])
async def announce_course(body: CourseIn, commands: Commands) -> CourseOut:
    """Announce a course to all municipalities."""
    course = await commands.create(
        Course,
        lambda course: course.announce(body.title_ja, body.programme, body.starts_on, body.seats, commands.today),
    )
    return CourseOut.of(course)


@router.put("/{course_id}/schedule", allow=secretariat, raises=MOVING)
async def reschedule_course(course_id: Id, body: ScheduleIn, commands: Commands) -> CourseOut:
    """Move a course that has not begun to another day."""
    course = await commands.on(Course, course_id, lambda course: course.reschedule(body.starts_on, commands.today))
    return CourseOut.of(course)


@router.post(
    "/{course_id}/cancel",
    allow=secretariat,
    raises=[CourseHasBegun, CourseHasNoDate, CourseHasSessions, CourseIsCancelled],
)
async def cancel_course(course_id: Id, commands: Commands, reader: Reader) -> CourseOut:
    """Cancel a course that has not begun and of which no session is planned or open."""
    today, sessions = commands.today, int(await reader.tx.scalar(sessions_to_come(course_id)) or 0)
    return CourseOut.of(await commands.on(Course, course_id, lambda course: course.cancel(today, sessions)))


@router.get("", allow=public)
async def list_courses(reader: Reader, page: PageQuery, programme: ProgrammeCode | None = None) -> Page[CourseOut]:
    """All courses that have a day, in the order of their days, or those of one programme."""
    in_order = [views.course.c.starts_on, views.course.c.id]
    return await reader.page(CourseOut, views.all_courses(programme), page, by=in_order)


@router.get("/{course_id}", allow=public)
async def read_course(course_id: Id, reader: Reader) -> CourseOut:
    """One course."""
    return await reader.one(CourseOut, views.one_course(course_id), what="course", id=course_id)
