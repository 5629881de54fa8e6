"""How far a rebuild has come: told by the command that runs it, shown by the service, which is another process.

It stands in the comment of the schema that holds the shadow tables: committed with each batch, and gone with them. A
rebuild that broke off leaves its last word until the next one.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from kyodo_events import metrics
from kyodo_events.database import Transaction

SHADOW = "rebuild"
"""The schema of the shadow tables."""

_TOLD = f"SELECT obj_description(to_regnamespace('{SHADOW}'), 'pg_namespace')"


async def tell(tx: Transaction, done: int, of: int) -> None:
    """Say that so many of all events are in the shadow tables once this transaction commits."""
    await tx.run(f"COMMENT ON SCHEMA {SHADOW} IS '{int(done)}/{int(of)}'")


async def told(tx: Transaction) -> tuple[int, int]:
    """Events applied, and events in all; zeros where no rebuild is under way."""
    said = await tx.scalar(_TOLD)
    done, of = (int(number) for number in said.split("/")) if said else (0, 0)
    return done, of


def measure_rebuild(service: str) -> Callable[[Transaction], Awaitable[None]]:
    """What sets the gauge of a service's rebuild."""

    async def measure_rebuild_of(tx: Transaction) -> None:
        done, of = await told(tx)
        metrics.rebuild_events.labels(service, "done").set(done)
        metrics.rebuild_events.labels(service, "all").set(of)

    return measure_rebuild_of
