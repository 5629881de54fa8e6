"""Personal data sent in by the routes that take it, and what a relay published of it: for the proofs of erasures."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx

from kyodo_events.relay import Relay
from tests.support import messaging
from tests.support.building import ANY, Building
from tests.support.messaging import IDEMPOTENT
from tests.support.searching import topics


async def ask(
    world: Building, method: str, path: str, body: Any, *role: str, person: str | None = None
) -> httpx.Response:
    """A request under an Idempotency-Key: what the service keeps of it, and of its answer, is searched too."""
    key = f"{method} {path} {len(str(body))}".replace(" ", "-")
    headers = world.as_(*role, person=person) | ANY | {"Idempotency-Key": key}
    return await world.service.client.request(method, path, json=body, headers=headers)


@asynccontextmanager
async def publishing(world: Building, bootstrap: str) -> AsyncIterator[Callable[[], Any]]:
    """Publish what happens meanwhile; what is given answers with every record of the service's topics."""
    found = world.service.service
    database = world.service.app.state.runtime.database
    relay = Relay(database, found.name, bootstrap, found.published, idempotent=IDEMPOTENT, poll_seconds=0.1)
    async with messaging.running(relay):
        yield lambda: topics(world.service, bootstrap)
