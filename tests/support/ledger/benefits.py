"""The benefit view needs nothing of its own: it is made of charges and usage."""

from __future__ import annotations

from tests.support.building import OTHER, OWN, Building


async def add(world: Building) -> None:
    """Look that each received something, so that the walls are tried on it."""
    for code in (OWN, OTHER):
        answer = await world.service.client.get(
            f"/v1/municipalities/{code}/benefits/2024", headers=world.as_("secretariat")
        )
        assert answer.json()["items"], answer.text
