"""Reading statements and their lines."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from kyodo_cost_ledger.charges.api import Charge, ProjectSums
from kyodo_cost_ledger.charges.views import by_project, page_key, with_names
from kyodo_cost_ledger.parties import PartyRow, overseers
from kyodo_cost_ledger.statements.views import booked_in, statement, statements_of
from kyodo_events.values.fiscal import Month
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_platform.identity.policies import member_of
from kyodo_platform.resources import Page, PageQuery, Reader, Resource
from kyodo_platform.routing import Router

MAX_PROJECTS = 1_000

router = Router(prefix="/v1/municipalities/{municipality}/statements", tags=["statements"])

own_or_overseer = member_of("municipality") | overseers


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


@router.get("", allow=own_or_overseer)
async def list_statements(municipality: MunicipalityCode, reader: Reader, page: PageQuery) -> Page[StatementSummary]:
    """A municipality's statements, by month."""
    return await reader.page(StatementSummary, statements_of(municipality), page, by=[statement.c.month])


@router.get("/{month}", allow=own_or_overseer)
async def read_statement(municipality: MunicipalityCode, month: Month, reader: Reader) -> Statement:
    """The statement of a closed month; 404 while it is open, or where nothing was booked."""
    summary = await reader.one(StatementSummary, statements_of(municipality, month), what="statement", id=month)
    projects = await reader.all(ProjectSums, by_project(booked_in(month, municipality)), at_most=MAX_PROJECTS)
    return Statement(**summary.model_dump(), projects=projects)


@router.get("/{month}/lines", allow=own_or_overseer)
async def statement_lines(
    municipality: MunicipalityCode, month: Month, reader: Reader, page: PageQuery
) -> Page[Charge]:
    """The lines of a statement; `Accept: text/csv` for a spreadsheet. Lines of earlier months are corrections."""
    await reader.one(StatementSummary, statements_of(municipality, month), what="statement", id=month)
    booked = booked_in(month, municipality)
    return await reader.page(Charge, with_names(booked), page, by=page_key(booked))
