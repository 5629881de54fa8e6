"""A host in the other municipality."""

from __future__ import annotations

from tests.support.building import OTHER, Building

BODY = {"name_ja": "見本町会"}


async def add(world: Building) -> None:
    """Add it."""
    path = f"/v1/municipalities/{OTHER}/hosts"
    world.paths["host_id"] = [(await world.send("POST", path, BODY, "officer", OTHER))["host_id"]]
    world.bodies["POST /v1/municipalities/{municipality}/hosts"] = BODY
