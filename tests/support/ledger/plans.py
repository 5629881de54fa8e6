"""Usage plans of both, with quantities of their own, and a year that is still to come."""

from __future__ import annotations

from kyodo_cost_ledger.testing import PROJECT
from tests.support.building import OTHER, OWN, QUANTITY, Building

AHEAD = 2098


async def add(world: Building) -> None:
    """Add it."""
    path = "/v1/municipalities/{municipality}/usage-plans/{fiscal_year}"
    for code in (OWN, OTHER):
        line = {"project_id": PROJECT, "meter": "applications", "quantity": QUANTITY[code] * 3}
        address = path.format(municipality=code, fiscal_year=AHEAD)
        world.bodies[f"PUT {path}"] = {"lines": [line]}
        await world.send("PUT", address, world.bodies[f"PUT {path}"], "officer", code)
    world.paths["fiscal_year"].append(str(AHEAD))
