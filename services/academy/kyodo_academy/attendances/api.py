"""Attendance over HTTP: recorded by the host of a session, or by the learner with the code that is shown there."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from pydantic import Field

from kyodo_academy.attendances.model import (
    EARLY,
    STEP_SECONDS,
    CheckIn,
    NotNow,
    WrongCode,
    code_at,
    fits,
    new_secret,
)
from kyodo_academy.enrolments.api import EnrolmentOut, shown
from kyodo_academy.enrolments.model import Enrolment, Percent, ReasonMissing, WrongStep, enrolment_id
from kyodo_academy.sessions.events import NotSeated, SessionNotOpen
from kyodo_academy.sessions.model import TrainingSession
from kyodo_events.errors import require
from kyodo_events.values.fiscal import tokyo_date
from kyodo_events.values.texts import Id, Line
from kyodo_platform.commands import CommandBus, Commands
from kyodo_platform.identity.callers import party_of
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import person_of, role
from kyodo_platform.own_scope import as_the_service
from kyodo_platform.personal import PersonalData, Persons
from kyodo_platform.resources import Answer, Body, Reader
from kyodo_platform.routing import Router

router = Router(prefix="/v1/sessions/{session_id}", tags=["attendances"])
checking_in = Router(prefix="/v1/learners/{learner_id}/enrolments/{session_id}/check-in", tags=["attendances"])

hosts = role(Role.OFFICER, Role.SECRETARIAT)
WRONG = [NotSeated, SessionNotOpen, WrongStep, ReasonMissing]
SECRET = "secret"  # noqa: S105 - the field under which it is sealed

CheckInCode = Annotated[str, Field(pattern="^[0-9]{6}$", examples=["123456"])]


class AttendanceIn(Body):
    """Which part of the session the learner was there, and why it is corrected, where it was recorded before."""

    percent: Percent = 100
    reason_ja: Line | None = None


class AbsenceIn(Body):
    """Why it is corrected, where an attendance was recorded before."""

    reason_ja: Line | None = None


class CodeIn(Body):
    """The six digits that are shown in the room."""

    code: CheckInCode


class CodeOut(Answer):
    """The code to be shown, and until when."""

    code: str
    until: datetime


@router.put("/attendances/{enrolment_id}", allow=hosts, raises=WRONG)
async def record_attendance(
    session_id: Id, enrolment_id: Id, body: AttendanceIn, commands: Commands, reader: Reader
) -> EnrolmentOut:
    """Record that a learner with a seat was there; again, with a reason, to correct it."""
    session = await _own(commands, session_id, enrolment_id)
    async with as_the_service(reader.tx):
        await _attended(commands, session, enrolment_id, body.percent, body.reason_ja)
        return await shown(commands.now, reader, enrolment_id)


@router.put("/absences/{enrolment_id}", allow=hosts, raises=WRONG)
async def record_absence(
    session_id: Id, enrolment_id: Id, body: AbsenceIn, commands: Commands, reader: Reader
) -> EnrolmentOut:
    """Record that a learner with a seat was not there; what was charged is taken back."""
    session = await _own(commands, session_id, enrolment_id)
    project_id, held_on = session.planned.project_id, tokyo_date(session.planned.starts_at)
    async with as_the_service(reader.tx):
        await commands.on(Enrolment, enrolment_id, lambda one: one.miss(body.reason_ja, project_id, held_on))
        return await shown(commands.now, reader, enrolment_id)


@router.post("/check-in", allow=hosts)
async def prepare_check_in(session_id: Id, commands: Commands, persons: Persons) -> CodeOut:
    """Have codes for a session, of which the one of this minute is shown."""
    (await commands.read(TrainingSession, session_id)).hosted_by(party_of(commands.identity))
    sealed = await persons.seal(session_id, {SECRET: new_secret()})
    prepared = await commands.on_or_new(CheckIn, session_id, lambda one: one.prepare(sealed))
    return await _code(commands, persons, prepared)


@router.get("/check-in", allow=hosts)
async def show_code(session_id: Id, commands: Commands, persons: Persons) -> CodeOut:
    """The code of this minute, to be shown in the room."""
    (await commands.read(TrainingSession, session_id)).hosted_by(party_of(commands.identity))
    return await _code(commands, persons, (await commands.read_or_new(CheckIn, session_id)).require_prepared())


@checking_in.put("", allow=person_of("learner_id", Role.LEARNER), raises=[*WRONG, WrongCode, NotNow], acts_for_all=True)
async def check_in(
    learner_id: Id, session_id: Id, body: CodeIn, commands: Commands, reader: Reader, persons: Persons
) -> EnrolmentOut:
    """Show that you are there by the code of this minute."""
    id_, now = enrolment_id(session_id, learner_id), commands.now
    session = (await commands.read(TrainingSession, session_id)).require_seat(id_)
    since, until = session.planned.starts_at - EARLY, session.planned.ends_at
    require(since <= now <= until, NotNow(since=since, until=until))
    prepared = (await commands.read_or_new(CheckIn, session_id)).require_prepared()
    secret = await _secret(persons, prepared)
    require(fits(secret, body.code, now), WrongCode())
    await _attended(commands, session, id_, 100, None)
    return await shown(now, reader, id_)


async def _own(commands: CommandBus, session_id: str, enrolment_id: str) -> TrainingSession:
    """The session, of the caller's, that has begun and at which the enrolment has a seat.

    Raises NotFound, NotSeated, SessionNotOpen.
    """
    session = await commands.read(TrainingSession, session_id)
    return session.hosted_by(party_of(commands.identity)).require_seat(enrolment_id).require_begun(commands.now)


async def _attended(
    commands: CommandBus, session: TrainingSession, enrolment_id: str, percent: int, reason_ja: str | None
) -> None:
    plan = session.planned
    held_on = tokyo_date(plan.starts_at)
    await commands.on(
        Enrolment,
        enrolment_id,
        lambda one: one.attend(percent, reason_ja, plan.project_id, session.course_id, held_on),
    )


async def _code(commands: CommandBus, persons: PersonalData, check_in: CheckIn) -> CodeOut:
    now = commands.now
    step = timedelta(seconds=STEP_SECONDS)
    begun = datetime.fromtimestamp(now.timestamp() // STEP_SECONDS * STEP_SECONDS, tz=now.tzinfo)
    return CodeOut(code=code_at(await _secret(persons, check_in), now), until=begun + step)


async def _secret(persons: PersonalData, check_in: CheckIn) -> str:
    opened = await persons.open(check_in.id, check_in.sealed) or {}
    return opened[SECRET]
