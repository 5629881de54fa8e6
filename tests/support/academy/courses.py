"""A course to come."""

from __future__ import annotations

from tests.support.building import Building

COURSE = {"title_ja": "入門", "programme": "shared_training", "starts_on": "2099-06-01", "seats": 40}


async def add(world: Building) -> None:
    """Add it."""
    world.paths["course_id"] = [(await world.send("POST", "/v1/courses", COURSE))["id"]]
    world.bodies["POST /v1/courses"] = COURSE
