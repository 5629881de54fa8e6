"""An incident at the session of each, with a step; the path leads to the other one's."""

from __future__ import annotations

from tests.support.building import OTHER, OWN, Building
from tests.support.supporter_matching.held_sessions import AFTERWARDS, ENDS, at, held

TOLD = {
    "kind": "lost_property",
    "severity": "severe",
    "happened_at": ENDS.isoformat(),
    "what_happened_ja": "見本の忘れ物があった",
}
STEP = {"by": "municipality", "until": AFTERWARDS.date().isoformat(), "what_ja": "見本の対応"}


async def add(world: Building) -> None:
    """Add them."""
    for code in (OWN, OTHER):
        with at(world, AFTERWARDS):
            path = f"/v1/municipalities/{code}"
            about = TOLD | ({"assignment_id": world.paths["assignment_id"][-1]} if code == OTHER else {})
            reported = await world.send(
                "POST", f"{path}/sessions/{held(world, code)}/incidents", about, "officer", code
            )
            incident_id = reported["incident_id"]
            await world.send("POST", f"{path}/incidents/{incident_id}/steps", STEP, "officer", code)
        world.paths["incident_id"] = [incident_id]
    world.paths["step"] = ["1"]
    incident = "/v1/municipalities/{municipality}/incidents/{incident_id}"
    world.bodies.update(
        {
            "POST /v1/municipalities/{municipality}/sessions/{session_id}/incidents": TOLD,
            "POST /v1/hosts/{host_id}/sessions/{session_id}/incidents": TOLD,
            "POST /v1/supporters/{supporter_id}/assignments/{assignment_id}/incidents": TOLD,
            f"POST {incident}/steps": STEP,
            f"PUT {incident}/closing": {"result_ja": "見本の結果"},
            f"PUT {incident}/reopening": {"reason_ja": "見本の理由"},
            f"PUT {incident}/erasure": {"reference": "見本-3"},
        }
    )
