"""Subscriptions of both to the first shared service, in use, and to the second, still to be activated."""

from __future__ import annotations

from tests.support.building import OTHER, OWN, Building

REQUEST = {"plan": "basic", "wanted_from": "2024-04-01"}
OF_MUNICIPALITY = "/v1/offerings/{offering_id}/subscriptions/{municipality}"
ONE = "/v1/subscriptions/{subscription_id}"


async def add(world: Building) -> None:
    """Add them."""
    used, asked, _ = world.paths["offering_id"]
    subscriptions = []
    for code in (OWN, OTHER):
        for offering in (used, asked):
            path = OF_MUNICIPALITY.format(offering_id=offering, municipality=code)
            requested = await world.send("PUT", f"{path}/request", REQUEST, "officer", code)
            subscriptions.append(requested["id"])
            if offering == used:
                path = ONE.format(subscription_id=requested["id"])
                await world.send("PUT", f"{path}/activation", {"from_day": "2024-04-01"}, "supplier")
    world.paths["subscription_id"] = subscriptions
    world.bodies.update(
        {
            f"PUT {OF_MUNICIPALITY}/request": REQUEST,
            f"PUT {ONE}/activation": {"from_day": "2024-05-01"},
            f"PUT {ONE}/suspension": {"from_day": "2024-12-01", "reason": "庁内システムの更新"},
            f"PUT {ONE}/resumption": {"from_day": "2025-01-01"},
            f"PUT {OF_MUNICIPALITY}/plan": {"plan": "premium", "from_day": "2024-10-01"},
            f"PUT {OF_MUNICIPALITY}/end": {"last_day": "2025-03-31"},
        }
    )
