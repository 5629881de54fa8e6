"""Plans of hands-on support by municipality, their visits and their actions."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.event import Batch, Event, Recorded
from kyodo_events.views import AnyWrite, RowChange, RowWrite, View, change, upsert
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
from kyodo_talent.support_plans.values import ActionState
from kyodo_talent.tables import metadata
from kyodo_talent.work_logs.values import Side

_PRIVATE = {"private_to": "municipality", "person": "expert_id"}

support_plan = sa.Table(
    "support_plan",
    metadata,
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("plan_id", sa.Text, primary_key=True),
    sa.Column("assignment_id", sa.Text, nullable=False),
    sa.Column("expert_id", sa.Text, nullable=False),
    sa.Column("goals", JSONB, nullable=False),
    sa.Column("proposed_by", sa.Text),
    sa.Column("proposed_goals", JSONB(none_as_null=True)),
    sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("support_plan_assignment", "assignment_id"),
    sa.Index("support_plan_expert", "expert_id"),
    info=_PRIVATE,
)
visit = sa.Table(
    "support_visit",
    metadata,
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("plan_id", sa.Text, primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("expert_id", sa.Text, nullable=False),
    sa.Column("mode", sa.Text, nullable=False),
    sa.Column("findings", JSONB, nullable=False),
    info=_PRIVATE,
)
action = sa.Table(
    "support_action",
    metadata,
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("plan_id", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("expert_id", sa.Text, nullable=False),
    sa.Column("proposed_by", sa.Text, nullable=False),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("action_ja", sa.Text, nullable=False),
    sa.Column("due", sa.Date, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("reason_ja", sa.Text),
    sa.Column("ended_at", sa.DateTime(timezone=True)),
    sa.Index("support_action_due", "state", "due"),
    info=_PRIVATE,
)

support_plans = View("support_plans", support_plan, visit, action)


@support_plans.on(SupportPlanBegun)
def _(rows: Batch[SupportPlanBegun]) -> RowWrite:
    return upsert(
        support_plan,
        [
            {
                **_seen(r, r.event.municipality),
                "assignment_id": r.event.assignment_id,
                "expert_id": r.event.expert_id,
                "goals": [],
                "begun_at": r.at,
            }
            for r in rows
        ],
    )


@support_plans.on(SupportGoalsProposed)
def _(rows: Batch[SupportGoalsProposed]) -> RowChange:
    return change(
        support_plan,
        [
            {
                **_seen(r, r.event.municipality),
                "proposed_by": r.event.by.value,
                "proposed_goals": list(r.event.goals),
            }
            for r in rows
        ],
    )


@support_plans.on(SupportGoalsAgreed)
def _(rows: Batch[SupportGoalsAgreed]) -> RowChange:
    return change(
        support_plan,
        [
            {
                **_seen(r, r.event.municipality),
                "goals": list(r.event.goals),
                "proposed_by": None,
                "proposed_goals": None,
            }
            for r in rows
        ],
    )


@support_plans.on(SupportGoalsDropped)
def _(rows: Batch[SupportGoalsDropped]) -> RowChange:
    nothing = {"proposed_by": None, "proposed_goals": None}
    return change(support_plan, [{**_seen(r, r.event.municipality), **nothing} for r in rows])


@support_plans.on(SupportVisitRecorded)
def _(rows: Batch[SupportVisitRecorded]) -> list[AnyWrite]:
    visits = [
        {
            **_key(r, r.event.municipality),
            "day": r.event.day,
            "expert_id": r.event.expert_id,
            "mode": r.event.mode.value,
            "findings": list(r.event.findings),
        }
        for r in rows
    ]
    return [upsert(visit, visits), change(support_plan, [_seen(r, r.event.municipality) for r in rows])]


@support_plans.on(SupportActionProposed)
def _(rows: Batch[SupportActionProposed]) -> list[AnyWrite]:
    actions = [
        {
            **_key(r, r.event.municipality),
            "number": r.event.number,
            "expert_id": r.event.expert_id,
            "proposed_by": r.event.by.value,
            "owner": r.event.owner.value,
            "action_ja": r.event.action_ja,
            "due": r.event.due,
            "state": ActionState.PROPOSED.value,
        }
        for r in rows
    ]
    return [upsert(action, actions), change(support_plan, [_seen(r, r.event.municipality) for r in rows])]


@support_plans.on(SupportActionAgreed)
def _(rows: Batch[SupportActionAgreed]) -> list[AnyWrite]:
    agreed = [
        {**_key(r, r.event.municipality), "number": r.event.number, "state": ActionState.OPEN.value} for r in rows
    ]
    return [change(action, agreed), change(support_plan, [_seen(r, r.event.municipality) for r in rows])]


@support_plans.on(SupportActionDone)
def _(rows: Batch[SupportActionDone]) -> list[AnyWrite]:
    state = ActionState.DONE.value
    done = [{**_key(r, r.event.municipality), "number": r.event.number, "state": state, "ended_at": r.at} for r in rows]
    return [change(action, done), change(support_plan, [_seen(r, r.event.municipality) for r in rows])]


@support_plans.on(SupportActionDropped)
def _(rows: Batch[SupportActionDropped]) -> list[AnyWrite]:
    dropped = [
        {
            **_key(r, r.event.municipality),
            "number": r.event.number,
            "state": ActionState.DROPPED.value,
            "reason_ja": r.event.reason_ja,
            "ended_at": r.at,
        }
        for r in rows
    ]
    return [change(action, dropped), change(support_plan, [_seen(r, r.event.municipality) for r in rows])]


def _key(recorded: Recorded[Event], municipality: str) -> dict[str, Any]:
    return {"municipality": municipality, "plan_id": recorded.stream}


def _seen(recorded: Recorded[Event], municipality: str) -> dict[str, Any]:
    return {**_key(recorded, municipality), "version": recorded.version}


def plans(**wanted: str | None) -> sa.Select[Any]:
    """Plans with these values in their columns."""
    return _narrowed(sa.select(support_plan), support_plan, wanted)


def visits_of(plan_id: str) -> sa.Select[Any]:
    """The visits of a plan."""
    return sa.select(visit).where(visit.c.plan_id == plan_id)


def actions_by(
    *,
    plan_id: str | None = None,
    number: int | None = None,
    state: ActionState | None = None,
    owner: Side | None = None,
    due_by: date | None = None,
) -> sa.Select[Any]:
    """Actions, each with the version of its plan: that is what a step of it is held against."""
    of_plan = sa.and_(support_plan.c.municipality == action.c.municipality, support_plan.c.plan_id == action.c.plan_id)
    query = sa.select(action, support_plan.c.assignment_id, support_plan.c.version).join(support_plan, of_plan)
    query = query if due_by is None else query.where(action.c.due <= due_by)
    return _narrowed(query, action, {"plan_id": plan_id, "number": number, "state": state, "owner": owner})


def _narrowed(query: sa.Select[Any], table: sa.Table, wanted: dict[str, Any]) -> sa.Select[Any]:
    for column, value in wanted.items():
        query = query if value is None else query.where(table.c[column] == value)
    return query
