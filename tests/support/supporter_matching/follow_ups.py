"""The link of a session of each, and answers; the token leads to the other one's."""

from __future__ import annotations

from datetime import timedelta

from kyodo_events.values.fiscal import Month
from tests.support.building import ANY, OTHER, OWN, Building
from tests.support.supporter_matching.held_sessions import BEGINS, ENDS, at, held

ASKED = ENDS + timedelta(days=35)
ANSWERS = "/v1/follow-up-answers"


async def add(world: Building) -> None:
    """Add them."""
    client = world.service.client
    for code in (OWN, OTHER):
        path = f"/v1/municipalities/{code}/sessions/{held(world, code)}/follow-up-link"
        issued = await client.post(path, headers=world.as_("officer", code) | ANY)
        assert issued.is_success, issued.text
        token = issued.headers["Kyodo-Follow-Up-Token"]
        with at(world, ASKED):
            for number in range(5):
                body, headers = {"token": token, "answer": "daily"}, {"Idempotency-Key": f"{code}-{number}"}
                answered = await client.post(ANSWERS, json=body, headers=headers)
                assert answered.is_success, answered.text
        world.paths["follow_up_token"] = [token]
    world.paths["month"] = [Month.containing(BEGINS)]
    world.bodies[f"POST {ANSWERS}"] = body
