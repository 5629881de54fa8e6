"""Assignments over HTTP, as the secretariat arranges them and as all parties read them."""

from __future__ import annotations

from typing import Annotated

from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Id
from kyodo_platform.commands import Commands
from kyodo_platform.history import HistoryRow
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import role, secretariat, signed_in
from kyodo_platform.resources import Page, PageQuery, Reader, Sort, sort_by
from kyodo_platform.routing import Router
from kyodo_talent.assignments import tables, views
from kyodo_talent.assignments.facts import available_expert
from kyodo_talent.assignments.model import Assignment
from kyodo_talent.assignments.refusals import (
    AssignmentNotThere,
    ExpertNotAvailable,
    HoldDayImpossible,
    InstructionsNotAllowed,
    LineOutsideWindow,
    LineTwice,
    NotBegun,
    UnknownChecklistItem,
    WindowImpossible,
)
from kyodo_talent.assignments.schemas import (
    AssignmentIn,
    AssignmentOut,
    ChecklistIn,
    FormOut,
    HoldIn,
    LineRow,
    TerminationIn,
    forms,
)
from kyodo_talent.assignments.state import AssignmentStatus, end_of
from kyodo_talent.schedules.events import CapacityExceeded, MonthIsOver
from kyodo_talent.schedules.model import Schedule

router = Router(prefix="/v1/assignments", tags=["assignments"])
reference = Router(prefix="/v1/engagement-forms", tags=["assignments"])

readers = role(Role.SECRETARIAT, Role.AUDITOR, Role.OFFICER, Role.APPROVER, Role.EXPERT)

AssignmentSort = Annotated[
    Sort,
    sort_by(
        tables.assignment.c.from_day,
        tables.assignment.c.until_day,
        tables.assignment.c.form,
        unique=[tables.assignment.c.assignment_id],
    ),
]


@reference.get("", allow=signed_in)
async def list_forms() -> Page[FormOut]:
    """The forms of engagement, who gives instructions in each, and its checklist."""
    return Page[FormOut](items=list(forms()))


@router.post(
    "",
    allow=secretariat,
    raises=[ExpertNotAvailable, InstructionsNotAllowed, WindowImpossible, LineOutsideWindow, LineTwice],
)
async def propose_assignment(body: AssignmentIn, commands: Commands) -> AssignmentOut:
    """Propose what an expert would do for one municipality or several. No time is held yet."""
    expert = await available_expert(commands, body.expert_id)
    assignment = await commands.create(
        Assignment,
        lambda assignment: assignment.propose(
            expert.id, body.project_id, body.engagement, body.from_day, body.until_day, body.lines, body.request_id
        ),
    )
    return AssignmentOut.at(commands.now, assignment)


@router.put("/{assignment_id}/checklist", allow=secretariat, raises=[AssignmentNotThere, UnknownChecklistItem])
async def tick_checklist(assignment_id: Id, body: ChecklistIn, commands: Commands) -> AssignmentOut:
    """State that items of the form's checklist are settled."""
    assignment = await commands.on(Assignment, assignment_id, lambda assignment: assignment.tick(body.items))
    return AssignmentOut.at(commands.now, assignment)


@router.put(
    "/{assignment_id}/hold",
    allow=secretariat,
    raises=[AssignmentNotThere, ExpertNotAvailable, HoldDayImpossible, CapacityExceeded],
)
async def hold(assignment_id: Id, body: HoldIn, commands: Commands) -> AssignmentOut:
    """Hold the expert's time to the end of a day, as far as it is free, and ask everybody to agree until then."""
    now = commands.now
    assignment = await commands.on(Assignment, assignment_id, lambda assignment: assignment.hold(body.until, now))
    if not commands.has_recorded:  # it is held so already; meanwhile somebody may decline, and free that time
        return AssignmentOut.at(now, assignment)
    await available_expert(commands, assignment.expert_id)
    await commands.on(
        Schedule,
        assignment.expert_id,
        lambda schedule: schedule.hold(
            assignment.id, assignment.lines, assignment.from_day, assignment.until_day, end_of(body.until), now
        ),
    )
    return AssignmentOut.at(now, assignment)


@router.put("/{assignment_id}/start", allow=secretariat, raises=[AssignmentNotThere, NotBegun])
async def start(assignment_id: Id, commands: Commands) -> AssignmentOut:
    """State that the work begins today, or goes on after a pause."""
    today = commands.today
    assignment = await commands.on(Assignment, assignment_id, lambda assignment: assignment.start(today))
    return AssignmentOut.at(commands.now, assignment)


@router.put("/{assignment_id}/pause", allow=secretariat, raises=[AssignmentNotThere])
async def pause(assignment_id: Id, commands: Commands) -> AssignmentOut:
    """State that the work rests from today on; the time stays promised."""
    today = commands.today
    assignment = await commands.on(Assignment, assignment_id, lambda assignment: assignment.pause(today))
    return AssignmentOut.at(commands.now, assignment)


@router.put("/{assignment_id}/completion", allow=secretariat, raises=[AssignmentNotThere])
async def complete(assignment_id: Id, commands: Commands) -> AssignmentOut:
    """State that the work is done; the months after this one are free again."""
    today = commands.today
    assignment = await commands.on(Assignment, assignment_id, lambda assignment: assignment.complete(today))
    return await _freed(assignment, commands)


@router.put("/{assignment_id}/termination", allow=secretariat, raises=[AssignmentNotThere, MonthIsOver])
async def terminate(assignment_id: Id, body: TerminationIn, commands: Commands) -> AssignmentOut:
    """End the work early; what was planned from a month on is free again."""
    today = commands.today
    assignment = await commands.on(
        Assignment, assignment_id, lambda assignment: assignment.terminate(body.reason, body.from_month, today)
    )
    return await _freed(assignment, commands)


async def _freed(assignment: Assignment, commands: Commands) -> AssignmentOut:
    """What ended gives its months back to the expert's schedule, in the same transaction."""
    await commands.on(
        Schedule, assignment.expert_id, lambda schedule: schedule.release(assignment.id, assignment.freed_from)
    )
    return AssignmentOut.at(commands.now, assignment)


@router.get("", allow=readers)
async def list_assignments(
    reader: Reader,
    commands: Commands,
    page: PageQuery,
    sort: AssignmentSort,
    status: AssignmentStatus | None = None,
    municipality: MunicipalityCode | None = None,
    expert_id: Id | None = None,
    project_id: Id | None = None,
    request_id: Id | None = None,
) -> Page[AssignmentOut]:
    """The assignments that concern the caller: all, those for the own municipality, or an expert's own."""
    query = views.assignments_by(
        commands.now,
        status=status,
        municipality=municipality,
        expert_id=expert_id,
        project_id=project_id,
        request_id=request_id,
    )
    return await reader.page(AssignmentOut, query, page, by=sort)


@router.get("/{assignment_id}", allow=readers)
async def read_assignment(assignment_id: Id, reader: Reader, commands: Commands) -> AssignmentOut:
    """One assignment."""
    return await _visible(assignment_id, reader, commands)


@router.get("/{assignment_id}/lines", allow=readers)
async def list_lines(assignment_id: Id, reader: Reader, commands: Commands, page: PageQuery) -> Page[LineRow]:
    """Half-days by municipality and month; a municipality sees its own."""
    await _visible(assignment_id, reader, commands)
    by = [tables.line.c.municipality, tables.line.c.month]
    return await reader.page(LineRow, views.lines_of(assignment_id), page, by=by)


@router.get("/{assignment_id}/history", allow=readers)
async def read_assignment_history(
    assignment_id: Id, reader: Reader, commands: Commands, page: PageQuery
) -> Page[HistoryRow]:
    """What happened to an assignment, in words."""
    await _visible(assignment_id, reader, commands)
    return await reader.history(Assignment, assignment_id, page)


async def _visible(assignment_id: str, reader: Reader, commands: Commands) -> AssignmentOut:
    query = views.assignments_by(commands.now, assignment_id=assignment_id)
    return await reader.one(AssignmentOut, query, what="assignment", id=assignment_id)
