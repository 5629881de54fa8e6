"""Profiles over HTTP: written, read and erased by the supporter or for the supporter."""

from __future__ import annotations

from kyodo_events.errors import Refused, require
from kyodo_events.values.texts import Id
from kyodo_platform.commands import Commands
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import person_of, secretariat
from kyodo_platform.personal import PersonErased, Persons
from kyodo_platform.resources import Reader
from kyodo_platform.routing import Router
from kyodo_supporter_matching.assignments.endings import let_go
from kyodo_supporter_matching.assignments.values import Canceller
from kyodo_supporter_matching.profiles.model import Profile
from kyodo_supporter_matching.profiles.schemas import ErasureIn, ErasureOut, ProfileIn, ProfileOut, ProfileWritten
from kyodo_supporter_matching.supporters.model import Supporter
from kyodo_supporter_matching.supporters.schemas import SupporterOut
from kyodo_supporter_matching.supporters.views import one_supporter

router = Router(prefix="/v1/supporters/{supporter_id}", tags=["profiles"])

the_supporter = person_of("supporter_id", Role.SUPPORTER)


class ReferenceMissing(Refused):
    status, type = 422, "erasure-reference-missing"
    title = "The written request is not named"
    detail = "Only the supporter erases without one; the secretariat does so on a written request."
    remedy = "Name the document in reference."


@router.put("/profile", allow=secretariat | the_supporter, raises=[PersonErased])
async def write_profile(supporter_id: Id, body: ProfileIn, commands: Commands, persons: Persons) -> ProfileWritten:
    """Write the profile of a supporter anew."""
    await commands.read(Supporter, supporter_id)
    sealed = await persons.seal(supporter_id, body.texts)
    written = await commands.on_or_new(Profile, supporter_id, lambda profile: profile.write(sealed))
    return ProfileWritten(version=written.version, supporter_id=supporter_id, fields=sorted(sealed))


@router.get("/profile", allow=secretariat | the_supporter)
async def read_profile(supporter_id: Id, commands: Commands, reader: Reader, persons: Persons) -> ProfileOut:
    """The profile."""
    query = one_supporter(supporter_id, commands.today)
    supporter = await reader.one(SupporterOut, query, what="supporter", id=supporter_id)
    profile = await commands.read_or_new(Profile, supporter_id)
    texts = await persons.open(supporter_id, profile.sealed) or {}
    return ProfileOut(
        version=profile.version,
        supporter_id=supporter_id,
        pseudonym=supporter.pseudonym,
        erased=supporter.erased,
        **texts,
    )


@router.post("/erasure", allow=secretariat | the_supporter, raises=[ReferenceMissing], acts_for_all=True)
async def erase(supporter_id: Id, body: ErasureIn, commands: Commands, reader: Reader, persons: Persons) -> ErasureOut:
    """Erase the supporter's key, and with it all personal data, for good. What was done and charged stays true."""
    by_the_supporter = commands.identity.person == supporter_id
    require(by_the_supporter or body.reference is not None, ReferenceMissing())
    supporter = await commands.on(Supporter, supporter_id, lambda supporter: supporter.erase())
    await commands.on_or_new(Profile, supporter_id, lambda profile: profile.erase(body.reference))
    await let_go(commands, reader, supporter_id, Canceller.SUPPORTER)
    await persons.erase(supporter_id)
    return ErasureOut(supporter_id=supporter_id, pseudonym=supporter.pseudonym, erased=True)
