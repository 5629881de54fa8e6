"""A published session of each municipality; the path leads to the other one's, to which its host sees."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.support.building import OTHER, OWN, Building

DAY = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
TIMES = {"starts_at": f"{DAY}T10:00:00+09:00", "ends_at": f"{DAY}T12:00:00+09:00"}
UNTIL = (datetime.now(UTC) + timedelta(days=10)).isoformat()


def plan(venue_id: str) -> dict[str, Any]:
    """What takes place there."""
    return {"kind": "experience", "title_ja": "見本の体験会", "venue_id": venue_id, "needs": [{"seats": 2}]}


async def add(world: Building) -> None:
    """Add them."""
    (venue_id,) = world.paths["venue_id"]
    for code in (OWN, OTHER):
        path = f"/v1/municipalities/{code}/sessions"
        body = {"plan": plan(venue_id), "times": TIMES}
        hosted = {"host_id": world.paths["host_id"][0]} if code == OTHER else {}
        planned = {"plan": plan(venue_id) | hosted, "times": TIMES}
        session_id = (await world.send("POST", path, planned, "officer", code))["session_id"]
        await world.send("PUT", f"{path}/{session_id}/publication", {"applications_until": UNTIL}, "officer", code)
        world.paths["session_id"] = [session_id]
        world.public.add(session_id)
    recurrence = {"from_day": DAY, "until_day": DAY, "weekdays": list(range(7)), "begin": "13:00", "end": "15:00"}
    sessions = "/v1/municipalities/{municipality}/sessions"
    world.bodies.update(
        {
            f"POST {sessions}": body,
            f"PUT {sessions}/{{session_id}}": body,
            "POST /v1/municipalities/{municipality}/session-series": {
                "plan": plan(venue_id),
                "recurrence": recurrence,
            },
            f"PUT {sessions}/{{session_id}}/publication": {"applications_until": UNTIL},
            f"PUT {sessions}/{{session_id}}/holding": {"visitors": 12},
            "PUT /v1/hosts/{host_id}/sessions/{session_id}/holding": {"visitors": 12},
            f"PUT {sessions}/{{session_id}}/cancellation": {"reason_ja": "荒天のため"},
        }
    )
