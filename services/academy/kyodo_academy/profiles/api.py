"""Profiles over HTTP: written and read by the learner and where the learner works, erased for good."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from kyodo_academy.enrolments.leaving import give_back_all
from kyodo_academy.learners.api import LearnerOut
from kyodo_academy.learners.model import Learner, LearnerIsGone
from kyodo_academy.learners.views import learners_with
from kyodo_academy.profiles.model import Profile
from kyodo_events.errors import Refused, require
from kyodo_events.values.texts import Id, Line
from kyodo_platform.commands import Commands
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import person_of, role, secretariat
from kyodo_platform.personal import PersonErased, Persons
from kyodo_platform.resources import Body, Reader, Resource
from kyodo_platform.routing import Router

router = Router(prefix="/v1/learners/{learner_id}", tags=["learners"])

the_learner = person_of("learner_id", Role.LEARNER)
employers = role(Role.OFFICER, Role.SECRETARIAT)

_PART = r"[^\s@\x00-\x1f\x7f]"
Email = Annotated[str, Field(pattern=f"^{_PART}{{1,64}}@{_PART}{{1,120}}$", examples=["placeholder@example.jp"])]
EmployeeNumber = Annotated[str, Field(pattern="^[0-9A-Z-]{1,20}$", examples=["A-00001"])]


class ProfileIn(Body):
    """The whole profile: what is left out is empty afterwards. Every field is encrypted with the person's own key."""

    name_ja: Line
    name_kana: Line | None = None
    email: Email | None = None
    employee_number: EmployeeNumber | None = None

    @property
    def texts(self) -> dict[str, str]:
        """What is to be sealed, by field."""
        return {name: text for name, text in self if text}


class ProfileWritten(Resource):
    """That a profile was written. It repeats nothing of it: answers may be stored, personal data may not."""

    learner_id: str
    fields: list[str] = Field(description="The fields that say something now.")


class ProfileOut(Resource):
    """A learner's profile; without personal fields once they were erased."""

    learner_id: str
    pseudonym: str = Field(title="仮名")
    erased: bool = Field(title="削除済")
    name_ja: str | None = Field(default=None, title="氏名")
    name_kana: str | None = Field(default=None, title="氏名カナ")
    email: str | None = Field(default=None, title="メール")
    employee_number: str | None = Field(default=None, title="職員番号")


class ErasureIn(Body):
    """The learner's request to be forgotten."""

    reference: Line | None = Field(
        default=None, description="The written request; needed where the secretariat erases for the learner."
    )


class ReferenceMissing(Refused):
    status, type = 422, "erasure-reference-missing"
    title = "The written request is not named"
    detail = "Only the learner erases without one; the secretariat does so on a written request."
    remedy = "Name the document in reference."


@router.put("/profile", allow=employers | the_learner, raises=[PersonErased, LearnerIsGone])
async def write_profile(
    learner_id: Id, body: ProfileIn, commands: Commands, reader: Reader, persons: Persons
) -> ProfileWritten:
    """Write the profile of a learner anew."""
    await reader.one(LearnerOut, learners_with(learner_id), what="learner", id=learner_id)
    (await commands.read(Learner, learner_id)).here()
    sealed = await persons.seal(learner_id, body.texts)
    written = await commands.on_or_new(Profile, learner_id, lambda profile: profile.write(sealed))
    return ProfileWritten(version=written.version, learner_id=learner_id, fields=sorted(sealed))


@router.get("/profile", allow=employers | the_learner)
async def read_profile(learner_id: Id, commands: Commands, reader: Reader, persons: Persons) -> ProfileOut:
    """The profile, where the learner works and for the learner."""
    learner = await reader.one(LearnerOut, learners_with(learner_id), what="learner", id=learner_id)
    profile = await commands.read_or_new(Profile, learner_id)
    texts = await persons.open(learner_id, profile.sealed) or {}
    told = {"learner_id": learner_id, "pseudonym": learner.pseudonym, "erased": learner.erased}
    return ProfileOut(version=profile.version, **told, **texts)


@router.post("/erasure", allow=secretariat | the_learner, raises=[ReferenceMissing], acts_for_all=True)
async def erase(learner_id: Id, body: ErasureIn, commands: Commands, reader: Reader, persons: Persons) -> LearnerOut:
    """Erase the learner's key, and with it all personal data, for good. What was attended stays counted.

    Seats of sessions to come go to whoever waits.
    """
    by_the_learner = commands.identity.person == learner_id
    require(by_the_learner or body.reference is not None, ReferenceMissing())
    erased = await commands.on(Learner, learner_id, lambda one: one.erase())
    await give_back_all(commands, reader.tx, learner_id)
    await commands.on_or_new(Profile, learner_id, lambda profile: profile.erase(body.reference))
    await persons.erase(learner_id)
    return LearnerOut.of_model(erased)
