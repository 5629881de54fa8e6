"""A round over a request of each municipality, with a match of each."""

from __future__ import annotations

from datetime import UTC, datetime

from kyodo_events.values.fiscal import Month
from tests.support.building import OTHER, OWN, Building
from tests.support.talent.assignments import HANDS_ON
from tests.support.talent.requests import triage, wanted


async def add(world: Building) -> None:
    """Add it; the paths lead to the other municipality's match."""
    month = Month.containing(datetime.now(UTC)).next().next()
    ids = {}
    for code in (OWN, OTHER):
        body = wanted(code) | {"budget_yen": 0, "from_month": month, "until_month": month, "half_days_per_month": 1}
        ids[code] = (await world.send("POST", "/v1/requests", body, "officer", code))["request_id"]
        await world.send("PUT", f"/v1/requests/{ids[code]}/submission/{code}", None, "officer", code)
        await world.send("PUT", f"/v1/requests/{ids[code]}/triage", triage(code))
    planned = await world.send("POST", "/v1/matching-rounds", {})
    assert planned["served"] == 2, planned
    world.paths["round_id"] = [planned["round_id"]]
    world.paths["request_id"].append(ids[OTHER])
    pair = "PUT /v1/matching-rounds/{round_id}/matches/{request_id}/{expert_id}"
    engagement = {"project_id": world.paths["project_id"][0], "engagement": HANDS_ON}
    world.bodies.update(
        {
            "POST /v1/matching-rounds": {},
            f"{pair}/confirmation": engagement,
            f"{pair}/setting-aside": {"reason_ja": "庁内で調整した"},
        }
    )
    await world.send("PUT", f"/v1/matching-rounds/{planned['round_id']}/search", None)
