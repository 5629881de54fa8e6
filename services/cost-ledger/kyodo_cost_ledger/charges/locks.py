"""Locks of the ledger, all on names and held to the end of the transaction.

Consumers work side by side, each on its own partitions. A batch of usage must not miss terms that another
consumer is writing, nor those terms miss the usage: whoever changes a project's rules has it alone, whoever
only adds usage shares it. Likewise the books: every batch shares them, closing a month has them alone, so that
no line slips into a month that is being closed.

They are taken after the facts were written and before anything is read, the books first and then the projects
in the order of their keys, so that nobody waits in a circle.
"""

from __future__ import annotations

from collections.abc import Collection
from hashlib import sha256

from kyodo_events.database import Transaction

_LOCK = """
SELECT CASE WHEN alone THEN pg_advisory_xact_lock(key) ELSE pg_advisory_xact_lock_shared(key) END
FROM unnest($1::bigint[], $2::bool[]) AS wanted (key, alone)
"""


async def lock_projects(tx: Transaction, *, alone: Collection[str], shared: Collection[str]) -> None:
    """Wait until the projects can be had, and keep them, with the books shared."""
    wanted = {_key(f"project/{project}"): False for project in shared}
    wanted |= {_key(f"project/{project}"): True for project in alone}
    keys = sorted(wanted)
    await tx.run(_LOCK, [_BOOKS, *keys], [False, *(wanted[key] for key in keys)])


async def lock_books(tx: Transaction) -> None:
    """Wait until nobody posts, and let nobody post before this transaction ends."""
    await tx.run(_LOCK, [_BOOKS], [True])


def _key(name: str) -> int:
    return int.from_bytes(sha256(f"kyodo-cost-ledger/{name}".encode()).digest()[:8], signed=True)


_BOOKS = _key("books")
