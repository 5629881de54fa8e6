"""Issuing statements: for a closed month, for a year's settlement, or as notices of what to expect."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

import sqlalchemy as sa

from kyodo_cost_ledger.charges.locks import lock_books
from kyodo_cost_ledger.charges.model import Book
from kyodo_cost_ledger.periods.calendar import settlement_of
from kyodo_cost_ledger.statements.details import detailed
from kyodo_cost_ledger.statements.lines import Draft, Heading, StatementLine, drafts, statements_for
from kyodo_cost_ledger.statements.model import Statement, issue_all
from kyodo_cost_ledger.statements.views import booked_in, line_rows, statement_line
from kyodo_events.contracts.cost_ledger.statements import StatementIssued, StatementKind
from kyodo_events.database import Transaction
from kyodo_events.values.fiscal import FiscalYear, Month
from kyodo_events.values.municipalities import TOKYO
from kyodo_events.views import insert_missing
from kyodo_platform.commands import CommandBus

SALT_BYTES = 32


def stream_of(statement_id: str, municipality: str) -> str:
    """The stream of a statement: what names it among all municipalities'."""
    return f"{statement_id}.{municipality}"


async def issue(tx: Transaction, commands: CommandBus, found: Sequence[Draft]) -> list[StatementIssued]:
    """Issue statements together: all events in one statement, all lines in another."""
    issued = issue_all(list(found), commands.today, lambda: secrets.token_hex(SALT_BYTES))
    await commands.record_each(
        Statement.category, [(stream_of(event.statement_id, event.municipality), event) for event in issued]
    )
    by_municipality = {draft.municipality: draft.plain_lines for draft in found}
    rows = [row for event in issued for row in line_rows(event, by_municipality[event.municipality])]
    await insert_missing(statement_line, rows).run(tx)
    return issued


async def issue_monthly(
    tx: Transaction, commands: CommandBus, month: Month, booked: Sequence[StatementLine]
) -> list[StatementIssued]:
    """The statements of a month that was just closed, under the books' lock; `booked` in order of municipality."""
    lines = await detailed(tx, booked, period=month, first=month)
    return await issue(tx, commands, list(statements_for(month, lines)))


async def issue_settlement(tx: Transaction, commands: CommandBus, year: FiscalYear) -> list[StatementIssued]:
    """The settlement (精算) of a year that is sealed: what was booked in its settlement period."""
    await lock_books(tx)
    heading, period = Heading.of_year(StatementKind.SETTLEMENT, year), settlement_of(year)
    lines = await detailed(tx, await booked_lines(tx, period), period=period, first=heading.first)
    return await issue(tx, commands, list(drafts(heading, lines)))


async def booked_lines(tx: Transaction, period: str) -> list[StatementLine]:
    """What municipalities bear by the books of an accounting period, in order of municipality."""
    booked = booked_in(period)
    rows = await tx.rows(sa.select(booked).where(booked.c.party != TOKYO).order_by(*booked.c))
    return [
        StatementLine(r["party"], r["project_id"], Book(r["book"]), r["item"], r["month"], r["amount"]) for r in rows
    ]
