"""Read models of a running service, made anew from its events and compared with the live ones (G6)."""

from __future__ import annotations

from collections.abc import Sequence

from kyodo_events.database import Database
from kyodo_events.digests import Difference
from kyodo_events.rebuild import rebuild
from kyodo_events.views import View
from tests.support.running import Running


async def differing(service: Running) -> set[str]:
    """The tables of all of a service's views that are not what its events say, whichever of them happened."""
    owner = await Database.connect(service.database.owner_url(service.admin_url))
    try:
        return {one.table for one in await _rebuild(owner, service, service.service.views) if not one.none}
    finally:
        await owner.close()


async def rebuilt(service: Running, *views: View) -> dict[str, Difference]:
    """What the rebuilt tables of these views differ in from the live ones, by table.

    Each of the views' events must have happened: what did not happen proves nothing.
    """
    own = "SELECT DISTINCT type FROM event UNION SELECT DISTINCT type FROM inbox"
    happened = {type_ for (type_,) in await service.as_owner(own)}
    missing = {event.event_type for view in views for event in view.events} - happened
    assert not missing, f"these never happened: {sorted(missing)}"
    owner = await Database.connect(service.database.owner_url(service.admin_url))
    try:
        found = await _rebuild(owner, service, views)
    finally:
        await owner.close()
    return {one.table: one for one in found}


async def _rebuild(owner: Database, service: Running, views: Sequence[View]) -> Sequence[Difference]:
    return await rebuild(owner, views, source=service.service.name, progress=lambda *_: None, switch=False)
