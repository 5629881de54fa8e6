"""What a course is about, as a value: what it leads to, for whom, which skills it teaches, what has to come before."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable
from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from kyodo_events.errors import Refused
from kyodo_events.values.skills import KnownSkill, SkillRef
from kyodo_events.values.texts import Id, Line, Text
from kyodo_events.values.value import Value

MOST_SKILLS: Final = 30

ContentsNumber = Annotated[int, Field(strict=True, ge=1, le=9_999, examples=[1])]


class Prerequisite(Value):
    """Another course that comes before; one that is required is asked for when somebody applies."""

    course_id: Id
    required: bool = False


class Contents(Value):
    """One version of what a course is about."""

    objectives_ja: Annotated[tuple[Line, ...], Field(min_length=1, max_length=20, description="到達目標")]
    audience_ja: Line
    skills: Annotated[tuple[SkillRef, ...], Field(max_length=MOST_SKILLS)] = ()
    prerequisites: Annotated[tuple[Prerequisite, ...], Field(max_length=10)] = ()
    prerequisites_ja: Text = ""
    material_ids: Annotated[tuple[Id, ...], Field(max_length=50)] = ()

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        _require_once("skill", (skill.key for skill in self.skills))
        _require_once("prerequisite", (one.course_id for one in self.prerequisites))
        _require_once("material", self.material_ids)
        return self

    @property
    def required(self) -> tuple[str, ...]:
        """The courses that must have been taken before."""
        return tuple(one.course_id for one in self.prerequisites if one.required)

    def missing(self, taken: Collection[str]) -> list[str]:
        """The courses that somebody who has taken these must still take first."""
        return [course_id for course_id in self.required if course_id not in taken]


class ContentsIn(Contents):
    """The same as it comes in: skills that no table has are refused."""

    skills: Annotated[tuple[KnownSkill, ...], Field(max_length=MOST_SKILLS)] = ()

    @property
    def kept(self) -> Contents:
        """As it is recorded."""
        return Contents.model_validate(self.model_dump())


class ChangeNotTold(Refused):
    status, type = 422, "contents-change-not-told"
    title = "What changed is not told (変更内容の記載なし)"
    detail = "Each version after the first says in words what changed."
    remedy = "Say it in changed_ja."


class PrerequisiteCircle(Refused):
    status, type = 422, "course-prerequisites-in-a-circle"
    title = "Nobody could take the course (前提講座が循環している)"
    detail = "The course {course_id} would be required before itself."
    remedy = "Leave out one of the prerequisites, or name it without requiring it."


class PrerequisiteMissing(Refused):
    status, type = 409, "course-prerequisite-missing"
    title = "Another course comes first (前提講座が未受講)"
    detail = "Not attended yet, and required before: {courses}."
    remedy = "Take the courses first, or ask Tokyo."


def _require_once(what: str, keys: Iterable[Hashable]) -> None:
    listed = list(keys)
    if len({*listed}) < len(listed):
        raise ValueError(f"a {what} stands twice: name each once")
