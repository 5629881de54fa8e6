"""Attendances from before the platform over HTTP: Tokyo takes them over once, and restates them with a reason."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from kyodo_academy.earlier_attendances.model import (
    Counted,
    EarlierAttendances,
    Lines,
    MonthOfAnotherYear,
    RecordedHere,
    TakenOverAlready,
)
from kyodo_academy.earlier_attendances.views import earlier_attendances, latest, versions_of
from kyodo_academy.kpi.counted import on_record
from kyodo_academy.kpi.model import Count, EarlierLine
from kyodo_academy.sources import Source
from kyodo_events.database import Transaction
from kyodo_events.values.fiscal import FiscalYear, Month
from kyodo_events.values.texts import Line
from kyodo_platform.commands import Commands
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import role, secretariat
from kyodo_platform.resources import Body, Page, PageQuery, Reader, ReadSession, Resource
from kyodo_platform.routing import Router

router = Router(prefix="/v1/earlier-attendances", tags=["kpi"])

overseers = role(Role.SECRETARIAT, Role.AUDITOR)


class RestatedIn(Body):
    """All lines of a fiscal year as they are right, their source, and why they change."""

    lines: Lines
    heads: Count | None = Field(default=None, description="People of the year, where the source tells them.")
    source: Source
    reason_ja: Line


class TakenOverIn(Body):
    """What a source tells of a fiscal year: lines by month, programme and, where told, municipality."""

    fiscal_year: FiscalYear
    lines: Lines
    heads: Count | None = Field(default=None, description="People of the year, where the source tells them.")
    source: Source


class EarlierOut(Resource):
    """One version of what was taken over of a fiscal year."""

    fiscal_year: FiscalYear = Field(title="年度")
    lines: list[EarlierLine] = Field(title="月・研修・団体別の延べ数")
    heads: int | None = Field(title="実人数（資料による）")
    source: Source = Field(title="出典")
    reason_ja: str | None = Field(title="訂正の理由")
    stated_at: datetime = Field(title="登録日時")


@router.post("", allow=secretariat, raises=[TakenOverAlready, MonthOfAnotherYear, RecordedHere])
async def take_over(body: TakenOverIn, commands: Commands, reader: Reader) -> EarlierOut:
    """Take over what was counted of a fiscal year before the platform; once."""
    this_month, here = Month.containing(commands.now), await _recorded_here(reader.tx)
    await commands.on_or_new(
        EarlierAttendances,
        str(int(body.fiscal_year)),
        lambda one: one.take_over(body.lines, body.heads, body.source, this_month, here),
    )
    return await _shown(reader, body.fiscal_year)


@router.put("/{fiscal_year}/restatement", allow=secretariat, raises=[MonthOfAnotherYear, RecordedHere])
async def restate(fiscal_year: FiscalYear, body: RestatedIn, commands: Commands, reader: Reader) -> EarlierOut:
    """Correct what was taken over; what stood before stays readable."""
    this_month, here = Month.containing(commands.now), await _recorded_here(reader.tx)
    await commands.on(
        EarlierAttendances,
        str(int(fiscal_year)),
        lambda one: one.restate(body.lines, body.heads, body.source, body.reason_ja, this_month, here),
    )
    return await _shown(reader, fiscal_year)


@router.get("/{fiscal_year}", allow=overseers)
async def read_earlier(fiscal_year: FiscalYear, reader: Reader) -> EarlierOut:
    """What counts of a fiscal year from before the platform."""
    return await _shown(reader, fiscal_year)


@router.get("/{fiscal_year}/versions", allow=overseers)
async def list_earlier_versions(fiscal_year: FiscalYear, reader: Reader, page: PageQuery) -> Page[EarlierOut]:
    """All that was stated of a fiscal year, the first first."""
    return await reader.page(EarlierOut, versions_of(fiscal_year), page, by=[earlier_attendances.c.version])


async def _recorded_here(tx: Transaction) -> Counted:
    """Of which months and programmes the platform has attendances of its own."""
    months = await on_record(tx)
    return {(month, cell.programme) for month, cells in months.items() for cell in cells if cell.programme}


async def _shown(reader: ReadSession, fiscal_year: FiscalYear) -> EarlierOut:
    """The version that counts. Raises NotFound."""
    return await reader.one(EarlierOut, latest(fiscal_year), what="earlier attendances", id=str(int(fiscal_year)))
