"""Enrolments over HTTP: applied for by the learner, nominated where the learner works, recorded by the host."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field

from kyodo_academy.courses.contents import PrerequisiteMissing
from kyodo_academy.enrolments.admission import TooManyEnrolments, require_admissible
from kyodo_academy.enrolments.model import Enrolment, WrongStep, enrolment_id
from kyodo_academy.enrolments.placing import on_seats, seat, unseat
from kyodo_academy.enrolments.values import EnrolmentStatus
from kyodo_academy.enrolments.views import enrolment, enrolments_with
from kyodo_academy.learners.model import Learner, LearnerIsGone
from kyodo_academy.sessions.events import EnrolledAlready, NoOffer, SessionNotOpen, TooLate
from kyodo_academy.sessions.model import TrainingSession
from kyodo_events.values.municipalities import Party
from kyodo_events.values.texts import Id
from kyodo_platform.commands import Commands
from kyodo_platform.history import HistoryRow
from kyodo_platform.identity.callers import party_of
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import person_of, role
from kyodo_platform.resources import Page, PageQuery, Reader, ReadSession, Resource
from kyodo_platform.routing import Router

applying = Router(prefix="/v1/learners/{learner_id}/enrolments", tags=["enrolments"])
router = Router(prefix="/v1/enrolments", tags=["enrolments"])

the_learner = person_of("learner_id", Role.LEARNER)
employers = role(Role.OFFICER, Role.APPROVER, Role.SECRETARIAT)
readers = role(Role.OFFICER, Role.APPROVER, Role.SECRETARIAT, Role.AUDITOR)
SEATING = [SessionNotOpen, TooLate, EnrolledAlready, LearnerIsGone]
BY = [enrolment.c.applied_at, enrolment.c.enrolment_id]


class EnrolmentOut(Resource):
    """One learner for one session."""

    enrolment_id: str
    learner_id: str
    session_id: str
    municipality: Party = Field(title="所属団体コード")
    title_ja: str = Field(title="研修")
    starts_at: datetime = Field(title="開始")
    ends_at: datetime = Field(title="終了")
    applied_at: datetime = Field(title="申込日時")
    answer_until: datetime | None = Field(title="回答期限", description="Of a seat that is offered.")
    percent: int | None = Field(title="出席率")
    status: EnrolmentStatus = Field(title="状態コード")
    status_ja: str = Field(title="状態", default="")

    def model_post_init(self, context: Any) -> None:
        super().model_post_init(context)
        self.status_ja = self.status.label_ja


@applying.put(
    "/{session_id}/application",
    allow=the_learner,
    raises=[*SEATING, PrerequisiteMissing, TooManyEnrolments],
    acts_for_all=True,
)
async def apply(learner_id: Id, session_id: Id, commands: Commands, reader: Reader) -> EnrolmentOut:
    """Apply for a session. Where you work it is agreed to, and then you have a seat or wait for one."""
    now = commands.now
    learner = (await commands.read(Learner, learner_id)).here()
    session = (await commands.read(TrainingSession, session_id)).require_applications(now)
    await require_admissible(commands, reader.tx, session, learner_id)
    id_ = enrolment_id(session_id, learner_id)
    await commands.on_or_new(Enrolment, id_, lambda one: one.apply(learner.municipality, learner_id, session_id, now))
    return await shown(commands.now, reader, id_)


@applying.put("/{session_id}/acceptance", allow=the_learner, raises=[NoOffer, SessionNotOpen], acts_for_all=True)
async def accept_seat(learner_id: Id, session_id: Id, commands: Commands, reader: Reader) -> EnrolmentOut:
    """Take a seat that is offered although you have something else at that time."""
    id_ = enrolment_id(session_id, learner_id)
    await on_seats(commands, reader.tx, session_id, lambda session, now, clashing: session.accept(id_, now, clashing))
    return await shown(commands.now, reader, id_)


@applying.put("/{session_id}/cancellation", allow=the_learner, raises=[WrongStep], acts_for_all=True)
async def cancel(learner_id: Id, session_id: Id, commands: Commands, reader: Reader) -> EnrolmentOut:
    """Not come: possible at any time. Whoever waits moves up."""
    cancelled = await commands.on(Enrolment, enrolment_id(session_id, learner_id), Enrolment.cancel)
    if commands.has_recorded:  # said again, it is not about a seat that was applied for anew
        await unseat(commands, reader.tx, cancelled)
    return await shown(commands.now, reader, cancelled.id)


@router.put("/{enrolment_id}/nomination", allow=employers, raises=[WrongStep, *SEATING])
async def nominate(enrolment_id: Id, commands: Commands, reader: Reader) -> EnrolmentOut:
    """Agree to the application of an official who works for you: the seat is given, or waited for."""
    works_for = party_of(commands.identity)
    nominated = await commands.on(Enrolment, enrolment_id, lambda one: one.nominate(works_for))
    if commands.has_recorded:  # said again, it gives no seat to who cancels at that moment
        await seat(commands, reader.tx, nominated)
    return await shown(commands.now, reader, enrolment_id)


@router.put("/{enrolment_id}/declination", allow=employers, raises=[WrongStep])
async def decline(enrolment_id: Id, commands: Commands, reader: Reader) -> EnrolmentOut:
    """Not agree to the application of an official who works for you."""
    works_for = party_of(commands.identity)
    await commands.on(Enrolment, enrolment_id, lambda one: one.decline(works_for))
    return await shown(commands.now, reader, enrolment_id)


@router.get("", allow=readers)
async def list_enrolments(
    commands: Commands,
    reader: Reader,
    page: PageQuery,
    session_id: Id | None = None,
    status: EnrolmentStatus | None = None,
) -> Page[EnrolmentOut]:
    """The enrolments of your officials, all for Tokyo."""
    query = enrolments_with(commands.now, session_id=session_id, status=status)
    return await reader.page(EnrolmentOut, query, page, by=BY)


@router.get("/{enrolment_id}/history", allow=readers)
async def enrolment_history(enrolment_id: Id, commands: Commands, reader: Reader, page: PageQuery) -> Page[HistoryRow]:
    """What happened to an enrolment, in words."""
    await shown(commands.now, reader, enrolment_id)
    return await reader.history(Enrolment, enrolment_id, page)


@applying.get("", allow=the_learner | readers)
async def list_own_enrolments(
    learner_id: Id, commands: Commands, reader: Reader, page: PageQuery
) -> Page[EnrolmentOut]:
    """A learner's enrolments, in the order of application."""
    query = enrolments_with(commands.now, learner_id=learner_id)
    return await reader.page(EnrolmentOut, query, page, by=BY)


async def shown(now: datetime, reader: ReadSession, id_: str) -> EnrolmentOut:
    """The enrolment. Raises NotFound."""
    return await reader.one(EnrolmentOut, enrolments_with(now, enrolment_id=id_), what="enrolment", id=id_)
