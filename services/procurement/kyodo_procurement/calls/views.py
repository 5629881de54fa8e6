"""How events fill what people see of joint calls: the calls, joint quantities, questions, and own commitments."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from kyodo_events.contracts.procurement.calls import CallAmended, CallCancelled, JointCallPublished
from kyodo_events.event import Batch
from kyodo_events.views import AnyWrite, RowChange, RowWrite, View, change, upsert
from kyodo_procurement.calls.events import (
    CallDrafted,
    CallRevised,
    CommitmentRegistered,
    CommitmentWithdrawn,
    QuestionAnswered,
    QuestionAsked,
)
from kyodo_procurement.calls.plan import CallPlan
from kyodo_procurement.calls.state import CallStatus
from kyodo_procurement.calls.tables import amendment, call_item, commitment, joint_call, question

calls = View("calls", joint_call, amendment)
items = View("call_items", call_item)
questions = View("call_questions", question)
commitments = View("commitments", commitment)


@calls.on(CallDrafted)
def _(rows: Batch[CallDrafted]) -> RowWrite:
    return upsert(
        joint_call,
        [
            {
                "id": r.stream,
                "project_id": r.event.project_id,
                "status": CallStatus.DRAFTED,
                "buyers": 0,
                "version": r.version,
                **_planned(r.event.plan),
            }
            for r in rows
        ],
    )


@calls.on(CallRevised)
def _(rows: Batch[CallRevised]) -> RowChange:
    return change(joint_call, [{"id": r.stream, "version": r.version, **_planned(r.event.plan)} for r in rows])


@calls.on(JointCallPublished)
def _(rows: Batch[JointCallPublished]) -> RowChange:
    return change(
        joint_call,
        [{"id": r.stream, "status": CallStatus.PUBLISHED, "published_at": r.at, "version": r.version} for r in rows],
    )


@calls.on(CallAmended)
def _(rows: Batch[CallAmended]) -> list[AnyWrite]:
    later = [
        {
            "id": r.stream,
            "questions_until": r.event.questions_until,
            "quotations_until": r.event.quotations_until,
            "version": r.version,
        }
        for r in rows
    ]
    return [
        change(joint_call, later),
        upsert(amendment, [{"call_id": r.stream, **r.event.model_dump()} for r in rows]),
    ]


@calls.on(CallCancelled)
def _(rows: Batch[CallCancelled]) -> RowChange:
    return change(
        joint_call,
        [
            {
                "id": r.stream,
                "status": CallStatus.CANCELLED,
                "cancelled_because": r.event.reason,
                "version": r.version,
            }
            for r in rows
        ],
    )


@calls.on(QuestionAsked, QuestionAnswered)
def _(rows: Batch[QuestionAsked | QuestionAnswered]) -> RowChange:
    """The row shows nothing of these, but its version is the ETag of all of them."""
    return change(joint_call, [{"id": r.stream, "version": r.version} for r in rows])


@calls.on(CommitmentRegistered, CommitmentWithdrawn)
def _(rows: Batch[CommitmentRegistered | CommitmentWithdrawn]) -> RowChange:
    return change(joint_call, [{"id": r.stream, "buyers": r.event.buyers, "version": r.version} for r in rows])


@items.on(CallDrafted, CallRevised)
def _(rows: Batch[CallDrafted | CallRevised]) -> list[AnyWrite]:
    """A revision may name other items: what the draft named before goes."""
    latest = {r.stream: r.event.plan for r in rows}
    named = [
        {
            "call_id": call_id,
            "item": item.code,
            "lot": lot.number,
            "name_ja": item.name_ja,
            "unit_ja": item.unit_ja,
            "tiers": [tier.model_dump() for tier in item.tiers],
            "firm": 0,
            "optional": 0,
        }
        for call_id, plan in latest.items()
        for lot in plan.lots
        for item in lot.items
    ]
    return [call_item.delete().where(call_item.c.call_id.in_(list(latest))), upsert(call_item, named)]


@items.on(CommitmentRegistered, CommitmentWithdrawn)
def _(rows: Batch[CommitmentRegistered | CommitmentWithdrawn]) -> RowChange:
    return change(
        call_item,
        [{"call_id": r.stream, **total.model_dump()} for r in rows for total in r.event.totals],
    )


@questions.on(QuestionAsked)
def _(rows: Batch[QuestionAsked]) -> RowWrite:
    return upsert(question, [{"call_id": r.stream, "number": r.event.number, "text": r.event.text} for r in rows])


@questions.on(QuestionAnswered)
def _(rows: Batch[QuestionAnswered]) -> RowChange:
    """The text that the secretariat published takes the place of the supplier's own."""
    return change(question, [{"call_id": r.stream, **r.event.model_dump(), "answered_at": r.at} for r in rows])


@commitments.on(CommitmentRegistered)
def _(rows: Batch[CommitmentRegistered]) -> list[AnyWrite]:
    """A row an item; what a municipality had committed to before goes."""
    latest = {(r.event.municipality, r.stream): r for r in rows}
    committed = [
        {"municipality": municipality, "call_id": call_id, **one.model_dump(), "committed_at": r.at}
        for (municipality, call_id), r in latest.items()
        for one in r.event.commitments
    ]
    return [_of_these(latest), upsert(commitment, committed)]


@commitments.on(CommitmentWithdrawn)
def _(rows: Batch[CommitmentWithdrawn]) -> sa.Delete:
    return _of_these({(r.event.municipality, r.stream) for r in rows})


def _of_these(keys: Any) -> sa.Delete:
    return commitment.delete().where(sa.tuple_(commitment.c.municipality, commitment.c.call_id).in_(list(keys)))


def _planned(plan: CallPlan) -> dict[str, Any]:
    """A plan's fields as columns: nested values are plain objects, days are days."""
    return {**dict(plan), **plan.model_dump(mode="json", include={"lots", "criteria"})}
