"""What was acknowledged of the month closed.

No estimate: its base shares are those of the terms' preview, which all participants read.
"""

from __future__ import annotations

from tests.support.building import OTHER, OWN, Building


async def add(world: Building) -> None:
    """Add it."""
    for code in (OWN, OTHER):
        path = f"/v1/municipalities/{code}/statements/2024-04/acknowledgement"
        await world.send("POST", path, None, "officer", code)
    world.paths.update({"statement_id": ["2024-04"]})
    world.bodies.update({"POST /v1/notices": {"kind": "interim", "fiscal_year": 2024}})
