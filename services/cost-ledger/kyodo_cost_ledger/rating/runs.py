"""Carrying out a run, for the first time or again, project by project."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from kyodo_cost_ledger.projects.views import known_projects
from kyodo_cost_ledger.rating.facts import as_recorded, known_ids, used_by
from kyodo_cost_ledger.rating.model import Cutoffs, Digests, Part, rate_project
from kyodo_events.contracts.cost_ledger.rating import RatingRunRecorded
from kyodo_events.database import Database


async def parts(database: Database, cutoffs: Cutoffs, only: str | None = None) -> AsyncIterator[Part]:
    """Each project's part, in the order of their ids, or one project's. Computed beside the event loop."""
    async with as_recorded(database, cutoffs) as tx:
        for project_id in await known_ids(tx) if only is None else [only]:
            project = (await known_projects(tx, [project_id]))[project_id]
            used = await used_by(tx, project_id, cutoffs)
            part = await asyncio.to_thread(rate_project, project, used, cutoffs)
            if part is not None:
                yield part


async def digests(database: Database, cutoffs: Cutoffs) -> RatingRunRecorded:
    """What a run comes to; one project's rows in memory at a time."""
    found = Digests(cutoffs)
    async for part in parts(database, cutoffs):
        found.add(part)
    return found.recorded()
