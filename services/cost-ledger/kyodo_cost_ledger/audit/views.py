"""Gathers what an audit compares: everything, in the one snapshot of its transaction."""

from __future__ import annotations

from kyodo_cost_ledger.audit.model import Findings, compare, problems
from kyodo_cost_ledger.charges.journal import posted
from kyodo_cost_ledger.charges.model import added, base_targets, usage_of
from kyodo_cost_ledger.charges.views import project_costs
from kyodo_cost_ledger.corrections.views import corrected_by
from kyodo_cost_ledger.disputes.views import frozen_cells
from kyodo_cost_ledger.projects.views import known_projects, project_ids
from kyodo_cost_ledger.usage.model import rate
from kyodo_cost_ledger.usage.views import cells_of_projects
from kyodo_events.database import Transaction

_UNACCOUNTED = """
SELECT count(*) FROM usage_cell c
FULL JOIN (
    SELECT municipality, project_id, meter, month, sum(quantity) AS quantity, count(*) AS records
    FROM usage_record GROUP BY municipality, project_id, meter, month
) r USING (municipality, project_id, meter, month)
WHERE (c.quantity, c.records) IS DISTINCT FROM (r.quantity, r.records)
"""


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
    for booked in await cells_of_projects(tx, ids):
        targets[usage_of(booked.cell)] = rate(projects[booked.cell.project_id], booked.cell).amount
    costs = {row["project_id"]: row["cost"] for row in await tx.rows(project_costs(until=None, as_of=None))}
    return compare(
        added(targets, await corrected_by(tx, ids)),
        await posted(tx, ids),
        costs,
        frozen=await frozen_cells(tx, ids),
        unaccounted=await tx.scalar(_UNACCOUNTED),
        journal_sum=await tx.scalar("SELECT coalesce(sum(amount), 0)::bigint FROM posting_line"),
    )
