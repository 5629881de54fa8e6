"""The expert's side of plans of hands-on support: goals and actions as the municipality has them, and the visits."""

from __future__ import annotations

from kyodo_events.errors import NotFound, require
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Day, Id
from kyodo_platform.commands import Commands
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import person_of
from kyodo_platform.resources import Reader
from kyodo_platform.routing import Router
from kyodo_talent.assignments.model import Assignment
from kyodo_talent.support_plans.model import SupportPlan, plan_of
from kyodo_talent.support_plans.reading import shown_action, shown_plan, step
from kyodo_talent.support_plans.refusals import (
    ActionInAnotherState,
    ActionOverdueFromTheStart,
    NoHandsOnSupport,
    OtherSideDecides,
    PlanFull,
    VisitOutsideAssignment,
)
from kyodo_talent.support_plans.schemas import ActionIn, ActionOut, DropIn, GoalsIn, SupportPlanOut, VisitIn
from kyodo_talent.support_plans.values import ActionNumber
from kyodo_talent.work_logs.values import Side

router = Router(prefix="/v1/experts/{expert_id}/support-plans/{assignment_id}/{municipality}", tags=["support plans"])

the_expert = person_of("expert_id", Role.EXPERT)


@router.put("/goals", allow=the_expert, acts_for_all=True, raises=[NotFound, NoHandsOnSupport])
async def name_goals_as_expert(
    expert_id: Id,
    assignment_id: Id,
    municipality: MunicipalityCode,
    body: GoalsIn,
    commands: Commands,
    reader: Reader,
) -> SupportPlanOut:
    """Say which goals you stand for: those that the municipality proposed agrees to them, others propose them."""
    id_, assignment = plan_of(assignment_id, municipality), await commands.read(Assignment, assignment_id)
    require(assignment.expert_id == expert_id, NotFound(what="assignment", id=assignment_id))
    await commands.on_or_new(
        SupportPlan,
        id_,
        lambda plan: plan.name_goals(Side.EXPERT, body.goals, assignment, municipality),
    )
    return await shown_plan(reader, id_)


@router.put("/visits/{day}", allow=the_expert, acts_for_all=True, raises=[VisitOutsideAssignment])
async def record_visit(
    expert_id: Id,
    assignment_id: Id,
    municipality: MunicipalityCode,
    day: Day,
    body: VisitIn,
    commands: Commands,
    reader: Reader,
) -> SupportPlanOut:
    """Write down a visit and what you found, in place of what you had written about that day."""
    id_, today = plan_of(assignment_id, municipality), commands.today
    assignment = await commands.read(Assignment, assignment_id)
    await commands.on(
        SupportPlan,
        id_,
        lambda plan: plan.of_expert(expert_id).record_visit(day, body.mode, body.findings, assignment, today),
    )
    return await shown_plan(reader, id_)


@router.post("/actions", allow=the_expert, acts_for_all=True, raises=[ActionOverdueFromTheStart, PlanFull])
async def propose_action_as_expert(
    expert_id: Id,
    assignment_id: Id,
    municipality: MunicipalityCode,
    body: ActionIn,
    commands: Commands,
    reader: Reader,
) -> ActionOut:
    """Propose what you or the municipality is to do; it counts once the municipality agrees."""
    id_, side, today = plan_of(assignment_id, municipality), Side.EXPERT, commands.today
    plan = await commands.on(
        SupportPlan,
        id_,
        lambda plan: plan.of_expert(expert_id).propose_action(side, body.owner, body.action_ja, body.due, today),
    )
    return await shown_action(reader, id_, len(plan.actions))


@router.put(
    "/actions/{number}/agreement",
    allow=the_expert,
    acts_for_all=True,
    raises=[ActionInAnotherState, OtherSideDecides],
)
async def agree_to_action_as_expert(
    expert_id: Id,
    assignment_id: Id,
    municipality: MunicipalityCode,
    number: ActionNumber,
    commands: Commands,
    reader: Reader,
) -> ActionOut:
    """Agree to an action that the municipality proposed."""
    id_ = plan_of(assignment_id, municipality)
    return await step(commands, reader, id_, number, lambda plan: plan.of_expert(expert_id).agree(Side.EXPERT, number))


@router.put(
    "/actions/{number}/completion",
    allow=the_expert,
    acts_for_all=True,
    raises=[ActionInAnotherState, OtherSideDecides],
)
async def finish_action_as_expert(
    expert_id: Id,
    assignment_id: Id,
    municipality: MunicipalityCode,
    number: ActionNumber,
    commands: Commands,
    reader: Reader,
) -> ActionOut:
    """Say that what you were to do is done."""
    id_ = plan_of(assignment_id, municipality)
    return await step(commands, reader, id_, number, lambda plan: plan.of_expert(expert_id).finish(Side.EXPERT, number))


@router.put(
    "/actions/{number}/drop", allow=the_expert, acts_for_all=True, raises=[ActionInAnotherState, OtherSideDecides]
)
async def drop_action_as_expert(
    expert_id: Id,
    assignment_id: Id,
    municipality: MunicipalityCode,
    number: ActionNumber,
    body: DropIn,
    commands: Commands,
    reader: Reader,
) -> ActionOut:
    """Take back or decline a proposed action, or let go what the municipality was to do."""
    id_, side = plan_of(assignment_id, municipality), Side.EXPERT
    return await step(
        commands, reader, id_, number, lambda plan: plan.of_expert(expert_id).drop(side, number, body.reason_ja)
    )
