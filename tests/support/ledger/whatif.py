"""What-ifs of the project that both share; nothing of them stays."""

from __future__ import annotations

from kyodo_cost_ledger.testing import PROJECT
from tests.support.building import OTHER, Building


async def add(world: Building) -> None:
    """Add it."""
    body = {
        "project_id": PROJECT,
        "fiscal_year": 2024,
        "annual_amount": 3_000_000,
        "membership": [{"municipality": OTHER, "takes_part": False, "from_month": "2024-10"}],
    }
    world.bodies["POST /v1/what-if"] = body
    world.paths.setdefault("fiscal_year", ["2024"])
    await world.send("POST", "/v1/what-if", body)
