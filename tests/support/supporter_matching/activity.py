"""The certified supporters become active, with a profile; the path leads to the other municipality's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from kyodo_events.values.fiscal import tokyo_date
from tests.support.building import OTHER, OWN, Building

CONDITIONS: dict[str, Any] = {
    "languages": ["ja"],
    "sessions_per_month": 4,
    "travel_km": 60,
    "weekly": [{"weekday": weekday, "begin": "09:00", "end": "18:00"} for weekday in range(7)],
}
PERSON = {"name_ja": "見本 支援", "phone": "03-0000-0001", "email": "placeholder-supporter@example.jp"}


async def add(world: Building) -> None:
    """Make them active."""
    today = tokyo_date(datetime.now(UTC))
    declared = {"insured_until": (today + timedelta(days=700)).isoformat(), "declared_on": today.isoformat()}
    for code in (OWN, OTHER):
        listed = await world.service.client.get("/v1/trainees", headers=world.as_("officer", code))
        supporter_id = listed.json()["items"][0]["supporter_id"]
        path = f"/v1/supporters/{supporter_id}"
        await world.send("PUT", f"{path}/registration", None)
        await world.send("PUT", f"{path}/declarations", declared)
        await world.send("PUT", f"{path}/conditions", CONDITIONS)
        await world.send("PUT", f"{path}/profile", PERSON)
        await world.send("PUT", f"{path}/activation", None)
        world.paths["supporter_id"] = [supporter_id]
    supporter = "/v1/supporters/{supporter_id}"
    world.bodies.update(
        {
            "POST /v1/supporters": {"home_municipality": OWN, **CONDITIONS},
            f"PUT {supporter}/conditions": CONDITIONS,
            f"PUT {supporter}/declarations": declared,
            f"PUT {supporter}/profile": PERSON,
            f"PUT {supporter}/guardian-consent": {"given_on": today.isoformat(), "reference": "見本-1"},
            f"PUT {supporter}/grade": {"grade": "experienced"},
            f"PUT {supporter}/suspension": {"reason": "under_review"},
            f"POST {supporter}/erasure": {"reference": "見本-2"},
        }
    )
