"""Frozen months over HTTP: Tokyo freezes and restates, and sees what was corrected since."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from kyodo_academy.frozen_months.model import (
    EarlierMonthNotFrozen,
    FrozenMonth,
    MonthFrozenAlready,
    MonthNotCounted,
    MonthNotOver,
    differences,
)
from kyodo_academy.frozen_months.schemas import (
    DifferenceOut,
    FigureOut,
    FreezingIn,
    FrozenMonthOut,
    RestatementIn,
    Version,
    VersionOut,
)
from kyodo_academy.frozen_months.views import frozen_month, latest, versions_of
from kyodo_academy.kpi.counted import counted
from kyodo_academy.kpi.model import Cell
from kyodo_events.values.fiscal import Month
from kyodo_platform.commands import Commands
from kyodo_platform.history import HistoryRow
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import role, secretariat
from kyodo_platform.resources import Page, PageQuery, Reader, ReadSession
from kyodo_platform.routing import Router

router = Router(prefix="/v1/frozen-months", tags=["kpi"])

overseers = role(Role.SECRETARIAT, Role.AUDITOR)
WHAT = "frozen month"

Number = Annotated[int | None, Query(ge=1, le=1_000, description="Which version; the one that counts if left out.")]


@router.post("", allow=secretariat, raises=[MonthFrozenAlready, MonthNotCounted, MonthNotOver, EarlierMonthNotFrozen])
async def freeze_month(body: FreezingIn, commands: Commands, reader: Reader) -> FrozenMonthOut:
    """Freeze a month that is over: from now on it counts what stands there today, whatever is corrected later."""
    before = await commands.read_or_new(FrozenMonth, body.month.previous())
    live = await _live(reader, body.month)
    await commands.on_or_new(FrozenMonth, body.month, lambda month: month.freeze(before, live, commands.today))
    return await _shown(reader, body.month)


@router.put("/{month}/restatement", allow=secretariat)
async def restate_month(month: Month, body: RestatementIn, commands: Commands, reader: Reader) -> FrozenMonthOut:
    """Let a frozen month count what stands there today, with the reason; nothing happens where that is the same."""
    live = await _live(reader, month)
    await commands.on(FrozenMonth, month, lambda one: one.restate(live, body.reason_ja))
    return await _shown(reader, month)


@router.get("", allow=overseers)
async def list_frozen_months(reader: Reader, page: PageQuery) -> Page[FrozenMonthOut]:
    """Frozen months, each beside what it would count now."""
    live = (await counted(reader.tx)).live
    found = await reader.page(FrozenMonthOut, latest(), page, by=[frozen_month.c.month])
    found.items = [one.beside(live.get(one.month, ())) for one in found.items]
    return found


@router.get("/{month}", allow=overseers)
async def read_frozen_month(month: Month, reader: Reader) -> FrozenMonthOut:
    """The version of a frozen month that counts; 404 while it is open."""
    return await _shown(reader, month)


@router.get("/{month}/versions", allow=overseers)
async def list_versions(month: Month, reader: Reader, page: PageQuery) -> Page[VersionOut]:
    """All versions of a frozen month, the first first, with their reasons."""
    return await reader.page(VersionOut, versions_of(month), page, by=[frozen_month.c.version])


@router.get("/{month}/figures", allow=overseers)
async def list_figures(month: Month, reader: Reader, version: Number = None) -> Page[FigureOut]:
    """What a version counts by programme and organisation."""
    query = versions_of(month).where(frozen_month.c.version == version) if version else latest(month)
    found = await reader.one(Version, query, what=WHAT, id=month)
    return Page[FigureOut](items=[FigureOut.of_cell(cell, found.version) for cell in found.cells])


@router.get("/{month}/differences", allow=overseers)
async def list_differences(month: Month, reader: Reader) -> Page[DifferenceOut]:
    """What was corrected since the month was frozen, by programme and organisation; nothing where nothing was."""
    found = await reader.one(Version, latest(month), what=WHAT, id=month)
    changed = differences(found.cells, await _live(reader, month))
    return Page[DifferenceOut](items=[DifferenceOut.between(one) for one in changed])


@router.get("/{month}/history", allow=overseers)
async def frozen_month_history(month: Month, reader: Reader, page: PageQuery) -> Page[HistoryRow]:
    """What happened to a month's figures, in words."""
    return await reader.history(FrozenMonth, month, page)


async def _live(reader: ReadSession, month: Month) -> list[Cell]:
    """What a month counts now."""
    return list((await counted(reader.tx)).live.get(month, ()))


async def _shown(reader: ReadSession, month: Month) -> FrozenMonthOut:
    """The month beside its live figures. Raises NotFound."""
    found = await reader.one(FrozenMonthOut, latest(month), what=WHAT, id=month)
    return found.beside(await _live(reader, month))
