"""Courses over HTTP: planned by the secretariat, read by everybody who is signed in, enrolled in by trainees."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Query
from pydantic import AwareDatetime, Field, computed_field

from kyodo_events.errors import NotFound, require
from kyodo_events.values.fiscal import tokyo_date
from kyodo_events.values.texts import Code, Id, Line
from kyodo_platform.commands import Commands
from kyodo_platform.history import HistoryRow
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import person_of, role, secretariat, signed_in
from kyodo_platform.resources import Answer, Body, Page, PageQuery, Reader, ReadSession, Resource
from kyodo_platform.routing import Router
from kyodo_supporter_matching.courses.events import (
    AlreadyEnrolled,
    AttendanceStands,
    CourseCancelledAlready,
    CourseHasBegun,
    CourseInThePast,
    CourseIsFull,
    CourseNotBegun,
    CoursePlan,
    Host,
)
from kyodo_supporter_matching.courses.model import Course, EnrolmentStatus
from kyodo_supporter_matching.courses.views import course, courses_with, enrolment, enrolments_of
from kyodo_supporter_matching.programmes.model import Programme, ProgrammeIsRetired, UnitIsFaceToFace, UnknownUnit
from kyodo_supporter_matching.programmes.values import Mode
from kyodo_supporter_matching.supporters.events import SupporterIsErased
from kyodo_supporter_matching.supporters.model import Supporter
from kyodo_supporter_matching.trainees.events import NotInTraining
from kyodo_supporter_matching.trainees.model import Trainee

router = Router(prefix="/v1/training-courses", tags=["training courses"])

the_supporter = person_of("supporter_id", Role.SUPPORTER)
readers = role(Role.SECRETARIAT, Role.AUDITOR, Role.OFFICER, Role.APPROVER, Role.SUPPORTER)
tokyo = role(Role.SECRETARIAT, Role.AUDITOR)
Moment = Annotated[AwareDatetime | None, Query(ge="2000-01-01T00:00:00Z", le="2100-01-01T00:00:00Z")]


class CourseIn(Body):
    """What is taught when and where."""

    plan: CoursePlan


class CancellationIn(Body):
    """Why the course does not take place. It is shown to everybody: send nothing about a person."""

    reason_ja: Line


class AttendanceIn(Body):
    """Whether the trainee was there."""

    attended: bool


class CourseOut(Resource):
    """A course, and how many of its seats are taken."""

    course_id: str
    programme_id: str = Field(title="研修プログラムID")
    programme_version: int = Field(title="版")
    units: list[str] = Field(title="単元")
    host: str = Field(title="主催")
    mode: Mode = Field(title="方法コード")
    place_ja: str | None = Field(title="場所")
    seats: int = Field(title="定員")
    enrolled: int = Field(title="申込数")
    starts_at: datetime = Field(title="開始")
    ends_at: datetime = Field(title="終了")
    cancelled: bool = Field(title="中止")
    cancellation_ja: str | None = Field(title="中止理由")

    @computed_field(title="方法")  # type: ignore[prop-decorator]
    @property
    def mode_ja(self) -> str:
        """As people read it."""
        return self.mode.label_ja


class EnrolmentRow(Answer):
    """How a trainee stands to a course."""

    municipality: str = Field(title="居住区市町村")
    supporter_id: str = Field(title="サポーターID")
    status: EnrolmentStatus = Field(title="状態コード")
    changed_at: datetime = Field(title="更新日時")

    @computed_field(title="状態")  # type: ignore[prop-decorator]
    @property
    def status_ja(self) -> str:
        """As people read it."""
        return self.status.label_ja


@router.post(
    "", allow=secretariat, raises=[NotFound, ProgrammeIsRetired, UnknownUnit, UnitIsFaceToFace, CourseInThePast]
)
async def plan_course(body: CourseIn, commands: Commands, reader: Reader) -> CourseOut:
    """Plan a course of units of a published version."""
    programme, now = await commands.read(Programme, body.plan.programme_id), commands.now
    programme.require_offered()
    content = programme.content_of(body.plan.programme_version)
    planned = await commands.create(Course, lambda one: one.begin(body.plan, content, now))
    return await _shown(reader, planned.id)


@router.put("/{course_id}/cancellation", allow=secretariat, raises=[CourseHasBegun])
async def cancel_course(course_id: Id, body: CancellationIn, commands: Commands, reader: Reader) -> CourseOut:
    """Let a course not take place."""
    now = commands.now
    await commands.on(Course, course_id, lambda one: one.cancel(body.reason_ja, now))
    return await _shown(reader, course_id)


@router.put(
    "/{course_id}/enrolments/{supporter_id}",
    allow=the_supporter | secretariat,
    acts_for_all=True,
    raises=[
        SupporterIsErased,
        NotInTraining,
        CourseCancelledAlready,
        CourseHasBegun,
        AlreadyEnrolled,
        CourseIsFull,
    ],
)
async def enrol(course_id: Id, supporter_id: Id, commands: Commands, reader: Reader) -> CourseOut:
    """Take a seat for a trainee whom the course leads further."""
    supporter, now = await commands.read(Supporter, supporter_id), commands.now
    require(not supporter.erased, SupporterIsErased())
    plan = (await commands.read(Course, course_id)).planned
    training = await commands.read_or_new(Trainee, supporter_id)
    training.require_taught(plan.programme_id, plan.programme_version, plan.units)
    await commands.on(Course, course_id, lambda one: one.enrol(supporter_id, supporter.home_municipality, now))
    return await _shown(reader, course_id)


@router.put(
    "/{course_id}/enrolments/{supporter_id}/withdrawal",
    allow=the_supporter | secretariat,
    acts_for_all=True,
    raises=[CourseCancelledAlready, CourseHasBegun],
)
async def withdraw(course_id: Id, supporter_id: Id, commands: Commands, reader: Reader) -> CourseOut:
    """Give a seat back before the course begins."""
    now = commands.now
    await commands.on(Course, course_id, lambda one: one.withdraw(supporter_id, now))
    return await _shown(reader, course_id)


@router.put(
    "/{course_id}/enrolments/{supporter_id}/attendance",
    allow=secretariat,
    raises=[CourseCancelledAlready, CourseNotBegun, AttendanceStands],
)
async def record_attendance(
    course_id: Id, supporter_id: Id, body: AttendanceIn, commands: Commands, reader: Reader
) -> CourseOut:
    """Record whether a trainee was there; who was has completed the units of the course."""
    attended, now = body.attended, commands.now
    held = await commands.on(
        Course, course_id, lambda one: one.record_attendance(supporter_id, attended=attended, now=now)
    )
    if attended:
        units, day = held.planned.units, tokyo_date(held.planned.times.starts_at)
        await commands.on(Trainee, supporter_id, lambda one: one.attend(units, course_id, day))
    return await _shown(reader, course_id)


@router.get("", allow=signed_in)
async def list_courses(
    reader: Reader,
    page: PageQuery,
    programme_id: Id | None = None,
    unit: Code | None = None,
    host: Annotated[Host | None, Query()] = None,
    cancelled: bool | None = None,
    since: Moment = None,
    before: Moment = None,
) -> Page[CourseOut]:
    """The courses by time: of a programme, of a unit, of a host."""
    query = courses_with(since, before, unit, programme_id=programme_id, host=host, cancelled=cancelled)
    return await reader.page(CourseOut, query, page, by=[course.c.starts_at, course.c.course_id])


@router.get("/{course_id}", allow=signed_in)
async def read_course(course_id: Id, reader: Reader) -> CourseOut:
    """One course."""
    return await _shown(reader, course_id)


@router.get("/{course_id}/enrolments", allow=readers)
async def list_enrolments(course_id: Id, reader: Reader, page: PageQuery) -> Page[EnrolmentRow]:
    """Who is enrolled: all for Tokyo, those at home in your municipality, or yourself."""
    await _shown(reader, course_id)
    by = [enrolment.c.municipality, enrolment.c.supporter_id]
    return await reader.page(EnrolmentRow, enrolments_of(course_id), page, by=by)


@router.get("/{course_id}/history", allow=tokyo)
async def course_history(course_id: Id, reader: Reader, page: PageQuery) -> Page[HistoryRow]:
    """What happened to a course, in words; when which municipality's trainee enrolled is Tokyo's to see."""
    return await reader.history(Course, course_id, page)


async def _shown(reader: ReadSession, course_id: str) -> CourseOut:
    return await reader.one(CourseOut, courses_with(course_id=course_id), what="training course", id=course_id)
