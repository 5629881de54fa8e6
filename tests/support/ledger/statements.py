"""An estimate for the year to come, and what was acknowledged of the month closed."""

from __future__ import annotations

from tests.support.building import OTHER, OWN, Building


async def add(world: Building) -> None:
    """Add it."""
    await world.send("POST", "/v1/notices", {"kind": "estimate", "fiscal_year": 2025})
    for code in (OWN, OTHER):
        path = f"/v1/municipalities/{code}/statements/2024-04/acknowledgement"
        await world.send("POST", path, None, "officer", code)
    world.paths.update({"statement_id": ["2024-04", "2025-estimate"]})
    world.bodies.update({"POST /v1/notices": {"kind": "interim", "fiscal_year": 2024}})
