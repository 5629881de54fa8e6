"""Joint calls over HTTP: drafted, published, amended and cancelled by the secretariat, read by everybody."""

from __future__ import annotations

from typing import Annotated

from kyodo_events.errors import NotFound
from kyodo_events.values.texts import Id
from kyodo_platform.commands import Commands
from kyodo_platform.history import HistoryRow
from kyodo_platform.identity.policies import public, secretariat
from kyodo_platform.resources import Page, PageQuery, Reader, Sort, sort_by
from kyodo_platform.routing import Router
from kyodo_procurement.calls import queries
from kyodo_procurement.calls.model import Call
from kyodo_procurement.calls.plan import CallPlan
from kyodo_procurement.calls.positions import PositionRow
from kyodo_procurement.calls.queries import Looking
from kyodo_procurement.calls.refusals import (
    CallNotDraft,
    CallNotOpen,
    DatesPassed,
    DeadlineNotLater,
    QuotationsEnded,
)
from kyodo_procurement.calls.schemas import AmendmentIn, CallIn, CallOut, CallRow, CancellationIn, ItemRow
from kyodo_procurement.calls.state import CallPhase, CallStatus
from kyodo_procurement.calls.tables import call_item, joint_call
from kyodo_procurement.projects.model import Project
from kyodo_procurement.projects.refusals import ProjectNotActive

router = Router(prefix="/v1/calls", tags=["calls"])

CallSort = Annotated[
    Sort,
    sort_by(
        joint_call.c.title_ja,
        joint_call.c.commitments_until,
        joint_call.c.quotations_until,
        joint_call.c.buyers,
        unique=[joint_call.c.id],
    ),
]


@router.post("", allow=secretariat, raises=[NotFound, ProjectNotActive])
async def draft_call(body: CallIn, commands: Commands) -> CallOut:
    """Draft a joint call for an active project."""
    project = await commands.read(Project, body.project_id)
    call = await commands.create(Call, lambda call: call.draft(project, body.plan))
    return CallOut.on(call, commands.today)


@router.put("/{call_id}", allow=secretariat, raises=[CallNotDraft])
async def revise_call(call_id: Id, body: CallPlan, commands: Commands) -> CallOut:
    """Make the draft another one, whole."""
    call = await commands.on(Call, call_id, lambda call: call.revise(body))
    return CallOut.on(call, commands.today)


@router.put("/{call_id}/publication", allow=secretariat, raises=[CallNotDraft, ProjectNotActive, DatesPassed])
async def publish_call(call_id: Id, commands: Commands) -> CallOut:
    """Publish the call: items, tiers, criteria and weights are fixed from now on."""
    drafted = await commands.read(Call, call_id)
    project = await commands.read(Project, drafted.project_id)
    call = await commands.on(Call, call_id, lambda call: call.publish(project, commands.today))
    return CallOut.on(call, commands.today)


@router.post("/{call_id}/amendments", allow=secretariat, raises=[CallNotOpen, QuotationsEnded, DeadlineNotLater])
async def amend_call(call_id: Id, body: AmendmentIn, commands: Commands) -> CallOut:
    """Take quotations, and questions where a day is named, longer than published."""
    call = await commands.on(
        Call,
        call_id,
        lambda call: call.amend(body.quotations_until, body.questions_until, body.reason, commands.today),
    )
    return CallOut.on(call, commands.today)


@router.put("/{call_id}/cancellation", allow=secretariat, raises=[QuotationsEnded])
async def cancel_call(call_id: Id, body: CancellationIn, commands: Commands) -> CallOut:
    """Give the call up, until quotations end."""
    call = await commands.on(Call, call_id, lambda call: call.cancel(body.reason, commands.today))
    return CallOut.on(call, commands.today)


@router.get("", allow=public)
async def list_calls(
    reader: Reader,
    looking: Looking,
    page: PageQuery,
    sort: CallSort,
    project_id: Id | None = None,
    status: CallStatus | None = None,
    phase: CallPhase | None = None,
) -> Page[CallRow]:
    """The calls, the oldest first; drafts are shown to public servants only."""
    return await reader.page(CallRow, queries.calls_by(looking, project_id, status, phase), page, by=sort)


@router.get("/{call_id}", allow=public)
async def read_call(call_id: Id, reader: Reader, looking: Looking) -> CallOut:
    """One call with its amendments."""
    return await reader.one(CallOut, queries.call_of(call_id, looking), what="call", id=call_id)


@router.get("/{call_id}/history", allow=public)
async def read_history(call_id: Id, reader: Reader, looking: Looking, page: PageQuery) -> Page[HistoryRow]:
    """What happened to a call."""
    await reader.one(CallOut, queries.call_of(call_id, looking), what="call", id=call_id)
    return await reader.history(Call, call_id, page)


@router.get("/{call_id}/position", allow=public)
async def read_position(call_id: Id, reader: Reader, looking: Looking, page: PageQuery) -> Page[PositionRow]:
    """Item by item: the tier that is reached, what is missing to the next one, and what it would cost or save."""
    await reader.one(CallOut, queries.call_of(call_id, looking), what="call", id=call_id)
    rows = await reader.page(ItemRow, queries.items_of(call_id), page, by=[call_item.c.item])
    return Page(items=[PositionRow.by_expected_prices(row) for row in rows.items], next=rows.next)
