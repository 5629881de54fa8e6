"""What an event store proves by itself: nothing is missing, nothing is twice, nothing stands out of its order (G2)."""

from __future__ import annotations

from kyodo_events.database import Transaction

# Of each query the number of rows that must not be, and what they would be.
_WRONG = {
    "positions are missing between the first and the newest": """
        SELECT (SELECT position FROM sequencer) - count(*) FROM event_position WHERE position BETWEEN 1 AND
        (SELECT position FROM sequencer)
    """,
    "positions are beyond the newest that was given": """
        SELECT count(*) FROM event_position WHERE position NOT BETWEEN 1 AND (SELECT position FROM sequencer)
    """,
    "positions have no event": """
        SELECT count(*) FROM event_position p WHERE NOT EXISTS (SELECT FROM event e WHERE e.id = p.event_id)
    """,
    "events have neither a position nor a place in the queue for one": """
        SELECT count(*) FROM event e WHERE NOT EXISTS (SELECT FROM event_position p WHERE p.event_id = e.id)
        AND NOT EXISTS (SELECT FROM outbox o WHERE o.event_id = e.id)
    """,
    "events of streams are missing before later ones": """
        SELECT coalesce(sum(newest - events), 0) FROM
        (SELECT max(version) AS newest, count(*) AS events FROM event GROUP BY category, stream) AS streams
    """,
    "events of a stream have a position before an earlier one": """
        SELECT count(*) FROM (
            SELECT position - lag(position) OVER (PARTITION BY category, stream ORDER BY version) AS step
            FROM event JOIN event_position ON event_id = id
        ) AS steps WHERE step < 0
    """,
    "positions are told to be published that were never given": """
        SELECT greatest(0, (SELECT position FROM relay) - (SELECT position FROM sequencer))
    """,
}


async def faults(tx: Transaction) -> list[str]:
    """What is wrong with the store, a sentence each with the number of cases; in the snapshot of the transaction."""
    await tx.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    counted = [(await tx.scalar(query), words) for words, query in _WRONG.items()]
    return [f"{number} {words}" for number, words in counted if number]
