"""What operators do to a service's data from the command line."""

from __future__ import annotations

from kyodo_events import rebuild as rebuilding
from kyodo_events import relay
from kyodo_events.database import Database
from kyodo_events.digests import Difference
from kyodo_local.answers import progress
from kyodo_platform.personal import keys
from kyodo_platform.preflight import connected
from kyodo_platform.runtime import ring_of
from kyodo_platform.service import Service
from kyodo_platform.settings import Settings

STATEMENT_SECONDS = 600.0


async def rebuild(service: Service, settings: Settings, *, switch: bool) -> list[Difference]:
    """Rebuild the service's read models with a progress bar; see kyodo_events.rebuild."""
    async with connected(service.name, settings, owner=True, statement_seconds=STATEMENT_SECONDS) as owner:
        return await compared(service, owner, switch=switch)


async def compared(service: Service, owner: Database, *, switch: bool = False) -> list[Difference]:
    """The same on a database that is open already."""
    with progress() as bar:
        task = bar.add_task(f"{service.name}: events", total=None)
        return await rebuilding.rebuild(
            owner,
            service.views,
            source=service.name,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
            switch=switch,
            checks=service.checks,
        )


async def rewrap(service: Service, settings: Settings) -> int:
    """Encrypt the keys of all persons with the newest of the installation's keys; answers with how many changed."""
    async with connected(service.name, settings) as database:
        return await keys.rewrap(database, ring_of(service, settings))


async def republish(service: str, settings: Settings, *, after: int) -> None:
    """Set the relay back, so that it sends everything after the position again."""
    async with connected(service, settings) as database:
        await relay.republish(database, after)
