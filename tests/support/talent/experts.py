"""An expert whom both may ask for; nothing of it is private."""

from __future__ import annotations

from tests.support.building import Building


async def add(world: Building) -> None:
    """Add it."""
    body = {"personas": ["engineer", "project_manager"], "half_days_per_month": 12}
    expert = await world.send("POST", "/v1/experts", body)
    world.paths["expert_id"] = [expert["id"]]
