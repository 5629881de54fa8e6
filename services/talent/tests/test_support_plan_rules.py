"""The rules of support plans: nothing in a plan binds one side by the other's word alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st

from kyodo_events.aggregate import Events
from kyodo_events.contracts.talent_assignments import AssignmentLine, EngagementForm
from kyodo_events.errors import NotFound, Refused
from kyodo_events.event import Event
from kyodo_events.testing import given
from kyodo_events.values.fiscal import Month
from kyodo_talent.assignments.model import Assignment
from kyodo_talent.assignments.state import AssignmentStatus, Pause
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
from kyodo_talent.support_plans.model import SupportPlan, plan_of
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

ASSIGNMENT, EXPERT, PROJECT = (f"0193f1a0-0000-7000-8000-00000000000{number}" for number in (1, 2, 3))
TOSHIMA, MIYAKE = "133621", "133817"
TODAY = date(2024, 7, 1)
FEWER, FASTER = ("様式を半分に減らす",), ("窓口の待ち時間を縮める",)
assignment = Assignment(
    id=ASSIGNMENT,
    expert_id=EXPERT,
    project_id=PROJECT,
    form=EngagementForm.HANDS_ON,
    from_day=date(2024, 6, 10),
    until_day=date(2024, 8, 31),
    lines=(AssignmentLine(municipality=TOSHIMA, month=Month("2024-06"), half_days=2),),
    status=AssignmentStatus.ACTIVE,
    was_started=True,
)
begun = SupportPlanBegun(municipality=TOSHIMA, assignment_id=ASSIGNMENT, expert_id=EXPERT)
fewer = SupportGoalsProposed(municipality=TOSHIMA, by=Side.EXPERT, goals=FEWER)
agreed = SupportGoalsAgreed(municipality=TOSHIMA, goals=FEWER)


def goals(side: Side, named: tuple[str, ...], **changed: object) -> Callable[[SupportPlan], Events]:
    return lambda plan: plan.name_goals(side, named, replace(assignment, **changed), TOSHIMA)  # type: ignore[arg-type]


def proposed(by: Side, owner: Side, number: int = 1) -> SupportActionProposed:
    return SupportActionProposed(
        municipality=TOSHIMA,
        expert_id=EXPERT,
        number=number,
        by=by,
        owner=owner,
        action_ja="様式の一覧を作る",
        due=TODAY,
    )


def plan_after(*events: Event) -> SupportPlan:
    return SupportPlan(id=plan_of(ASSIGNMENT, TOSHIMA)).fold([begun, *events])


def test_the_first_goals_begin_the_plan() -> None:
    given(SupportPlan).when(goals(Side.EXPERT, FEWER)).then(begun, fewer)


@pytest.mark.parametrize(
    "changed",
    [
        {"form": EngagementForm.OUTSOURCING},
        {"status": AssignmentStatus.TERMINATED},
        {"status": AssignmentStatus.COMPLETED},
        {"status": AssignmentStatus.DECLINED},
    ],
)
def test_a_plan_is_begun_for_hands_on_support_that_has_not_ended(changed: dict[str, object]) -> None:
    other = replace(assignment, **changed)  # type: ignore[arg-type]
    refusal = NoHandsOnSupport(form=other.form.value, status=other.status.value)
    given(SupportPlan).when(goals(Side.MUNICIPALITY, FEWER, **changed)).refuses(refusal)


def test_for_a_municipality_without_a_line_there_is_no_such_assignment() -> None:
    given(SupportPlan).when(lambda plan: plan.name_goals(Side.MUNICIPALITY, FEWER, assignment, MIYAKE)).refuses(
        NotFound(what="assignment", id=ASSIGNMENT)
    )


def test_goals_are_those_that_both_sides_named() -> None:
    plan = given(SupportPlan).that(begun, fewer)
    plan.when(goals(Side.EXPERT, FEWER)).then()
    plan.when(goals(Side.MUNICIPALITY, FEWER)).then(agreed)
    faster = SupportGoalsProposed(municipality=TOSHIMA, by=Side.MUNICIPALITY, goals=FASTER)
    plan.when(goals(Side.MUNICIPALITY, FASTER)).then(faster)
    given(SupportPlan).that(begun, fewer, faster).when(goals(Side.MUNICIPALITY, FEWER)).then(
        SupportGoalsProposed(municipality=TOSHIMA, by=Side.MUNICIPALITY, goals=FEWER)
    )


def test_agreed_goals_stand_until_others_are_agreed_on() -> None:
    faster = SupportGoalsProposed(municipality=TOSHIMA, by=Side.EXPERT, goals=FASTER)
    plan = given(SupportPlan).that(begun, fewer, agreed, faster)
    assert plan_after(fewer, agreed, faster).goals == FEWER
    plan.when(goals(Side.MUNICIPALITY, FEWER)).then(SupportGoalsDropped(municipality=TOSHIMA))
    given(SupportPlan).that(begun, fewer, agreed).when(goals(Side.MUNICIPALITY, FEWER)).then()


def test_a_visit_is_written_down_once_and_corrected() -> None:
    plan, day = plan_after(fewer), date(2024, 6, 12)
    (visit,) = plan.record_visit(day, Mode.ON_SITE, ("紙の台帳が二冊ある",), assignment, TODAY)
    assert isinstance(visit, SupportVisitRecorded)
    after = plan.fold([visit])
    assert list(after.record_visit(day, Mode.ON_SITE, ("紙の台帳が二冊ある",), assignment, TODAY)) == []
    assert list(after.record_visit(day, Mode.REMOTE, (), assignment, TODAY))


@pytest.mark.parametrize("day", [date(2024, 6, 9), date(2024, 6, 20), TODAY + timedelta(days=1)])
def test_there_is_no_visit_before_the_assignment_in_a_pause_or_to_come(day: date) -> None:
    paused = replace(assignment, pauses=(Pause(date(2024, 6, 20), date(2024, 6, 25)),))
    with pytest.raises(VisitOutsideAssignment):
        list(plan_after(fewer).record_visit(day, Mode.ON_SITE, (), paused, TODAY))


def test_an_action_is_proposed_for_today_or_later() -> None:
    plan = plan_after(fewer)
    assert list(plan.propose_action(Side.EXPERT, Side.MUNICIPALITY, "様式の一覧を作る", TODAY, TODAY)) == [
        proposed(Side.EXPERT, Side.MUNICIPALITY)
    ]
    with pytest.raises(ActionOverdueFromTheStart):
        list(plan.propose_action(Side.EXPERT, Side.EXPERT, "x", TODAY - timedelta(days=1), TODAY))


def test_a_plan_holds_so_many_actions() -> None:
    full = plan_after(*(proposed(Side.EXPERT, Side.EXPERT, number) for number in range(1, MOST_ACTIONS + 1)))
    with pytest.raises(PlanFull):
        list(full.propose_action(Side.EXPERT, Side.EXPERT, "x", TODAY, TODAY))


@pytest.mark.parametrize("by", Side)
@pytest.mark.parametrize("owner", Side)
def test_the_other_side_agrees_the_owner_does_it_and_the_other_one_lets_it_go(by: Side, owner: Side) -> None:
    offered, (other,) = plan_after(proposed(by, owner)), set(Side) - {by}
    with pytest.raises(OtherSideDecides):
        list(offered.agree(by, 1))
    with pytest.raises(ActionInAnotherState):
        list(offered.finish(owner, 1))
    (agreed_to,) = offered.agree(other, 1)
    open_ = offered.fold([agreed_to])
    assert agreed_to == SupportActionAgreed(municipality=TOSHIMA, number=1)
    (creditor,) = set(Side) - {owner}
    with pytest.raises(OtherSideDecides):
        list(open_.finish(creditor, 1))
    with pytest.raises(OtherSideDecides):
        list(open_.drop(owner, 1, "手が回らない"))
    assert list(open_.finish(owner, 1)) == [SupportActionDone(municipality=TOSHIMA, number=1)]
    assert list(open_.drop(creditor, 1, "不要になった")) == [
        SupportActionDropped(municipality=TOSHIMA, number=1, by=creditor, reason_ja="不要になった")
    ]


@pytest.mark.parametrize("side", Side)
def test_a_proposed_action_is_dropped_by_either_side_and_then_over(side: Side) -> None:
    (dropped,) = plan_after(proposed(Side.EXPERT, Side.EXPERT)).drop(side, 1, "別の方法にする")
    over = plan_after(proposed(Side.EXPERT, Side.EXPERT), dropped)
    assert list(over.drop(side, 1, "別の方法にする")) == []
    with pytest.raises(ActionInAnotherState):
        list(over.agree(Side.MUNICIPALITY, 1))


def test_there_is_no_action_that_nobody_proposed() -> None:
    steps: tuple[Callable[[SupportPlan], Events], ...] = (
        lambda plan: plan.agree(Side.EXPERT, 2),
        lambda plan: plan.finish(Side.EXPERT, 2),
        lambda plan: plan.drop(Side.EXPERT, 2, "x"),
        lambda plan: plan.of_expert(PROJECT).agree(Side.MUNICIPALITY, 1),
    )
    for step in steps:
        with pytest.raises(NotFound):
            list(step(plan_after(proposed(Side.EXPERT, Side.EXPERT))))


@given_any(
    st.lists(st.tuples(st.sampled_from(Side), st.sampled_from(["agree", "finish", "drop", "again"])), max_size=12)
)
def test_whatever_is_tried_no_action_is_open_by_one_sides_word_and_none_comes_back(
    steps: list[tuple[Side, str]],
) -> None:
    plan, by, acted = plan_after(proposed(Side.EXPERT, Side.MUNICIPALITY)), Side.EXPERT, set[Side]()
    for side, what in steps:
        before = plan.actions[1].state
        try:
            match what:
                case "agree":
                    events = list(plan.agree(side, 1))
                case "finish":
                    events = list(plan.finish(side, 1))
                case "drop":
                    events = list(plan.drop(side, 1, "見本"))
                case _:
                    events = list(plan.propose_action(side, side, "見本", TODAY, TODAY))
        except Refused:
            continue
        acted |= {side} if events and what != "again" else set()
        plan = plan.fold(events)
        after = plan.actions[1].state
        if before in {ActionState.DONE, ActionState.DROPPED}:
            assert after is before
        if after in {ActionState.OPEN, ActionState.DONE}:
            assert acted - {by}, "the side that did not propose it has had its say"
