"""The secret address of the expert's calendar; what it shows of the municipalities is shown on purpose."""

from __future__ import annotations

from tests.support.building import ANY, Building


async def add(world: Building) -> None:
    """Add it."""
    expert_id = world.paths["expert_id"][0]
    headers = world.as_("expert", person=expert_id) | ANY
    answer = await world.service.client.post(f"/v1/experts/{expert_id}/feed", headers=headers)
    assert answer.status_code == 201, answer.text
    world.paths["token"] = [answer.headers["Kyodo-Feed-Token"]]
