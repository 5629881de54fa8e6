"""Incidents over HTTP: reported by the municipality, the host or a supporter who was there, who then see the state.

What is told in words is read by the municipality and the secretariat alone. The supporter whom it is about, where
there is one, is told to the municipality only.
"""

from __future__ import annotations

from kyodo_events.errors import NotFound, require
from kyodo_events.event import new_id
from kyodo_events.values.fiscal import tokyo_date
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Id
from kyodo_platform.commands import CommandBus, Commands
from kyodo_platform.history import HistoryRow
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import officer_of, person_of, role
from kyodo_platform.personal import PersonalData, Persons
from kyodo_platform.resources import Page, PageQuery, Reader, ReadSession
from kyodo_platform.routing import Router
from kyodo_supporter_matching.assignments.model import PROMISED, Assignment
from kyodo_supporter_matching.assignments.values import AssignmentStatus
from kyodo_supporter_matching.incidents.events import MomentImpossible, NotThere
from kyodo_supporter_matching.incidents.model import Incident
from kyodo_supporter_matching.incidents.schemas import AccountOut, IncidentIn, IncidentOut, OwnIncidentIn, StepOut
from kyodo_supporter_matching.incidents.values import IncidentKind, IncidentStatus, Party, Severity
from kyodo_supporter_matching.incidents.views import IN_ORDER, incident, incidents_with, steps_of
from kyodo_supporter_matching.sessions.model import Session

router = Router(prefix="/v1/incidents", tags=["incidents"])
reporting = Router(prefix="/v1/municipalities/{municipality}/sessions/{session_id}/incidents", tags=["incidents"])
hosting = Router(prefix="/v1/hosts/{host_id}", tags=["incidents"])
helping = Router(prefix="/v1/supporters/{supporter_id}", tags=["incidents"])

readers = role(Role.SECRETARIAT, Role.AUDITOR, Role.OFFICER, Role.APPROVER)
handlers = role(Role.SECRETARIAT, Role.OFFICER, Role.APPROVER)
the_host = person_of("host_id", Role.HOST)
the_supporter = person_of("supporter_id", Role.SUPPORTER)

MOST_STEPS_SHOWN = 50
WERE_THERE = (*PROMISED, AssignmentStatus.ATTENDED)


@reporting.post("", allow=officer_of("municipality"), raises=[MomentImpossible])
async def report_incident(
    municipality: MunicipalityCode,
    session_id: Id,
    body: IncidentIn,
    commands: Commands,
    reader: Reader,
    persons: Persons,
) -> IncidentOut:
    """Report what happened at a session of your municipality."""
    session = (await commands.read(Session, session_id)).of(municipality)
    await _require_of(commands, session_id, body.assignment_id)
    return await _reported(commands, reader, persons, session, Party.MUNICIPALITY, None, body)


@hosting.post("/sessions/{session_id}/incidents", allow=the_host, raises=[MomentImpossible], acts_for_all=True)
async def report_incident_as_host(
    host_id: Id, session_id: Id, body: IncidentIn, commands: Commands, reader: Reader, persons: Persons
) -> IncidentOut:
    """Report what happened at a session that you see to."""
    session = await commands.read(Session, session_id)
    require(session.host_id == host_id, NotFound(what="session", id=session_id))
    await _require_of(commands, session_id, body.assignment_id)
    return await _reported(commands, reader, persons, session, Party.HOST, host_id, body)


@helping.post(
    "/assignments/{assignment_id}/incidents",
    allow=the_supporter,
    raises=[MomentImpossible, NotThere],
    acts_for_all=True,
)
async def report_incident_as_supporter(
    supporter_id: Id, assignment_id: Id, body: OwnIncidentIn, commands: Commands, reader: Reader, persons: Persons
) -> IncidentOut:
    """Report what happened at a session at which you were to help."""
    assignment = (await commands.read(Assignment, assignment_id)).by(supporter_id)
    require(assignment.step in WERE_THERE, NotThere(current=assignment.status_at(commands.now).value))
    session = await commands.read(Session, assignment.session_id)
    return await _reported(commands, reader, persons, session, Party.SUPPORTER, supporter_id, body)


@router.get("", allow=readers)
async def list_incidents(
    commands: Commands,
    reader: Reader,
    page: PageQuery,
    municipality: MunicipalityCode | None = None,
    kind: IncidentKind | None = None,
    severity: Severity | None = None,
    status: IncidentStatus | None = None,
    session_id: Id | None = None,
    overdue: bool | None = None,
) -> Page[IncidentOut]:
    """The incidents at your municipality's sessions, all for Tokyo: what is overdue first, what is closed last."""
    query = incidents_with(
        commands.today,
        municipality=municipality,
        kind=kind,
        severity=severity,
        status=status,
        session_id=session_id,
        overdue=overdue,
    )
    return await reader.page(IncidentOut, query, page, by=IN_ORDER)


@hosting.get("/incidents", allow=the_host)
async def list_incidents_of_host(host_id: Id, commands: Commands, reader: Reader, page: PageQuery) -> Page[IncidentOut]:
    """What you reported, and how it stands."""
    query = incidents_with(commands.today, reporter_id=host_id)
    return await reader.page(IncidentOut, query, page, by=IN_ORDER)


@helping.get("/incidents", allow=the_supporter)
async def list_incidents_of_supporter(
    supporter_id: Id, commands: Commands, reader: Reader, page: PageQuery
) -> Page[IncidentOut]:
    """What you reported, and how it stands."""
    query = incidents_with(commands.today, reporter_id=supporter_id)
    return await reader.page(IncidentOut, query, page, by=IN_ORDER)


@router.get("/{incident_id}", allow=readers)
async def read_incident(incident_id: Id, commands: Commands, reader: Reader) -> IncidentOut:
    """How an incident stands."""
    return await shown(commands, reader, incident_id)


@router.get("/{incident_id}/history", allow=readers)
async def incident_history(incident_id: Id, commands: Commands, reader: Reader, page: PageQuery) -> Page[HistoryRow]:
    """What was done about an incident, in words that tell nothing of what happened."""
    await shown(commands, reader, incident_id)
    return await reader.history(Incident, incident_id, page)


@router.get("/{incident_id}/account", allow=handlers)
async def read_account(incident_id: Id, commands: Commands, reader: Reader, persons: Persons) -> AccountOut:
    """What was told of an incident in words, for those who follow it up."""
    row = await reader.tx.row(reader.own(incident.select().where(incident.c.incident_id == incident_id)))
    if row is None:
        raise NotFound(what="incident", id=incident_id)
    steps = await reader.tx.rows(reader.own(steps_of(incident_id).limit(MOST_STEPS_SHOWN)))
    sealed = [row["account"] | row["result"], *(one["sealed"] for one in steps)]
    told, *each = await persons.open_each([(incident_id, texts) for texts in sealed])
    told = told or {}
    of_own = commands.identity.municipality == row["municipality"]
    return AccountOut(
        incident_id=incident_id,
        erased=row["erased"],
        **{name: told.get(name) for name in ("what_happened_ja", "result_ja", "reason_ja")},
        about_pseudonym=await _pseudonym(commands, told.get("assignment_id")) if of_own else None,
        steps=[
            StepOut(**{**one, "by_ja": Party(one["by"]).label_ja, "what_ja": (texts or {}).get("what_ja")})
            for one, texts in zip(steps, each, strict=True)
        ],
    )


async def shown(commands: CommandBus, reader: ReadSession, incident_id: str) -> IncidentOut:
    """The incident. Raises NotFound."""
    query = incidents_with(commands.today).where(incident.c.incident_id == incident_id)
    return await reader.one(IncidentOut, query, what="incident", id=incident_id)


async def _reported(
    commands: CommandBus,
    reader: ReadSession,
    persons: PersonalData,
    session: Session,
    by: Party,
    reporter_id: str | None,
    body: OwnIncidentIn,
) -> IncidentOut:
    """The id is made here and not by `create`: it names the key with which the texts are sealed."""
    incident_id = new_id()
    told = body.report(by, reporter_id, await persons.seal(incident_id, body.texts))
    held_on = tokyo_date(session.starts_at)
    await commands.create(
        Incident,
        lambda one: one.report(session.municipality, session.id, held_on, told, commands.now),
        id=incident_id,
    )
    return await shown(commands, reader, incident_id)


async def _require_of(commands: CommandBus, session_id: str, assignment_id: str | None) -> None:
    """Raises NotFound for an assignment of another session."""
    if assignment_id is not None:
        assignment = await commands.read(Assignment, assignment_id)
        require(assignment.session_id == session_id, NotFound(what="assignment", id=assignment_id))


async def _pseudonym(commands: CommandBus, assignment_id: str | None) -> str | None:
    return (await commands.read(Assignment, assignment_id)).pseudonym if assignment_id else None
