"""What a notice rests on: the books, the terms, and what was used."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from kyodo_cost_ledger.charges.locks import lock_books
from kyodo_cost_ledger.charges.model import Book
from kyodo_cost_ledger.periods.views import standing_calendar
from kyodo_cost_ledger.projects.model import Project, TermsVersion
from kyodo_cost_ledger.projects.views import known_projects, project_ids, with_figures_of
from kyodo_cost_ledger.statements.basis import BaseFigures
from kyodo_cost_ledger.statements.details import names_of
from kyodo_cost_ledger.statements.forecast import Used, base_of_year, in_order, usage_ahead
from kyodo_cost_ledger.statements.lines import Draft, Heading, StatementLine, drafts
from kyodo_cost_ledger.statements.notices import (
    BasisMissing,
    NoticesIssuedBefore,
    booked_through,
    months_of_use,
)
from kyodo_events.contracts.burden_terms import BurdenTerms
from kyodo_events.contracts.cost_ledger.statements import StatementKind
from kyodo_events.database import Transaction
from kyodo_events.errors import require
from kyodo_events.values.fiscal import FiscalYear, Month

_BOOKED = """
SELECT party, project_id, book, item, sum(amount) FILTER (WHERE month <= $2) AS booked,
       sum(amount) FILTER (WHERE month > $2 AND book = 'base') AS ahead
FROM charge WHERE month BETWEEN $1 AND $3 AND party <> 'tokyo' GROUP BY 1, 2, 3, 4
"""
_CARRIED = """
SELECT party, project_id, book, item, month, sum(amount)::bigint AS amount FROM charge
WHERE month < $1 AND period BETWEEN $1 AND $2 AND party <> 'tokyo' GROUP BY 1, 2, 3, 4, 5 HAVING sum(amount) <> 0
"""
_USED = """
SELECT municipality, project_id, meter, sum(quantity)::bigint AS quantity FROM usage_cell
WHERE month = ANY($1::text[]) GROUP BY 1, 2, 3 HAVING sum(quantity) > 0
"""
_PROPOSED = """
SELECT DISTINCT ON (project_id) project_id, terms_version, body, terms_id, terms_hash, event_id FROM proposed_terms
WHERE (body->>'fiscal_year')::int = $1 ORDER BY project_id, terms_version DESC
"""
_ISSUED = "SELECT count(*) FROM statement WHERE statement_id = $1"


async def notice_drafts(tx: Transaction, kind: StatementKind, year: FiscalYear, today: date) -> list[Draft]:
    """The notices of a kind about a year, one for each municipality concerned; nobody posts from here on.

    Raises BasisMissing, NoticesIssuedBefore.
    """
    await lock_books(tx)
    heading, notice = Heading.of_year(kind, year), f"{kind.label_ja} {int(year)}"
    issued = await tx.scalar(_ISSUED, heading.statement_id)
    require(not issued, NoticesIssuedBefore(notice=notice, municipalities=issued))
    if kind is StatementKind.ESTIMATE:
        lines = await _estimate(tx, year, today, notice)
    else:
        lines = await _so_far_and_ahead(tx, year, booked_through(kind, year), notice)
    return list(drafts(heading, await _named(tx, lines)))


async def _estimate(tx: Transaction, year: FiscalYear, today: date, notice: str) -> list[StatementLine]:
    projects = {id_: p for id_, p in (await _with_proposed_terms(tx, year)).items() if _has_terms(p, year)}
    require(bool(projects), BasisMissing(notice=notice, basis="terms in force or proposed for that year"))
    before = months_of_use(year.previous(), today)
    used = {key: quantity for key, quantity in (await _used(tx, before)).items() if key[1] in projects}
    figures = BaseFigures(projects)
    base = [replace(line, basis=figures.of(line)) for line in base_of_year(projects.values(), year)]
    return [*base, *usage_ahead(projects, used, months=len(before), ahead=year.months())]


async def _so_far_and_ahead(tx: Transaction, year: FiscalYear, last: Month, notice: str) -> list[StatementLine]:
    calendar, _ = await standing_calendar(tx)
    require(last in calendar.closed, BasisMissing(notice=notice, basis=f"the books of {last}, which is not closed"))
    first, march = year.month(1), year.month(12)
    so_far, ahead = tuple(Month.range(first, last)), tuple(Month.range(last.next(), march))
    used, lines = await _used(tx, so_far), []
    projects = await known_projects(tx, await project_ids(tx))
    figures = BaseFigures(projects)
    for party, project_id, book, item, booked, to_come in await tx.rows(_BOOKED, first, last, march):
        base = Book(book) is Book.BASE
        line = StatementLine(party, project_id, Book(book), item, first, int(booked or 0), last_month=last)
        line = replace(line, basis=figures.of(line)) if base else line
        quantity = None if base else used.get((party, project_id, item))
        lines.append(replace(line, quantity=quantity))
        lines.append(replace(line, month=ahead[0], last_month=march, amount=int(to_come or 0), forecast=True))
    for party, project_id, book, item, month, amount in await tx.rows(_CARRIED, first, march):
        lines.append(StatementLine(party, project_id, Book(book), item, month, amount))
    lines += usage_ahead(projects, used, months=len(so_far), ahead=ahead)
    return [line for line in lines if line.amount]


async def _named(tx: Transaction, lines: Iterable[StatementLine]) -> list[StatementLine]:
    found = in_order(lines)
    names = await names_of(tx, sorted({line.project_id for line in found}))
    return [replace(line, **names.of(line)) for line in found]


async def _used(tx: Transaction, months: Iterable[Month]) -> Used:
    rows = await tx.rows(_USED, list(months))
    return {(row["municipality"], row["project_id"], row["meter"]): row["quantity"] for row in rows}


async def _with_proposed_terms(tx: Transaction, year: FiscalYear) -> dict[str, Project]:
    """All projects; those without terms in force for the year as if the latest proposal were in force."""
    projects = await known_projects(tx, await project_ids(tx))
    for row in await tx.rows(_PROPOSED, int(year)):
        project = projects.get(row["project_id"])
        if project is not None and not _has_terms(project, year):
            body = BurdenTerms.model_validate(row["body"])
            proposal = TermsVersion(row["terms_version"], body, row["terms_id"], row["terms_hash"], row["event_id"])
            known = await with_figures_of(tx, project, body)
            projects[project.id] = replace(known, terms=(*project.terms, proposal))
    return projects


def _has_terms(project: Project, year: FiscalYear) -> bool:
    return any(version.terms.fiscal_year == year for version in project.terms)
