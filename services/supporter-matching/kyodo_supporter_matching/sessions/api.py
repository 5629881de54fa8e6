"""Sessions over HTTP: planned by their municipality, singly or in series; read by everybody who is signed in."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from fastapi import Query
from pydantic import AwareDatetime

from kyodo_events.event import new_id
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Id
from kyodo_platform.commands import CommandBus, Commands
from kyodo_platform.history import HistoryRow
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import officer_of, person_of, role, signed_in
from kyodo_platform.resources import Page, PageQuery, Reader, ReadSession
from kyodo_platform.routing import Router
from kyodo_supporter_matching.geojson import GeoJson
from kyodo_supporter_matching.hosts.model import Host, HostGone
from kyodo_supporter_matching.sessions.events import SeatsTakenAlready, SessionInThePast, SessionNotOpen
from kyodo_supporter_matching.sessions.model import Session
from kyodo_supporter_matching.sessions.schemas import (
    LATEST,
    HoldingIn,
    PublicationIn,
    SeriesIn,
    SeriesOut,
    SessionIn,
    SessionMap,
    SessionOnBoard,
    SessionOut,
)
from kyodo_supporter_matching.sessions.values import Plan, SessionKind, SessionStatus
from kyodo_supporter_matching.sessions.views import at_venues, one_session, session, sessions_with
from kyodo_supporter_matching.venues.model import Venue, VenueIsClosed
from kyodo_supporter_matching.venues.values import Place

router = Router(prefix="/v1/sessions", tags=["sessions"])
planning = Router(prefix="/v1/municipalities/{municipality}", tags=["sessions"])
hosting = Router(prefix="/v1/hosts/{host_id}/sessions", tags=["sessions"])

the_officer = officer_of("municipality")
the_host = person_of("host_id", Role.HOST)
governments = role(Role.SECRETARIAT, Role.AUDITOR, Role.OFFICER, Role.APPROVER)

BY_TIME: Final = [session.c.starts_at, session.c.session_id]
ON_A_MAP: Final = 2_000
"""As many points as a browser draws without a delay; a quarter of all municipalities has about 430 sessions."""

Moment = Annotated[AwareDatetime | None, Query(ge="2000-01-01T00:00:00Z", le=LATEST)]
Shown = Annotated[
    Literal[SessionStatus.PUBLISHED, SessionStatus.STAFFED] | None,
    Query(description="Those that look for supporters, or those that have all; both where it is not given."),
]


@planning.post("/sessions", allow=the_officer, raises=[SessionInThePast, VenueIsClosed, HostGone])
async def plan_session(
    municipality: MunicipalityCode, body: SessionIn, commands: Commands, reader: Reader
) -> SessionOut:
    """Plan a session."""
    place, now = await _place(commands, municipality, body.plan), commands.now
    planned = await commands.create(Session, lambda one: one.begin(municipality, body.plan, body.times, place, now))
    return await shown(reader, planned.id)


@planning.post("/session-series", allow=the_officer, raises=[SessionInThePast, VenueIsClosed, HostGone])
async def plan_series(municipality: MunicipalityCode, body: SeriesIn, commands: Commands) -> SeriesOut:
    """Plan the sessions of a series; each is a session of its own from then on."""
    place, now, series_id = await _place(commands, municipality, body.plan), commands.now, new_id()
    planned = [
        await commands.create(
            Session,
            lambda one, times=times: one.begin(municipality, body.plan, times, place, now, series_id),  # type: ignore[misc]
        )
        for times in body.recurrence.times
    ]
    return SeriesOut(series_id=series_id, session_ids=[one.id for one in planned])


@planning.put(
    "/sessions/{session_id}",
    allow=the_officer,
    raises=[SessionInThePast, SessionNotOpen, SeatsTakenAlready, VenueIsClosed, HostGone],
)
async def change_session(
    municipality: MunicipalityCode, session_id: Id, body: SessionIn, commands: Commands, reader: Reader
) -> SessionOut:
    """Plan a session otherwise, while nobody has accepted a seat."""
    place, now = await _place(commands, municipality, body.plan), commands.now
    await commands.on(Session, session_id, lambda one: one.change(municipality, body.plan, body.times, place, now))
    return await shown(reader, session_id)


@planning.put("/sessions/{session_id}/publication", allow=the_officer, raises=[SessionInThePast, SessionNotOpen])
async def publish_session(
    municipality: MunicipalityCode, session_id: Id, body: PublicationIn, commands: Commands, reader: Reader
) -> SessionOut:
    """Let supporters see a session and apply until a moment."""
    until, now = body.applications_until, commands.now
    await commands.on(Session, session_id, lambda one: one.publish(municipality, until, now))
    return await shown(reader, session_id)


@planning.put("/sessions/{session_id}/holding", allow=the_officer, raises=[SessionNotOpen])
async def hold_session(
    municipality: MunicipalityCode, session_id: Id, body: HoldingIn, commands: Commands, reader: Reader
) -> SessionOut:
    """Record that a session took place, and how many came."""
    return await _held(commands, reader, (await commands.read(Session, session_id)).of(municipality), body.visitors)


@hosting.put("/{session_id}/holding", allow=the_host, raises=[SessionNotOpen], acts_for_all=True)
async def hold_session_as_host(
    host_id: Id, session_id: Id, body: HoldingIn, commands: Commands, reader: Reader
) -> SessionOut:
    """Record that a session that you see to took place, and how many came."""
    return await _held(commands, reader, (await commands.read(Session, session_id)).seen_to_by(host_id), body.visitors)


@hosting.get("", allow=the_host | governments)
async def list_sessions_of_host(
    host_id: Id,
    reader: Reader,
    page: PageQuery,
    status: SessionStatus | None = None,
    since: Moment = None,
    before: Moment = None,
) -> Page[SessionOnBoard]:
    """The sessions that a host sees to, by time, with their venues and seats."""
    query = sessions_with(host_id=host_id, is_=status, since=since, before=before)
    return await reader.page(SessionOnBoard, at_venues(query), page, by=BY_TIME)


@router.get("", allow=signed_in)
async def list_sessions(
    reader: Reader,
    page: PageQuery,
    municipality: MunicipalityCode | None = None,
    kind: SessionKind | None = None,
    status: SessionStatus | None = None,
    series_id: Id | None = None,
    since: Moment = None,
    before: Moment = None,
) -> Page[SessionOnBoard]:
    """The board: sessions by time, of all municipalities or of one, with their venues and staffing.

    Those that are `published` still look for supporters; those whose seats are all taken are `staffed`.
    """
    query = sessions_with(
        municipality=municipality, kind=kind, is_=status, series_id=series_id, since=since, before=before
    )
    return await reader.page(SessionOnBoard, at_venues(query), page, by=BY_TIME)


@router.get("/map", allow=signed_in, response_class=GeoJson)
async def map_sessions(
    reader: Reader,
    commands: Commands,
    municipality: MunicipalityCode | None = None,
    kind: SessionKind | None = None,
    status: Shown = None,
    since: Moment = None,
    before: Moment = None,
) -> SessionMap:
    """Sessions to come as GeoJSON, the next ones first: what takes place where, and where supporters are missing."""
    query = sessions_with(
        municipality=municipality, kind=kind, is_=status, since=since or commands.now, before=before
    ).where(session.c.step == SessionStatus.PUBLISHED.value)
    rows = await reader.tx.rows(reader.own(at_venues(query).order_by(*BY_TIME).limit(ON_A_MAP + 1)))
    return SessionMap.of_points(map(dict, rows), id_="session_id", at_most=ON_A_MAP)


@router.get("/{session_id}", allow=signed_in)
async def read_session(session_id: Id, reader: Reader) -> SessionOut:
    """One session."""
    return await shown(reader, session_id)


@router.get("/{session_id}/history", allow=signed_in)
async def session_history(session_id: Id, reader: Reader, page: PageQuery) -> Page[HistoryRow]:
    """What happened to a session, in words."""
    return await reader.history(Session, session_id, page)


async def shown(reader: ReadSession, session_id: str) -> SessionOut:
    """The session. Raises NotFound."""
    return await reader.one(SessionOut, one_session(session_id), what="session", id=session_id)


async def _held(commands: CommandBus, reader: ReadSession, found: Session, visitors: int) -> SessionOut:
    """It took place. Raises SessionNotOpen."""
    now = commands.now
    await commands.on(Session, found.id, lambda one: one.hold(found.municipality, visitors, now))
    return await shown(reader, found.id)


async def _place(commands: CommandBus, municipality: str, plan: Plan) -> Place:
    """Where a session would be. Raises NotFound, VenueIsClosed, HostGone."""
    venue = await commands.read(Venue, plan.venue_id)
    if venue.closed:
        raise VenueIsClosed(venue_id=plan.venue_id)
    if plan.host_id is not None:
        (await commands.read(Host, plan.host_id)).require_host_of(municipality)
    return venue.place
