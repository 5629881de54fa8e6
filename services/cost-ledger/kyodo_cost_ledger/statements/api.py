"""Reading statements and their lines, acknowledging and settling them."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Response

from kyodo_cost_ledger.charges.api import ProjectSums
from kyodo_cost_ledger.parties import overseers, readers
from kyodo_cost_ledger.statements import model
from kyodo_cost_ledger.statements.file import StatementFile
from kyodo_cost_ledger.statements.issuing import stream_of
from kyodo_cost_ledger.statements.model import NotPayable, State, StillDue
from kyodo_cost_ledger.statements.pdf import render
from kyodo_cost_ledger.statements.reading import MAX_PROJECTS, statement_file
from kyodo_cost_ledger.statements.schemas import Statement, StatementLineOut, StatementSummary
from kyodo_cost_ledger.statements.views import lines_of, listed, statement, statement_line, subtotals_of
from kyodo_events.contracts.cost_ledger.statements import StatementId, StatementKind
from kyodo_events.errors import Unavailable
from kyodo_events.values.fiscal import FiscalYear
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_platform.commands import Commands
from kyodo_platform.documents import PDF_ANSWER, pdf_file
from kyodo_platform.history import HistoryRow
from kyodo_platform.identity.policies import member_of, secretariat
from kyodo_platform.resources import Page, PageQuery, Reader
from kyodo_platform.routing import Router
from kyodo_platform.workers import Workers

PATH = "/municipalities/{municipality}/statements"

router = Router(prefix="/v1", tags=["statements"])

own_or_overseer = member_of("municipality") | overseers

Kind = Annotated[StatementKind | None, Query(description="Only of this kind.")]
InState = Annotated[State | None, Query(description="Only those in this state.")]
Year = Annotated[FiscalYear | None, Query(description="Only of this fiscal year.")]
Overdue = Annotated[bool | None, Query(description="Only those that are overdue, or are not.")]


@router.get("/statements", allow=readers)
async def list_all_statements(
    reader: Reader,
    commands: Commands,
    page: PageQuery,
    municipality: MunicipalityCode | None = None,
    kind: Kind = None,
    state: InState = None,
    fiscal_year: Year = None,
    overdue: Overdue = None,
) -> Page[StatementSummary]:
    """Statements of all municipalities; a municipality's people see its own. `Accept: text/csv` for a spreadsheet."""
    found = listed(
        commands.today, municipality=municipality, kind=kind, state=state, fiscal_year=fiscal_year, overdue=overdue
    )
    return await reader.page(StatementSummary, found, page, by=[statement.c.statement_id, statement.c.municipality])


@router.get(PATH, allow=own_or_overseer)
async def list_statements(
    municipality: MunicipalityCode,
    reader: Reader,
    commands: Commands,
    page: PageQuery,
    kind: Kind = None,
    state: InState = None,
    fiscal_year: Year = None,
    overdue: Overdue = None,
) -> Page[StatementSummary]:
    """A municipality's statements, by period."""
    found = listed(
        commands.today, municipality=municipality, kind=kind, state=state, fiscal_year=fiscal_year, overdue=overdue
    )
    return await reader.page(StatementSummary, found, page, by=[statement.c.statement_id])


@router.get(PATH + "/{statement_id}", allow=own_or_overseer)
async def read_statement(
    municipality: MunicipalityCode, statement_id: StatementId, reader: Reader, commands: Commands
) -> Statement:
    """A statement; 404 while its month is open, or where nothing was booked."""
    return await _read(municipality, statement_id, reader, commands)


@router.get(PATH + "/{statement_id}/lines", allow=own_or_overseer)
async def statement_lines(
    municipality: MunicipalityCode, statement_id: StatementId, reader: Reader, commands: Commands, page: PageQuery
) -> Page[StatementLineOut]:
    """The lines of a statement; `Accept: text/csv` for a spreadsheet. Lines of earlier months are corrections."""
    await _read(municipality, statement_id, reader, commands)
    found = lines_of(municipality, statement_id)
    return await reader.page(StatementLineOut, found, page, by=[statement_line.c.line])


@router.get(PATH + "/{statement_id}/file", allow=own_or_overseer)
async def read_statement_file(
    municipality: MunicipalityCode, statement_id: StatementId, reader: Reader
) -> StatementFile:
    """The statement with its proof, to keep and to check offline by `kyodo verify FILE`."""
    return await statement_file(reader, municipality, statement_id)


@router.get(
    PATH + "/{statement_id}/pdf",
    allow=own_or_overseer,
    raises=[Unavailable],
    response_class=Response,
    responses=PDF_ANSWER,
)
async def read_statement_pdf(
    municipality: MunicipalityCode, statement_id: StatementId, reader: Reader, workers: Workers
) -> Response:
    """The statement in Japanese on A4 (負担金通知書), the same bytes each time."""
    file = await statement_file(reader, municipality, statement_id)
    document = await workers.run(render, file.model_dump_json())
    return pdf_file(document, f"statement-{municipality}-{statement_id}")


@router.get(PATH + "/{statement_id}/history", allow=own_or_overseer)
async def statement_history(
    municipality: MunicipalityCode, statement_id: StatementId, reader: Reader, commands: Commands, page: PageQuery
) -> Page[HistoryRow]:
    """What happened to a statement, in words."""
    await _read(municipality, statement_id, reader, commands)
    return await reader.history(model.Statement, stream_of(statement_id, municipality), page)


@router.post(PATH + "/{statement_id}/acknowledgement", allow=member_of("municipality"))
async def acknowledge_statement(
    municipality: MunicipalityCode, statement_id: StatementId, reader: Reader, commands: Commands
) -> Statement:
    """Take note of a statement, for your own municipality."""
    await commands.on(model.Statement, stream_of(statement_id, municipality), lambda found: found.acknowledge())
    return await _read(municipality, statement_id, reader, commands)


@router.post(PATH + "/{statement_id}/settlement", allow=secretariat, raises=[NotPayable, StillDue])
async def settle_statement(
    municipality: MunicipalityCode, statement_id: StatementId, reader: Reader, commands: Commands
) -> Statement:
    """Close a statement that was paid, once its payments are checked (消込); nothing of it changes any more."""
    disputed = (await _read(municipality, statement_id, reader, commands)).disputed
    stream = stream_of(statement_id, municipality)
    await commands.on(model.Statement, stream, lambda found: found.settle(disputed=disputed))
    return await _read(municipality, statement_id, reader, commands)


async def _read(municipality: str, statement_id: str, reader: Reader, commands: Commands) -> Statement:
    found = listed(commands.today, municipality=municipality, statement_id=statement_id)
    summary = await reader.one(StatementSummary, found, what="statement", id=statement_id)
    projects = await reader.all(ProjectSums, subtotals_of(municipality, statement_id), at_most=MAX_PROJECTS)
    return Statement(**summary.model_dump(), projects=projects)
