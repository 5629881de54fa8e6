"""A rating run over a project of its own that both use: a run reads the log, which the other slices pass by."""

from __future__ import annotations

from kyodo_cost_ledger.testing import Story, terms
from tests.support.building import OTHER, OWN, QUANTITY, Building
from tests.support.ledger.arriving import arrive

PROJECT = "01941f29-7c00-7000-8000-0000000000f0"


async def add(world: Building) -> None:
    """Add it."""
    story = Story(PROJECT).started().joined(OWN, OTHER).agreed(terms(1_300_001))
    for code in (OWN, OTHER):
        story.used(code, QUANTITY[code] + 4, "2024-06-10")
    await arrive(world.service.app.state.runtime.database, story.told)
    run = await world.send("POST", "/v1/rating-runs", {"fiscal_year": 2024}, "auditor")
    world.paths.update({"run_id": [run["run_id"]]})
    world.bodies.update({"POST /v1/rating-runs": {"fiscal_year": 2024}})
