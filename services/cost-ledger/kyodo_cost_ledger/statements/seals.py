"""Statements and the seal of their period: what the seal covers, and the proof of one that has it."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from kyodo_cost_ledger.statements.file import FileLine, SealProof
from kyodo_cost_ledger.statements.verification import lines_hash, statement_hash
from kyodo_events.database import Row, Transaction

# The lines as they were issued, with the yen that stand in the journal: the seal is held against the books themselves.
_STATEMENTS = """
SELECT s.salt, s.lines_hash AS stated_lines, s.statement_hash AS stated, l.*, coalesce((
    SELECT sum(p.amount) FROM posting_line p WHERE p.party = l.municipality AND p.project_id = l.project_id
        AND p.book = l.book AND p.item = l.item AND p.month = l.month AND p.period = $1
), 0)::bigint AS booked
FROM statement s JOIN statement_line l USING (municipality, statement_id)
WHERE s.period = $1 ORDER BY s.municipality, l.line
"""
# What is booked and on no statement: nothing, unless a line was added to the journal after the statements were issued.
_ON_NO_STATEMENT = """
SELECT party, sum(amount)::bigint AS amount FROM posting_line p
WHERE period = $1 AND book IN ('base', 'usage') AND party NOT IN ('tokyo', 'project') AND NOT EXISTS (
    SELECT FROM statement_line l JOIN statement s USING (municipality, statement_id)
    WHERE s.period = $1 AND l.municipality = p.party AND l.project_id = p.project_id AND l.book = p.book
        AND l.item = p.item AND l.month = p.month
) GROUP BY party, project_id, book, item, month HAVING sum(amount) <> 0 ORDER BY 1, 2
"""


async def statement_hashes(tx: Transaction, period: str) -> list[str]:
    """The hashes of all statements of a period, computed anew with the journal's yen, in order of their text."""
    rows = await tx.rows(_STATEMENTS, period)
    found = [_hash_of(list(own)) for _, own in groupby(rows, key=lambda row: row["municipality"])]
    added = await tx.rows(_ON_NO_STATEMENT, period)
    return sorted([*found, *(lines_hash(f"{place}", [dict(row)]) for place, row in enumerate(added, start=1))])


async def proof_of(tx: Transaction, period: str | None) -> SealProof | None:
    """What the seal of a period covers; None while it is not sealed."""
    row = await tx.row("SELECT previous_seal, statements, seal FROM sealed_period WHERE period = $1", period)
    if row is None:
        return None
    previous, hashes, seal = row.values()
    return SealProof(period=period, previous_seal=previous, statement_hashes=tuple(hashes), seal=seal)


def _hash_of(rows: list[Row]) -> str:
    """The statement's own hash where its lines come to the same hash with the journal's yen, and else another one."""
    first, lines = rows[0], [_as_booked(row) for row in rows]
    hashed = lines_hash(first["salt"], lines)
    return str(first["stated"]) if hashed == first["stated_lines"] else statement_hash("-", {}, hashed)


def _as_booked(row: Row) -> dict[str, Any]:
    return {name: row[name] for name in FileLine.model_fields} | {"amount": row["booked"]}
