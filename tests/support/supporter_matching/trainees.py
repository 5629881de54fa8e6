"""A certified supporter of each; the scores are for them and Tokyo."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.support.building import OTHER, OWN, Building
from tests.support.supporter_matching.programmes import CONTENT

SCORES = {OWN: 83, OTHER: 91}
NUMBERS = {OWN: "TSS-2026-0001", OTHER: "TSS-2026-0002"}


def _enrolled() -> dict[str, Any]:
    """Somebody who was certified elsewhere today."""
    today = datetime.now(UTC).date()
    return {
        "home_municipality": OWN,
        "languages": ["ja"],
        "sessions_per_month": 4,
        "declarations": {
            "insured_until": (today + timedelta(days=300)).isoformat(),
            "declared_on": (today - timedelta(days=1)).isoformat(),
        },
        "certificate": "TSS-2023-0001",
        "certified_on": (today - timedelta(days=1)).isoformat(),
    }


async def add(world: Building) -> None:
    """Add them; the supporter's path leads to the other municipality's."""
    programme_id = world.paths["programme_id"][0]
    application = {"programme_id": programme_id, "programme_version": 1}
    for code in (OWN, OTHER):
        body = {"home_municipality": code, "languages": ["ja"], "sessions_per_month": 4}
        supporter_id = (await world.send("POST", "/v1/supporters", body))["id"]
        training = f"/v1/supporters/{supporter_id}/training"
        await world.send("PUT", training, application)
        for unit in CONTENT["units"]:
            await world.send("PUT", f"{training}/units/{unit['code']}", None)
        await world.send("POST", f"{training}/tests", {"score": SCORES[code]})
        await world.send("PUT", f"{training}/certificate", {"number": NUMBERS[code]})
        world.paths["supporter_id"] = [supporter_id]
    world.paths["unit"] = ["manners"]
    training = "/v1/supporters/{supporter_id}/training"
    world.bodies.update(
        {
            "POST /v1/supporter-intakes": application | {"supporters": [_enrolled()]},
            f"PUT {training}": application,
            f"POST {training}/tests": {"score": 77},
            f"PUT {training}/certificate": {"number": "TSS-2026-0003"},
            f"PUT {training}/revocation": {"reason": "own_request"},
        }
    )
