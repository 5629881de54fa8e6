"""Applications over HTTP: a supporter asks for a session; once the window is over, an open seat is taken at once."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Path
from pydantic import Field

from kyodo_events.errors import require
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Id
from kyodo_platform.commands import Commands
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import person_of, role
from kyodo_platform.resources import Page, PageQuery, Reader, Resource
from kyodo_platform.routing import Router
from kyodo_supporter_matching.applications.model import (
    Application,
    WindowClosed,
    WindowOpen,
    stream_of,
)
from kyodo_supporter_matching.applications.views import application, standing
from kyodo_supporter_matching.assignments import seating
from kyodo_supporter_matching.assignments.events import AskedAlready, SupporterNotAvailable, UnknownLine
from kyodo_supporter_matching.assignments.schemas import AssignmentOut
from kyodo_supporter_matching.assignments.values import Origin
from kyodo_supporter_matching.diaries.model import NoTime
from kyodo_supporter_matching.sessions.events import SeatsAreFull, SessionInThePast, SessionNotOpen
from kyodo_supporter_matching.sessions.model import Session
from kyodo_supporter_matching.supporters.model import Supporter

router = Router(prefix="/v1/supporters/{supporter_id}/applications", tags=["applications"])
seats = Router(prefix="/v1/supporters/{supporter_id}/seats", tags=["applications"])
received = Router(prefix="/v1/applications", tags=["applications"])

the_supporter = person_of("supporter_id", Role.SUPPORTER)
LineInPath = Annotated[int, Path(ge=0, le=4, description="A line of the session's needs, from 0.")]
governments = role(Role.SECRETARIAT, Role.AUDITOR, Role.OFFICER, Role.APPROVER)


class ApplicationOut(Resource):
    """A wish of a supporter for a session."""

    session_id: str
    supporter_id: str
    municipality: MunicipalityCode = Field(title="団体コード")
    applied_at: datetime = Field(title="応募日時")
    wanted: bool = Field(title="有効")


@router.put(
    "/{session_id}",
    allow=the_supporter,
    raises=[SessionNotOpen, SessionInThePast, WindowClosed, SupporterNotAvailable],
    acts_for_all=True,
)
async def apply(supporter_id: Id, session_id: Id, commands: Commands) -> ApplicationOut:
    """Ask for a session."""
    now, session = commands.now, await commands.read(Session, session_id)
    session.require_open(now)
    until = session.applications_until or now
    require(now < until, WindowClosed(until=until))
    able = (await commands.read(Supporter, supporter_id)).can_help_on(commands.today)
    require(able, SupporterNotAvailable(why="Only active supporters with a valid insurance apply."))
    return await _decided(commands, session, supporter_id, wanted=True)


@router.delete("/{session_id}", allow=the_supporter, acts_for_all=True)
async def withdraw_application(supporter_id: Id, session_id: Id, commands: Commands) -> ApplicationOut:
    """Take a wish back."""
    return await _decided(commands, await commands.read(Session, session_id), supporter_id, wanted=False)


@router.get("", allow=the_supporter | governments)
async def list_own_applications(supporter_id: Id, reader: Reader, page: PageQuery) -> Page[ApplicationOut]:
    """A supporter's wishes; a municipality sees those for its sessions."""
    return await reader.page(ApplicationOut, standing(supporter_id=supporter_id), page, by=_BY)


@received.get("", allow=governments)
async def list_applications(reader: Reader, page: PageQuery, session_id: Id | None = None) -> Page[ApplicationOut]:
    """The wishes for a municipality's sessions, or for one of them; all for Tokyo."""
    return await reader.page(ApplicationOut, standing(session_id=session_id), page, by=_BY)


@seats.put(
    "/{session_id}/{line}",
    allow=the_supporter,
    raises=[
        SessionNotOpen,
        SessionInThePast,
        WindowOpen,
        SupporterNotAvailable,
        AskedAlready,
        UnknownLine,
        SeatsAreFull,
        NoTime,
    ],
    acts_for_all=True,
)
async def take_open_seat(
    supporter_id: Id, session_id: Id, line: LineInPath, commands: Commands, reader: Reader
) -> AssignmentOut:
    """Take an open seat at once, where the window of applications is over."""
    now, session = commands.now, await commands.read(Session, session_id)
    until = session.applications_until or now
    require(until <= now, WindowOpen(until=until))
    offered = await seating.offer(commands, reader, session, supporter_id, line, Origin.APPLICATION)
    return AssignmentOut.at(now, await seating.seat(commands, offered.id, supporter_id))


async def _decided(commands: Commands, session: Session, supporter_id: str, *, wanted: bool) -> ApplicationOut:
    decide = Application.apply if wanted else Application.withdraw
    decided = await commands.on_or_new(
        Application,
        stream_of(session.id, supporter_id),
        lambda one: decide(one, session.municipality, supporter_id, session.id),
    )
    return ApplicationOut(
        version=decided.version,
        session_id=session.id,
        supporter_id=supporter_id,
        municipality=session.municipality,
        applied_at=commands.now,
        wanted=wanted,
    )


_BY = [application.c.applied_at, application.c.session_id, application.c.supporter_id]
