"""The supporter of the other municipality applies there, is asked, and accepts."""

from __future__ import annotations

from tests.support.building import OTHER, Building


async def add(world: Building) -> None:
    """Add them."""
    (session_id,), (supporter_id,) = world.paths["session_id"], world.paths["supporter_id"]
    own = f"/v1/supporters/{supporter_id}"
    await world.send("PUT", f"{own}/applications/{session_id}", None, "supporter", person=supporter_id)
    body = {"supporter_id": supporter_id, "line": 0}
    path = f"/v1/municipalities/{OTHER}/sessions/{session_id}/assignments"
    offered = (await world.send("POST", path, body, "officer", OTHER))["assignment_id"]
    await world.send("PUT", f"{own}/assignments/{offered}/acceptance", None, "supporter", person=supporter_id)
    world.paths["assignment_id"] = [offered]
    world.paths["line"] = ["0"]
    municipality = "/v1/municipalities/{municipality}"
    world.bodies.update(
        {
            f"POST {municipality}/sessions/{{session_id}}/assignments": body,
            f"PUT {municipality}/assignments/{{assignment_id}}/attendance": {"minutes": 90},
            "PUT /v1/hosts/{host_id}/sessions/{session_id}/assignments/{assignment_id}/attendance": {"minutes": 90},
            "PUT /v1/supporters/{supporter_id}/assignments/{assignment_id}/declination": {"reason": "no_time"},
        }
    )
