"""The steps of a fiscal year; its last one, the seal, is that of its settlement period (periods/seals_api.py)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from pydantic import Field

from kyodo_cost_ledger.charges.locks import lock_books
from kyodo_cost_ledger.fiscal_years.model import FiscalYearBooks, YearStatus
from kyodo_cost_ledger.fiscal_years.refusals import (
    EarlierYearOpen,
    MonthsOpen,
    SettlementOver,
    YearAlreadyCalculated,
    YearNotOver,
    YearStepOutOfOrder,
)
from kyodo_cost_ledger.fiscal_years.views import fiscal_year as table
from kyodo_cost_ledger.fiscal_years.views import years, years_books
from kyodo_cost_ledger.parties import readers
from kyodo_cost_ledger.periods.calendar import last_settlement_day, settlement_of
from kyodo_events.values.fiscal import FiscalYear
from kyodo_platform.commands import Commands
from kyodo_platform.identity.policies import secretariat
from kyodo_platform.resources import Body, DryRun, Page, PageQuery, Reader, Resource
from kyodo_platform.routing import Router

router = Router(prefix="/v1/fiscal-years", tags=["fiscal years"])

STATUS_JA = {
    YearStatus.CALCULATED: "確定計算済み",
    YearStatus.SETTLING: "出納整理期間",
    YearStatus.SEALED: "封印済み",
}


class FiscalYearIn(Body):
    """Which year to calculate."""

    fiscal_year: FiscalYear


class FiscalYearOut(Resource):
    """How far the books of a fiscal year have come."""

    fiscal_year: FiscalYear
    status: YearStatus
    status_ja: str = ""
    municipalities: int = Field(description="Whole yen booked to municipalities in its months, when calculated.")
    tokyo: int = Field(description="Whole yen booked to Tokyo in them.")
    settlement_period: str = Field(default="", description="The accounting period of its settlement.")
    settled_until: date | None = Field(default=None, description="The last day of the settlement period.")
    calculated_at: datetime
    settling_since: datetime | None
    sealed_at: datetime | None

    def model_post_init(self, context: Any) -> None:
        self.status_ja = STATUS_JA[self.status]
        self.settlement_period = settlement_of(self.fiscal_year)
        self.settled_until = last_settlement_day(self.fiscal_year)


@router.post(
    "",
    allow=secretariat,
    acts_for_all=True,
    dependencies=[DryRun],
    raises=[YearAlreadyCalculated, YearNotOver, EarlierYearOpen, MonthsOpen],
)
async def calculate_year(body: FiscalYearIn, reader: Reader, commands: Commands) -> FiscalYearOut:
    """Calculate a fiscal year, after 31 March and with all its months closed: what its books come to."""
    books = await years_books(reader.tx, body.fiscal_year)
    await commands.create(FiscalYearBooks, lambda year: year.calculate(books, commands.today), id=str(body.fiscal_year))
    return await _read(reader, body.fiscal_year)


@router.put(
    "/{fiscal_year}/settlement",
    allow=secretariat,
    acts_for_all=True,
    dependencies=[DryRun],
    raises=[YearStepOutOfOrder, SettlementOver],
)
async def open_settlement(fiscal_year: FiscalYear, reader: Reader, commands: Commands) -> FiscalYearOut:
    """Begin the settlement period (出納整理期間), to 31 May: changes of the year's claims are booked in it."""
    await lock_books(reader.tx)
    await commands.on(FiscalYearBooks, str(fiscal_year), lambda year: year.open_settlement(commands.today))
    return await _read(reader, fiscal_year)


@router.get("", allow=readers)
async def list_years(reader: Reader, page: PageQuery) -> Page[FiscalYearOut]:
    """The fiscal years that were calculated; all others are open."""
    return await reader.page(FiscalYearOut, years(), page, by=[table.c.fiscal_year])


@router.get("/{fiscal_year}", allow=readers)
async def read_year(fiscal_year: FiscalYear, reader: Reader) -> FiscalYearOut:
    """One fiscal year; 404 while it is open."""
    return await _read(reader, fiscal_year)


async def _read(reader: Reader, year: FiscalYear) -> FiscalYearOut:
    return await reader.one(FiscalYearOut, years(year), what="calculated fiscal year", id=str(year))
