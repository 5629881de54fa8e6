"""Feedback both ways on the supporter's assignment in the other municipality."""

from __future__ import annotations

from tests.support.building import OTHER, Building
from tests.support.supporter_matching.held_sessions import AFTERWARDS, at

OF_SESSION = {"rating": {"session": 5, "venue": 4, "tags": ["good_access"]}, "comment_ja": "見本の感想"}
OF_SUPPORTER = {"rating": {"score": 5, "tags": ["patient"]}, "comment_ja": "見本のコメント"}


async def add(world: Building) -> None:
    """Add it."""
    (supporter_id,), assignment_id = world.paths["supporter_id"], world.paths["assignment_id"][-1]
    feedback = f"assignments/{assignment_id}/feedback"
    with at(world, AFTERWARDS):
        own = f"/v1/supporters/{supporter_id}/{feedback}"
        await world.send("PUT", own, OF_SESSION, "supporter", person=supporter_id)
        await world.send("PUT", f"/v1/municipalities/{OTHER}/{feedback}", OF_SUPPORTER, "officer", OTHER)
    world.paths["quarter"] = ["1"]
    feedback = "assignments/{assignment_id}/feedback"
    world.bodies.update(
        {
            f"PUT /v1/supporters/{{supporter_id}}/{feedback}": OF_SESSION,
            f"PUT /v1/municipalities/{{municipality}}/{feedback}": OF_SUPPORTER,
            f"PUT /v1/hosts/{{host_id}}/{feedback}": OF_SUPPORTER,
        }
    )
