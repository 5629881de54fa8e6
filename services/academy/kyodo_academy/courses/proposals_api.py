"""Courses without a date over HTTP: proposed by the secretariat, seen by everybody, announced or given up."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from kyodo_academy.course_interests.views import proposed_courses
from kyodo_academy.courses.api import CourseOut, Places
from kyodo_academy.courses.contents import ContentsIn
from kyodo_academy.courses.contents_api import leading_to
from kyodo_academy.courses.model import Course, CourseNotProposed, StartsTooEarly
from kyodo_academy.courses.views import course
from kyodo_academy.directory.schemas import SkillOut
from kyodo_academy.programmes.model import ProgrammeCode
from kyodo_events.errors import NotFound
from kyodo_events.values.texts import Day, Id, Line
from kyodo_platform.commands import Commands
from kyodo_platform.identity.policies import public, secretariat
from kyodo_platform.resources import Body, Page, PageQuery, Reader, Resource
from kyodo_platform.routing import Router

router = Router(prefix="/v1/proposed-courses", tags=["courses"])

BY = [course.c.proposed_at, course.c.id]


class ProposalIn(Body):
    """A course without a date."""

    title_ja: Line
    programme: ProgrammeCode
    contents: ContentsIn


class AnnouncementIn(Body):
    """The date that it has now."""

    starts_on: Day
    seats: Places


class DropIn(Body):
    """Why there will be no date."""

    reason_ja: Line


class ProposedCourseOut(Resource):
    """A course without a date, and how many would come. An official may stand in both figures: they are not a sum."""

    id: str
    title_ja: str = Field(title="講座名")
    programme: ProgrammeCode
    programme_ja: str = Field(title="研修名")
    skills: list[SkillOut] = Field(title="習得できるスキル")
    contents_version: int = Field(title="講座内容の版")
    proposed_at: datetime = Field(title="意向調査の開始")
    learners: int = Field(title="受講を希望する職員数", description="Officials who said so themselves.")
    people: int = Field(title="団体が見込む人数", description="As municipalities expect it.")


@router.post("", allow=secretariat, raises=[NotFound])
async def propose_course(body: ProposalIn, commands: Commands) -> CourseOut:
    """Ask who would come to a course before it has a date."""
    contents, before = body.contents.kept, await leading_to(commands, body.contents)
    proposed = await commands.create(
        Course, lambda course: course.propose(body.title_ja, body.programme, contents, before)
    )
    return CourseOut.of(proposed)


@router.put("/{course_id}/announcement", allow=secretariat, raises=[CourseNotProposed, StartsTooEarly])
async def announce_proposed_course(course_id: Id, body: AnnouncementIn, commands: Commands) -> CourseOut:
    """Announce it with a date, to all municipalities. Who was interested reads so among the own reminders."""
    announced = await commands.on(
        Course, course_id, lambda course: course.announce_proposed(body.starts_on, body.seats, commands.today)
    )
    return CourseOut.of(announced)


@router.put("/{course_id}/withdrawal", allow=secretariat, raises=[CourseNotProposed])
async def drop_proposed_course(course_id: Id, body: DropIn, commands: Commands) -> CourseOut:
    """Give it up."""
    return CourseOut.of(await commands.on(Course, course_id, lambda course: course.drop(body.reason_ja)))


@router.get("", allow=public)
async def list_proposed_courses(reader: Reader, page: PageQuery) -> Page[ProposedCourseOut]:
    """The courses that have no date yet, the longest proposed first."""
    return await reader.page(ProposedCourseOut, proposed_courses(), page, by=BY)


@router.get("/{course_id}", allow=public)
async def read_proposed_course(course_id: Id, reader: Reader) -> ProposedCourseOut:
    """A course that has no date yet."""
    query = proposed_courses().where(course.c.id == course_id)
    return await reader.one(ProposedCourseOut, query, what="course without a date", id=course_id)
