"""Consents over HTTP: given and withdrawn by the expert, or recorded by the secretariat from a paper."""

from __future__ import annotations

from kyodo_events.errors import Refused, require
from kyodo_events.values.texts import Id
from kyodo_platform.commands import Commands
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import person_of, role, secretariat
from kyodo_platform.resources import Page, PageQuery, Reader
from kyodo_platform.routing import Router
from kyodo_talent.consents.model import Consent, ConsentDayImpossible, Purpose, consent_id
from kyodo_talent.consents.schemas import AddresseesIn, ConsentIn, ConsentOut
from kyodo_talent.consents.views import consent, consents_of
from kyodo_talent.experts.events import ExpertIsErased
from kyodo_talent.experts.model import Expert

router = Router(prefix="/v1/experts/{expert_id}/consents", tags=["consents"])

the_expert = person_of("expert_id", Role.EXPERT)
governments = role(Role.SECRETARIAT, Role.AUDITOR, Role.OFFICER, Role.APPROVER)
by = [consent.c.purpose, consent.c.municipality]


class PaperMissing(Refused):
    status, type = 422, "consent-paper-missing"
    title = "The expert's paper is not named"
    detail = "Only the expert consents without one; the secretariat records what the expert signed."
    remedy = "Name the document in reference."


@router.put(
    "/{purpose}",
    allow=secretariat | the_expert,
    acts_for_all=True,
    raises=[PaperMissing, ConsentDayImpossible, ExpertIsErased],
)
async def give_consent(
    expert_id: Id, purpose: Purpose, body: ConsentIn, commands: Commands, reader: Reader, page: PageQuery
) -> Page[ConsentOut]:
    """Agree that municipalities may open the profile for a purpose, up to and with a day."""
    require(commands.identity.person == expert_id or body.reference is not None, PaperMissing())
    expert = await commands.read(Expert, expert_id)
    require(not expert.erased, ExpertIsErased())
    await commands.on_or_new(
        Consent,
        consent_id(expert_id, purpose),
        lambda consent: consent.give(expert_id, purpose, body.codes, body.until, body.reference, commands.today),
    )
    return await reader.page(ConsentOut, consents_of(expert_id), page, by=by)


@router.put("/{purpose}/withdrawal", allow=secretariat | the_expert, acts_for_all=True)
async def withdraw_consent(
    expert_id: Id, purpose: Purpose, body: AddresseesIn, commands: Commands, reader: Reader, page: PageQuery
) -> Page[ConsentOut]:
    """Withdraw the consent: whoever has the profile open cannot read it any more."""
    await commands.read(Expert, expert_id)
    await commands.on_or_new(
        Consent,
        consent_id(expert_id, purpose),
        lambda consent: consent.withdraw(expert_id, purpose, body.codes),
    )
    return await reader.page(ConsentOut, consents_of(expert_id), page, by=by)


@router.get("", allow=governments | the_expert)
async def list_consents(expert_id: Id, reader: Reader, page: PageQuery) -> Page[ConsentOut]:
    """What an expert consented to; a municipality sees the consents to itself."""
    return await reader.page(ConsentOut, consents_of(expert_id), page, by=by)
