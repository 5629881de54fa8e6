"""A report of each municipality needs a session that was held: a session is to come here, so only bodies are told."""

from __future__ import annotations

from tests.support.building import Building

ACTIVITY = {"visitors": {"from_70": 6}, "questions": {"safety": 3}, "people_supported": 5, "problems_ja": "見本の課題"}


async def add(world: Building) -> None:
    """Add them."""
    report = "sessions/{session_id}/report"
    for owner in ("municipalities/{municipality}", "hosts/{host_id}"):
        world.bodies[f"PUT /v1/{owner}/{report}"] = {"activity": ACTIVITY}
