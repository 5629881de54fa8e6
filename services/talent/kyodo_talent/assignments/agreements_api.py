"""Agreeing to an assignment, or declining it: the expert, the home organisation and every receiving municipality.

The last agreement confirms the hold in the expert's schedule, a declination frees it: in the same transaction, so that
no assignment is confirmed whose time is not promised, and no time is held for one that was declined.
"""

from __future__ import annotations

from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Id
from kyodo_platform.commands import Commands, Decision
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import approver_of, person_of, secretariat
from kyodo_platform.routing import Router
from kyodo_talent.assignments.model import Assignment
from kyodo_talent.assignments.refusals import AssignmentNotThere, ChecklistIncomplete
from kyodo_talent.assignments.schemas import AssignmentOut, DeclinationIn, HomeAgreementIn
from kyodo_talent.assignments.state import AssignmentStatus
from kyodo_talent.schedules.events import HoldGone
from kyodo_talent.schedules.model import Schedule

router = Router(prefix="/v1/assignments/{assignment_id}", tags=["assignments"])

the_expert = person_of("expert_id", Role.EXPERT)


@router.put("/confirmations/expert/{expert_id}", allow=the_expert, raises=[AssignmentNotThere, HoldGone])
async def agree_as_expert(assignment_id: Id, expert_id: Id, commands: Commands) -> AssignmentOut:
    """Agree, as the expert."""
    now = commands.now
    return await _agree(assignment_id, commands, lambda assignment: assignment.agree_as_expert(expert_id, now))


@router.put("/confirmations/home", allow=secretariat, raises=[AssignmentNotThere, HoldGone])
async def agree_for_home(assignment_id: Id, body: HomeAgreementIn, commands: Commands) -> AssignmentOut:
    """Record that the home organisation agreed, or why it need not."""
    now = commands.now
    return await _agree(
        assignment_id,
        commands,
        lambda assignment: assignment.agree_for_home(body.reference, body.not_needed_ja, now),
    )


@router.put(
    "/confirmations/municipalities/{municipality}",
    allow=approver_of("municipality"),
    raises=[AssignmentNotThere, HoldGone, ChecklistIncomplete],
)
async def agree_as_municipality(assignment_id: Id, municipality: MunicipalityCode, commands: Commands) -> AssignmentOut:
    """Agree to receive the expert, once the form's checklist is complete."""
    now = commands.now
    return await _agree(assignment_id, commands, lambda assignment: assignment.agree_as(municipality, now))


@router.put("/declinations/expert/{expert_id}", allow=the_expert, raises=[AssignmentNotThere])
async def decline_as_expert(assignment_id: Id, expert_id: Id, body: DeclinationIn, commands: Commands) -> AssignmentOut:
    """Decline, as the expert; the time is free again."""
    return await _decline(
        assignment_id, commands, lambda assignment: assignment.decline_as_expert(expert_id, body.reason)
    )


@router.put(
    "/declinations/municipalities/{municipality}", allow=approver_of("municipality"), raises=[AssignmentNotThere]
)
async def decline_as_municipality(
    assignment_id: Id, municipality: MunicipalityCode, body: DeclinationIn, commands: Commands
) -> AssignmentOut:
    """Decline to receive the expert; the time is free again, and the others need another proposal."""
    return await _decline(assignment_id, commands, lambda assignment: assignment.decline_as(municipality, body.reason))


@router.put("/declinations/tokyo", allow=secretariat, raises=[AssignmentNotThere])
async def withdraw_assignment(assignment_id: Id, body: DeclinationIn, commands: Commands) -> AssignmentOut:
    """Take a proposal back, or record that the home organisation does not agree; the time is free again."""
    return await _decline(assignment_id, commands, lambda assignment: assignment.withdraw(body.reason))


async def _agree(assignment_id: str, commands: Commands, decide: Decision[Assignment]) -> AssignmentOut:
    now = commands.now
    assignment = await commands.on(Assignment, assignment_id, decide)
    if assignment.status is AssignmentStatus.CONFIRMED:
        await commands.on(Schedule, assignment.expert_id, lambda schedule: schedule.confirm_hold(assignment.id, now))
    return AssignmentOut.at(now, assignment)


async def _decline(assignment_id: str, commands: Commands, decide: Decision[Assignment]) -> AssignmentOut:
    assignment = await commands.on(Assignment, assignment_id, decide)
    await commands.on(Schedule, assignment.expert_id, lambda schedule: schedule.release(assignment.id))
    return AssignmentOut.at(commands.now, assignment)
