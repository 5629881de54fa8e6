"""The journal: balanced postings, only ever added to, and the balances they lead to."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Column, Table

from kyodo_cost_ledger.charges.model import PROJECT, Amounts, Book, Cell, Claim, Line, Reason, balanced_lines
from kyodo_cost_ledger.periods.calendar import Calendar
from kyodo_cost_ledger.tables import metadata
from kyodo_events.database import Transaction
from kyodo_events.event import new_uuid
from kyodo_events.views import add_up

posting = Table(
    "posting",
    metadata,
    Column("posting_id", sa.Uuid, primary_key=True),
    Column("posted_at", sa.DateTime(timezone=True), nullable=False),
    Column("project_id", sa.Text, nullable=False),
    Column("book", sa.Text, nullable=False),
    Column("reason", sa.Text, nullable=False),
    Column("cause", sa.Uuid, nullable=False, comment="the last event that led to it"),
)

# A posting has one line a cell. The key serves both that and the questions by cell: one index, not two, because
# most of the cost of a line is its indexes.
# `party` is a municipality's code, 'tokyo' or 'project'. Row-level security compares it with the caller's
# municipality, so what is Tokyo's or the project's is seen by those who see all.
posting_line = Table(
    "posting_line",
    metadata,
    Column("party", sa.Text, primary_key=True),
    Column("project_id", sa.Text, primary_key=True),
    Column("book", sa.Text, primary_key=True),
    Column("item", sa.Text, primary_key=True),
    Column("month", sa.Text, primary_key=True, comment="month of the service"),
    Column("posting_id", sa.Uuid, primary_key=True),
    Column("period", sa.Text, nullable=False, comment="accounting period it is booked in"),
    Column("amount", sa.BigInteger, nullable=False, comment="yen"),
    Column("posted_at", sa.DateTime(timezone=True), nullable=False),
    Column("corrects", sa.Uuid, comment="the posting whose line of this cell it corrects"),
    info={"private_to": "party"},
)

charge = Table(
    "charge",
    metadata,
    Column("party", sa.Text, primary_key=True),
    Column("project_id", sa.Text, primary_key=True),
    Column("book", sa.Text, primary_key=True),
    Column("item", sa.Text, primary_key=True),
    Column("month", sa.Text, primary_key=True),
    Column("period", sa.Text, primary_key=True),
    Column("amount", sa.BigInteger, nullable=False, comment="yen"),
    info={"private_to": "party"},
)


@dataclass(frozen=True, slots=True)
class Cause:
    """The last event of a batch that changed a book of a project, and what kind of fact it was."""

    event_id: UUID
    reason: Reason


@dataclass(frozen=True, slots=True)
class Posted:
    """One posting as it was made."""

    posting_id: UUID
    project_id: str
    book: str
    cause: Cause
    lines: tuple[Line, ...]


DECIDED = frozenset({Reason.CORRECTION, Reason.DISPUTE})
"""Reasons that make a line a correction whatever its period."""

_POST = """
INSERT INTO posting (posting_id, posted_at, project_id, book, reason, cause)
SELECT id, $1, project_id, book, reason, cause
FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::uuid[]) AS t (id, project_id, book, reason, cause)
"""
# All lines of a posting come in one statement: the database refuses a statement that does not balance.
_POST_LINES = """
INSERT INTO posting_line (posting_id, project_id, book, item, month, party, period, amount, corrects, posted_at)
SELECT t.*, $10 FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
    $8::bigint[], $9::uuid[]) AS t
"""
# Of cells that come late or are corrected, which are few: ordinary postings never ask.
_CLAIMS = """
SELECT c.*, claim.first_period, claim.last_posting
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[]) AS c (project_id, book, item, month, party)
JOIN LATERAL (
    SELECT min(l.period) AS first_period,
           (array_agg(l.posting_id ORDER BY l.posted_at DESC, l.posting_id DESC))[1] AS last_posting
    FROM posting_line l WHERE l.party = c.party AND l.project_id = c.project_id AND l.book = c.book
        AND l.item = c.item AND l.month = c.month
) claim ON claim.last_posting IS NOT NULL
"""

_POSTED = """
SELECT project_id, book, item, month, party, sum(amount)::bigint AS amount FROM charge
WHERE project_id = ANY($1::text[]) AND book = ANY($2::text[]) GROUP BY project_id, book, item, month, party
"""


async def posted_base(tx: Transaction, projects: Collection[str]) -> dict[Cell, int]:
    """What the base book says of these projects, summed over periods."""
    return await _posted(tx, projects, [Book.BASE]) if projects else {}


async def posted(tx: Transaction, projects: Collection[str]) -> dict[Cell, int]:
    """What both books say of these projects, summed over periods."""
    return await _posted(tx, projects, list(Book))


async def claims_on(tx: Transaction, cells: Collection[Cell]) -> dict[Cell, Claim]:
    """What stands in the books for these cells already, as far as anything does."""
    if not cells:
        return {}
    rows = await tx.rows(_CLAIMS, *zip(*cells, strict=True))
    return {Cell(*tuple(row)[:5]): Claim(row["first_period"], row["last_posting"]) for row in rows}


async def post(
    tx: Transaction, amounts: Amounts, *, causes: Mapping[tuple[str, Book], Cause], calendar: Calendar, at: datetime
) -> list[Posted]:
    """Add the amounts to the books: one balanced posting for each project and book.

    The caller holds the locks of the projects and of the books (see locks.py), so that neither the balances
    nor the closed months change under it.
    """
    if not amounts:
        return []
    decided = {key for key, cause in causes.items() if cause.reason in DECIDED}
    corrected = [cell for cell in amounts if cell.month in calendar.closed or (cell.project_id, cell.book) in decided]
    claims = await claims_on(tx, corrected)
    postings: list[Posted] = []
    for (project_id, book), cells in groupby(sorted(amounts), key=lambda cell: (cell.project_id, cell.book)):
        lines = balanced_lines({cell: amounts[cell] for cell in cells}, calendar, claims)
        postings.append(Posted(new_uuid(), project_id, book, causes[project_id, Book(book)], tuple(lines)))
    headers = ((p.posting_id, p.project_id, p.book, p.cause.reason.value, p.cause.event_id) for p in postings)
    await tx.run(_POST, at, *zip(*headers, strict=True))
    flat = [(p.posting_id, *line.cell, line.period, line.amount, line.corrects) for p in postings for line in p.lines]
    await tx.run(_POST_LINES, *zip(*flat, strict=True), at)
    await _add_to_balances(tx, [line for p in postings for line in p.lines])
    return postings


async def _add_to_balances(tx: Transaction, lines: Collection[Line]) -> None:
    # The project's side is summed from the journal when asked: as balances, its few rows would be written by
    # every batch and make the consumers wait for each other.
    shares = (line for line in lines if line.cell.party != PROJECT)
    rows = [line.cell._asdict() | {"period": line.period, "amount": line.amount} for line in shares]
    await add_up(charge, rows).run(tx)


async def _posted(tx: Transaction, projects: Collection[str], books: Collection[Book]) -> dict[Cell, int]:
    rows = await tx.rows(_POSTED, list(projects), [book.value for book in books])
    return {Cell(project, book, item, month, party): yen for project, book, item, month, party, yen in rows}
