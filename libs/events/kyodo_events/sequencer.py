"""The sequencer: gives committed events their gap-free positions.

Readers must not follow the numbers drawn at INSERT: those become visible at COMMIT, in another order, and a
reader that remembers the highest one seen skips what commits late (20 % lost under plain concurrency). Nor
transaction ids: they break the order inside a stream. Rows are therefore taken from the outbox in insertion
order under one row lock; what commits late simply gets a later position. An event of a stream is appended
only after its predecessor has committed, so the order inside a stream holds (G2).
"""

from __future__ import annotations

from kyodo_events.database import Database, Transaction

_TAKE = """
WITH taken AS (
    DELETE FROM outbox WHERE seq IN (SELECT seq FROM outbox ORDER BY seq LIMIT $1) RETURNING seq, event_id
),
placed AS (
    INSERT INTO event_position (position, event_id)
    SELECT $2 + row_number() OVER (ORDER BY seq), event_id FROM taken
    RETURNING position
),
moved AS (
    UPDATE sequencer SET position = $2 + (SELECT count(*) FROM placed) WHERE EXISTS (SELECT FROM placed)
)
SELECT count(*) FROM placed
"""


async def sequence(database: Database, *, limit: int = 5_000) -> int:
    """Give positions to up to `limit` waiting events; answers with their number. Safe to run concurrently."""
    async with database.transaction() as tx:
        return await sequence_in(tx, limit=limit)


async def sequence_in(tx: Transaction, *, limit: int) -> int:
    """The same inside a transaction that goes on."""
    # Locked in a statement of its own: the next statement's snapshot then sees all that the last holder did.
    position = await tx.scalar("SELECT position FROM sequencer FOR UPDATE")
    return int(await tx.scalar(_TAKE, limit, position))


async def sequence_all(database: Database) -> int:
    """Sequence until nothing waits; answers with the number of events placed."""
    total = 0
    while placed := await sequence(database):
        total += placed
    return total
