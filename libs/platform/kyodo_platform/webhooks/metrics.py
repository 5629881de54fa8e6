"""What is measured of webhooks: by service, never by webhook or address."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from prometheus_client import Counter, Gauge

from kyodo_events.database import Transaction

deliveries = Counter(
    "kyodo_webhook_deliveries", "Attempts to deliver an event, by how they ended", ["service", "outcome"]
)
disabled = Gauge("kyodo_webhooks_disabled", "Webhooks that were given up and not resumed", ["service"])
oldest = Gauge("kyodo_webhook_oldest_undelivered_seconds", "Age of the oldest event not delivered", ["service"])

_SUMS = """
SELECT (SELECT count(*) FROM webhook WHERE state = 'disabled') AS disabled,
       (SELECT extract(epoch FROM clock_timestamp() - min(next.at))
        FROM webhook w JOIN webhook_cursor c ON c.webhook_id = w.id
        CROSS JOIN LATERAL (
            SELECT e.at FROM event_position p JOIN event e ON e.id = p.event_id
            WHERE p.position > c.position AND e.topic IS NOT NULL
              AND (w.types = '[]' OR w.types @> to_jsonb(e.type))
            ORDER BY p.position LIMIT 1) AS next
        WHERE w.state = 'active') AS oldest
"""


def measure_of(service: str) -> Callable[[Transaction], Awaitable[None]]:
    """What sets the gauges of a service."""

    async def measure_webhooks(tx: Transaction) -> None:
        row = await tx.row(_SUMS)
        disabled.labels(service).set(row["disabled"] if row else 0)
        oldest.labels(service).set((row["oldest"] if row else None) or 0)

    return measure_webhooks
