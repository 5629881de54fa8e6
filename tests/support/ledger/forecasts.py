"""A forecast needs nothing of its own: it is made of charges, usage and the plans."""

from __future__ import annotations

from tests.support.building import OTHER, OWN, Building


async def add(world: Building) -> None:
    """Look that each has one, so that the walls are tried on something."""
    for code in (OWN, OTHER):
        answer = await world.service.client.get(
            f"/v1/municipalities/{code}/forecasts/2024?through=2024-09", headers=world.as_("secretariat")
        )
        assert answer.json()["items"], answer.text
