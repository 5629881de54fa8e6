"""A round whose plan is still computed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.support.building import OWN, Building


async def add(world: Building) -> None:
    """Begin it."""
    now = datetime.now(UTC)
    body = {"since": now.isoformat(), "before": (now + timedelta(days=90)).isoformat()}
    world.paths["round_id"] = [(await world.send("POST", "/v1/matching-rounds", body))["round_id"]]
    rounds = "/v1/matching-rounds"
    world.bodies.update(
        {
            f"POST {rounds}": body,
            f"PUT {rounds}/{{round_id}}/proposals/{{session_id}}/{{supporter_id}}/dropping": {"reason_ja": "見本"},
            "POST /v1/matching-what-ifs": {"municipality": OWN, "supporters": 2},
        }
    )
