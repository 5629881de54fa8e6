"""The secret address of the supporter's calendar; what it shows of the municipalities is shown on purpose."""

from __future__ import annotations

from tests.support.building import ANY, Building


async def add(world: Building) -> None:
    """Add it."""
    (supporter_id,) = world.paths["supporter_id"]
    headers = world.as_("supporter", person=supporter_id) | ANY
    answer = await world.service.client.post(f"/v1/supporters/{supporter_id}/feed", headers=headers)
    assert answer.status_code == 201, answer.text
    world.paths["token"] = [answer.headers["Kyodo-Feed-Token"]]
