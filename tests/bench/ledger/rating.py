"""Rating a full year: 62 municipalities in 50 projects, from facts in memory to targets in yen.

Measured is the pure computation alone: the base split of each project by month and municipality, and the price of each
of the 37,200 usage cells (62 × 50 × 12). Reading the facts is not in it, nor posting the result.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from kyodo_cost_ledger.charges.model import base_targets, usage_of
from kyodo_cost_ledger.projects.views import known_projects
from kyodo_cost_ledger.testing import Story, learn, terms
from kyodo_cost_ledger.usage.model import UsageCell, rate
from kyodo_events.database import Database
from kyodo_events.values.fiscal import Month
from tests.bench.ledger.world import CODES
from tests.bench.measure import Clock

PROJECTS = 50
MONTHS = [Month(f"2024-{n:02d}") for n in range(4, 13)] + [Month(f"2025-{n:02d}") for n in range(1, 4)]


@dataclass(frozen=True, slots=True)
class Rated:
    """How long it took, and over what."""

    seconds: float
    projects: int
    usage_cells: int
    targets: int


async def full_year(url: str) -> Rated:
    """Rate everything once."""
    ids = [str(UUID(int=number)) for number in range(1, PROJECTS + 1)]
    database = await Database.connect(url, statement_seconds=60)
    try:
        for id_ in ids:
            async with database.transaction() as tx:
                await learn(tx, Story(id_).started().joined(*CODES).agreed(terms(124_000_000)).told)
        async with database.transaction(read_only=True) as tx:
            projects = await known_projects(tx, ids)
    finally:
        await database.close()
    cells = [
        UsageCell(code, id_, "applications", month, 100 + n, 10)
        for id_ in ids
        for n, code in enumerate(CODES)
        for month in MONTHS
    ]
    with Clock() as clock:
        targets = base_targets(projects.values())
        for cell in cells:
            targets[usage_of(cell)] = rate(projects[cell.project_id], cell).amount
    return Rated(clock.seconds, len(projects), len(cells), len(targets))
