"""A round whose plan was taken over: it proposes the other municipality's supporter once more."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from tests.support.building import OWN, Building


async def add(world: Building) -> None:
    """Begin it."""
    now = datetime.now(UTC)
    body = {"since": now.isoformat(), "before": (now + timedelta(days=90)).isoformat()}
    rounds = "/v1/matching-rounds"
    round_id = (await world.send("POST", rounds, body))["round_id"]
    await world.send("PUT", f"{rounds}/{round_id}/run", None)
    while (await world.send("GET", f"{rounds}/{round_id}/run", None))["state"] == "running":
        await asyncio.sleep(0.1)
    await world.send("PUT", f"{rounds}/{round_id}/adoption", None)
    world.paths["round_id"] = [round_id]
    world.bodies.update(
        {
            f"POST {rounds}": body,
            f"PUT {rounds}/{{round_id}}/proposals/{{session_id}}/{{supporter_id}}/dropping": {"reason_ja": "見本"},
            "PUT /v1/matching-settings": {"weights": {"little": 900}, "reason_ja": "見本の理由"},
            "POST /v1/matching-what-ifs": {"municipality": OWN, "supporters": 2},
        }
    )
