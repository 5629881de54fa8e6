"""The directory over HTTP: written by officials about themselves, searched by officials, opened on record."""

from __future__ import annotations

from kyodo_academy.directory.model import DirectoryEntry, DirectoryLook, LookFirst
from kyodo_academy.directory.schemas import ConsentState, ContactOut, EntryIn, EntryOut, LookOut
from kyodo_academy.directory.values import Help
from kyodo_academy.directory.views import directory_entry, directory_look, found_by, looks_at, open_look
from kyodo_academy.learners.model import Learner, LearnerIsGone
from kyodo_academy.officials import actors, official, officials, organisation_of
from kyodo_events.errors import Forbidden, NotFound
from kyodo_events.values.municipalities import Party
from kyodo_events.values.skills import SkillCode
from kyodo_events.values.texts import Id
from kyodo_platform.commands import CommandBus, Commands
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import person_of, role
from kyodo_platform.personal import PersonalData, PersonErased, Persons
from kyodo_platform.resources import Page, PageQuery, Reader
from kyodo_platform.routing import Router

own = Router(prefix="/v1/learners/{learner_id}", tags=["directory"])
router = Router(prefix="/v1/directory", tags=["directory"])

the_learner = person_of("learner_id", Role.LEARNER)
overseers = role(Role.SECRETARIAT, Role.AUDITOR)
BY = [directory_entry.c.organisation, directory_entry.c.learner_id]


@own.put("/directory-entry", allow=the_learner, raises=[LearnerIsGone, PersonErased])
async def write_entry(learner_id: Id, body: EntryIn, commands: Commands, persons: Persons) -> ConsentState:
    """Agree to be found by other officials, or write your entry anew."""
    organisation = await organisation_of(commands, learner_id)
    sealed = await persons.seal(learner_id, body.texts)
    written = await commands.on_or_new(
        DirectoryEntry,
        learner_id,
        lambda entry: entry.write(organisation, body.refs, body.can_be_asked, sealed, commands.today),
    )
    return ConsentState(version=written.version, learner_id=learner_id, listed=written.listed)


@own.delete("/directory-entry", allow=the_learner)
async def withdraw_entry(learner_id: Id, commands: Commands) -> ConsentState:
    """Be found no more, from this moment on."""
    withdrawn = await commands.on_or_new(DirectoryEntry, learner_id, DirectoryEntry.withdraw)
    return ConsentState(version=withdrawn.version, learner_id=learner_id, listed=withdrawn.listed)


@own.get("/directory-entry", allow=the_learner)
async def read_own_contact(learner_id: Id, commands: Commands, persons: Persons) -> ContactOut:
    """The name and contact that others are shown."""
    entry = (await commands.read_or_new(DirectoryEntry, learner_id)).here()
    return await _contact(persons, entry)


@own.get("/directory-looks", allow=the_learner | overseers)
async def list_looks(learner_id: Id, reader: Reader, page: PageQuery) -> Page[LookOut]:
    """Who looked at an official's name and contact, and when."""
    by = [directory_look.c.look_id, directory_look.c.municipality]
    return await reader.page(LookOut, looks_at(learner_id), page, by=by)


@router.get("", allow=officials)
async def search_directory(
    reader: Reader,
    page: PageQuery,
    skill: SkillCode | None = None,
    organisation: Party | None = None,
    can_be_asked: Help | None = None,
) -> Page[EntryOut]:
    """Officials who agreed to be found, by skill, organisation and what they can be asked."""
    query = found_by(skill=skill, organisation=organisation, can_be_asked=can_be_asked)
    return await reader.page(EntryOut, query, page, by=BY)


@router.get("/{learner_id}", allow=officials)
async def read_entry(learner_id: Id, reader: Reader) -> EntryOut:
    """An official who agreed to be found, under the pseudonym."""
    return await reader.one(EntryOut, found_by(learner_id=learner_id), what="directory entry", id=learner_id)


@router.post("/{learner_id}/looks", allow=actors, raises=[Forbidden, LearnerIsGone], status_code=201)
async def open_contact(learner_id: Id, commands: Commands, reader: Reader) -> LookOut:
    """Open an official's name and contact for half an hour; the official sees that you did."""
    who = await official(commands, reader)
    entry = await _listed(commands, learner_id)
    look = await commands.create(DirectoryLook, lambda look: look.begin(entry, who.organisation, who.key, commands.now))
    query = looks_at(learner_id).where(directory_look.c.look_id == look.id)
    return await reader.one(LookOut, query, what="look", id=look.id)


@router.get("/{learner_id}/contact", allow=actors, raises=[Forbidden, LearnerIsGone, LookFirst])
async def read_contact(learner_id: Id, commands: Commands, reader: Reader, persons: Persons) -> ContactOut:
    """An official's name and contact, while a look lasts."""
    who = await official(commands, reader)
    entry = await _listed(commands, learner_id)
    look = await reader.tx.row(reader.own(open_look(learner_id, who.key, commands.now)))
    if look is None:
        raise LookFirst
    return (await _contact(persons, entry)).model_copy(update={"open_until": look["open_until"]})


async def _listed(commands: CommandBus, learner_id: str) -> DirectoryEntry:
    """The entry. Raises NotFound for who withdrew or left."""
    entry = (await commands.read_or_new(DirectoryEntry, learner_id)).here()
    if (await commands.read(Learner, learner_id)).left:
        raise NotFound(what="directory entry", id=learner_id)
    return entry


async def _contact(persons: PersonalData, entry: DirectoryEntry) -> ContactOut:
    """Raises NotFound where the key is gone."""
    texts = await persons.open(entry.id, entry.sealed)
    if texts is None:
        raise NotFound(what="directory entry", id=entry.id)
    return ContactOut(learner_id=entry.id, open_until=None, **texts)
