"""A venue of each; venues are public, so that nothing of them is a secret."""

from __future__ import annotations

from typing import Any

from tests.support.building import OTHER, OWN, Building

DETAILS: dict[str, Any] = {
    "name_ja": "区民センター",
    "address_ja": "千代田区九段南1-2-1",
    "latitude": 35.6940,
    "longitude": 139.7536,
    "seats": 24,
    "accessibility": ["hearing_loop", "step_free"],
    "equipment": ["projector", "wifi"],
}


async def add(world: Building) -> None:
    """Add them; a venue's path leads to the own municipality's."""
    for code in (OTHER, OWN):
        body = DETAILS | {"municipality": code}
        world.paths["venue_id"] = [(await world.send("POST", "/v1/venues", body, "officer", code))["venue_id"]]
    venue = "/v1/venues/{venue_id}"
    world.bodies.update(
        {
            "POST /v1/venues": DETAILS | {"municipality": OTHER},
            f"PUT {venue}/details/{{municipality}}": DETAILS | {"seats": 30},
            f"PUT {venue}/closing/{{municipality}}": {"reason_ja": "改修工事のため"},
        }
    )
