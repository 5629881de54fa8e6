"""Charges, waiting usage, proposed terms and the statements of a closed month of both."""

from __future__ import annotations

from kyodo_cost_ledger.testing import PROJECT, Story, learn, terms
from tests.support.building import OTHER, OWN, QUANTITY, Building


async def add(world: Building) -> None:
    """Add it."""
    story = Story().started().joined(OWN, OTHER).agreed(terms(1_200_001, tokyo="1/2"))
    for code in (OWN, OTHER):
        story.used(code, QUANTITY[code]).used(code, QUANTITY[code] + 1, meter="seats")
        story.used(code, QUANTITY[code] + 2, "2024-05-10")
    story.proposed(terms(2_400_001, year=2025))
    async with world.service.app.state.runtime.database.transaction() as tx:
        await learn(tx, story.told)
    await world.send("POST", "/v1/closings", {"month": "2024-04"})
    world.paths.update(
        {
            "project_id": [PROJECT],
            "terms_id": [story.terms_id(2)],
            "month": ["2024-04"],
            "book": ["base", "usage"],
            "item": ["equal", "population", "applications", "seats"],
        }
    )
    world.bodies.update({"POST /v1/closings": {"month": "2024-05"}})
