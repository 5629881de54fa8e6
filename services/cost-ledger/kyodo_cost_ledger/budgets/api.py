"""Budgets over HTTP: entered, moved, committed, spent and watched by the secretariat; the lines are read by all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import Path

from kyodo_cost_ledger.budgets import views
from kyodo_cost_ledger.budgets.model import Budget, Facts
from kyodo_cost_ledger.budgets.refusals import (
    BudgetAlreadyEntered,
    DayNotReached,
    LineExhausted,
    MoreThanCommitted,
    MoreThanSpent,
    NoSuchBudgetLine,
    NoSuchReference,
    NotInFiscalYear,
    NotInOneGroup,
    ProjectLinkedElsewhere,
    ReferenceTaken,
    TooManyLines,
)
from kyodo_cost_ledger.budgets.schemas import (
    BudgetIn,
    BudgetOut,
    CommitmentIn,
    EntryOut,
    ExecutionOut,
    LineExecution,
    LineOut,
    LinkIn,
    PartIn,
    SpendingIn,
    SupplementIn,
    TransferIn,
    Unit,
)
from kyodo_cost_ledger.parties import overseers, readers, require_all_of_tokyo
from kyodo_events.aggregate import Events
from kyodo_events.errors import Forbidden
from kyodo_events.values.fiscal import FiscalYear
from kyodo_platform.commands import CommandBus, Commands
from kyodo_platform.history import HistoryRow
from kyodo_platform.identity.policies import secretariat
from kyodo_platform.resources import DryRun, Page, PageQuery, Reader, ReadSession
from kyodo_platform.routing import Router

router = Router(prefix="/v1/budgets", tags=["budgets"])

LineOf = Annotated[int, Path(ge=1, le=200, description="A line's number.")]


@router.post("", allow=secretariat, raises=[BudgetAlreadyEntered], dependencies=[DryRun])
async def enter_budget(body: BudgetIn, commands: Commands, reader: Reader) -> BudgetOut:
    """Enter a fiscal year's initial budget. Each line's change must be what it gained on the year before."""
    id_ = str(int(body.fiscal_year))
    known = await commands.read_or_new(Budget, id_)
    lines = [line.entered(body.unit) for line in body.lines]
    await commands.create(Budget, lambda _: known.enter(lines, body.decided_on), id=id_)
    return await _budget(reader, body.fiscal_year)


@router.get("", allow=readers)
async def list_budgets(reader: Reader, page: PageQuery) -> Page[BudgetOut]:
    """The budgets by fiscal year, with the sums of their lines."""
    return await reader.page(BudgetOut, views.budgets_with_sums(), page, by=[views.budget.c.fiscal_year])


@router.get("/{fiscal_year}", allow=readers)
async def read_budget(fiscal_year: FiscalYear, reader: Reader) -> BudgetOut:
    """A fiscal year's budget with the sums of its lines."""
    return await _budget(reader, fiscal_year)


@router.get("/{fiscal_year}/lines", allow=readers)
async def list_lines(fiscal_year: FiscalYear, reader: Reader, page: PageQuery) -> Page[LineOut]:
    """The lines beside last year's: amount, change, whether new, subsidy rule. `Accept: text/csv` for a spreadsheet."""
    await _budget(reader, fiscal_year)
    return await reader.page(LineOut, views.lines_of(fiscal_year), page, by=[views.budget_line.c.line])


@router.get("/{fiscal_year}/execution", allow=overseers, raises=[Forbidden])
async def read_execution(fiscal_year: FiscalYear, commands: Commands, reader: Reader) -> ExecutionOut:
    """Spent, committed, remaining, run-rate and forecast of each line today, with the alerts."""
    require_all_of_tokyo()
    budget = await commands.read(Budget, str(int(fiscal_year)))
    return ExecutionOut.at(budget, await _facts(commands, reader, fiscal_year))


@router.get("/{fiscal_year}/execution/lines", allow=overseers, raises=[Forbidden])
async def list_execution(fiscal_year: FiscalYear, commands: Commands, reader: Reader) -> Page[LineExecution]:
    """The same line by line; `Accept: text/csv` for a spreadsheet."""
    require_all_of_tokyo()
    budget = await commands.read(Budget, str(int(fiscal_year)))
    return Page(items=ExecutionOut.at(budget, await _facts(commands, reader, fiscal_year)).lines)


@router.get("/{fiscal_year}/lines/{line}/entries", allow=overseers)
async def list_entries(fiscal_year: FiscalYear, line: LineOf, reader: Reader, page: PageQuery) -> Page[EntryOut]:
    """What was entered on a line, in its order; `Accept: text/csv` for a spreadsheet."""
    await _budget(reader, fiscal_year)
    return await reader.page(EntryOut, views.entries_of(fiscal_year, line), page, by=[views.budget_entry.c.number])


@router.get("/{fiscal_year}/history", allow=overseers)
async def read_history(fiscal_year: FiscalYear, reader: Reader, page: PageQuery) -> Page[HistoryRow]:
    """What happened to the budget, in words."""
    return await reader.history(Budget, str(int(fiscal_year)), page)


@router.post(
    "/{fiscal_year}/supplements",
    allow=secretariat,
    raises=[NoSuchBudgetLine, LineExhausted, TooManyLines],
    dependencies=[DryRun],
)
async def supplement(fiscal_year: FiscalYear, body: SupplementIn, commands: Commands, reader: Reader) -> ExecutionOut:
    """Enter a supplementary budget (補正予算): lines gain, lose what is neither spent nor committed, or are new."""
    added = [line.entered(Unit.YEN) for line in body.added]
    return await _on(
        fiscal_year,
        commands,
        reader,
        lambda budget, facts: budget.supplement(body.changes, added, body.decided_on, body.reason, facts),
    )


@router.post(
    "/{fiscal_year}/transfers",
    allow=secretariat,
    raises=[NoSuchBudgetLine, NotInOneGroup, LineExhausted],
    dependencies=[DryRun],
)
async def transfer(fiscal_year: FiscalYear, body: TransferIn, commands: Commands, reader: Reader) -> ExecutionOut:
    """Move an amount between two lines of one group (流用)."""
    return await _on(
        fiscal_year,
        commands,
        reader,
        lambda budget, facts: budget.transfer(
            body.from_line, body.to_line, body.amount, body.decided_on, body.reason, facts
        ),
    )


@router.put("/{fiscal_year}/lines/{line}/project", allow=secretariat, raises=[NoSuchBudgetLine, ProjectLinkedElsewhere])
async def link_project(
    fiscal_year: FiscalYear, line: LineOf, body: LinkIn, commands: Commands, reader: Reader
) -> ExecutionOut:
    """Count Tokyo's own share of a joint project as spent on this line by itself, month by month."""
    return await _on(fiscal_year, commands, reader, lambda budget, facts: budget.link(line, body.project_id, facts))


@router.post(
    "/{fiscal_year}/lines/{line}/commitments",
    allow=secretariat,
    raises=[NoSuchBudgetLine, ReferenceTaken, LineExhausted, NotInFiscalYear, DayNotReached],
    dependencies=[DryRun],
)
async def commit(
    fiscal_year: FiscalYear, line: LineOf, body: CommitmentIn, commands: Commands, reader: Reader
) -> ExecutionOut:
    """Enter a commitment (支出負担行為), within what the line has left."""
    return await _on(
        fiscal_year,
        commands,
        reader,
        lambda budget, facts: budget.commit(line, body.reference, body.day, body.amount, facts),
    )


@router.post(
    "/{fiscal_year}/lines/{line}/releases",
    allow=secretariat,
    raises=[NoSuchBudgetLine, NoSuchReference, MoreThanCommitted],
    dependencies=[DryRun],
)
async def release(
    fiscal_year: FiscalYear, line: LineOf, body: PartIn, commands: Commands, reader: Reader
) -> ExecutionOut:
    """Give back to the line what will not be spent under a commitment."""
    return await _on(
        fiscal_year,
        commands,
        reader,
        lambda budget, facts: budget.release(line, body.reference, body.amount, body.reason, facts),
    )


@router.post(
    "/{fiscal_year}/lines/{line}/spendings",
    allow=secretariat,
    raises=[
        NoSuchBudgetLine,
        NoSuchReference,
        ReferenceTaken,
        LineExhausted,
        MoreThanCommitted,
        NotInFiscalYear,
        DayNotReached,
    ],
    dependencies=[DryRun],
)
async def spend(
    fiscal_year: FiscalYear, line: LineOf, body: SpendingIn, commands: Commands, reader: Reader
) -> ExecutionOut:
    """Enter a spending (支出): under a commitment and within it, or directly and within what the line has left."""
    return await _on(
        fiscal_year,
        commands,
        reader,
        lambda budget, facts: budget.spend(line, body.reference, body.day, body.amount, body.commitment, facts),
    )


@router.post(
    "/{fiscal_year}/lines/{line}/returns",
    allow=secretariat,
    raises=[NoSuchBudgetLine, NoSuchReference, MoreThanSpent],
    dependencies=[DryRun],
)
async def return_spending(
    fiscal_year: FiscalYear, line: LineOf, body: PartIn, commands: Commands, reader: Reader
) -> ExecutionOut:
    """Enter what came back of a spending (戻入); a wrong entry is set right so too."""
    return await _on(
        fiscal_year,
        commands,
        reader,
        lambda budget, facts: budget.return_spending(line, body.reference, body.amount, body.reason, facts),
    )


@router.put("/{fiscal_year}/forecast", allow=secretariat)
async def watch_forecast(fiscal_year: FiscalYear, commands: Commands, reader: Reader) -> ExecutionOut:
    """Look at the forecasts: one that passed its line since the last look is announced, once.

    Every entry does so by itself. This is for what no entry tells: Tokyo's share grows by new terms, a month begins.
    """
    return await _on(fiscal_year, commands, reader, lambda budget, facts: budget.watch(facts))


async def _on(
    year: FiscalYear, commands: CommandBus, reader: ReadSession, decide: Callable[[Budget, Facts], Events]
) -> ExecutionOut:
    facts = await _facts(commands, reader, year)
    budget = await commands.on(Budget, str(int(year)), lambda budget: decide(budget, facts))
    return ExecutionOut.at(budget, facts)


async def _facts(commands: CommandBus, reader: ReadSession, year: FiscalYear) -> Facts:
    return Facts(commands.today, await views.own_shares(reader.tx, year))


async def _budget(reader: ReadSession, year: FiscalYear) -> BudgetOut:
    query = views.budgets_with_sums().where(views.budget.c.fiscal_year == int(year))
    return await reader.one(BudgetOut, query, what="budget", id=str(int(year)))
