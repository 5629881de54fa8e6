"""What a notice rests on: the books, the terms, what was used and what is planned."""

from __future__ import annotations

from asyncio import to_thread
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from kyodo_cost_ledger.charges.locks import lock_books
from kyodo_cost_ledger.charges.model import Book
from kyodo_cost_ledger.forecasts.views import known
from kyodo_cost_ledger.periods.views import standing_calendar
from kyodo_cost_ledger.projects.model import Project, TermsVersion
from kyodo_cost_ledger.projects.views import known_projects, project_ids, with_figures_of
from kyodo_cost_ledger.statements.details import names_of
from kyodo_cost_ledger.statements.forecast import in_order, lines_of_year
from kyodo_cost_ledger.statements.lines import Draft, Heading, StatementLine, drafts
from kyodo_cost_ledger.statements.notices import (
    BasisMissing,
    NoticesIssuedBefore,
    booked_through,
    known_through,
)
from kyodo_events.contracts.burden_terms import BurdenTerms
from kyodo_events.contracts.cost_ledger.statements import StatementKind
from kyodo_events.database import Transaction
from kyodo_events.errors import require
from kyodo_events.values.fiscal import FiscalYear, Month
from kyodo_platform.resources import ReadSession

_CARRIED = """
SELECT party, project_id, book, item, month, sum(amount)::bigint AS amount FROM charge
WHERE month < $1 AND period BETWEEN $1 AND $2 AND party <> 'tokyo' GROUP BY 1, 2, 3, 4, 5 HAVING sum(amount) <> 0
"""
_PROPOSED = """
SELECT DISTINCT ON (project_id) project_id, terms_version, body, terms_id, terms_hash, event_id FROM proposed_terms
WHERE (body->>'fiscal_year')::int = $1 ORDER BY project_id, terms_version DESC
"""
_ISSUED = "SELECT count(*) FROM statement WHERE statement_id = $1"


async def notice_drafts(reader: ReadSession, kind: StatementKind, year: FiscalYear, today: date) -> list[Draft]:
    """The notices of a kind about a year, one for each municipality concerned; nobody posts from here on.

    Raises BasisMissing, NoticesIssuedBefore.
    """
    tx = reader.tx
    await lock_books(tx)
    heading, notice = Heading.of_year(kind, year), f"{kind.label_ja} {int(year)}"
    issued = await tx.scalar(_ISSUED, heading.statement_id)
    require(not issued, NoticesIssuedBefore(notice=notice, municipalities=issued))
    if kind is StatementKind.ESTIMATE:
        lines = await _estimate(reader, year, today, notice)
    else:
        lines = await _so_far_and_ahead(reader, year, booked_through(kind, year), notice)
    return list(drafts(heading, await _named(tx, lines)))


async def _estimate(reader: ReadSession, year: FiscalYear, today: date, notice: str) -> list[StatementLine]:
    projects = {id_: p for id_, p in (await _with_proposed_terms(reader.tx, year)).items() if _has_terms(p, year)}
    require(bool(projects), BasisMissing(notice=notice, basis="terms in force or proposed for that year"))
    facts = await known(reader, year, party=None, project_id=None)
    return await to_thread(lines_of_year, projects, facts, year, known_through(year, today))


async def _so_far_and_ahead(reader: ReadSession, year: FiscalYear, last: Month, notice: str) -> list[StatementLine]:
    calendar, _ = await standing_calendar(reader.tx)
    require(last in calendar.closed, BasisMissing(notice=notice, basis=f"the books of {last}, which is not closed"))
    facts = await known(reader, year, party=None, project_id=None)
    projects = await known_projects(reader.tx, {*await project_ids(reader.tx), *facts.projects})
    lines = await to_thread(lines_of_year, projects, facts, year, last)
    carried = await reader.tx.rows(_CARRIED, year.month(1), year.month(12))
    return lines + [StatementLine(party, id_, Book(book), *claim) for party, id_, book, *claim in carried]


async def _named(tx: Transaction, lines: Iterable[StatementLine]) -> list[StatementLine]:
    found = in_order(lines)
    names = await names_of(tx, sorted({line.project_id for line in found}))
    return [replace(line, **names.of(line)) for line in found]


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
