"""A session of each municipality that took place and was reported, at the other's with its supporter.

It is one more under `session_id`, so that what the others try with a session to come stays possible.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from kyodo_events.values.fiscal import TOKYO_TIME
from tests.support.awarded import set_clock
from tests.support.building import OTHER, OWN, Building
from tests.support.supporter_matching.reports import ACTIVITY
from tests.support.supporter_matching.sessions import plan

BEGINS = (datetime.now(UTC).astimezone(TOKYO_TIME) + timedelta(days=31)).replace(
    hour=10, minute=0, second=0, microsecond=0
)
ENDS = BEGINS + timedelta(hours=2)
AFTERWARDS = ENDS + timedelta(hours=1)


async def add(world: Building) -> None:
    """Add them."""
    (venue_id,), (supporter_id,) = world.paths["venue_id"], world.paths["supporter_id"]
    times = {"starts_at": BEGINS.isoformat(), "ends_at": ENDS.isoformat()}
    for code in (OWN, OTHER):
        path = f"/v1/municipalities/{code}"
        body = {"plan": plan(venue_id), "times": times}
        session_id = (await world.send("POST", f"{path}/sessions", body, "officer", code))["session_id"]
        until = {"applications_until": (BEGINS - timedelta(days=1)).isoformat()}
        await world.send("PUT", f"{path}/sessions/{session_id}/publication", until, "officer", code)
        if code == OTHER:
            seat = {"supporter_id": supporter_id, "line": 0}
            offer = f"{path}/sessions/{session_id}/assignments"
            assignment_id = (await world.send("POST", offer, seat, "officer", code))["assignment_id"]
            accept = f"/v1/supporters/{supporter_id}/assignments/{assignment_id}/acceptance"
            await world.send("PUT", accept, None, "supporter", person=supporter_id)
            world.paths["assignment_id"].append(assignment_id)
        with at(world, AFTERWARDS):
            await world.send("PUT", f"{path}/sessions/{session_id}/holding", {"visitors": 6}, "officer", code)
            await world.send("PUT", f"{path}/sessions/{session_id}/report", {"activity": ACTIVITY}, "officer", code)
            if code == OTHER:
                came = f"{path}/assignments/{assignment_id}/attendance"
                await world.send("PUT", came, {"minutes": 90}, "officer", code)
        world.paths["session_id"].append(session_id)
        world.public.add(session_id)


def held(world: Building, code: str) -> str:
    """The session that took place there."""
    return world.paths["session_id"][-2:][(OWN, OTHER).index(code)]


@contextmanager
def at(world: Building, moment: datetime) -> Iterator[None]:
    """Let it be then for a while."""
    runtime = world.service.app.state.runtime
    before = runtime.clock
    set_clock(world.service.app, moment)
    try:
        yield
    finally:
        vars(runtime)["clock"] = before
