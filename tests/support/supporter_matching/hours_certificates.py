"""The supporter who helped at the other municipality's session has that certified, after it."""

from __future__ import annotations

from kyodo_events.values.fiscal import tokyo_date
from tests.support.building import Building
from tests.support.supporter_matching.held_sessions import AFTERWARDS, at


async def add(world: Building) -> None:
    """Add the certificate."""
    (supporter_id,) = world.paths["supporter_id"]
    day = tokyo_date(AFTERWARDS).isoformat()
    with at(world, AFTERWARDS):
        path = f"/v1/supporters/{supporter_id}/hours-certificates"
        period = {"from_day": day, "until_day": day}
        issued = await world.send("POST", path, period, "supporter", person=supporter_id)
    world.paths["certificate_id"], world.paths["number"] = [issued["certificate_id"]], [issued["number"]]
    certificates = "/v1/supporters/{supporter_id}/hours-certificates"
    world.bodies.update(
        {
            f"POST {certificates}": {"from_day": "2026-04-01", "until_day": "2026-11-01"},
            f"PUT {certificates}/{{certificate_id}}/withdrawal": {"reason_ja": "記載の誤り"},
        }
    )
