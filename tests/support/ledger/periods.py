"""A year of closed months, the first of them sealed, and the year calculated; nothing of it is private.

A seal shows the hashes of all statements of its period, so that everybody can check it; each is under a salt.
"""

from __future__ import annotations

from kyodo_events.values.fiscal import FiscalYear
from tests.support.building import Building


async def add(world: Building) -> None:
    """Add them, on top of the closed April."""
    seal = await world.send("POST", "/v1/seals", {"period": "2024-04"})
    world.public.update(seal["statements"])
    for month in FiscalYear(2024).months()[1:]:
        await world.send("POST", "/v1/closings", {"month": month})
    await world.send("POST", "/v1/fiscal-years", {"fiscal_year": 2024})
    world.paths.update({"fiscal_year": ["2024"], "period": ["2024-04"]})
    world.bodies.update(
        {
            "POST /v1/closings": {"month": "2025-04"},
            "POST /v1/seals": {"period": "2024-05"},
            "POST /v1/fiscal-years": {"fiscal_year": 2025},
        }
    )
