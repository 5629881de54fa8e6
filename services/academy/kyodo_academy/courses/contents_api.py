"""What a course is about, over HTTP: written in versions by the secretariat, read by everybody."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Annotated, Any

from fastapi import Path
from pydantic import Field

from kyodo_academy.courses.contents import ChangeNotTold, Contents, ContentsIn, PrerequisiteCircle
from kyodo_academy.courses.model import Course, CourseIsCancelled
from kyodo_academy.courses.views import contents_of, course_contents
from kyodo_academy.directory.schemas import SkillOut
from kyodo_academy.materials.model import Material
from kyodo_events.errors import NotFound
from kyodo_events.values.texts import Id, Line
from kyodo_platform.commands import CommandBus, Commands
from kyodo_platform.identity.policies import public, secretariat
from kyodo_platform.resources import Answer, Body, Page, PageQuery, Reader
from kyodo_platform.routing import Router

router = Router(prefix="/v1/courses/{course_id}/contents", tags=["courses"])

Number = Annotated[int, Path(ge=1, le=9_999)]


class ContentsWriting(Body):
    """What a course is about, all of it, and what changed in that."""

    contents: ContentsIn
    changed_ja: Line | None = Field(default=None, description="Needed for each version after the first.")


class ContentsOut(Answer):
    """One version of what a course is about."""

    course_id: str
    number: int = Field(title="版")
    contents: Contents = Field(title="講座内容")
    skills: list[SkillOut] = Field(title="習得できるスキル", default=[])
    changed_ja: str | None = Field(title="変更点")
    written_at: datetime = Field(title="作成日時")

    def model_post_init(self, context: Any) -> None:
        super().model_post_init(context)
        self.skills = [SkillOut.of(skill) for skill in self.contents.skills]


@router.put("", allow=secretariat, raises=[CourseIsCancelled, ChangeNotTold, PrerequisiteCircle, NotFound])
async def write_contents(course_id: Id, body: ContentsWriting, commands: Commands, reader: Reader) -> ContentsOut:
    """Say what a course is about, or revise it. Sessions stay with the version that they were planned with."""
    contents, before = body.contents.kept, await leading_to(commands, body.contents)
    written = await commands.on(
        Course, course_id, lambda course: course.write_contents(contents, body.changed_ja, before)
    )
    return await read_contents_version(course_id, written.contents_version, reader)


@router.get("", allow=public)
async def list_contents(course_id: Id, reader: Reader, page: PageQuery) -> Page[ContentsOut]:
    """All versions of what a course is about, the first one first."""
    return await reader.page(ContentsOut, contents_of(course_id), page, by=[course_contents.c.number])


@router.get("/{number}", allow=public)
async def read_contents_version(course_id: Id, number: Number, reader: Reader) -> ContentsOut:
    """One version of what a course is about."""
    return await reader.one(ContentsOut, contents_of(course_id, number), what="contents", id=f"{course_id}/{number}")


async def leading_to(commands: CommandBus, contents: Contents) -> Collection[str]:
    """All courses that are required before those that the contents require, these included.

    Raises NotFound for a material or a course that is not there.
    """
    for material_id in contents.material_ids:
        await commands.read(Material, material_id)
    for one in contents.prerequisites:
        await commands.read(Course, one.course_id)
    found: set[str] = set()
    to_look_at = [*contents.required]
    while to_look_at:
        course_id = to_look_at.pop()
        if course_id not in found:
            found.add(course_id)
            before = (await commands.read(Course, course_id)).versions[-1:]
            to_look_at += [required for contents in before for required in contents.required]
    return found
