"""The projection from the inbox into shadow tables, compared with the live one by digests, and the books with it."""

from __future__ import annotations

import psutil

from kyodo_cost_ledger.app import service
from kyodo_events.database import Database
from kyodo_events.rebuild import rebuild
from tests.bench.ledger.measure import Cost, Meter


async def whole(owner_url: str, size: int, server: psutil.Process) -> Cost:
    """What `kyodo rebuild cost-ledger` takes. Raises where any table or the books differ."""
    owner = await Database.connect(owner_url, statement_seconds=600)
    meter = Meter(server)
    meter.begin()
    try:
        found = await rebuild(
            owner, service.views, source=service.name, progress=_silent, switch=False, checks=service.checks
        )
    finally:
        await owner.close()
    assert all(difference.none for difference in found)
    return meter.end(size)


def _silent(_done: int, _total: int) -> None:
    """A progress bar would be measured as well."""
