"""Sessions over HTTP: planned and opened by their host, read by everybody, audited by Tokyo."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from typing import Annotated, Any, Final, Self

from pydantic import Field, model_validator

from kyodo_academy.courses.model import Course, CourseHasNoDate, CourseIsCancelled
from kyodo_academy.enrolments.placing import on_seats
from kyodo_academy.sessions.audit import broken
from kyodo_academy.sessions.events import SeatsBelowConfirmed, SeatsBelowQuotas, SessionNotOpen, TooLate
from kyodo_academy.sessions.model import TrainingSession
from kyodo_academy.sessions.places import ORDER_JA
from kyodo_academy.sessions.values import Moment, Plan, Quota, Seats, SessionStatus
from kyodo_academy.sessions.views import training_session
from kyodo_events.event import new_id
from kyodo_events.values.municipalities import Party
from kyodo_events.values.texts import Id, Line
from kyodo_platform.commands import Commands
from kyodo_platform.history import HistoryRow
from kyodo_platform.identity.callers import party_of
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import public, role
from kyodo_platform.resources import Answer, Body, Page, PageQuery, Reader, ReadSession, Resource
from kyodo_platform.routing import Router

planning = Router(prefix="/v1/courses/{course_id}/sessions", tags=["sessions"])
series = Router(prefix="/v1/courses/{course_id}/session-series", tags=["sessions"])
router = Router(prefix="/v1/sessions", tags=["sessions"])

hosts = role(Role.OFFICER, Role.SECRETARIAT)
MOST_AUDITED: Final = 200
MOST_FURTHER: Final = 51  # beside the first: one a week for a year
BY = [training_session.c.starts_at, training_session.c.session_id]


class SessionIn(Body):
    """A session as its host plans it."""

    plan: Plan


class SeriesIn(Body):
    """The first session of a series, and when the further ones begin: planned alike, with deadlines as far before."""

    plan: Plan
    further: Annotated[tuple[Moment, ...], Field(min_length=1, max_length=MOST_FURTHER)]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        moments = [self.plan.starts_at, *self.further]
        if any(later <= earlier for earlier, later in pairwise(moments)):
            raise ValueError("a series runs forwards: name each further beginning once, in the order of time")
        _ = self.plans
        return self

    @property
    def plans(self) -> list[Plan]:
        """All sessions as they are planned. Raises ValueError where one cannot be."""
        return [self.plan, *map(self.plan.beginning, self.further)]


class SeatsIn(Body):
    """How many seats there are."""

    seats: Seats


class CancellationIn(Body):
    """Why it does not take place."""

    reason_ja: Line


class SessionOut(Resource):
    """One session."""

    session_id: str
    course_id: str
    contents_version: int = Field(title="講座内容の版", description="By which it was planned; 0: none were written.")
    series_id: str | None = Field(title="連続開催")
    host: Party = Field(title="主催団体コード")
    title_ja: str = Field(title="研修名")
    place_ja: str = Field(title="会場・接続方法")
    online: bool = Field(title="オンライン")
    starts_at: datetime = Field(title="開始")
    ends_at: datetime = Field(title="終了")
    apply_until: datetime = Field(title="申込期限")
    changes_until: datetime = Field(title="変更・繰上げの期限")
    seats: int = Field(title="定員")
    quotas: list[Quota] = Field(title="団体別の割当")
    released: bool = Field(title="割当の開放", description="Whether seats that quotas kept are for everybody now.")
    project_id: str | None = Field(title="協働事業")
    order_ja: str = Field(default=ORDER_JA, title="繰上げの順")
    status: SessionStatus = Field(title="状態コード")
    status_ja: str = Field(title="状態", default="")

    def model_post_init(self, context: Any) -> None:
        super().model_post_init(context)
        self.status_ja = self.status.label_ja


class SeriesOut(Answer):
    """The sessions of a series, in the order of time."""

    series_id: str
    session_ids: list[str]


class Finding(Answer):
    """Something that should not be: a defect of this product, to be reported."""

    session_id: str
    words: str = Field(title="内容")


@planning.post("", allow=hosts, raises=[TooLate, CourseIsCancelled, CourseHasNoDate])
async def plan_session(course_id: Id, body: SessionIn, commands: Commands, reader: Reader) -> SessionOut:
    """Plan a session of a course."""
    host, now, course = party_of(commands.identity), commands.now, await commands.read(Course, course_id)
    planned = await commands.create(TrainingSession, lambda one: one.begin(host, course, body.plan, now))
    return await shown(reader, planned.id)


@series.post("", allow=hosts, raises=[TooLate, CourseIsCancelled, CourseHasNoDate])
async def plan_series(course_id: Id, body: SeriesIn, commands: Commands) -> SeriesOut:
    """Plan the sessions of a series; each is a session of its own from then on."""
    host, now, course = party_of(commands.identity), commands.now, await commands.read(Course, course_id)
    series_id, each = new_id(), [(TrainingSession(id=new_id()), plan) for plan in body.plans]
    planned = [(one, [*one.begin(host, course, plan, now, series_id)]) for one, plan in each]
    await commands.save_each(TrainingSession, planned)
    return SeriesOut(series_id=series_id, session_ids=[one.id for one, _ in planned])


@router.put("/{session_id}/plan", allow=hosts, raises=[SessionNotOpen, TooLate])
async def move_session(session_id: Id, body: SessionIn, commands: Commands, reader: Reader) -> SessionOut:
    """Plan a session otherwise; seats and quotas stay as they are. Who is enrolled reads so among the own reminders."""
    host, now = party_of(commands.identity), commands.now
    await commands.on(TrainingSession, session_id, lambda one: one.move(host, body.plan, now))
    await on_seats(commands, reader.tx, session_id, lambda one, now, clashing: one.move_on(now, clashing))
    return await shown(reader, session_id)


@router.put("/{session_id}/opening", allow=hosts, raises=[SessionNotOpen])
async def open_session(session_id: Id, commands: Commands, reader: Reader) -> SessionOut:
    """Let learners apply."""
    host = party_of(commands.identity)
    await commands.on(TrainingSession, session_id, lambda one: one.open(host))
    return await shown(reader, session_id)


@router.put("/{session_id}/seats", allow=hosts, raises=[SessionNotOpen, SeatsBelowConfirmed, SeatsBelowQuotas])
async def change_seats(session_id: Id, body: SeatsIn, commands: Commands, reader: Reader) -> SessionOut:
    """Have more seats, which go to those who wait, or fewer, as long as nobody loses one."""
    host = party_of(commands.identity)
    await on_seats(
        commands,
        reader.tx,
        session_id,
        lambda session, now, clashing: session.change_seats(host, body.seats, now, clashing),
    )
    return await shown(reader, session_id)


@router.put("/{session_id}/cancellation", allow=hosts, raises=[SessionNotOpen])
async def cancel_session(session_id: Id, body: CancellationIn, commands: Commands, reader: Reader) -> SessionOut:
    """Let a session not take place."""
    host = party_of(commands.identity)
    await commands.on(TrainingSession, session_id, lambda one: one.cancel(host, body.reason_ja))
    return await shown(reader, session_id)


@router.put("/{session_id}/holding", allow=hosts, raises=[SessionNotOpen])
async def hold_session(session_id: Id, commands: Commands, reader: Reader) -> SessionOut:
    """Record that a session took place."""
    host, now = party_of(commands.identity), commands.now
    await commands.on(TrainingSession, session_id, lambda one: one.hold(host, now))
    return await shown(reader, session_id)


@router.get("", allow=public)
async def list_sessions(
    reader: Reader,
    page: PageQuery,
    course_id: Id | None = None,
    series_id: Id | None = None,
    status: SessionStatus | None = None,
) -> Page[SessionOut]:
    """Sessions by time, with the order in which a queue for them moves up."""
    query = training_session.select()
    query = query.where(training_session.c.course_id == course_id) if course_id else query
    query = query.where(training_session.c.series_id == series_id) if series_id else query
    query = query.where(training_session.c.status == status.value) if status else query
    return await reader.page(SessionOut, query, page, by=BY)


@router.get("/audit", allow=role(Role.SECRETARIAT, Role.AUDITOR))
async def audit_sessions(commands: Commands, reader: Reader) -> Page[Finding]:
    """Whether seats are oversold or free while somebody waits, in any open session; nothing where all is well."""
    open_ones = training_session.select().where(training_session.c.status == SessionStatus.OPEN.value)
    rows = await reader.tx.rows(open_ones.order_by(*BY).limit(MOST_AUDITED))
    sessions = [await commands.read(TrainingSession, row["session_id"]) for row in rows]
    return Page(
        items=[Finding(session_id=one.id, words=words) for one in sessions for words in broken(one, commands.now)]
    )


@router.get("/{session_id}", allow=public)
async def read_session(session_id: Id, reader: Reader) -> SessionOut:
    """One session."""
    return await shown(reader, session_id)


@router.get("/{session_id}/history", allow=public)
async def session_history(session_id: Id, reader: Reader, page: PageQuery) -> Page[HistoryRow]:
    """What happened to a session, in words; nobody is named."""
    return await reader.history(TrainingSession, session_id, page)


async def shown(reader: ReadSession, session_id: str) -> SessionOut:
    """The session. Raises NotFound."""
    query = training_session.select().where(training_session.c.session_id == session_id)
    return await reader.one(SessionOut, query, what="session", id=session_id)
