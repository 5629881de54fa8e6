"""The follow-up of incidents over HTTP, by an officer of the municipality: steps, the end, and what is erased."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path

from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Id
from kyodo_platform.commands import CommandBus, Commands
from kyodo_platform.identity.policies import officer_of
from kyodo_platform.personal import PersonalData, PersonErased, Persons
from kyodo_platform.resources import Reader
from kyodo_platform.routing import Router
from kyodo_supporter_matching.incidents.api import shown
from kyodo_supporter_matching.incidents.events import (
    MOST_STEPS,
    IncidentIsErased,
    StepDueInPast,
    StepsAreOpen,
    TooManySteps,
    WrongIncidentStatus,
)
from kyodo_supporter_matching.incidents.model import Incident
from kyodo_supporter_matching.incidents.schemas import IncidentErasureIn, IncidentOut, ReasonIn, ResultIn, StepIn

router = Router(prefix="/v1/municipalities/{municipality}/incidents/{incident_id}", tags=["incidents"])

the_officer = officer_of("municipality")
OVER = [WrongIncidentStatus, IncidentIsErased, PersonErased]

Step = Annotated[int, Path(ge=1, le=MOST_STEPS)]


@router.post("/steps", allow=the_officer, raises=[*OVER, StepDueInPast, TooManySteps])
async def plan_step(
    municipality: MunicipalityCode,
    incident_id: Id,
    body: StepIn,
    commands: Commands,
    reader: Reader,
    persons: Persons,
) -> IncidentOut:
    """Say what is to be done about an incident, by whom and until when."""
    sealed = await _sealed(commands, persons, municipality, incident_id, {"what_ja": body.what_ja})
    await commands.on(
        Incident, incident_id, lambda one: one.plan_step(municipality, body.by, body.until, sealed, commands.today)
    )
    return await shown(commands, reader, incident_id)


@router.put("/steps/{step}/completion", allow=the_officer, raises=[WrongIncidentStatus, IncidentIsErased])
async def do_step(
    municipality: MunicipalityCode, incident_id: Id, step: Step, commands: Commands, reader: Reader
) -> IncidentOut:
    """Record that a step was done today."""
    await commands.on(Incident, incident_id, lambda one: one.do_step(municipality, step, commands.today))
    return await shown(commands, reader, incident_id)


@router.put("/closing", allow=the_officer, raises=[*OVER, StepsAreOpen])
async def close_incident(
    municipality: MunicipalityCode,
    incident_id: Id,
    body: ResultIn,
    commands: Commands,
    reader: Reader,
    persons: Persons,
) -> IncidentOut:
    """End the follow-up with a result, once every step is done."""
    sealed = await _sealed(commands, persons, municipality, incident_id, {"result_ja": body.result_ja})
    await commands.on(Incident, incident_id, lambda one: one.close(municipality, sealed))
    return await shown(commands, reader, incident_id)


@router.put("/reopening", allow=the_officer, raises=OVER)
async def reopen_incident(
    municipality: MunicipalityCode,
    incident_id: Id,
    body: ReasonIn,
    commands: Commands,
    reader: Reader,
    persons: Persons,
) -> IncidentOut:
    """Take the follow-up up again, for a reason."""
    sealed = await _sealed(commands, persons, municipality, incident_id, {"reason_ja": body.reason_ja})
    await commands.on(Incident, incident_id, lambda one: one.reopen(municipality, sealed, commands.today))
    return await shown(commands, reader, incident_id)


@router.put("/erasure", allow=the_officer, raises=[WrongIncidentStatus])
async def erase_incident(
    municipality: MunicipalityCode,
    incident_id: Id,
    body: IncidentErasureIn,
    commands: Commands,
    reader: Reader,
    persons: Persons,
) -> IncidentOut:
    """Erase what was told of a closed incident, and about whom it was, for good. That it happened stays on record."""
    await commands.on(Incident, incident_id, lambda one: one.erase(municipality, body.reference))
    await persons.erase(incident_id)
    return await shown(commands, reader, incident_id)


async def _sealed(
    commands: CommandBus, persons: PersonalData, municipality: str, incident_id: str, texts: dict[str, str]
) -> dict[str, str]:
    """The texts, sealed with the incident's key. Raises NotFound, IncidentIsErased."""
    (await commands.read(Incident, incident_id)).readable(municipality)
    return await persons.seal(incident_id, texts)
