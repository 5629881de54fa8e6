"""Lecturers over HTTP: named by the secretariat; and who may do what belongs to those in charge of a course."""

from __future__ import annotations

from kyodo_academy.courses.model import Course
from kyodo_academy.lecturers.model import CourseLecturers, LecturerIds
from kyodo_events.errors import Forbidden, require
from kyodo_events.values.texts import Id
from kyodo_platform.commands import CommandBus, Commands
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import role, secretariat
from kyodo_platform.resources import Body, Resource
from kyodo_platform.routing import Router

router = Router(prefix="/v1/courses/{course_id}/lecturers", tags=["lecturers"])

in_charge = role(Role.SECRETARIAT, Role.LECTURER)
"""The secretariat, and lecturers, of whom `require_in_charge` asks whether they teach the course."""

onlookers = role(Role.SECRETARIAT, Role.LECTURER, Role.AUDITOR)


class LecturersIn(Body):
    """All lecturers of the course: who is left out teaches it no more."""

    lecturer_ids: LecturerIds


class LecturersOut(Resource):
    """Who teaches a course, by the ids that their tokens name."""

    course_id: str
    lecturer_ids: list[str]


@router.put("", allow=secretariat)
async def name_lecturers(course_id: Id, body: LecturersIn, commands: Commands) -> LecturersOut:
    """Name the lecturers of a course."""
    await commands.read(Course, course_id)
    return _told(await commands.on_or_new(CourseLecturers, course_id, lambda one: one.name(body.lecturer_ids)))


@router.get("", allow=onlookers)
async def read_lecturers(course_id: Id, commands: Commands) -> LecturersOut:
    """Who teaches a course."""
    await require_in_charge(commands, course_id)
    await commands.read(Course, course_id)
    return _told(await commands.read_or_new(CourseLecturers, course_id))


async def require_in_charge(commands: CommandBus, course_id: str) -> None:
    """Raises Forbidden for a lecturer who does not teach the course."""
    if commands.identity.roles & {Role.SECRETARIAT, Role.AUDITOR}:
        return
    lecturers = await commands.read_or_new(CourseLecturers, course_id)
    require(lecturers.teaches(commands.identity.person), Forbidden(needed="to be a lecturer of this course"))


def _told(one: CourseLecturers) -> LecturersOut:
    return LecturersOut(version=one.version, course_id=one.id, lecturer_ids=list(one.lecturer_ids))
