"""The certificate of the supporter who helped in the other municipality."""

from __future__ import annotations

from tests.support.building import Building
from tests.support.supporter_matching.held_sessions import AFTERWARDS, at


async def add(world: Building) -> None:
    """Add it."""
    (supporter_id,) = world.paths["supporter_id"]
    today = AFTERWARDS.date().isoformat()
    period = {"from_day": today, "until_day": today}
    with at(world, AFTERWARDS):
        path = f"/v1/supporters/{supporter_id}/hours-certificates"
        issued = await world.send("POST", path, period, "supporter", person=supporter_id)
    world.paths["certificate_id"] = [issued["certificate_id"]]
    world.paths["number"] = [issued["number"]]
    certificates = "/v1/supporters/{supporter_id}/hours-certificates"
    world.bodies.update(
        {
            f"POST {certificates}": period,
            f"PUT {certificates}/{{certificate_id}}/withdrawal": {"reason_ja": "記載の誤り"},
        }
    )
