"""An absence of the expert to come; nothing of it is private."""

from __future__ import annotations

from tests.support.building import Building

ABSENCE = {"from_day": "2099-08-03", "until_day": "2099-08-07"}


async def add(world: Building) -> None:
    """Add it."""
    expert_id = world.paths["expert_id"][0]
    await world.send("POST", f"/v1/experts/{expert_id}/absences", ABSENCE)
    world.paths["absence"] = ["1"]
    world.bodies.update(
        {
            "PUT /v1/experts/{expert_id}/capacity": {"half_days_per_month": 13},
            "POST /v1/experts/{expert_id}/absences": ABSENCE,
        }
    )
