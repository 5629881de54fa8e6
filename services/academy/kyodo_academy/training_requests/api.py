"""Requests for training over HTTP: asked and agreed to by a municipality, planned and held by Tokyo."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field

from kyodo_academy.courses.model import Course, CourseIsCancelled
from kyodo_academy.sessions.model import TrainingSession
from kyodo_academy.training_requests.events import (
    CourseOfAnotherProgramme,
    PeriodOver,
    SessionLinkedElsewhere,
    SessionOfAnotherCourse,
    SessionsNotHeld,
    TrainingPlan,
    Wishes,
    WrongTrainingStep,
)
from kyodo_academy.training_requests.model import TrainingRequest, TrainingStatus
from kyodo_academy.training_requests.views import training_request, training_requests_with
from kyodo_events.errors import Forbidden
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Id, Line
from kyodo_events.words import name_of
from kyodo_platform.commands import Commands
from kyodo_platform.history import HistoryRow
from kyodo_platform.identity.callers import own_municipality
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import role, secretariat
from kyodo_platform.resources import Body, Page, PageQuery, Reader, ReadSession, Resource
from kyodo_platform.routing import Router

router = Router(prefix="/v1/training-requests", tags=["training requests"])

officers, approvers = role(Role.OFFICER), role(Role.APPROVER)
readers = role(Role.OFFICER, Role.APPROVER, Role.SECRETARIAT, Role.AUDITOR)
BY = [training_request.c.asked_at, training_request.c.request_id, training_request.c.municipality]


class WishesIn(Body):
    """What a municipality asks for."""

    wishes: Wishes


class PlanIn(Body):
    """How it could be."""

    plan: TrainingPlan


class ReasonIn(Body):
    """Why."""

    reason_ja: Line


class TrainingRequestOut(Resource):
    """A request for training, as it stands."""

    request_id: str
    municipality: MunicipalityCode = Field(title="依頼団体コード")
    municipality_ja: str = Field(title="依頼団体", default="")
    wishes: Wishes = Field(title="依頼内容")
    plan: TrainingPlan | None = Field(title="実施案")
    session_ids: list[str] = Field(title="開催回")
    status: TrainingStatus = Field(title="状態コード")
    status_ja: str = Field(title="状態", default="")
    reason_ja: str | None = Field(title="理由", description="Why it was sent back, withdrawn or declined.")
    asked_at: datetime = Field(title="依頼日時")

    def model_post_init(self, context: Any) -> None:
        super().model_post_init(context)
        self.status_ja, self.municipality_ja = self.status.label_ja, name_of(self.municipality)


@router.post("", allow=officers, raises=[Forbidden, PeriodOver])
async def ask_for_training(body: WishesIn, commands: Commands, reader: Reader) -> TrainingRequestOut:
    """Ask for training that is made for your municipality."""
    own, today = own_municipality(commands.identity), commands.today
    asked = await commands.create(TrainingRequest, lambda one: one.ask(own, body.wishes, today))
    return await shown(reader, asked.id)


@router.put("/{request_id}/wishes", allow=officers, raises=[Forbidden, WrongTrainingStep, PeriodOver])
async def revise_wishes(request_id: Id, body: WishesIn, commands: Commands, reader: Reader) -> TrainingRequestOut:
    """Ask for something else, while no plan is waiting for an answer."""
    own, today = own_municipality(commands.identity), commands.today
    await commands.on(TrainingRequest, request_id, lambda one: one.revise(own, body.wishes, today))
    return await shown(reader, request_id)


@router.put(
    "/{request_id}/plan",
    allow=secretariat,
    raises=[WrongTrainingStep, PeriodOver, CourseOfAnotherProgramme, CourseIsCancelled],
)
async def plan_training(request_id: Id, body: PlanIn, commands: Commands, reader: Reader) -> TrainingRequestOut:
    """Propose how it could be: which course, what is taught, when and by whom."""
    course, today = await commands.read(Course, body.plan.course_id), commands.today
    await commands.on(TrainingRequest, request_id, lambda one: one.propose(body.plan, course, today))
    return await shown(reader, request_id)


@router.put("/{request_id}/agreement", allow=approvers, raises=[Forbidden, WrongTrainingStep])
async def agree_to_plan(request_id: Id, commands: Commands, reader: Reader) -> TrainingRequestOut:
    """Agree to the plan as your own municipality's approver (専決)."""
    own = own_municipality(commands.identity)
    await commands.on(TrainingRequest, request_id, lambda one: one.agree(own))
    return await shown(reader, request_id)


@router.put("/{request_id}/objection", allow=approvers, raises=[Forbidden, WrongTrainingStep])
async def send_plan_back(request_id: Id, body: ReasonIn, commands: Commands, reader: Reader) -> TrainingRequestOut:
    """Send the plan back, as your own municipality's approver."""
    own = own_municipality(commands.identity)
    await commands.on(TrainingRequest, request_id, lambda one: one.send_back(own, body.reason_ja))
    return await shown(reader, request_id)


@router.put(
    "/{request_id}/sessions/{session_id}",
    allow=secretariat,
    raises=[WrongTrainingStep, SessionOfAnotherCourse, SessionLinkedElsewhere],
)
async def link_session(request_id: Id, session_id: Id, commands: Commands, reader: Reader) -> TrainingRequestOut:
    """Note that a session is one of those that were agreed."""
    session = await commands.read(TrainingSession, session_id)
    linked = await reader.tx.rows(training_requests_with(session_id=session_id))
    elsewhere = any(row["request_id"] != request_id for row in linked)
    await commands.on(TrainingRequest, request_id, lambda one: one.link(session, elsewhere))
    return await shown(reader, request_id)


@router.put("/{request_id}/holding", allow=secretariat, raises=[WrongTrainingStep, SessionsNotHeld])
async def hold_training(request_id: Id, commands: Commands, reader: Reader) -> TrainingRequestOut:
    """Record that the training took place."""
    ids = (await commands.read(TrainingRequest, request_id)).session_ids
    sessions = [await commands.read(TrainingSession, session_id) for session_id in ids]
    await commands.on(TrainingRequest, request_id, lambda one: one.hold(sessions))
    return await shown(reader, request_id)


@router.put("/{request_id}/withdrawal", allow=officers | approvers, raises=[Forbidden, WrongTrainingStep])
async def withdraw_request(request_id: Id, body: ReasonIn, commands: Commands, reader: Reader) -> TrainingRequestOut:
    """Ask no more."""
    own = own_municipality(commands.identity)
    await commands.on(TrainingRequest, request_id, lambda one: one.withdraw(own, body.reason_ja))
    return await shown(reader, request_id)


@router.put("/{request_id}/declination", allow=secretariat, raises=[WrongTrainingStep])
async def decline_request(request_id: Id, body: ReasonIn, commands: Commands, reader: Reader) -> TrainingRequestOut:
    """Say that it cannot be done."""
    await commands.on(TrainingRequest, request_id, lambda one: one.decline(body.reason_ja))
    return await shown(reader, request_id)


@router.get("", allow=readers)
async def list_training_requests(
    reader: Reader, page: PageQuery, status: TrainingStatus | None = None
) -> Page[TrainingRequestOut]:
    """Your municipality's requests, all for Tokyo, in the order in which they were made."""
    return await reader.page(TrainingRequestOut, training_requests_with(status=status), page, by=BY)


@router.get("/{request_id}", allow=readers)
async def read_training_request(request_id: Id, reader: Reader) -> TrainingRequestOut:
    """One request; 404 for all but its municipality and Tokyo."""
    return await shown(reader, request_id)


@router.get("/{request_id}/history", allow=readers)
async def training_request_history(request_id: Id, reader: Reader, page: PageQuery) -> Page[HistoryRow]:
    """What happened to a request, in words."""
    await shown(reader, request_id)
    return await reader.history(TrainingRequest, request_id, page)


async def shown(reader: ReadSession, request_id: str) -> TrainingRequestOut:
    """The request. Raises NotFound."""
    query = training_requests_with(request_id)
    return await reader.one(TrainingRequestOut, query, what="training request", id=request_id)
