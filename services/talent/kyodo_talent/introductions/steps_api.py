"""The steps of the municipality and of the expert in an introduction case."""

from __future__ import annotations

from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Id
from kyodo_platform.commands import Commands
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import approver_of, officer_of, person_of
from kyodo_platform.personal import PersonErased, Persons
from kyodo_platform.resources import Reader
from kyodo_platform.routing import Router
from kyodo_talent.consents.model import Consent, ConsentDayImpossible, Purpose, consent_id
from kyodo_talent.introductions.api import shown
from kyodo_talent.introductions.model import CaseAtAnotherStage, DayOutOfOrder, Introduction, ReasonDoesNotFit
from kyodo_talent.introductions.schemas import CaseOut, ConsentUntilIn, EndIn, InterviewIn, OfferIn
from kyodo_talent.introductions.values import Stage

router = Router(prefix="/v1/introductions/{case_id}", tags=["introductions"])

the_expert = person_of("expert_id", Role.EXPERT)
ending = officer_of("municipality") | approver_of("municipality")


@router.put(
    "/consent/{expert_id}",
    allow=the_expert,
    acts_for_all=True,
    raises=[CaseAtAnotherStage, ConsentDayImpossible],
)
async def consent_to_introduction(
    case_id: Id, expert_id: Id, body: ConsentUntilIn, commands: Commands, reader: Reader
) -> CaseOut:
    """Agree to be introduced to this municipality: the consent is given and the case goes on, both or neither."""
    case = await commands.on(Introduction, case_id, lambda case: case.consent_by(expert_id, body.until))
    await commands.on_or_new(
        Consent,
        consent_id(expert_id, Purpose.INTRODUCTION),
        lambda consent: consent.give(
            expert_id, Purpose.INTRODUCTION, [case.municipality], body.until, None, commands.today
        ),
    )
    return await shown(reader, case_id)


@router.put(
    "/interview/{municipality}",
    allow=officer_of("municipality"),
    raises=[CaseAtAnotherStage, DayOutOfOrder, PersonErased],
)
async def record_interview(
    case_id: Id,
    municipality: MunicipalityCode,
    body: InterviewIn,
    commands: Commands,
    reader: Reader,
    persons: Persons,
) -> CaseOut:
    """Note that your municipality met the expert."""
    case = await shown(reader, case_id)
    sealed = await persons.seal(case.expert_id, {"notes_ja": body.notes_ja}) if body.notes_ja else {}
    await commands.on(
        Introduction,
        case_id,
        lambda case: case.interview(municipality, body.day, sealed.get("notes_ja"), commands.today),
    )
    return await shown(reader, case_id)


@router.put("/offer/{municipality}", allow=approver_of("municipality"), raises=[CaseAtAnotherStage])
async def offer_engagement(
    case_id: Id, municipality: MunicipalityCode, body: OfferIn, commands: Commands, reader: Reader
) -> CaseOut:
    """Offer an engagement, for your own municipality."""
    await commands.on(Introduction, case_id, lambda case: case.offer(municipality, body.from_day))
    return await shown(reader, case_id)


@router.put("/acceptance/{expert_id}", allow=the_expert, acts_for_all=True, raises=[CaseAtAnotherStage])
async def accept_engagement(case_id: Id, expert_id: Id, commands: Commands, reader: Reader) -> CaseOut:
    """Accept, as the expert: you are engaged."""
    await commands.on(Introduction, case_id, lambda case: case.accept(expert_id))
    return await shown(reader, case_id)


@router.put(
    "/declination/{expert_id}", allow=the_expert, acts_for_all=True, raises=[CaseAtAnotherStage, ReasonDoesNotFit]
)
async def decline(case_id: Id, expert_id: Id, body: EndIn, commands: Commands, reader: Reader) -> CaseOut:
    """Do not go on, as the expert."""
    await commands.on(Introduction, case_id, lambda case: case.end(Stage.DECLINED, body.reason, expert_id=expert_id))
    return await shown(reader, case_id)


@router.put("/non-selection/{municipality}", allow=ending, raises=[CaseAtAnotherStage, ReasonDoesNotFit])
async def do_not_select(
    case_id: Id, municipality: MunicipalityCode, body: EndIn, commands: Commands, reader: Reader
) -> CaseOut:
    """Do not go on with the expert, for your own municipality."""
    await commands.on(
        Introduction, case_id, lambda case: case.end(Stage.NOT_SELECTED, body.reason, municipality=municipality)
    )
    return await shown(reader, case_id)


@router.put("/withdrawal/{municipality}", allow=ending, raises=[CaseAtAnotherStage, ReasonDoesNotFit])
async def withdraw_case(
    case_id: Id, municipality: MunicipalityCode, body: EndIn, commands: Commands, reader: Reader
) -> CaseOut:
    """Your municipality no longer looks for anybody."""
    await commands.on(
        Introduction, case_id, lambda case: case.end(Stage.WITHDRAWN, body.reason, municipality=municipality)
    )
    return await shown(reader, case_id)
