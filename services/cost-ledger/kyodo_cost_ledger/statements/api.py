"""Closing months, and reading the statements they led to."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from kyodo_cost_ledger.charges.api import Charge, ProjectSums
from kyodo_cost_ledger.charges.views import by_project, page_key, with_names
from kyodo_cost_ledger.parties import PartyRow, overseers, readers
from kyodo_cost_ledger.statements.model import AccountingMonth, EarlierMonthOpen, MonthAlreadyClosed, MonthNotOver
from kyodo_cost_ledger.statements.views import (
    booked_in,
    closed_month,
    closings_made,
    open_books,
    statement,
    statements_of,
)
from kyodo_events.values.fiscal import Month
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_platform.commands import Commands
from kyodo_platform.identity.policies import member_of, secretariat
from kyodo_platform.resources import Body, Page, PageQuery, Reader, Resource
from kyodo_platform.routing import Router

MAX_PROJECTS = 1_000

closings_router = Router(prefix="/v1/closings", tags=["closings"])
statements_router = Router(prefix="/v1/municipalities/{municipality}/statements", tags=["statements"])

own_or_overseer = member_of("municipality") | overseers


class ClosingIn(Body):
    """Which month to close."""

    month: Month


class Closing(Resource):
    """A closed month."""

    month: Month
    closed_at: datetime
    statements: int = Field(description="Number of statements issued.")
    total: int = Field(description="Whole yen on all statements.")


class StatementSummary(PartyRow, Resource):
    """What a municipality owes for a closed month (負担金通知書)."""

    month: Month
    base: int = Field(description="Whole yen of 基本的な経費.")
    usage: int = Field(description="Whole yen of 個別サービスの経費.")
    total: int
    lines_hash: str = Field(description="SHA-256 of the lines as canonical JSON.")
    issued_at: datetime


class Statement(StatementSummary):
    """A statement with its projects; its lines are a page of their own."""

    projects: list[ProjectSums]


@closings_router.post(
    "", allow=secretariat, acts_for_all=True, raises=[MonthAlreadyClosed, MonthNotOver, EarlierMonthOpen]
)
async def close_month(body: ClosingIn, reader: Reader, commands: Commands) -> Closing:
    """Close a month: its statements are issued and final, later facts are booked in the next open month."""
    books = await open_books(reader.tx, body.month)
    await commands.create(AccountingMonth, lambda month: month.close(books, commands.now), id=body.month)
    await commands.record_each("statement", [(f"{s.month}.{s.municipality}", s) for s in books.statements()])
    return await reader.one(Closing, closings_made(body.month), what="closed month", id=body.month)


@closings_router.get("", allow=readers)
async def list_closings(reader: Reader, page: PageQuery) -> Page[Closing]:
    """The closed months."""
    return await reader.page(Closing, closings_made(), page, by=[closed_month.c.month])


@closings_router.get("/{month}", allow=readers)
async def read_closing(month: Month, reader: Reader) -> Closing:
    """One closed month; 404 while it is open."""
    return await reader.one(Closing, closings_made(month), what="closed month", id=month)


@statements_router.get("", allow=own_or_overseer)
async def list_statements(municipality: MunicipalityCode, reader: Reader, page: PageQuery) -> Page[StatementSummary]:
    """A municipality's statements, by month."""
    return await reader.page(StatementSummary, statements_of(municipality), page, by=[statement.c.month])


@statements_router.get("/{month}", allow=own_or_overseer)
async def read_statement(municipality: MunicipalityCode, month: Month, reader: Reader) -> Statement:
    """The statement of a closed month; 404 while it is open, or where nothing was booked."""
    summary = await reader.one(StatementSummary, statements_of(municipality, month), what="statement", id=month)
    projects = await reader.all(ProjectSums, by_project(booked_in(month, municipality)), at_most=MAX_PROJECTS)
    return Statement(**summary.model_dump(), projects=projects)


@statements_router.get("/{month}/lines", allow=own_or_overseer)
async def statement_lines(
    municipality: MunicipalityCode, month: Month, reader: Reader, page: PageQuery
) -> Page[Charge]:
    """The lines of a statement; `Accept: text/csv` for a spreadsheet. Lines of earlier months are corrections."""
    await reader.one(StatementSummary, statements_of(municipality, month), what="statement", id=month)
    booked = booked_in(month, municipality)
    return await reader.page(Charge, with_names(booked), page, by=page_key(booked))
