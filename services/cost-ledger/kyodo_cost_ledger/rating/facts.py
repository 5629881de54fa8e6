"""The facts as they had been recorded by a run's cutoffs.

What a view holds now says nothing of then: published figures are replaced, and any fact may have come later. So the
views are filled once more from the log up to the cutoffs, by the code that fills them live, into temporary tables
that stand before the live ones; the ledger's own queries then read the past without knowing it. Usage is too much for
that, and needs it not: its records are only ever added, and each has its arrival in the inbox.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from kyodo_cost_ledger.drivers.views import drivers
from kyodo_cost_ledger.projects.views import project_ids, projects
from kyodo_cost_ledger.rating.model import Cutoffs, RecordedInFuture, Used
from kyodo_cost_ledger.usage.model import UsageCell
from kyodo_events.database import Database, Row, Transaction
from kyodo_events.errors import require
from kyodo_events.inbox import shut_inbox
from kyodo_events.sequencer import sequence_all
from kyodo_events.store import last_position, recorded_of
from kyodo_events.values.fiscal import Month
from kyodo_events.values.municipalities import municipalities
from kyodo_events.views import View, apply_all

RULES: Sequence[View] = (projects, drivers)
"""What rating rests on, besides the usage."""

BATCH = 2_000

# The excluded types are those of the index inbox_rules, word for word, or PostgreSQL could not use it.
_OF_OTHERS = """
SELECT *, event_id AS id FROM inbox WHERE type NOT IN (
    'kyodo.academy.training-attendance-cancelled', 'kyodo.academy.training-attended',
    'kyodo.procurement.service-use-cancelled', 'kyodo.procurement.service-use-corrected',
    'kyodo.procurement.service-used', 'kyodo.supporter-matching.supporter-attendance-corrected',
    'kyodo.supporter-matching.supporter-attended', 'kyodo.talent.work-log-adjusted', 'kyodo.talent.work-log-approved')
AND type = ANY($1::text[]) AND arrival > $2 AND arrival <= $3 AND received_at < $4 ORDER BY arrival LIMIT $5
"""
_OWN = """
SELECT p.position, e.* FROM event_position p JOIN event e ON e.id = p.event_id
WHERE e.type = ANY($1::text[]) AND p.position > $2 AND p.position <= $3 AND e.at < $4 ORDER BY p.position LIMIT $5
"""
_USED = """
SELECT r.municipality, r.project_id, r.meter, r.month, sum(r.quantity)::bigint AS quantity, count(*) AS records,
    encode(sha256(convert_to(string_agg(r.event_id::text, ',' ORDER BY r.event_id), 'UTF8')), 'hex') AS digest
FROM usage_record r JOIN inbox i ON i.event_id = r.event_id
WHERE r.municipality = ANY($1::text[]) AND r.project_id = $2 AND r.month = ANY($3::text[])
  AND r.used_on < $4 AND i.arrival <= $5 AND i.received_at < $6
GROUP BY r.municipality, r.project_id, r.meter, r.month
"""
_CODES = [municipality.code for municipality in municipalities()]


async def settle(database: Database, recorded_before: datetime | None) -> tuple[datetime, int, int]:
    """A moment before which nothing can be recorded any more, with the last arrival and position of then.

    In a transaction of its own, because arrivals wait while it lasts. Raises RecordedInFuture.
    """
    await sequence_all(database)
    async with database.transaction() as tx:
        now = await shut_inbox(tx)
        arrivals = await tx.scalar("SELECT coalesce(max(arrival), 0) FROM inbox")
        positions = await last_position(tx)
    if recorded_before is not None:
        require(recorded_before <= now, RecordedInFuture(recorded_before=recorded_before, now=now))
    return recorded_before or now, arrivals, positions


@asynccontextmanager
async def as_recorded(database: Database, cutoffs: Cutoffs) -> AsyncIterator[Transaction]:
    """A transaction that sees the rules as they were recorded by the cutoffs. It changes nothing that stays."""
    tables = dict.fromkeys(table.name for view in RULES for table in view.tables)
    async with database.transaction() as tx:
        # Said even where it is the default: PostgreSQL resolves names anew when the path changes, not when a table
        # comes up that stands before another one.
        await tx.run("SET LOCAL search_path = pg_temp, public")
        for table in tables:
            await tx.run(f"CREATE TEMPORARY TABLE {table} (LIKE public.{table} INCLUDING ALL) ON COMMIT DROP")
        await _fill(tx, _OWN, "position", cutoffs.positions, cutoffs)
        await _fill(tx, _OF_OTHERS, "arrival", cutoffs.arrivals, cutoffs)
        yield tx


async def known_ids(tx: Transaction) -> list[str]:
    """Every project that a fact may name, in order; some may have come up later than the cutoffs."""
    return sorted(await project_ids(tx))


async def used_by(tx: Transaction, project_id: str, cutoffs: Cutoffs) -> list[Used]:
    """A project's usage of the year, cell by cell, up to the cutoffs."""
    months = [str(month) for month in cutoffs.fiscal_year.months()]
    by = (cutoffs.occurred_before, cutoffs.arrivals, cutoffs.recorded_before)
    return [_used(row) for row in await tx.rows(_USED, _CODES, project_id, months, *by)]


async def _fill(tx: Transaction, query: str, number: str, last: int, cutoffs: Cutoffs) -> None:
    types = sorted({event.event_type for view in RULES for event in view.events})
    after = 0
    while rows := await tx.rows(query, types, after, last, cutoffs.recorded_before, BATCH):
        await apply_all(tx, RULES, [recorded_of(row, row.get("source", "cost-ledger")) for row in rows])
        after = rows[-1][number]


def _used(row: Row) -> Used:
    cell = UsageCell(
        row["municipality"], row["project_id"], row["meter"], Month(row["month"]), row["quantity"], row["records"]
    )
    return Used(cell, row["digest"])
