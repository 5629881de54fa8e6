"""Learners over HTTP: registered where they work, seen there and by Tokyo."""

from __future__ import annotations

from typing import Any, Self

from pydantic import Field

from kyodo_academy.enrolments.leaving import give_back_all
from kyodo_academy.learners.model import Learner
from kyodo_academy.learners.views import learner, learners_with
from kyodo_events.values.municipalities import Party
from kyodo_events.values.texts import Id
from kyodo_platform.commands import Commands
from kyodo_platform.history import HistoryRow
from kyodo_platform.identity.callers import party_of
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import person_of, role
from kyodo_platform.resources import Page, PageQuery, Reader, Resource
from kyodo_platform.routing import Router

router = Router(prefix="/v1/learners", tags=["learners"])

employers = role(Role.OFFICER, Role.APPROVER, Role.SECRETARIAT)
readers = role(Role.OFFICER, Role.APPROVER, Role.SECRETARIAT, Role.AUDITOR)
the_learner = person_of("learner_id", Role.LEARNER)


class LearnerOut(Resource):
    """One official, under a pseudonym."""

    learner_id: str
    municipality: Party = Field(title="所属団体コード")
    pseudonym: str = Field(title="仮名")
    gone: bool = Field(title="登録終了")
    erased: bool = Field(title="削除済")

    @classmethod
    def of_model(cls, one: Learner) -> Self:
        """The answer after a decision."""
        told: dict[str, Any] = {**vars(one), "learner_id": one.id, "pseudonym": one.pseudonym, "gone": one.left}
        return cls.of(told)


@router.post("", allow=employers)
async def register_learner(commands: Commands) -> LearnerOut:
    """Register an official of the own municipality, or of Tokyo. Then write the profile."""
    works_for = party_of(commands.identity)
    return LearnerOut.of_model(await commands.create(Learner, lambda one: one.register(works_for)))


@router.put("/{learner_id}/departure", allow=employers)
async def end_registration(learner_id: Id, commands: Commands, reader: Reader) -> LearnerOut:
    """End the registration of an official who works there no more; seats of sessions to come go to whoever waits."""
    works_for = party_of(commands.identity)
    gone = await commands.on(Learner, learner_id, lambda one: one.leave(works_for))
    await give_back_all(commands, reader.tx, learner_id)
    return LearnerOut.of_model(gone)


@router.get("", allow=readers)
async def list_learners(reader: Reader, page: PageQuery) -> Page[LearnerOut]:
    """The learners of your municipality; Tokyo sees all."""
    by = [learner.c.municipality, learner.c.learner_id]
    return await reader.page(LearnerOut, learners_with(), page, by=by)


@router.get("/{learner_id}", allow=readers | the_learner)
async def read_learner(learner_id: Id, reader: Reader) -> LearnerOut:
    """One learner: of your municipality, or yourself."""
    return await reader.one(LearnerOut, learners_with(learner_id), what="learner", id=learner_id)


@router.get("/{learner_id}/history", allow=readers | the_learner)
async def learner_history(learner_id: Id, reader: Reader, page: PageQuery) -> Page[HistoryRow]:
    """What happened to a learner, in words."""
    await read_learner(learner_id, reader)
    return await reader.history(Learner, learner_id, page)
