"""Experts: registered and vouched for by the secretariat, described by themselves, found by whoever is signed in."""

from __future__ import annotations

from typing import Annotated

from kyodo_events.values.texts import Id
from kyodo_platform.commands import Commands
from kyodo_platform.history import HistoryRow
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import person_of, role, secretariat, signed_in
from kyodo_platform.resources import Page, PageQuery, Reader, Sort, sort_by
from kyodo_platform.routing import Router
from kyodo_talent.experts import queries
from kyodo_talent.experts.events import (
    AlreadyRemoved,
    DayImpossible,
    ExpertIsErased,
    NotScreened,
    NotToBeScreened,
    PauseWithoutEnd,
)
from kyodo_talent.experts.model import Expert
from kyodo_talent.experts.schemas import (
    AvailabilityIn,
    ConditionsIn,
    EvidenceIn,
    ExpertIn,
    ExpertOut,
    QualificationIn,
    RemovalIn,
    SkillsIn,
    VerificationIn,
    claims_of,
)
from kyodo_talent.experts.skillset import LevelTooHigh, SkillNotClaimed, SkillNotEvidenced
from kyodo_talent.experts.views import expert
from kyodo_talent.schedules.model import Schedule

router = Router(prefix="/v1/experts", tags=["experts"])

the_expert = person_of("expert_id", Role.EXPERT)
overseers = role(Role.SECRETARIAT, Role.AUDITOR)

ExpertSort = Annotated[
    Sort,
    sort_by(expert.c.registered_at, queries.HALF_DAYS, expert.c.qualification, unique=[expert.c.id]),
]


@router.post("", allow=secretariat)
async def register_expert(body: ExpertIn, commands: Commands) -> ExpertOut:
    """Register an expert."""
    claims = claims_of(body.skills)
    expert = await commands.create(
        Expert, lambda expert: expert.register(body.personas, body.half_days_per_month, body.stated, claims)
    )
    await commands.create(Schedule, lambda schedule: schedule.begin(body.half_days_per_month), id=expert.id)
    return ExpertOut.of_new(expert, body.half_days_per_month, commands.now)


@router.put("/{expert_id}/conditions", allow=the_expert | secretariat, raises=[ExpertIsErased])
async def state_conditions(expert_id: Id, body: ConditionsIn, commands: Commands, reader: Reader) -> ExpertOut:
    """Say what may be asked of the expert: personas, languages, modes and areas."""
    await commands.on(Expert, expert_id, lambda expert: expert.state_conditions(body.conditions))
    return await _shown(expert_id, commands, reader)


@router.put("/{expert_id}/skills", allow=the_expert | secretariat, raises=[ExpertIsErased])
async def claim_skills(expert_id: Id, body: SkillsIn, commands: Commands, reader: Reader) -> ExpertOut:
    """Claim skills, all of them; what is left out is claimed no longer."""
    await commands.on(Expert, expert_id, lambda expert: expert.claim_skills(body.claims))
    return await _shown(expert_id, commands, reader)


@router.post("/{expert_id}/skills/evidence", allow=secretariat, raises=[ExpertIsErased, SkillNotClaimed, LevelTooHigh])
async def show_evidence(expert_id: Id, body: EvidenceIn, commands: Commands, reader: Reader) -> ExpertOut:
    """Record what was shown for a claimed skill."""
    await commands.on(Expert, expert_id, lambda expert: expert.show_evidence(body.ref, body.level, body.kind))
    return await _shown(expert_id, commands, reader)


@router.post(
    "/{expert_id}/skills/verifications",
    allow=secretariat,
    raises=[ExpertIsErased, SkillNotClaimed, SkillNotEvidenced, LevelTooHigh, DayImpossible],
)
async def verify_skill(expert_id: Id, body: VerificationIn, commands: Commands, reader: Reader) -> ExpertOut:
    """Hold an evidenced level for true, up to and with a day."""
    today = commands.today
    await commands.on(
        Expert, expert_id, lambda expert: expert.verify_skill(body.ref, body.level, body.expires_on, today)
    )
    return await _shown(expert_id, commands, reader)


@router.put("/{expert_id}/screening", allow=secretariat, raises=[ExpertIsErased, NotToBeScreened])
async def screen_expert(expert_id: Id, commands: Commands, reader: Reader) -> ExpertOut:
    """Record that the expert was screened; also one who was removed and comes back."""
    await commands.on(Expert, expert_id, lambda expert: expert.screen())
    return await _shown(expert_id, commands, reader)


@router.put("/{expert_id}/qualification", allow=secretariat, raises=[ExpertIsErased, NotScreened, DayImpossible])
async def qualify_expert(expert_id: Id, body: QualificationIn, commands: Commands, reader: Reader) -> ExpertOut:
    """Vouch for a screened expert up to and with a day, or renew that."""
    today = commands.today
    await commands.on(Expert, expert_id, lambda expert: expert.qualify(body.valid_until, today))
    return await _shown(expert_id, commands, reader)


@router.put("/{expert_id}/removal", allow=secretariat, raises=[ExpertIsErased, AlreadyRemoved])
async def remove_expert(expert_id: Id, body: RemovalIn, commands: Commands, reader: Reader) -> ExpertOut:
    """Take the expert off the list; what was worked stays."""
    await commands.on(Expert, expert_id, lambda expert: expert.remove(body.reason))
    return await _shown(expert_id, commands, reader)


@router.put(
    "/{expert_id}/availability",
    allow=the_expert | secretariat,
    raises=[ExpertIsErased, PauseWithoutEnd, DayImpossible],
)
async def set_availability(expert_id: Id, body: AvailabilityIn, commands: Commands, reader: Reader) -> ExpertOut:
    """Take new work, pause up to and with a day, or take none any more."""
    today = commands.today
    await commands.on(
        Expert, expert_id, lambda expert: expert.set_availability(body.availability, body.paused_until, today)
    )
    return await _shown(expert_id, commands, reader)


@router.get("", allow=signed_in)
async def list_experts(
    commands: Commands, reader: Reader, page: PageQuery, sort: ExpertSort, wanted: queries.Search
) -> Page[ExpertOut]:
    """All experts, or those who are all that is asked for."""
    return await reader.page(ExpertOut, queries.experts_like(wanted, commands.today), page, by=sort)


@router.get("/{expert_id}", allow=signed_in)
async def read_expert(expert_id: Id, commands: Commands, reader: Reader) -> ExpertOut:
    """One expert."""
    return await _shown(expert_id, commands, reader)


@router.get("/{expert_id}/history", allow=the_expert | overseers)
async def read_expert_history(expert_id: Id, reader: Reader, page: PageQuery) -> Page[HistoryRow]:
    """What happened to an expert, in words."""
    return await reader.history(Expert, expert_id, page)


async def _shown(expert_id: str, commands: Commands, reader: Reader) -> ExpertOut:
    query = queries.one_expert(expert_id, commands.today)
    return await reader.one(ExpertOut, query, what="expert", id=expert_id)
