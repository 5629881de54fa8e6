"""Supporters over HTTP: by themselves and by the secretariat; a municipality sees those who are at home there."""

from __future__ import annotations

from kyodo_events.values.texts import Id
from kyodo_platform.commands import Commands
from kyodo_platform.history import HistoryRow
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import person_of, role, secretariat
from kyodo_platform.resources import Page, PageQuery, Reader
from kyodo_platform.routing import Router
from kyodo_supporter_matching.assignments.endings import let_go
from kyodo_supporter_matching.assignments.values import Canceller
from kyodo_supporter_matching.supporters import views
from kyodo_supporter_matching.supporters.events import (
    CertificateMissing,
    DeclarationsMissing,
    GuardianConsentMissing,
    InsuranceOver,
    SupporterIsErased,
    WrongStatus,
)
from kyodo_supporter_matching.supporters.model import Supporter
from kyodo_supporter_matching.supporters.parts import Status
from kyodo_supporter_matching.supporters.schemas import (
    ConditionsIn,
    DeclarationsIn,
    GradeIn,
    GuardianConsentIn,
    SupporterIn,
    SupporterOut,
    SuspensionIn,
)
from kyodo_supporter_matching.trainees.model import Trainee

router = Router(prefix="/v1/supporters", tags=["supporters"])

the_supporter = person_of("supporter_id", Role.SUPPORTER)
readers = role(Role.SECRETARIAT, Role.AUDITOR, Role.OFFICER, Role.APPROVER)

GONE = [SupporterIsErased, WrongStatus]


@router.post("", allow=secretariat)
async def take_application(body: SupporterIn, commands: Commands) -> SupporterOut:
    """Take the application of a candidate, with what may be asked for."""
    applied = await commands.create(
        Supporter, lambda one: one.apply(body.home_municipality, body.kind, body.stated, minor=body.minor)
    )
    return SupporterOut.of_model(applied)


@router.put("/{supporter_id}/guardian-consent", allow=secretariat, raises=[*GONE, InsuranceOver])
async def record_guardian(supporter_id: Id, body: GuardianConsentIn, commands: Commands) -> SupporterOut:
    """Record that the guardian of a minor agreed in writing."""
    today = commands.today
    decided = await commands.on(
        Supporter, supporter_id, lambda one: one.record_guardian(body.given_on, body.reference, today)
    )
    return SupporterOut.of_model(decided)


@router.put("/{supporter_id}/conditions", allow=the_supporter | secretariat, raises=GONE, acts_for_all=True)
async def state_conditions(supporter_id: Id, body: ConditionsIn, commands: Commands) -> SupporterOut:
    """Say what may be asked for: skills, times, travel, how often, with whom."""
    return SupporterOut.of_model(
        await commands.on(Supporter, supporter_id, lambda one: one.state_conditions(body.stated))
    )


@router.put("/{supporter_id}/declarations", allow=secretariat, raises=[*GONE, InsuranceOver])
async def record_declarations(supporter_id: Id, body: DeclarationsIn, commands: Commands) -> SupporterOut:
    """Record the volunteer insurance and the background declaration."""
    today = commands.today
    decided = await commands.on(
        Supporter, supporter_id, lambda one: one.declare(body.insured_until, body.declared_on, today)
    )
    return SupporterOut.of_model(decided)


@router.put("/{supporter_id}/grade", allow=secretariat, raises=GONE)
async def grade(supporter_id: Id, body: GradeIn, commands: Commands) -> SupporterOut:
    """Say how much the supporter has done."""
    return SupporterOut.of_model(await commands.on(Supporter, supporter_id, lambda one: one.grade_as(body.grade)))


@router.put(
    "/{supporter_id}/registration", allow=secretariat, raises=[*GONE, CertificateMissing, GuardianConsentMissing]
)
async def register(supporter_id: Id, commands: Commands) -> SupporterOut:
    """Register a candidate who finished the training."""
    training = await commands.read_or_new(Trainee, supporter_id)
    certified = training.certified_on(commands.today)
    return SupporterOut.of_model(
        await commands.on(Supporter, supporter_id, lambda one: one.register(certified=certified))
    )


@router.put(
    "/{supporter_id}/activation",
    allow=the_supporter | secretariat,
    raises=[*GONE, DeclarationsMissing],
    acts_for_all=True,
)
async def activate(supporter_id: Id, commands: Commands) -> SupporterOut:
    """Begin to be matched."""
    today = commands.today
    return SupporterOut.of_model(await commands.on(Supporter, supporter_id, lambda one: one.activate(today)))


@router.post("/{supporter_id}/rest", allow=the_supporter | secretariat, raises=GONE, acts_for_all=True)
async def rest(supporter_id: Id, commands: Commands) -> SupporterOut:
    """Let the supporter rest: no matches for the time being. What was accepted stays accepted."""
    return SupporterOut.of_model(await commands.on(Supporter, supporter_id, Supporter.rest))


@router.post("/{supporter_id}/resume", allow=the_supporter | secretariat, raises=GONE, acts_for_all=True)
async def resume(supporter_id: Id, commands: Commands) -> SupporterOut:
    """Match the supporter again."""
    return SupporterOut.of_model(await commands.on(Supporter, supporter_id, Supporter.resume))


@router.put("/{supporter_id}/suspension", allow=secretariat, raises=GONE)
async def suspend(supporter_id: Id, body: SuspensionIn, commands: Commands, reader: Reader) -> SupporterOut:
    """Stop the supporter from being matched, for a reason; seats taken in sessions to come are open again."""
    suspended = await commands.on(Supporter, supporter_id, lambda one: one.suspend(body.reason))
    await let_go(commands, reader, supporter_id, Canceller.TOKYO)
    return SupporterOut.of_model(suspended)


@router.put("/{supporter_id}/reinstatement", allow=secretariat, raises=GONE)
async def reinstate(supporter_id: Id, commands: Commands) -> SupporterOut:
    """Lift the suspension; the supporter rests until resuming."""
    return SupporterOut.of_model(await commands.on(Supporter, supporter_id, Supporter.reinstate))


@router.put("/{supporter_id}/withdrawal", allow=the_supporter | secretariat, acts_for_all=True)
async def withdraw(supporter_id: Id, commands: Commands, reader: Reader) -> SupporterOut:
    """Leave the scheme; seats taken in sessions to come are open again, and others are called for them."""
    withdrawn = await commands.on(Supporter, supporter_id, Supporter.withdraw)
    await let_go(commands, reader, supporter_id, Canceller.SUPPORTER)
    return SupporterOut.of_model(withdrawn)


@router.get("", allow=readers)
async def list_supporters(
    commands: Commands, reader: Reader, page: PageQuery, status: Status | None = None
) -> Page[SupporterOut]:
    """The supporters at home in your municipality; Tokyo sees all. Who has no valid certificate today is `expired`."""
    query = views.all_supporters(status, commands.today)
    return await reader.page(SupporterOut, query, page, by=[views.supporter.c.id])


@router.get("/{supporter_id}", allow=readers | the_supporter)
async def read_supporter(supporter_id: Id, commands: Commands, reader: Reader) -> SupporterOut:
    """One supporter: at home in your municipality, or yourself."""
    query = views.one_supporter(supporter_id, commands.today)
    return await reader.one(SupporterOut, query, what="supporter", id=supporter_id)


@router.get("/{supporter_id}/history", allow=readers | the_supporter)
async def supporter_history(supporter_id: Id, commands: Commands, reader: Reader, page: PageQuery) -> Page[HistoryRow]:
    """What happened to a supporter, in words."""
    await read_supporter(supporter_id, commands, reader)
    return await reader.history(Supporter, supporter_id, page)
