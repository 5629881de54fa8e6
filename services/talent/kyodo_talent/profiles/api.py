"""Profiles over HTTP: written and erased by the expert or for the expert, opened for a purpose, each look on record."""

from __future__ import annotations

from kyodo_events.errors import Refused, require
from kyodo_events.values.municipalities import TOKYO
from kyodo_events.values.texts import Id
from kyodo_platform.commands import CommandBus, Commands
from kyodo_platform.identity.callers import party_of
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import person_of, role, secretariat
from kyodo_platform.personal import PersonErased, Persons
from kyodo_platform.resources import Page, PageQuery, Reader, ReadSession
from kyodo_platform.routing import Router
from kyodo_talent.consents.facts import has_consent, require_consent
from kyodo_talent.consents.model import NoConsent, Purpose
from kyodo_talent.experts.events import ExpertIsErased
from kyodo_talent.experts.model import Expert
from kyodo_talent.profiles.model import Profile, ProfileView
from kyodo_talent.profiles.schemas import (
    SHOWN_JA,
    ErasureIn,
    ErasureOut,
    ProfileIn,
    ProfileOut,
    ProfileViewIn,
    ProfileViewOut,
    ProfileWritten,
    Shown,
)
from kyodo_talent.profiles.views import looks_at, open_look, profile_of, profile_view

router = Router(prefix="/v1/experts/{expert_id}", tags=["profiles"])

the_expert = person_of("expert_id", Role.EXPERT)
governments = role(Role.SECRETARIAT, Role.AUDITOR, Role.OFFICER, Role.APPROVER)


class ReferenceMissing(Refused):
    status, type = 422, "erasure-reference-missing"
    title = "The written request is not named"
    detail = "Only the expert erases without one; the secretariat does so on a written request."
    remedy = "Name the document in reference."


@router.put("/profile", allow=secretariat | the_expert, raises=[PersonErased])
async def write_profile(expert_id: Id, body: ProfileIn, commands: Commands, persons: Persons) -> ProfileWritten:
    """Write the profile of an expert anew."""
    await commands.read(Expert, expert_id)
    sealed = await persons.seal(expert_id, body.texts)
    written = await commands.on_or_new(Profile, expert_id, lambda profile: profile.write(sealed))
    return ProfileWritten(version=written.version, expert_id=expert_id, fields=sorted(sealed))


@router.get("/profile", allow=governments | the_expert)
async def read_profile(expert_id: Id, commands: Commands, reader: Reader, persons: Persons) -> ProfileOut:
    """The profile; under the pseudonym for all but the expert and those who opened it and still may read it."""
    expert = await commands.read(Expert, expert_id)
    row = await reader.tx.row(profile_of(expert_id))
    out = {"expert_id": expert_id, "pseudonym": expert.pseudonym, "version": row["version"] if row else 0}
    texts: dict[str, str] = {}
    shown = Shown.ERASED if expert.erased else Shown.PSEUDONYMISED
    if row and shown is Shown.PSEUDONYMISED and await _may_read(expert_id, commands, reader):
        opened = await persons.open(expert_id, row["sealed"])
        shown, texts = (Shown.OPEN, opened) if opened is not None else (Shown.ERASED, {})
    return ProfileOut(**out, **texts, shown=shown, shown_ja=SHOWN_JA[shown])


@router.post(
    "/profile-views", allow=role(Role.SECRETARIAT, Role.OFFICER, Role.APPROVER), raises=[NoConsent, ExpertIsErased]
)
async def open_profile(expert_id: Id, body: ProfileViewIn, commands: Commands, reader: Reader) -> ProfileViewOut:
    """Open a profile for half an hour and one purpose; the expert sees that you did. Then read the profile."""
    expert, viewer = await commands.read(Expert, expert_id), party_of(commands.identity)
    require(not expert.erased, ExpertIsErased())
    if viewer != TOKYO:
        await require_consent(reader.tx, expert_id, viewer, body.purpose, commands.today)
    look = await commands.create(ProfileView, lambda look: look.begin(expert_id, viewer, body.purpose, commands.now))
    query = looks_at(expert_id).where(profile_view.c.municipality == viewer, profile_view.c.view_id == look.id)
    return await reader.one(ProfileViewOut, query, what="look", id=look.id)


@router.get("/profile-views", allow=governments | the_expert)
async def list_profile_views(expert_id: Id, reader: Reader, page: PageQuery) -> Page[ProfileViewOut]:
    """Who looked at a profile, when and what for; a municipality sees its own looks."""
    by = [profile_view.c.view_id, profile_view.c.municipality]
    return await reader.page(ProfileViewOut, looks_at(expert_id), page, by=by)


@router.post("/erasure", allow=secretariat | the_expert, raises=[ReferenceMissing])
async def erase(expert_id: Id, body: ErasureIn, commands: Commands, persons: Persons) -> ErasureOut:
    """Erase the expert's key, and with it all personal data, for good. What was worked and charged stays true."""
    by_the_expert = commands.identity.person == expert_id
    require(by_the_expert or body.reference is not None, ReferenceMissing())
    expert = await commands.on(Expert, expert_id, lambda expert: expert.erase())
    await commands.on_or_new(Profile, expert_id, lambda profile: profile.erase(body.reference))
    await persons.erase(expert_id)
    return ErasureOut(expert_id=expert_id, pseudonym=expert.pseudonym, erased=True)


async def _may_read(expert_id: str, commands: CommandBus, reader: ReadSession) -> bool:
    """Whether the caller may read personal data at this moment: the expert always, others while a look lasts."""
    caller = commands.identity
    if caller.person == expert_id and Role.EXPERT in caller.roles:
        return True
    if not caller.roles & {Role.SECRETARIAT, Role.OFFICER, Role.APPROVER}:
        return False
    viewer = party_of(caller)
    look = await reader.tx.row(reader.own(open_look(expert_id, viewer, commands.now)))
    if look is None or viewer == TOKYO:
        return look is not None
    return await has_consent(reader.tx, expert_id, viewer, Purpose(look["purpose"]), commands.today)
