"""A plan of hands-on support (伴走型支援): for one municipality of an assignment, what is to be reached and by whom.

The expert advises, and the municipality's staff do the work: so nothing in the plan binds one side by the other's word
alone. Goals are those that both sides named. An action is open once the side that did not propose it has agreed; that
it is done says who owes it, and only the other side lets it go. Findings are the expert's own.

The plan's id follows from assignment and municipality: there is one of each. Goals are agreed on before a municipality
receives the expert (the form's checklist asks for them): so a plan is begun from the proposal of the assignment on,
until its end; what is open then may still be done or let go.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, Self
from uuid import NAMESPACE_URL, uuid5

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.contracts.talent_assignments import EngagementForm
from kyodo_events.errors import NotFound, require
from kyodo_talent.assignments.model import Assignment
from kyodo_talent.assignments.state import AssignmentStatus
from kyodo_talent.experts.parts import Mode
from kyodo_talent.support_plans.events import (
    SupportActionAgreed,
    SupportActionDone,
    SupportActionDropped,
    SupportActionProposed,
    SupportGoalsAgreed,
    SupportGoalsDropped,
    SupportGoalsProposed,
    SupportPlanBegun,
    SupportVisitRecorded,
)
from kyodo_talent.support_plans.refusals import (
    ActionInAnotherState,
    ActionOverdueFromTheStart,
    NoHandsOnSupport,
    OtherSideDecides,
    PlanFull,
    VisitOutsideAssignment,
)
from kyodo_talent.support_plans.values import MOST_ACTIONS, ActionState
from kyodo_talent.work_logs.values import Side

OVER: Final = frozenset({AssignmentStatus.COMPLETED, AssignmentStatus.TERMINATED, AssignmentStatus.DECLINED})
OTHER: Final = {Side.EXPERT: Side.MUNICIPALITY, Side.MUNICIPALITY: Side.EXPERT}


def plan_of(assignment_id: str, municipality: str) -> str:
    """The stream of the plan of an assignment and a municipality."""
    return str(uuid5(NAMESPACE_URL, f"kyodo:support-plan:{assignment_id}:{municipality}"))


@dataclass(frozen=True)
class Action:
    """Something to be done, by one side, as far as it has come."""

    by: Side
    owner: Side
    state: ActionState = ActionState.PROPOSED


@dataclass(frozen=True)
class SupportPlan(Aggregate, category="support-plan"):
    """One plan. Whoever acts for the municipality is named by the address, so only the expert is looked at here."""

    municipality: str = ""
    expert_id: str = ""
    goals: tuple[str, ...] = ()
    proposed: tuple[Side, tuple[str, ...]] | None = None
    visits: Mapping[date, tuple[Mode, tuple[str, ...]]] = field(default_factory=dict)
    actions: Mapping[int, Action] = field(default_factory=dict)

    def of_expert(self, expert_id: str) -> Self:
        """The plan, for the expert whose it is; for others there is none."""
        require(self.expert_id == expert_id, NotFound(what="support plan", id=self.id))
        return self

    def name_goals(self, side: Side, goals: tuple[str, ...], assignment: Assignment, municipality: str) -> Events:
        """Say which goals this side stands for: proposed, or agreed where the other side has proposed the same."""
        require(municipality in assignment.municipalities, NotFound(what="assignment", id=assignment.id))
        if not self.version:
            none = NoHandsOnSupport(form=assignment.form.value, status=assignment.status.value)
            require(assignment.form is EngagementForm.HANDS_ON and assignment.status not in OVER, none)
            yield SupportPlanBegun(
                municipality=municipality, assignment_id=assignment.id, expert_id=assignment.expert_id
            )
        if self.proposed == (OTHER[side], goals):
            yield SupportGoalsAgreed(municipality=municipality, goals=goals)
        elif goals == self.goals:
            if self.proposed:
                yield SupportGoalsDropped(municipality=municipality)
        elif self.proposed != (side, goals):
            yield SupportGoalsProposed(municipality=municipality, by=side, goals=goals)

    def record_visit(
        self, day: date, mode: Mode, findings: tuple[str, ...], assignment: Assignment, today: date
    ) -> Events:
        """The expert writes down a visit, in place of what was written about that day."""
        require(day <= today, VisitOutsideAssignment(why=f"{day} has not come yet."))
        require(assignment.covers(day), VisitOutsideAssignment(why=f"On {day} the assignment was not at work."))
        if self.visits.get(day) != (mode, findings):
            yield SupportVisitRecorded(
                municipality=self.municipality, expert_id=self.expert_id, day=day, mode=mode, findings=findings
            )

    def propose_action(self, side: Side, owner: Side, action_ja: str, due: date, today: date) -> Events:
        """One side proposes what one of them is to do by a day."""
        require(due >= today, ActionOverdueFromTheStart(due=due.isoformat(), today=today.isoformat()))
        require(len(self.actions) < MOST_ACTIONS, PlanFull(most=MOST_ACTIONS))
        yield SupportActionProposed(
            municipality=self.municipality,
            expert_id=self.expert_id,
            number=len(self.actions) + 1,
            by=side,
            owner=owner,
            action_ja=action_ja,
            due=due,
        )

    def agree(self, side: Side, number: int) -> Events:
        """The side that did not propose the action agrees to it."""
        action = self._action(number)
        if action.state is not ActionState.OPEN:
            _stands(action, ActionState.PROPOSED, ActionState.OPEN)
            _decides(OTHER[action.by], side, ActionState.OPEN)
            yield SupportActionAgreed(municipality=self.municipality, number=number)

    def finish(self, side: Side, number: int) -> Events:
        """The owner has done it."""
        action = self._action(number)
        _decides(action.owner, side, ActionState.DONE)
        if action.state is not ActionState.DONE:
            _stands(action, ActionState.OPEN, ActionState.DONE)
            yield SupportActionDone(municipality=self.municipality, number=number)

    def drop(self, side: Side, number: int, reason_ja: str) -> Events:
        """Take a proposal back or decline it, as either side; let go what was agreed, as the side it is owed to."""
        action = self._action(number)
        if action.state is ActionState.DROPPED:
            return
        if action.state is not ActionState.PROPOSED:
            _stands(action, ActionState.OPEN, ActionState.DROPPED)
            _decides(OTHER[action.owner], side, ActionState.DROPPED)
        yield SupportActionDropped(municipality=self.municipality, number=number, by=side, reason_ja=reason_ja)

    # what events did

    @evolve
    def begun(self, event: SupportPlanBegun) -> Self:
        return replace(self, municipality=event.municipality, expert_id=event.expert_id)

    @evolve
    def goals_proposed(self, event: SupportGoalsProposed) -> Self:
        return replace(self, proposed=(event.by, event.goals))

    @evolve
    def goals_agreed(self, event: SupportGoalsAgreed) -> Self:
        return replace(self, goals=event.goals, proposed=None)

    @evolve
    def goals_dropped(self, _: SupportGoalsDropped) -> Self:
        return replace(self, proposed=None)

    @evolve
    def visited(self, event: SupportVisitRecorded) -> Self:
        return replace(self, visits={**self.visits, event.day: (event.mode, event.findings)})

    @evolve
    def action_proposed(self, event: SupportActionProposed) -> Self:
        return replace(self, actions={**self.actions, event.number: Action(event.by, event.owner)})

    @evolve
    def action_agreed(self, event: SupportActionAgreed) -> Self:
        return self._with(event.number, ActionState.OPEN)

    @evolve
    def action_done(self, event: SupportActionDone) -> Self:
        return self._with(event.number, ActionState.DONE)

    @evolve
    def action_dropped(self, event: SupportActionDropped) -> Self:
        return self._with(event.number, ActionState.DROPPED)

    def _with(self, number: int, state: ActionState) -> Self:
        return replace(self, actions={**self.actions, number: replace(self.actions[number], state=state)})

    def _action(self, number: int) -> Action:
        if number not in self.actions:
            raise NotFound(what="action", id=str(number))
        return self.actions[number]


def _stands(action: Action, needed: ActionState, wanted: ActionState) -> None:
    require(action.state is needed, ActionInAnotherState(state=action.state.value, wanted=wanted.value))


def _decides(decides: Side, side: Side, wanted: ActionState) -> None:
    require(side is decides, OtherSideDecides(wanted=wanted.value, decides=decides.value))
