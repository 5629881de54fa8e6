"""What is answered about a plan and an action; and a step of an action, which both sides take alike."""

from __future__ import annotations

from kyodo_platform.commands import CommandBus, Decision
from kyodo_platform.resources import ReadSession
from kyodo_talent.support_plans.model import SupportPlan
from kyodo_talent.support_plans.schemas import ActionOut, SupportPlanOut
from kyodo_talent.support_plans.views import actions_by, plans


async def shown_plan(reader: ReadSession, id_: str) -> SupportPlanOut:
    """One plan. Raises NotFound."""
    return await reader.one(SupportPlanOut, plans(plan_id=id_), what="support plan", id=id_)


async def shown_action(reader: ReadSession, id_: str, number: int) -> ActionOut:
    """One action of a plan. Raises NotFound."""
    return await reader.one(ActionOut, actions_by(plan_id=id_, number=number), what="action", id=str(number))


async def step(
    commands: CommandBus, reader: ReadSession, id_: str, number: int, decide: Decision[SupportPlan]
) -> ActionOut:
    """Decide on an action of a plan, and answer with it."""
    await commands.on(SupportPlan, id_, decide)
    return await shown_action(reader, id_, number)
