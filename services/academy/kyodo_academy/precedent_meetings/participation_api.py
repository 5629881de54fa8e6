"""Taking part in meetings over HTTP: officials registered by their own government, and what governments ask."""

from __future__ import annotations

from fastapi import Query

from kyodo_academy.audiences import Asking
from kyodo_academy.precedent_meetings.api import officials, read
from kyodo_academy.precedent_meetings.model import (
    MeetingIsCancelled,
    MeetingNotPlanned,
    NoSeatLeft,
    PrecedentMeeting,
    RegistrationClosed,
)
from kyodo_academy.precedent_meetings.schemas import (
    MeetingOut,
    MeetingQuestionIn,
    MeetingQuestionOut,
    RegistrationCount,
    RegistrationIn,
    RegistrationMade,
    RegistrationOut,
    SealedRegistration,
)
from kyodo_academy.precedent_meetings.views import counts_of, question, questions_of, registration, registrations_of
from kyodo_events.errors import Forbidden
from kyodo_events.event import new_id
from kyodo_events.values.texts import Id
from kyodo_platform.commands import Commands
from kyodo_platform.identity.callers import party_of
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import role
from kyodo_platform.personal import Persons
from kyodo_platform.resources import Page, PageQuery, Reader
from kyodo_platform.routing import Router

router = Router(prefix="/v1/precedent-meetings/{meeting_id}", tags=["precedent meetings"])

governments = role(Role.SECRETARIAT, Role.OFFICER)
readers = role(Role.SECRETARIAT, Role.AUDITOR, Role.OFFICER, Role.APPROVER)


@router.post("/registrations", allow=governments, raises=[Forbidden, MeetingNotPlanned, RegistrationClosed, NoSeatLeft])
async def register_official(
    meeting_id: Id, body: RegistrationIn, commands: Commands, persons: Persons
) -> RegistrationMade:
    """Register an official of your own municipality, or of Tokyo."""
    own, registration_id, today = party_of(commands.identity), new_id(), commands.today
    sealed = await persons.seal(registration_id, body.texts)
    after = await commands.on(
        PrecedentMeeting, meeting_id, lambda one: one.register(own, registration_id, sealed, today)
    )
    return RegistrationMade(
        version=after.version,
        meeting_id=meeting_id,
        registration_id=registration_id,
        registered=len(after.registrations),
    )


@router.delete("/registrations/{registration_id}", allow=governments, raises=[Forbidden])
async def withdraw_registration(
    meeting_id: Id, registration_id: Id, commands: Commands, persons: Persons
) -> RegistrationMade:
    """Take a registration of your own back, at whatever time; the official's name is erased for good."""
    own = party_of(commands.identity)
    after = await commands.on(PrecedentMeeting, meeting_id, lambda one: one.withdraw(own, registration_id))
    await persons.erase(registration_id)
    return RegistrationMade(
        version=after.version,
        meeting_id=meeting_id,
        registration_id=registration_id,
        registered=len(after.registrations),
    )


@router.get("/registrations", allow=readers)
async def list_registrations(
    meeting_id: Id, commands: Commands, reader: Reader, persons: Persons, page: PageQuery
) -> Page[RegistrationOut]:
    """Who is registered: your own officials, all for Tokyo. Auditors read no names."""
    by = [registration.c.registration_id, registration.c.municipality]
    found = await reader.page(SealedRegistration, registrations_of(meeting_id), page, by=by)
    names: list[dict[str, str] | None] = [None] * len(found.items)
    if commands.identity.roles & {Role.SECRETARIAT, Role.OFFICER, Role.APPROVER}:
        names = await persons.open_each([(one.registration_id, one.sealed) for one in found.items])
    rows = [RegistrationOut.named(dict(one), texts) for one, texts in zip(found.items, names, strict=True)]
    return Page[RegistrationOut](items=rows, next=found.next)


@router.get("/registration-counts", allow=readers)
async def list_counts(meeting_id: Id, reader: Reader, page: PageQuery) -> Page[RegistrationCount]:
    """How many officials of each government are registered: your own, all for Tokyo."""
    counts = counts_of(meeting_id)
    return await reader.page(RegistrationCount, counts.select(), page, by=[counts.c.municipality])


@router.post("/questions", allow=governments, raises=[Forbidden, MeetingIsCancelled])
async def ask_question(
    meeting_id: Id, body: MeetingQuestionIn, commands: Commands, audience: Asking, reader: Reader
) -> MeetingOut:
    """Ask the precedent municipality something for your government, before the meeting or after it."""
    own = party_of(commands.identity)
    await commands.on(PrecedentMeeting, meeting_id, lambda one: one.ask(own, body.question_ja))
    return await read(reader, audience, meeting_id)


@router.get("/questions", allow=officials)
async def list_questions(
    meeting_id: Id,
    audience: Asking,
    reader: Reader,
    page: PageQuery,
    answered: bool | None = Query(None, description="Only those with, or without, an answer."),
) -> Page[MeetingQuestionOut]:
    """What was asked, by whom, and the answers; for officials who see the meeting."""
    await read(reader, audience, meeting_id)
    query = questions_of(meeting_id)
    if answered is not None:
        query = query.where(question.c.answer_ja.is_not(None) if answered else question.c.answer_ja.is_(None))
    return await reader.page(MeetingQuestionOut, query, page, by=[question.c.number])
