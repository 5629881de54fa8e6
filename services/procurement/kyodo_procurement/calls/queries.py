"""How joint calls are asked about. What was never published is shown to public servants only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import Depends
from sqlalchemy.dialects.postgresql import aggregate_order_by

from kyodo_platform.commands import Commands
from kyodo_platform.identity.model import MUNICIPAL_ROLES, Role
from kyodo_procurement.calls.state import CallPhase, CallStatus
from kyodo_procurement.calls.tables import amendment, call_item, commitment, joint_call, question

OVERSEERS = frozenset({Role.SECRETARIAT, Role.AUDITOR})


@dataclass(frozen=True)
class Onlooker:
    """Who looks, on which day in Tokyo: it decides about drafts and unanswered questions, and about the phase."""

    today: date
    oversees: bool
    sees_drafts: bool


async def _onlooker(commands: Commands) -> Onlooker:
    roles = commands.identity.roles
    return Onlooker(commands.today, bool(roles & OVERSEERS), bool(roles & (OVERSEERS | MUNICIPAL_ROLES)))


Looking = Annotated[Onlooker, Depends(_onlooker)]


class Deadline(StrEnum):
    """What ends on a day of the calendar."""

    COMMITMENTS = "commitments"
    TOP_UP = "top_up"
    QUESTIONS = "questions"
    QUOTATIONS = "quotations"


def phase(today: date) -> sa.ColumnElement[str]:
    """The phase on a day, as `phase_on` has it, in SQL."""
    call = joint_call.c
    return sa.case(
        (call.status != CallStatus.PUBLISHED.value, call.status),
        (today <= call.commitments_until, CallPhase.COMMITTING.value),
        (today <= call.top_up_until, CallPhase.TOPPING_UP.value),
        (today <= call.quotations_until, CallPhase.QUOTING.value),
        else_=CallPhase.CLOSED.value,
    )


def calls_by(
    onlooker: Onlooker, project_id: str | None = None, status: CallStatus | None = None, at: CallPhase | None = None
) -> sa.Select[Any]:
    """Calls of a project, of a status, in a phase, or all that the onlooker may see."""
    query = sa.select(joint_call, phase(onlooker.today).label("phase"))
    if not onlooker.sees_drafts:
        query = query.where(joint_call.c.published_at.is_not(None))
    if project_id:
        query = query.where(joint_call.c.project_id == project_id)
    if status:
        query = query.where(joint_call.c.status == status)
    if at:
        query = query.where(phase(onlooker.today) == at.value)
    return query


def call_of(call_id: str, onlooker: Onlooker) -> sa.Select[Any]:
    """One call with its amendments."""
    row: sa.ColumnElement[Any] = sa.func.to_jsonb(sa.literal_column(amendment.name))
    none: sa.ColumnElement[Any] = sa.literal_column("'[]'::jsonb")
    amendments = (
        sa.select(sa.func.coalesce(sa.func.jsonb_agg(aggregate_order_by(row, amendment.c.number)), none))
        .where(amendment.c.call_id == joint_call.c.id)
        .correlate(joint_call)
        .scalar_subquery()
    )
    return calls_by(onlooker).add_columns(amendments.label("amendments")).where(joint_call.c.id == call_id)


def calendar(first: date | None, last: date | None) -> sa.Select[Any]:
    """Every deadline of the published calls, from a day until a day, both included."""
    columns = {
        Deadline.COMMITMENTS: joint_call.c.commitments_until,
        Deadline.TOP_UP: joint_call.c.top_up_until,
        Deadline.QUESTIONS: joint_call.c.questions_until,
        Deadline.QUOTATIONS: joint_call.c.quotations_until,
    }
    each = [
        sa.select(
            day.label("day"),
            sa.literal(deadline.value).label("deadline"),
            joint_call.c.id.label("call_id"),
            joint_call.c.title_ja,
            joint_call.c.project_id,
        ).where(joint_call.c.status == CallStatus.PUBLISHED)
        for deadline, day in columns.items()
    ]
    days = sa.union_all(*each).subquery("days")
    query = sa.select(days)
    if first:
        query = query.where(days.c.day >= first)
    return query.where(days.c.day <= last) if last else query


def questions_to(call_id: str, onlooker: Onlooker, answered: bool | None) -> sa.Select[Any]:
    """The questions that were answered and thereby published; overseers see the others too."""
    query = sa.select(question).where(question.c.call_id == call_id)
    if not onlooker.oversees:
        query = query.where(question.c.answer.is_not(None))
    if answered is not None:
        query = query.where(question.c.answer.is_not(None) if answered else question.c.answer.is_(None))
    return query


def commitments_to(call_id: str, municipality: str | None = None, item: str | None = None) -> sa.Select[Any]:
    """What municipalities committed to; row-level security leaves a municipality its own."""
    query = (
        sa.select(commitment, call_item.c.lot, call_item.c.name_ja, call_item.c.unit_ja)
        .join_from(commitment, call_item, _same_item())
        .where(commitment.c.call_id == call_id)
    )
    if municipality:
        query = query.where(commitment.c.municipality == municipality)
    return query.where(commitment.c.item == item) if item else query


def items_of(call_id: str) -> sa.Select[Any]:
    """A call's items with their joint quantities."""
    query = sa.select(call_item, joint_call.c.mode).join_from(call_item, joint_call, joint_call.c.id == call_id)
    return query.where(call_item.c.call_id == call_id)


def items_and_own(call_id: str, municipality: str) -> sa.Select[Any]:
    """A call's items with their joint quantities and those of one municipality, zero where it has none."""
    own = sa.and_(_same_item(), commitment.c.municipality == municipality)
    return (
        items_of(call_id)
        .outerjoin_from(call_item, commitment, own)
        .add_columns(
            sa.func.coalesce(commitment.c.firm, 0).label("own_firm"),
            sa.func.coalesce(commitment.c.optional, 0).label("own_optional"),
        )
    )


def _same_item() -> sa.ColumnElement[bool]:
    return sa.and_(call_item.c.call_id == commitment.c.call_id, call_item.c.item == commitment.c.item)
