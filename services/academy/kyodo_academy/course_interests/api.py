"""Interest in courses without a date, over HTTP: learners state their own, municipalities a number of people."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from pydantic import Field

from kyodo_academy.course_interests.model import CourseInterest, People, interest_id
from kyodo_academy.course_interests.views import course_interest, interest_by_municipality, interests_of
from kyodo_academy.courses.model import Course, CourseNotProposed, Status
from kyodo_academy.learners.model import LearnerIsGone
from kyodo_academy.officials import organisation_of
from kyodo_events.errors import Forbidden
from kyodo_events.values.municipalities import Party
from kyodo_events.values.texts import Id
from kyodo_events.words import name_of
from kyodo_platform.commands import Commands
from kyodo_platform.identity.callers import own_municipality
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import person_of, role
from kyodo_platform.resources import Answer, Body, Page, PageQuery, Reader, Resource
from kyodo_platform.routing import Router

of_learner = Router(prefix="/v1/learners/{learner_id}/course-interests", tags=["courses"])
router = Router(prefix="/v1/proposed-courses/{course_id}", tags=["courses"])

the_learner = person_of("learner_id", Role.LEARNER)
officers = role(Role.OFFICER)
readers = role(Role.OFFICER, Role.APPROVER, Role.SECRETARIAT, Role.AUDITOR)


class InterestIn(Body):
    """How many of your officials would come."""

    people: People


class InterestState(Resource):
    """An interest as it stands: 0 people where there is none."""

    course_id: str
    people: int = Field(title="人数")


class InterestOut(Resource):
    """A course that you are interested in."""

    course_id: str
    title_ja: str = Field(title="講座名")
    status: Status = Field(title="状態コード")
    status_ja: str = Field(title="状態", default="")
    starts_on: date | None = Field(title="開始日")
    stated_at: datetime = Field(title="意向を示した日時")

    def model_post_init(self, context: Any) -> None:
        super().model_post_init(context)
        self.status_ja = self.status.label_ja


class InterestCount(Answer):
    """How many are interested, who work for one municipality or for Tokyo. The two figures are not a sum."""

    municipality: Party = Field(title="団体コード")
    municipality_ja: str = Field(title="団体", default="")
    learners: int = Field(title="受講を希望する職員数")
    people: int = Field(title="団体が見込む人数")

    def model_post_init(self, context: Any) -> None:
        super().model_post_init(context)
        self.municipality_ja = name_of(self.municipality)


@of_learner.put("/{course_id}", allow=the_learner, raises=[CourseNotProposed, LearnerIsGone], acts_for_all=True)
async def state_own_interest(learner_id: Id, course_id: Id, commands: Commands) -> InterestState:
    """Say that you would come, once there is a date."""
    works_for, course = await organisation_of(commands, learner_id), await commands.read(Course, course_id)
    stated = await commands.on_or_new(
        CourseInterest, interest_id(course_id, learner_id), lambda one: one.state(course, works_for, learner_id)
    )
    return InterestState.of(stated)


@of_learner.delete("/{course_id}", allow=the_learner, acts_for_all=True)
async def withdraw_own_interest(learner_id: Id, course_id: Id, commands: Commands) -> InterestState:
    """Say that you would not come."""
    withdrawn = await commands.on(CourseInterest, interest_id(course_id, learner_id), CourseInterest.withdraw)
    return InterestState.of(withdrawn)


@of_learner.get("", allow=the_learner)
async def list_own_interests(learner_id: Id, reader: Reader, page: PageQuery) -> Page[InterestOut]:
    """What you are interested in."""
    return await reader.page(InterestOut, interests_of(learner_id), page, by=[course_interest.c.course_id])


@router.put("/interest", allow=officers, raises=[CourseNotProposed, Forbidden])
async def state_interest(course_id: Id, body: InterestIn, commands: Commands) -> InterestState:
    """Say how many of your municipality's officials would come."""
    own, course = own_municipality(commands.identity), await commands.read(Course, course_id)
    stated = await commands.on_or_new(
        CourseInterest, interest_id(course_id, own), lambda one: one.state(course, own, own, body.people)
    )
    return InterestState.of(stated)


@router.delete("/interest", allow=officers, raises=[Forbidden])
async def withdraw_interest(course_id: Id, commands: Commands) -> InterestState:
    """Say that none of your municipality's officials would come."""
    own = own_municipality(commands.identity)
    return InterestState.of(await commands.on(CourseInterest, interest_id(course_id, own), CourseInterest.withdraw))


@router.get("/interests", allow=readers)
async def list_interests(course_id: Id, reader: Reader, page: PageQuery) -> Page[InterestCount]:
    """How many are interested: in your municipality, or for Tokyo in each."""
    by = [course_interest.c.municipality]
    return await reader.page(InterestCount, interest_by_municipality(course_id), page, by=by)
