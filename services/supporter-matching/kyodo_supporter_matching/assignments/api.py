"""Assignments over HTTP: offered by the municipality, answered by the supporter, recorded where the session was."""

from __future__ import annotations

from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Id
from kyodo_platform.commands import Commands
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import officer_of, person_of, role
from kyodo_platform.resources import Page, PageQuery, Reader
from kyodo_platform.routing import Router
from kyodo_supporter_matching.assignments import recording, seating
from kyodo_supporter_matching.assignments.calls import call
from kyodo_supporter_matching.assignments.endings import end_all_of
from kyodo_supporter_matching.assignments.events import (
    AskedAlready,
    NotOffered,
    SupporterNotAvailable,
    UnknownLine,
)
from kyodo_supporter_matching.assignments.model import PROMISED, Assignment
from kyodo_supporter_matching.assignments.schemas import AssignmentOut, AttendanceIn, CallOut, DeclinationIn, OfferIn
from kyodo_supporter_matching.assignments.values import AssignmentStatus, Canceller, Origin
from kyodo_supporter_matching.assignments.views import assignment, assignments_with
from kyodo_supporter_matching.device_reservations.releasing import release_devices_of
from kyodo_supporter_matching.diaries.model import NoTime
from kyodo_supporter_matching.sessions.api import shown
from kyodo_supporter_matching.sessions.events import SeatsAreFull, SessionInThePast, SessionNotOpen
from kyodo_supporter_matching.sessions.model import Session
from kyodo_supporter_matching.sessions.schemas import CancellationIn, SessionOut

router = Router(prefix="/v1/assignments", tags=["assignments"])
staffing = Router(prefix="/v1/municipalities/{municipality}", tags=["assignments"])
calling = Router(prefix="/v1/sessions/{session_id}/calls", tags=["assignments"])
answering = Router(prefix="/v1/supporters/{supporter_id}/assignments", tags=["assignments"])

the_officer = officer_of("municipality")
the_supporter = person_of("supporter_id", Role.SUPPORTER)
readers = role(Role.SECRETARIAT, Role.AUDITOR, Role.OFFICER, Role.APPROVER)

_BY = [assignment.c.starts_at, assignment.c.assignment_id]
CLOSED = [SessionNotOpen, SessionInThePast, SeatsAreFull]


@staffing.post(
    "/sessions/{session_id}/assignments",
    allow=the_officer,
    raises=[*CLOSED, SupporterNotAvailable, AskedAlready, UnknownLine],
)
async def offer_seat(
    municipality: MunicipalityCode, session_id: Id, body: OfferIn, commands: Commands, reader: Reader
) -> AssignmentOut:
    """Ask one supporter for a seat."""
    session = (await commands.read(Session, session_id)).of(municipality)
    offered = await seating.offer(commands, reader, session, body.supporter_id, body.line, Origin.HAND)
    return AssignmentOut.at(commands.now, offered)


@answering.put(
    "/{assignment_id}/acceptance",
    allow=the_supporter,
    raises=[*CLOSED, NotOffered, SupporterNotAvailable, NoTime],
    acts_for_all=True,
)
async def accept(supporter_id: Id, assignment_id: Id, commands: Commands) -> AssignmentOut:
    """Come: the seat is yours, and the time is promised."""
    return AssignmentOut.at(commands.now, await seating.seat(commands, assignment_id, supporter_id))


@answering.put("/{assignment_id}/declination", allow=the_supporter, raises=[NotOffered], acts_for_all=True)
async def decline(supporter_id: Id, assignment_id: Id, body: DeclinationIn, commands: Commands) -> AssignmentOut:
    """Not come."""
    now = commands.now
    declined = await commands.on(Assignment, assignment_id, lambda one: one.decline(supporter_id, body.reason, now))
    return AssignmentOut.at(now, declined)


@answering.put("/{assignment_id}/cancellation", allow=the_supporter, raises=[NotOffered], acts_for_all=True)
async def cancel_own(supporter_id: Id, assignment_id: Id, commands: Commands, reader: Reader) -> AssignmentOut:
    """Take an acceptance back; others are called for the seat at once."""
    before = (await commands.read(Assignment, assignment_id)).by(supporter_id)
    cancelled = await seating.unseat(commands, assignment_id, Canceller.SUPPORTER)
    if before.step in PROMISED:
        await call(commands, reader.tx, [cancelled.session_id])
    return AssignmentOut.at(commands.now, cancelled)


@calling.post("", allow=role(Role.SECRETARIAT), raises=[SessionNotOpen, SessionInThePast])
async def call_for_replacement(session_id: Id, commands: Commands, reader: Reader) -> CallOut:
    """Send one wave for the open seats of a session: three supporters a seat, the least recently asked first."""
    asked = await call(commands, reader.tx, [session_id])
    return CallOut(session_id=session_id, asked=asked)


@staffing.put("/sessions/{session_id}/confirmation", allow=the_officer, raises=[NotOffered])
async def confirm_accepted(
    municipality: MunicipalityCode, session_id: Id, commands: Commands, reader: Reader
) -> SessionOut:
    """Count on everybody who accepted a seat of the session."""
    now = commands.now
    (await commands.read(Session, session_id)).of(municipality)
    for assignment_id in await seating.promised_at(reader, session_id, now):
        await commands.on(Assignment, assignment_id, lambda one: one.confirm(now))
    return await shown(reader, session_id)


@staffing.put("/sessions/{session_id}/cancellation", allow=the_officer, raises=[SessionNotOpen, NotOffered])
async def cancel_session(
    municipality: MunicipalityCode, session_id: Id, body: CancellationIn, commands: Commands, reader: Reader
) -> SessionOut:
    """Let a session not take place; whoever was asked or accepted is free again, and so are reserved devices."""
    await commands.on(Session, session_id, lambda one: one.cancel(municipality, body.reason_ja))
    await end_all_of(commands, reader, session_id)
    await release_devices_of(commands, reader, session_id)
    return await shown(reader, session_id)


@staffing.post("/sessions/{session_id}/calls", allow=the_officer, raises=[SessionNotOpen, SessionInThePast])
async def call_for_own_session(
    municipality: MunicipalityCode, session_id: Id, commands: Commands, reader: Reader
) -> CallOut:
    """Send one wave for the open seats of an own session: to supporters of all municipalities, whom you do not see."""
    session = (await commands.read(Session, session_id)).of(municipality)
    return CallOut(session_id=session_id, asked=await call(commands, reader.tx, [session.id]))


@staffing.put("/assignments/{assignment_id}/cancellation", allow=the_officer, raises=[NotOffered])
async def cancel_assignment(
    municipality: MunicipalityCode, assignment_id: Id, commands: Commands, reader: Reader
) -> AssignmentOut:
    """Take an offer or an assignment back; where a seat was taken, others are called for it at once."""
    before = (await commands.read(Assignment, assignment_id)).of(municipality)
    cancelled = await seating.unseat(commands, assignment_id, Canceller.MUNICIPALITY)
    if before.step in PROMISED and before.starts_at > commands.now:
        await call(commands, reader.tx, [cancelled.session_id])
    return AssignmentOut.at(commands.now, cancelled)


@staffing.put("/assignments/{assignment_id}/attendance", allow=the_officer, raises=[NotOffered])
async def record_attendance(
    municipality: MunicipalityCode, assignment_id: Id, body: AttendanceIn, commands: Commands
) -> AssignmentOut:
    """Record for how long the supporter helped; whole hours are charged where a joint project pays."""
    one = (await commands.read(Assignment, assignment_id)).of(municipality)
    return AssignmentOut.at(commands.now, await recording.attend(commands, one, body.minutes))


@staffing.put("/assignments/{assignment_id}/no-show", allow=the_officer, raises=[NotOffered])
async def record_no_show(municipality: MunicipalityCode, assignment_id: Id, commands: Commands) -> AssignmentOut:
    """Record that the supporter did not come and had not said so."""
    one = (await commands.read(Assignment, assignment_id)).of(municipality)
    return AssignmentOut.at(commands.now, await recording.miss(commands, one))


@router.get("", allow=readers)
async def list_assignments(
    commands: Commands,
    reader: Reader,
    page: PageQuery,
    session_id: Id | None = None,
    status: AssignmentStatus | None = None,
) -> Page[AssignmentOut]:
    """Assignments: a municipality's own, all for Tokyo."""
    query = assignments_with(commands.now, session_id=session_id, status=status)
    return await reader.page(AssignmentOut, query, page, by=_BY)


@answering.get("", allow=the_supporter | role(Role.SECRETARIAT, Role.AUDITOR))
async def list_own_assignments(
    supporter_id: Id, commands: Commands, reader: Reader, page: PageQuery, status: AssignmentStatus | None = None
) -> Page[AssignmentOut]:
    """A supporter's own assignments, by time."""
    query = assignments_with(commands.now, supporter_id=supporter_id, status=status)
    return await reader.page(AssignmentOut, query, page, by=_BY)
