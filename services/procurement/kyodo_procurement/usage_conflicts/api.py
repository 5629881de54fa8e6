"""Conflicting reports over HTTP: listed, and resolved by the operator or the secretariat."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from kyodo_events.errors import NotFound
from kyodo_events.values.fiscal import Month
from kyodo_events.values.texts import Id, Line
from kyodo_platform.commands import CommandBus, Commands
from kyodo_platform.history import HistoryRow
from kyodo_platform.resources import Body, Page, PageQuery, Reader, ReadSession, Resource, Sort, sort_by
from kyodo_platform.routing import Router
from kyodo_procurement.meter_months.views import is_closed
from kyodo_procurement.usage.access import only_operated, reporters, resolvers
from kyodo_procurement.usage.model import UsageContent, UsageRecord, stream_of
from kyodo_procurement.usage.refusals import ConflictIsNoCorrection, MonthIsClosed, RecordIsCancelled
from kyodo_procurement.usage_conflicts import views
from kyodo_procurement.usage_conflicts.model import AlreadyResolved, Choice, ConflictStatus, UsageConflict

router = Router(prefix="/v1/usage-conflicts", tags=["usage"])

ConflictSort = Annotated[
    Sort,
    sort_by(views.usage_conflict.c.reported_at, views.usage_conflict.c.record, unique=[views.usage_conflict.c.id]),
]


class ResolutionIn(Body):
    """Which report is right, and why."""

    keep: Choice
    reason: Line


class UsageConflictOut(Resource):
    """Two reports of one record that say different things."""

    id: str
    offering_id: str
    record: str = Field(title="記録番号", description="The operator's own id, the same in both.")
    record_id: str = Field(description="The record that stands.")
    municipality: str = Field(title="団体コード", description="Of the first report.")
    first: UsageContent = Field(title="先の報告")
    second: UsageContent = Field(title="後の報告")
    status: ConflictStatus = Field(title="状態")
    reason: str | None = Field(title="理由")
    reported_at: datetime = Field(title="報告日時", description="When the second one came.")


@router.get("", allow=resolvers, acts_for_all=True)
async def list_conflicts(
    reader: Reader,
    commands: Commands,
    page: PageQuery,
    sort: ConflictSort,
    offering_id: Id | None = None,
    status: ConflictStatus | None = None,
) -> Page[UsageConflictOut]:
    """Conflicts: all of them for Tokyo, those of their own offerings for operators."""
    query = views.conflicts_by(only_operated(commands.identity), offering_id, status)
    return await reader.page(UsageConflictOut, query, page, by=sort)


@router.get("/{conflict_id}", allow=resolvers, acts_for_all=True)
async def read_conflict(conflict_id: Id, reader: Reader, commands: Commands) -> UsageConflictOut:
    """Both reports side by side."""
    return await _conflict(conflict_id, reader, commands)


@router.get("/{conflict_id}/history", allow=resolvers, acts_for_all=True)
async def read_conflict_history(
    conflict_id: Id, reader: Reader, commands: Commands, page: PageQuery
) -> Page[HistoryRow]:
    """What happened to a conflict, in words."""
    await _conflict(conflict_id, reader, commands)
    return await reader.history(UsageConflict, conflict_id, page)


@router.put(
    "/{conflict_id}/resolution",
    allow=reporters,
    acts_for_all=True,
    raises=[AlreadyResolved, ConflictIsNoCorrection, RecordIsCancelled, MonthIsClosed, NotFound],
)
async def resolve_conflict(conflict_id: Id, body: ResolutionIn, commands: Commands, reader: Reader) -> UsageConflictOut:
    """Keep the first report, or take the second: that corrects the record, and the correction names the conflict."""
    await _conflict(conflict_id, reader, commands)
    before = await commands.read(UsageConflict, conflict_id)
    await commands.on(UsageConflict, conflict_id, lambda conflict: conflict.resolve(body.keep, body.reason))
    if body.keep is Choice.SECOND and commands.has_recorded:
        await _take_second(before, body.reason, commands, reader)
    return await _conflict(conflict_id, reader, commands)


async def _take_second(conflict: UsageConflict, reason: str, commands: CommandBus, reader: ReadSession) -> None:
    second = conflict.second
    assert second is not None  # noqa: S101 - a conflict is reported with both
    closed = await is_closed(reader.tx, conflict.offering_id, Month.containing(second.used_on))
    await commands.on(
        UsageRecord,
        stream_of(conflict.offering_id, conflict.record),
        lambda record: record.take_over(second, reason, conflict.id, month_closed=closed),
    )


async def _conflict(conflict_id: str, reader: ReadSession, commands: CommandBus) -> UsageConflictOut:
    query = views.conflict_of(conflict_id, only_operated(commands.identity))
    return await reader.one(UsageConflictOut, query, what="usage conflict", id=conflict_id)
