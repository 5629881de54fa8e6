"""What operators do to a service's data from the command line."""

from __future__ import annotations

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from kyodo_events import rebuild as rebuilding
from kyodo_events import relay
from kyodo_events.database import Database
from kyodo_events.digests import Difference
from kyodo_platform.personal import keys
from kyodo_platform.personal.cipher import KeyRing
from kyodo_platform.service import Service
from kyodo_platform.settings import Settings

STATEMENT_SECONDS = 600.0


async def rebuild(service: Service, settings: Settings, *, switch: bool) -> list[Difference]:
    """Rebuild the service's read models with a progress bar; see kyodo_events.rebuild."""
    owner = await Database.connect(settings.owner_database_url, statement_seconds=STATEMENT_SECONDS)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    try:
        with Progress(*columns) as bar:
            task = bar.add_task(f"{service.name}: events", total=None)
            return await rebuilding.rebuild(
                owner,
                service.views,
                source=service.name,
                progress=lambda done, total: bar.update(task, completed=done, total=total),
                switch=switch,
                checks=service.checks,
            )
    finally:
        await owner.close()


async def rewrap(settings: Settings, ring: KeyRing) -> int:
    """Encrypt the keys of all persons with the newest of the installation's keys; answers with how many changed."""
    database = await Database.connect(settings.database_url)
    try:
        return await keys.rewrap(database, ring)
    finally:
        await database.close()


async def republish(settings: Settings, *, after: int) -> None:
    """Set the relay back, so that it sends everything after the position again."""
    database = await Database.connect(settings.database_url)
    try:
        await relay.republish(database, after)
    finally:
        await database.close()
