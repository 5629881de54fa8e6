"""Closing months."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from kyodo_cost_ledger.parties import readers
from kyodo_cost_ledger.periods.model import AccountingMonth
from kyodo_cost_ledger.periods.refusals import EarlierMonthOpen, MonthAlreadyClosed, MonthNotOver
from kyodo_cost_ledger.periods.views import closed_month, closings_made, open_books
from kyodo_cost_ledger.statements.issuing import issue_monthly
from kyodo_events.values.fiscal import Month
from kyodo_platform.commands import Commands
from kyodo_platform.identity.policies import secretariat
from kyodo_platform.resources import Body, DryRun, Page, PageQuery, Reader, Resource
from kyodo_platform.routing import Router

router = Router(prefix="/v1/closings", tags=["closings"])


class ClosingIn(Body):
    """Which month to close."""

    month: Month


class Closing(Resource):
    """A closed month, sealed or not."""

    month: Month
    closed_at: datetime
    statements: int = Field(description="Number of statements issued.")
    total: int = Field(description="Whole yen on all statements.")
    sealed_at: datetime | None = Field(description="When the month was sealed; null while it is closed only.")


@router.post(
    "",
    allow=secretariat,
    acts_for_all=True,
    dependencies=[DryRun],
    raises=[MonthAlreadyClosed, MonthNotOver, EarlierMonthOpen],
)
async def close_month(body: ClosingIn, reader: Reader, commands: Commands) -> Closing:
    """Close a month: its statements are issued and final, later facts are booked in the next open month."""
    books = await open_books(reader.tx, body.month)
    await commands.create(AccountingMonth, lambda month: month.close(books, commands.now), id=body.month)
    await issue_monthly(reader.tx, commands, body.month, books.lines)
    return await reader.one(Closing, closings_made(body.month), what="closed month", id=body.month)


@router.get("", allow=readers)
async def list_closings(reader: Reader, page: PageQuery) -> Page[Closing]:
    """The closed months."""
    return await reader.page(Closing, closings_made(), page, by=[closed_month.c.month])


@router.get("/{month}", allow=readers)
async def read_closing(month: Month, reader: Reader) -> Closing:
    """One closed month; 404 while it is open."""
    return await reader.one(Closing, closings_made(month), what="closed month", id=month)
