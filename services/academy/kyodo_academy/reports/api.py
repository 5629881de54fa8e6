"""Reports over HTTP: handed in by the learner, judged and read by those in charge of the course."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from kyodo_academy.completions.facts import completed_with
from kyodo_academy.courses.model import Course
from kyodo_academy.learners.model import Learner, LearnerIsGone
from kyodo_academy.lecturers.api import in_charge, onlookers, require_in_charge
from kyodo_academy.reports.model import (
    CourseReport,
    ReportAcceptedAlready,
    ReportNotHandedIn,
    ReportStanding,
    report_id,
)
from kyodo_academy.reports.views import course_report
from kyodo_events.values.texts import Id, Text
from kyodo_platform.commands import Commands
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import person_of
from kyodo_platform.personal import PersonErased, Persons
from kyodo_platform.resources import Body, Page, PageQuery, Reader, ReadSession, Resource
from kyodo_platform.routing import Router

router = Router(prefix="/v1/learners/{learner_id}/reports/{course_id}", tags=["reports"])
of_course = Router(prefix="/v1/courses/{course_id}/reports", tags=["reports"])

the_learner = person_of("learner_id", Role.LEARNER)

Words = Annotated[Text, Field(min_length=1)]


class ReportIn(Body):
    """The report; it is encrypted with the learner's own key."""

    text_ja: Words


class RemarkIn(Body):
    """What is missing in the report; it is encrypted with the learner's own key."""

    remark_ja: Words


class ReportOut(Resource):
    """Where a report stands. It repeats nothing of it."""

    report_id: str
    learner_id: str
    course_id: str
    times: int = Field(title="提出回数")
    handed_in_at: datetime = Field(title="提出日時")
    judged_at: datetime | None = Field(title="確認日時")
    standing: ReportStanding = Field(title="状態コード")
    standing_ja: str = Field(title="状態", default="")

    def model_post_init(self, context: Any) -> None:
        super().model_post_init(context)
        self.standing_ja = self.standing.label_ja


class ReportTextOut(ReportOut):
    """A report to be read; without its texts once the learner's personal data was erased."""

    text_ja: str | None = Field(title="レポート")
    remark_ja: str | None = Field(title="講評", description="Why it was sent back the last time.")


@router.put("", allow=the_learner, raises=[LearnerIsGone, PersonErased, ReportAcceptedAlready], acts_for_all=True)
async def hand_in(
    learner_id: Id, course_id: Id, body: ReportIn, commands: Commands, reader: Reader, persons: Persons
) -> ReportOut:
    """Hand in a report on a course, or hand it in anew."""
    learner = (await commands.read(Learner, learner_id)).here()
    await commands.read(Course, course_id)
    id_ = report_id(course_id, learner_id)
    sealed = await persons.seal(learner_id, {"text_ja": body.text_ja})
    used = bool(await reader.tx.scalar(completed_with(id_)))
    await commands.on_or_new(
        CourseReport, id_, lambda one: one.hand_in(learner.municipality, learner_id, course_id, sealed, used=used)
    )
    return await _shown(reader, id_)


@router.get("", allow=the_learner | in_charge, acts_for_all=True)
async def read_report(
    learner_id: Id, course_id: Id, commands: Commands, reader: Reader, persons: Persons
) -> ReportTextOut:
    """The report, for the learner and those in charge of the course."""
    if Role.LEARNER not in commands.identity.roles:
        await require_in_charge(commands, course_id)
    shown = await _shown(reader, report_id(course_id, learner_id))
    texts = await persons.open(learner_id, (await commands.read(CourseReport, shown.report_id)).sealed) or {}
    told = {"text_ja": texts.get("text_ja"), "remark_ja": texts.get("remark_ja")}
    return ReportTextOut(**shown.model_dump(), **told)


@router.put("/acceptance", allow=in_charge, raises=[ReportNotHandedIn], acts_for_all=True)
async def accept_report(learner_id: Id, course_id: Id, commands: Commands, reader: Reader) -> ReportOut:
    """Accept the report."""
    await require_in_charge(commands, course_id)
    accepted = await commands.on(CourseReport, report_id(course_id, learner_id), CourseReport.accept)
    return await _shown(reader, accepted.id)


@router.put("/return", allow=in_charge, raises=[ReportNotHandedIn, PersonErased], acts_for_all=True)
async def send_report_back(
    learner_id: Id, course_id: Id, body: RemarkIn, commands: Commands, reader: Reader, persons: Persons
) -> ReportOut:
    """Have the report written anew, and say why."""
    await require_in_charge(commands, course_id)
    sealed = await persons.seal(learner_id, {"remark_ja": body.remark_ja})
    back = await commands.on(CourseReport, report_id(course_id, learner_id), lambda one: one.send_back(sealed))
    return await _shown(reader, back.id)


@of_course.get("", allow=onlookers, acts_for_all=True)
async def list_reports(
    course_id: Id, commands: Commands, reader: Reader, page: PageQuery, standing: ReportStanding | None = None
) -> Page[ReportOut]:
    """The reports on a course, for those in charge of it; under pseudonyms, without their texts."""
    await require_in_charge(commands, course_id)
    query = course_report.select().where(course_report.c.course_id == course_id)
    query = query.where(course_report.c.standing == standing.value) if standing else query
    return await reader.page(ReportOut, query, page, by=[course_report.c.handed_in_at, course_report.c.report_id])


async def _shown(reader: ReadSession, id_: str) -> ReportOut:
    query = course_report.select().where(course_report.c.report_id == id_)
    return await reader.one(ReportOut, query, what="report", id=id_)
