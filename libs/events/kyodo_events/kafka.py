"""aiokafka, made safe to use: settings that never lose, connections that are watched, stops that end.

What is handled here was read in aiokafka 0.14 or seen on the embedded broker:

- its metadata requests by topic name let a broker create the topic; requests for all topics do not, so no
  client of ours ever registers a topic name;
- idempotent sends never expire and `stop()` flushes them, so a producer is abandoned, not stopped;
- it hides reconnections, and a broker that came back empty answers old offsets with nothing instead of an
  error: `ConnectionWatch` tells when a connection was replaced, so that callers look again what is there.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

from aiokafka import AIOKafkaClient, AIOKafkaProducer
from aiokafka.errors import KafkaConnectionError, KafkaError

from kyodo_events.kafka_address import client_options

CONNECT_SECONDS = 10.0
STOP_SECONDS = 3.0

# What a broker that is down, slow or changing does to a client: the connection is built anew.
TROUBLE = (KafkaError, OSError, TimeoutError)


class ConnectionWatch:
    """Tells whether a connection that a client used has been replaced since the last look."""

    def __init__(self, client: AIOKafkaClient) -> None:
        self._client = client
        self._seen: set[Any] = set()

    def broken(self) -> bool:
        """True once after any connection seen before was lost; the broker behind the next one may be another."""
        lost = any(not connection.connected() for connection in self._seen)
        current = {connection for connection in self._client._conns.values() if connection.connected()}
        self._seen = current if lost else self._seen | current
        return lost


def new_producer(bootstrap: str, *, idempotent: bool, compression: str | None) -> AIOKafkaProducer:
    """A producer that acknowledges what all in-sync replicas hold. Not started."""
    return AIOKafkaProducer(
        **client_options(bootstrap),
        acks="all",
        enable_idempotence=idempotent,
        compression_type=compression,
        linger_ms=0,  # batches are built by the relay; waiting for more would only delay them
        max_batch_size=512 * 1024,
        request_timeout_ms=5_000,
        metadata_max_age_ms=10_000,
    )


async def abandon(producer: AIOKafkaProducer) -> None:
    """Stop a producer without waiting for what it could not deliver; the next one sends it again."""
    # aiokafka has no abort: what is queued is failed first, so that its stop() has nothing left to flush.
    producer._message_accumulator.fail_all(KafkaConnectionError("the producer was abandoned"))
    with suppress(*TROUBLE):
        async with asyncio.timeout(STOP_SECONDS):
            await producer.stop()
    with suppress(*TROUBLE):
        await producer.client.close()


def backoff(attempt: int, *, first: float = 0.1, limit: float = 5.0) -> float:
    """Seconds to wait before the next attempt: doubled each time, up to the limit."""
    return float(min(limit, first * 2 ** min(attempt, 16)))
