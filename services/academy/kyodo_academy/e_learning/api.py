"""E-learning over HTTP: arranged by those in charge of a course, learnt by learners, followed where they work."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path

from kyodo_academy.courses.model import Course
from kyodo_academy.e_learning.learning import has_passed, learn
from kyodo_academy.e_learning.model import ELearning, Progress, QuizNotPassed, QuizOfAnotherCourse, progress_id
from kyodo_academy.e_learning.schemas import (
    ELearningOut,
    OwnProgressOut,
    ProgressIn,
    ProgressRow,
    SumRow,
    UnitProgressRow,
    VersionOut,
)
from kyodo_academy.e_learning.values import Unit, Units
from kyodo_academy.e_learning.views import offered_in, progress, progress_with, sums_of, units_of, version_of
from kyodo_academy.learners.model import LearnerIsGone
from kyodo_academy.lecturers.api import in_charge, require_in_charge
from kyodo_academy.materials.model import Material
from kyodo_academy.quizzes.model import Quiz
from kyodo_events.errors import NotFound, require
from kyodo_events.values.texts import Code, Id
from kyodo_platform.commands import CommandBus, Commands
from kyodo_platform.history import HistoryRow
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import person_of, role
from kyodo_platform.resources import Body, Page, PageQuery, Reader, ReadSession
from kyodo_platform.routing import Router

offering = Router(prefix="/v1/courses/{course_id}/e-learning", tags=["e-learning"])
learning = Router(prefix="/v1/learners/{learner_id}/e-learning", tags=["e-learning"])

the_learner = person_of("learner_id", Role.LEARNER)
employers = role(Role.OFFICER, Role.APPROVER, Role.SECRETARIAT, Role.AUDITOR)
viewers = employers | role(Role.LEARNER, Role.LECTURER)

Number = Annotated[int, Path(ge=1, le=9_999)]
KEPT = 300  # units of which a learner's progress is on record, those of former versions included


class UnitsIn(Units, Body):
    """All units of a course, in order. Those of a known key keep the progress of their learners."""


@offering.put("", allow=in_charge, raises=[QuizOfAnotherCourse, NotFound])
async def arrange_units(course_id: Id, body: UnitsIn, commands: Commands, reader: Reader) -> ELearningOut:
    """Have these units from now on. What learners did in units of the same key stays."""
    await commands.read(Course, course_id)
    await require_in_charge(commands, course_id)
    await _require_parts(commands, course_id, body.units)
    arranged = Units(units=body.units)
    await commands.on_or_new(ELearning, course_id, lambda one: one.arrange(arranged))
    return await _offered(reader, course_id)


@offering.get("", allow=viewers)
async def read_units(course_id: Id, reader: Reader) -> ELearningOut:
    """The units of a course, in order."""
    return await _offered(reader, course_id)


@offering.get("/versions/{version_number}", allow=viewers)
async def read_units_of_version(course_id: Id, version_number: Number, reader: Reader) -> VersionOut:
    """The units as they were in a version."""
    query = version_of(course_id, version_number)
    return await reader.one(VersionOut, query, what="version of the e-learning", id=str(version_number))


@offering.get("/history", allow=viewers)
async def units_history(course_id: Id, reader: Reader, page: PageQuery) -> Page[HistoryRow]:
    """When units were arranged anew, in words."""
    return await reader.history(ELearning, course_id, page)


@offering.get("/progress", allow=employers)
async def list_progress(course_id: Id, reader: Reader, page: PageQuery) -> Page[ProgressRow]:
    """How far your officials have come; everybody for Tokyo."""
    by = [progress.c.municipality, progress.c.learner_id]
    return await reader.page(ProgressRow, progress_with(course_id=course_id), page, by=by)


@offering.get("/sums", allow=employers)
async def list_sums(course_id: Id, reader: Reader, page: PageQuery) -> Page[SumRow]:
    """How many have begun and completed it: of your officials, of each organisation for Tokyo."""
    return await reader.page(SumRow, sums_of(course_id), page, by=[progress.c.municipality])


@learning.get("", allow=the_learner | employers)
async def list_own_progress(learner_id: Id, reader: Reader, page: PageQuery) -> Page[ProgressRow]:
    """The courses that a learner has begun online."""
    return await reader.page(ProgressRow, progress_with(learner_id=learner_id), page, by=[progress.c.course_id])


@learning.get("/{course_id}", allow=the_learner | employers)
async def read_progress(learner_id: Id, course_id: Id, reader: Reader) -> OwnProgressOut:
    """Unit by unit, and which comes next."""
    return await shown(reader, learner_id, course_id)


@learning.get("/{course_id}/history", allow=the_learner | employers)
async def progress_history(learner_id: Id, course_id: Id, reader: Reader, page: PageQuery) -> Page[HistoryRow]:
    """What a learner did, in words."""
    query = progress_with(course_id=course_id, learner_id=learner_id)
    await reader.one(ProgressRow, query, what="progress", id=course_id)
    return await reader.history(Progress, progress_id(course_id, learner_id), page)


@learning.put("/{course_id}/units/{unit}/start", allow=the_learner, raises=[LearnerIsGone], acts_for_all=True)
async def start_unit(learner_id: Id, course_id: Id, unit: Code, commands: Commands, reader: Reader) -> OwnProgressOut:
    """Begin a unit."""
    await learn(commands, learner_id, course_id, lambda one, of: one.start(of, unit))
    return await shown(reader, learner_id, course_id)


@learning.put("/{course_id}/units/{unit}/progress", allow=the_learner, raises=[LearnerIsGone], acts_for_all=True)
async def progress_in_unit(
    learner_id: Id, course_id: Id, unit: Code, body: ProgressIn, commands: Commands, reader: Reader
) -> OwnProgressOut:
    """Report how far you are, as often as you like: it is recorded in steps of five percent or a minute."""
    await learn(commands, learner_id, course_id, lambda one, of: one.progress(of, unit, body.percent, body.seconds))
    return await shown(reader, learner_id, course_id)


@learning.put(
    "/{course_id}/units/{unit}/completion", allow=the_learner, raises=[LearnerIsGone, QuizNotPassed], acts_for_all=True
)
async def complete_unit(
    learner_id: Id, course_id: Id, unit: Code, commands: Commands, reader: Reader
) -> OwnProgressOut:
    """Be through with a unit. One with a quiz is completed by passing that."""
    quiz_id = (await commands.read(ELearning, course_id)).unit(unit).quiz_id
    passed = await has_passed(reader.tx, learner_id, quiz_id)
    await learn(commands, learner_id, course_id, lambda one, of: one.complete(of, unit, passed=passed))
    return await shown(reader, learner_id, course_id)


async def shown(reader: ReadSession, learner_id: str, course_id: str) -> OwnProgressOut:
    """A learner's way through a course. Raises NotFound where the course has no e-learning."""
    offered = await _offered(reader, course_id)
    rows = await reader.all(UnitProgressRow, units_of(learner_id, course_id), at_most=KEPT)
    query = progress_with(course_id=course_id, learner_id=learner_id)
    courses = await reader.all(ProgressRow, query, at_most=1)
    return OwnProgressOut.made_of(offered, rows, learner_id, next(iter(courses), None))


async def _offered(reader: ReadSession, course_id: str) -> ELearningOut:
    return await reader.one(ELearningOut, offered_in(course_id), what="e-learning", id=course_id)


async def _require_parts(commands: CommandBus, course_id: str, units: tuple[Unit, ...]) -> None:
    """Raises NotFound for slides or a quiz that are not there, QuizOfAnotherCourse."""
    for material_id in {unit.slides_material_id for unit in units if unit.slides_material_id}:
        await commands.read(Material, material_id)
    for quiz_id in {unit.quiz_id for unit in units if unit.quiz_id}:
        quiz = await commands.read(Quiz, quiz_id)
        require(quiz.course_id == course_id, QuizOfAnotherCourse(quiz_id=quiz_id))
