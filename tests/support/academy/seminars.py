"""A seminar of each for its own officials, one of Tokyo for everybody, and feeds; the paths lead to the other one's."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.support.academy.training import BEGINS
from tests.support.building import ANY, OTHER, OWN, Building


def plan(**changes: Any) -> dict[str, Any]:
    """A seminar to come."""
    return {
        "title_ja": "見本のセミナー",
        "starts_at": BEGINS.isoformat(),
        "ends_at": (BEGINS + timedelta(hours=1)).isoformat(),
        "place_ja": "見本会議室",
        "online_url": "https://placeholder.example.jp/seminar",
        "visibility": "municipality",
        "capacity": 30,
    } | changes


async def add(world: Building) -> None:
    """Add them."""
    await world.send("POST", "/v1/seminars", {"plan": plan(visibility="public")})
    for code in (OWN, OTHER):
        own = {"plan": plan(capacity=int(code) * 10 % 99_991)}
        announced = await world.send("POST", "/v1/seminars", own, "officer", code)
        world.paths["seminar_id"] = [announced["seminar_id"]]
    (learner_id,) = world.paths["learner_id"]
    for path, headers in (
        (f"/v1/municipalities/{OTHER}/feed", world.as_("officer", OTHER)),
        (f"/v1/learners/{learner_id}/feed", world.as_("learner", person=learner_id)),
    ):
        answer = await world.service.client.post(path, headers=headers | ANY)
        assert answer.status_code == 201, answer.text
        world.paths["token"] = [answer.headers["Kyodo-Feed-Token"]]
    world.bodies.update(
        {
            "POST /v1/seminars": {"plan": plan()},
            "PUT /v1/seminars/{seminar_id}/plan": {"plan": plan(place_ja="見本会館")},
        }
    )
