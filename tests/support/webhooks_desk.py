"""A service whose webhooks are looked at: subscribing, publishing, delivering."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from kyodo_events.database import Database
from kyodo_events.event import Audit, new_id, new_uuid
from kyodo_events.parking import announcement
from kyodo_events.sequencer import sequence_all
from kyodo_events.store import append_new
from kyodo_platform.webhooks.addresses import Resolve, resolve
from kyodo_platform.webhooks.delivering import Deliveries
from tests.support.awarded import set_clock
from tests.support.building import ANY, As, Building
from tests.support.receiver import WITHIN
from tests.support.running import Running

PUBLISHED = "kyodo.talent.dead-letter-parked"


@dataclass
class WebhooksDesk:
    """A running service, and the time it is there."""

    service: Running
    as_: As
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __post_init__(self) -> None:
        set_clock(self.service.app, self.now)

    @property
    def database(self) -> Database:
        """The service's database, as its application role."""
        found: Database = self.service.app.state.runtime.database
        return found

    async def ask(self, method: str, path: str, body: Any = None, *who: str, status: int = 200, **headers: str) -> Any:
        """Ask as this caller; as an integrator where none is named."""
        sent = self.as_(*(who or ("integrator",))) | ANY | headers
        answer = await self.service.client.request(method, f"/v1/webhooks{path}", json=body, headers=sent)
        assert answer.status_code == status, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json()

    async def subscribe(self, url: str, *types: str, **more: Any) -> str:
        """Make a webhook; its id."""
        made = await self.ask("POST", "", {"url": url, "types": types, **more}, status=201)
        return str(made["id"])

    async def publish(self, count: int) -> None:
        """Record published events, with positions."""
        kind, audit = announcement("talent"), Audit("talent", "talent", new_uuid())
        events = [
            (
                new_id(),
                kind(
                    consumer="talent",
                    topic_name="kyodo.procurement.usage.v1",
                    partition=0,
                    offset=offset,
                    event_id=new_uuid(),
                    event_name=None,
                    reason="invalid data",
                ),
            )
            for offset in range(count)
        ]
        async with self.database.transaction() as tx:
            await append_new(tx, "dead-letter", events, datetime.now(UTC), audit, "talent")
        await sequence_all(self.database)

    async def positions(self) -> list[int]:
        """Where the published events of this kind stand."""
        rows = await self.service.as_owner(
            f"SELECT p.position FROM event e JOIN event_position p ON p.event_id = e.id"
            f" WHERE e.type = '{PUBLISHED}' ORDER BY 1"
        )
        return [position for (position,) in rows]

    def pass_(self, time: timedelta) -> None:
        """Let time pass."""
        self.now += time
        set_clock(self.service.app, self.now)

    async def until(self, webhook_id: str, **wanted: Any) -> Any:
        """Wait until the webhook shows these values. Raises TimeoutError."""
        async with asyncio.timeout(WITHIN):
            while True:
                found = await self.ask("GET", f"/{webhook_id}")
                if {name: found[name] for name in wanted} == wanted:
                    return found
                await asyncio.sleep(0.1)

    @asynccontextmanager
    async def delivering(self, resolver: Resolve = resolve) -> AsyncIterator[Deliveries]:
        """Deliver until the block ends."""
        deliveries = Deliveries(self.service.app.state.runtime, resolver)
        task = asyncio.create_task(deliveries.run())
        try:
            yield deliveries
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def add_webhook(world: Building) -> None:
    """Add a webhook, as every service has them."""
    body = {"url": "https://events.example.jp/kyodo", "types": []}
    made = await world.send("POST", "/v1/webhooks", body)
    world.paths["webhook_id"] = [made["id"]]
    world.bodies["POST /v1/webhooks"] = world.bodies["PUT /v1/webhooks/{webhook_id}"] = body
