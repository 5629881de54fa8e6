"""Names over HTTP: opened and read by the officer or the host of a session; each look is told to the supporter."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from kyodo_events.errors import require
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Id
from kyodo_platform.commands import CommandBus, Commands
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import officer_of, person_of, role
from kyodo_platform.personal import PersonalData, Persons
from kyodo_platform.resources import Answer, Page, PageQuery, Reader, ReadSession
from kyodo_platform.routing import Router
from kyodo_supporter_matching.assignments.hosting import seen_to
from kyodo_supporter_matching.assignments.model import Assignment
from kyodo_supporter_matching.name_views.model import LookFirst, NameNotForYou, NameView, require_named
from kyodo_supporter_matching.name_views.views import looks_at, name_view, open_look
from kyodo_supporter_matching.profiles.model import Profile
from kyodo_supporter_matching.supporters.events import SupporterIsErased

staffing = Router(prefix="/v1/municipalities/{municipality}/assignments/{assignment_id}", tags=["names"])
hosting = Router(prefix="/v1/hosts/{host_id}/sessions/{session_id}/assignments/{assignment_id}", tags=["names"])
told = Router(prefix="/v1/supporters/{supporter_id}/name-views", tags=["names"])

the_officer = officer_of("municipality")
the_host = person_of("host_id", Role.HOST)
the_supporter = person_of("supporter_id", Role.SUPPORTER)
READING = [LookFirst, NameNotForYou, SupporterIsErased]


class NameViewOut(Answer):
    """A look at a supporter's name."""

    view_id: str
    assignment_id: str
    municipality: MunicipalityCode = Field(title="団体コード")
    host_id: str | None = Field(title="運営団体", description="Null where the municipality looked.")
    viewed_at: datetime = Field(title="閲覧日時")
    open_until: datetime = Field(title="閲覧期限")


class NameOut(Answer):
    """Who comes."""

    assignment_id: str
    pseudonym: str
    name_ja: str | None = Field(title="氏名", description="Null where the supporter has written no profile.")
    name_kana: str | None = Field(title="氏名カナ")
    open_until: datetime = Field(title="閲覧期限")


@staffing.post("/name-views", allow=the_officer, raises=[NameNotForYou], status_code=201)
async def open_name(
    municipality: MunicipalityCode, assignment_id: Id, commands: Commands, reader: Reader
) -> NameViewOut:
    """Open the name of a supporter who comes, for half an hour; the supporter sees that you did."""
    one = (await commands.read(Assignment, assignment_id)).of(municipality)
    return await _opened(commands, reader, one, None)


@staffing.get("/name", allow=the_officer, raises=READING)
async def read_name(
    municipality: MunicipalityCode, assignment_id: Id, commands: Commands, reader: Reader, persons: Persons
) -> NameOut:
    """The name of a supporter who comes, while a look lasts."""
    one = (await commands.read(Assignment, assignment_id)).of(municipality)
    return await _named(commands, reader, persons, one, None)


@hosting.post("/name-views", allow=the_host, raises=[NameNotForYou], acts_for_all=True, status_code=201)
async def open_name_as_host(
    host_id: Id, session_id: Id, assignment_id: Id, commands: Commands, reader: Reader
) -> NameViewOut:
    """Open the name of a supporter who comes to a session that you see to; the supporter sees that you did."""
    one = await seen_to(commands, host_id, session_id, assignment_id)
    return await _opened(commands, reader, one, host_id)


@hosting.get("/name", allow=the_host, raises=READING, acts_for_all=True)
async def read_name_as_host(
    host_id: Id, session_id: Id, assignment_id: Id, commands: Commands, reader: Reader, persons: Persons
) -> NameOut:
    """The name of a supporter who comes to a session that you see to, while a look lasts."""
    one = await seen_to(commands, host_id, session_id, assignment_id)
    return await _named(commands, reader, persons, one, host_id)


@told.get("", allow=the_supporter | role(Role.SECRETARIAT, Role.AUDITOR))
async def list_name_views(supporter_id: Id, reader: Reader, page: PageQuery) -> Page[NameViewOut]:
    """Who looked at a supporter's name, and when."""
    by = [name_view.c.view_id, name_view.c.municipality]
    return await reader.page(NameViewOut, looks_at(supporter_id), page, by=by)


async def _opened(commands: CommandBus, reader: ReadSession, one: Assignment, host_id: str | None) -> NameViewOut:
    """The look, on record. Raises NameNotForYou."""
    now = commands.now
    look = await commands.create(NameView, lambda look: look.begin(one, host_id, now))
    query = looks_at(one.supporter_id).where(name_view.c.view_id == look.id)
    return await reader.one(NameViewOut, query, what="look", id=look.id)


async def _named(
    commands: CommandBus, reader: ReadSession, persons: PersonalData, one: Assignment, host_id: str | None
) -> NameOut:
    """The name. Raises LookFirst, NameNotForYou, SupporterIsErased."""
    require_named(one, commands.now)
    look = await reader.tx.row(reader.own(open_look(one.id, host_id, commands.now)))
    if look is None:
        raise LookFirst
    profile = await commands.read_or_new(Profile, one.supporter_id)
    require(not profile.erased, SupporterIsErased())
    texts = await persons.open(one.supporter_id, profile.sealed) or {}
    names = {name: texts.get(name) for name in ("name_ja", "name_kana")}
    return NameOut(assignment_id=one.id, pseudonym=one.pseudonym, open_until=look["open_until"], **names)
