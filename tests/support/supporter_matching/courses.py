"""A course of the refresher in which a supporter of each municipality is enrolled."""

from __future__ import annotations

from typing import Any

from tests.support.building import OTHER, OWN, Building

TIMES = {"starts_at": "2099-06-01T10:00:00+09:00", "ends_at": "2099-06-01T12:00:00+09:00"}


def planned(programme_id: str, **changes: Any) -> dict[str, Any]:
    """An online course of the refresher."""
    of = {"programme_id": programme_id, "programme_version": 1, "units": ["manners"]}
    return {"plan": {**of, "host": OWN, "mode": "online", "seats": 20, "times": TIMES, **changes}}


async def add(world: Building) -> None:
    """Add them, with whoever is certified."""
    courses, body = "/v1/training-courses", planned(world.paths["programme_id"][0])
    course_id = (await world.send("POST", courses, body))["course_id"]
    for code in (OWN, OTHER):
        headers = world.as_("officer", code)
        listed = await world.service.client.get("/v1/trainees", headers=headers)
        supporter_id = listed.json()["items"][0]["supporter_id"]
        await world.send("PUT", f"{courses}/{course_id}/enrolments/{supporter_id}", None)
    world.paths["course_id"] = [course_id]
    course = f"{courses}/{{course_id}}"
    world.bodies.update(
        {
            f"POST {courses}": body,
            f"PUT {course}/cancellation": {"reason_ja": "講師の都合により"},
            f"PUT {course}/enrolments/{{supporter_id}}/attendance": {"attended": True},
        }
    )
