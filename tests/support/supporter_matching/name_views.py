"""The other municipality looks at the name of the supporter who comes to its session."""

from __future__ import annotations

from tests.support.building import OTHER, Building


async def add(world: Building) -> None:
    """Add the look."""
    (assignment_id,) = world.paths["assignment_id"]
    await world.send(
        "POST", f"/v1/municipalities/{OTHER}/assignments/{assignment_id}/name-views", None, "officer", OTHER
    )
