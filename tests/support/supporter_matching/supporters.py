"""A supporter at home in each."""

from __future__ import annotations

from tests.support.building import OTHER, OWN, Building


async def add(world: Building) -> None:
    """Add them."""
    for code in (OWN, OTHER):
        body = {"home_municipality": code, "languages": ["ja"], "sessions_per_month": 4}
        world.paths["supporter_id"] = [(await world.send("POST", "/v1/supporters", body))["id"]]
