"""Gathers what an audit compares: everything, in the one snapshot of its transaction."""

from __future__ import annotations

from kyodo_cost_ledger.audit.model import Findings, compare, problems
from kyodo_cost_ledger.charges.journal import posted
from kyodo_cost_ledger.charges.model import added, base_targets, usage_of
from kyodo_cost_ledger.charges.views import project_costs
from kyodo_cost_ledger.corrections.views import corrected_by
from kyodo_cost_ledger.disputes.views import frozen_cells
from kyodo_cost_ledger.projects.views import known_projects, project_ids
from kyodo_cost_ledger.usage.model import Outcome, rate
from kyodo_cost_ledger.usage.views import cells_of_projects
from kyodo_events.database import Transaction

_UNACCOUNTED = """
SELECT count(*) FROM usage_cell c
FULL JOIN (
    SELECT municipality, project_id, meter, month, sum(quantity) AS quantity, count(*) AS records
    FROM usage_record GROUP BY municipality, project_id, meter, month
) r USING (municipality, project_id, meter, month)
FULL JOIN (
    SELECT municipality, project_id, meter, month, sum(records) AS records
    FROM usage_intake GROUP BY municipality, project_id, meter, month
) i USING (municipality, project_id, meter, month)
WHERE (c.quantity, c.records, c.records) IS DISTINCT FROM (r.quantity, r.records, i.records)
"""
_NOTED = "SELECT municipality, project_id, meter, month, outcome FROM uncharged_usage"


async def findings(tx: Transaction) -> Findings:
    """Recompute every charge from the facts and compare it with the books."""
    # One snapshot for all that follows: postings made meanwhile would look like differences.
    await tx.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    return await _findings(tx)


async def books_disagree(tx: Transaction) -> list[str]:
    """What is wrong, in words. For a rebuild, where nobody posts meanwhile and the facts are the rebuilt ones."""
    return problems(await _findings(tx))


async def _findings(tx: Transaction) -> Findings:
    ids = await project_ids(tx)
    projects = await known_projects(tx, ids)
    targets = base_targets(projects.values())
    noted = {tuple(key): outcome for *key, outcome in await tx.rows(_NOTED)}
    misnoted = 0
    for booked in await cells_of_projects(tx, ids):
        cell = booked.cell
        rating = rate(projects[cell.project_id], cell)
        targets[usage_of(cell)] = rating.amount
        key = cell.municipality, cell.project_id, cell.meter, cell.month
        misnoted += noted.get(key, Outcome.CHARGED) != rating.outcome
    costs = {row["project_id"]: row["cost"] for row in await tx.rows(project_costs(until=None, as_of=None))}
    return compare(
        added(targets, await corrected_by(tx, ids)),
        await posted(tx, ids),
        costs,
        frozen=await frozen_cells(tx, ids),
        unaccounted=misnoted + await tx.scalar(_UNACCOUNTED),
        journal_sum=await tx.scalar("SELECT coalesce(sum(amount), 0)::bigint FROM posting_line"),
    )
