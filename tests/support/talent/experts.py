"""An expert whom both may ask for, with skills, qualified; nothing of it is private."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from kyodo_events.values.fiscal import tokyo_date
from tests.support.building import Building

SKILL = {"scheme": "dss-p", "version": "1.2", "code": "backend_engineer"}
CLAIM = SKILL | {"level": 4}
EVIDENCE = SKILL | {"level": 3, "kind": "certificate"}


async def add(world: Building) -> None:
    """Add it."""
    body = {"personas": ["engineer", "project_manager"], "half_days_per_month": 12, "skills": [CLAIM]}
    expert_id = (await world.send("POST", "/v1/experts", body))["id"]
    world.paths["expert_id"] = [expert_id]
    next_year = (tokyo_date(datetime.now(UTC)) + timedelta(days=365)).isoformat()
    verification = SKILL | {"level": 3, "expires_on": next_year}
    expert = "/v1/experts/{expert_id}"
    world.bodies.update(
        {
            "POST /v1/experts": body,
            f"PUT {expert}/skills": {"skills": [CLAIM]},
            f"POST {expert}/skills/evidence": EVIDENCE,
            f"POST {expert}/skills/verifications": verification,
            f"PUT {expert}/qualification": {"valid_until": next_year},
            f"PUT {expert}/availability": {"availability": "open"},
        }
    )
    await world.send("POST", f"/v1/experts/{expert_id}/skills/evidence", EVIDENCE)
    await world.send("POST", f"/v1/experts/{expert_id}/skills/verifications", verification)
    await world.send("PUT", f"/v1/experts/{expert_id}/screening", None)
    await world.send("PUT", f"/v1/experts/{expert_id}/qualification", {"valid_until": next_year})
