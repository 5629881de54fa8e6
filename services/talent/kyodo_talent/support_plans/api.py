"""Plans of hands-on support over HTTP: the municipality's side, and what everybody reads.

A step names the plan by its assignment and municipality, so that the first of them needs no plan yet; what is read, by
the plan's id. The expert's side has the same steps in expert_api.py.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from kyodo_events.errors import NotFound
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Day, Id
from kyodo_platform.commands import Commands
from kyodo_platform.history import HistoryRow
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import approver_of, officer_of, role
from kyodo_platform.resources import Page, PageQuery, Reader
from kyodo_platform.routing import Router
from kyodo_talent.assignments.model import Assignment
from kyodo_talent.support_plans import views
from kyodo_talent.support_plans.model import SupportPlan, plan_of
from kyodo_talent.support_plans.reading import shown_action, shown_plan, step
from kyodo_talent.support_plans.refusals import (
    ActionInAnotherState,
    ActionOverdueFromTheStart,
    NoHandsOnSupport,
    OtherSideDecides,
    PlanFull,
)
from kyodo_talent.support_plans.schemas import ActionIn, ActionOut, DropIn, GoalsIn, SupportPlanOut, VisitRow
from kyodo_talent.support_plans.values import ActionNumber, ActionState
from kyodo_talent.work_logs.values import Side

router = Router(prefix="/v1/support-plans", tags=["support plans"])
actions = Router(prefix="/v1/support-actions", tags=["support plans"])

PLAN = "/{assignment_id}/{municipality}"
of_municipality = officer_of("municipality") | approver_of("municipality")
readers = role(Role.SECRETARIAT, Role.AUDITOR, Role.OFFICER, Role.APPROVER, Role.EXPERT)


@router.put(PLAN + "/goals", allow=of_municipality, raises=[NotFound, NoHandsOnSupport])
async def name_goals(
    assignment_id: Id, municipality: MunicipalityCode, body: GoalsIn, commands: Commands, reader: Reader
) -> SupportPlanOut:
    """Say which goals you stand for: those that the expert proposed agrees to them, others propose them."""
    id_, assignment = plan_of(assignment_id, municipality), await commands.read(Assignment, assignment_id)
    side = Side.MUNICIPALITY
    await commands.on_or_new(SupportPlan, id_, lambda plan: plan.name_goals(side, body.goals, assignment, municipality))
    return await shown_plan(reader, id_)


@router.post(PLAN + "/actions", allow=of_municipality, raises=[ActionOverdueFromTheStart, PlanFull])
async def propose_action(
    assignment_id: Id, municipality: MunicipalityCode, body: ActionIn, commands: Commands, reader: Reader
) -> ActionOut:
    """Propose what your municipality or the expert is to do; it counts once the expert agrees."""
    id_, today = plan_of(assignment_id, municipality), commands.today
    plan = await commands.on(
        SupportPlan,
        id_,
        lambda plan: plan.propose_action(Side.MUNICIPALITY, body.owner, body.action_ja, body.due, today),
    )
    return await shown_action(reader, id_, len(plan.actions))


@router.put(
    PLAN + "/actions/{number}/agreement", allow=of_municipality, raises=[ActionInAnotherState, OtherSideDecides]
)
async def agree_to_action(
    assignment_id: Id, municipality: MunicipalityCode, number: ActionNumber, commands: Commands, reader: Reader
) -> ActionOut:
    """Agree to an action that the expert proposed."""
    id_ = plan_of(assignment_id, municipality)
    return await step(commands, reader, id_, number, lambda plan: plan.agree(Side.MUNICIPALITY, number))


@router.put(
    PLAN + "/actions/{number}/completion", allow=of_municipality, raises=[ActionInAnotherState, OtherSideDecides]
)
async def finish_action(
    assignment_id: Id, municipality: MunicipalityCode, number: ActionNumber, commands: Commands, reader: Reader
) -> ActionOut:
    """Say that what your municipality was to do is done."""
    id_ = plan_of(assignment_id, municipality)
    return await step(commands, reader, id_, number, lambda plan: plan.finish(Side.MUNICIPALITY, number))


@router.put(PLAN + "/actions/{number}/drop", allow=of_municipality, raises=[ActionInAnotherState, OtherSideDecides])
async def drop_action(
    assignment_id: Id,
    municipality: MunicipalityCode,
    number: ActionNumber,
    body: DropIn,
    commands: Commands,
    reader: Reader,
) -> ActionOut:
    """Take back or decline a proposed action, or let go what the expert was to do."""
    id_, side = plan_of(assignment_id, municipality), Side.MUNICIPALITY
    return await step(commands, reader, id_, number, lambda plan: plan.drop(side, number, body.reason_ja))


@router.get("", allow=readers)
async def list_plans(
    reader: Reader, page: PageQuery, assignment_id: Id | None = None, expert_id: Id | None = None
) -> Page[SupportPlanOut]:
    """Plans: all for the secretariat and auditors, its own for a municipality, the own for an expert."""
    table, query = views.support_plan, views.plans(assignment_id=assignment_id, expert_id=expert_id)
    return await reader.page(SupportPlanOut, query, page, by=[table.c.municipality, table.c.plan_id])


@router.get("/{plan_id}", allow=readers)
async def read_plan(plan_id: Id, reader: Reader) -> SupportPlanOut:
    """One plan, for its municipality, its expert, the secretariat and auditors."""
    return await shown_plan(reader, plan_id)


@router.get("/{plan_id}/visits", allow=readers)
async def list_visits(plan_id: Id, reader: Reader, page: PageQuery) -> Page[VisitRow]:
    """The visits, and what was found on each."""
    await shown_plan(reader, plan_id)
    return await reader.page(VisitRow, views.visits_of(plan_id), page, by=[views.visit.c.day])


@router.get("/{plan_id}/history", allow=readers)
async def plan_history(plan_id: Id, reader: Reader, page: PageQuery) -> Page[HistoryRow]:
    """What happened to a plan, in words."""
    await shown_plan(reader, plan_id)
    return await reader.history(SupportPlan, plan_id, page)


@actions.get("", allow=readers)
async def list_actions(
    reader: Reader,
    page: PageQuery,
    plan_id: Id | None = None,
    state: ActionState | None = None,
    owner: Side | None = None,
    due_by: Annotated[Day | None, Query(description="Only those due on this day or before.")] = None,
) -> Page[ActionOut]:
    """Actions of all plans that you may read, the earliest due first."""
    query, table = views.actions_by(plan_id=plan_id, state=state, owner=owner, due_by=due_by), views.action
    return await reader.page(ActionOut, query, page, by=[table.c.due, table.c.plan_id, table.c.number])
