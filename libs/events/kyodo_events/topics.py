"""Topics, created by their producer with exactly the declared settings and never by the broker."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from aiokafka import AIOKafkaClient, AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code

from kyodo_events.event import Topic
from kyodo_events.kafka import CONNECT_SECONDS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

BROKER_DEFAULT = -1
CALL_MS = 10_000


async def ensure(bootstrap: str, topics: Iterable[Topic], *, replication: int = BROKER_DEFAULT) -> list[str]:
    """Create the topics that are missing; answers with their names.

    Raises KafkaError where the broker refuses, TimeoutError where it does not answer.
    """
    async with admin_of(bootstrap) as admin:
        standing = await _partitions(admin)
        wanted = [topic for topic in topics if topic.name not in standing]
        return await create(admin, wanted, replication)


async def partitions(bootstrap: str) -> dict[str, int]:
    """The topics of the cluster and their numbers of partitions."""
    async with admin_of(bootstrap) as admin:
        return await _partitions(admin)


async def missing(bootstrap: str, topics: Iterable[Topic]) -> list[str]:
    """The names of the topics that do not exist."""
    standing = await partitions(bootstrap)
    return [topic.name for topic in topics if topic.name not in standing]


async def remove(bootstrap: str, names: Iterable[str]) -> None:
    """Delete topics; the event stores hold what was in them."""
    async with admin_of(bootstrap) as admin:
        await admin.delete_topics(list(names), timeout_ms=CALL_MS)


async def never_written(bootstrap: str, topics: Mapping[str, int]) -> list[str]:
    """Which of these topics (name → partitions) have never held a record since they were created."""
    reader = AIOKafkaConsumer(bootstrap_servers=bootstrap, request_timeout_ms=CALL_MS, enable_auto_commit=False)
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            await reader.start()
            await _know_all_topics(reader._client)
            ends = await reader.end_offsets([TopicPartition(t, p) for t, count in topics.items() for p in range(count)])
    finally:
        await reader.stop()
    written = {partition.topic for partition, end in ends.items() if end > 0}
    return [name for name in topics if name not in written]


async def _know_all_topics(client: AIOKafkaClient) -> None:
    """Load the metadata of all topics without naming one, which would let the broker create it."""
    await client.force_metadata_update()


async def _partitions(admin: AIOKafkaAdminClient) -> dict[str, int]:
    return {topic["topic"]: len(topic["partitions"]) for topic in await admin.describe_topics()}


async def create(admin: AIOKafkaAdminClient, topics: list[Topic], replication: int) -> list[str]:
    """Create these topics as declared; answers with those that nobody else created meanwhile. Raises KafkaError."""
    if not topics:
        return []
    answer = await admin.create_topics(
        [
            NewTopic(
                topic.name,
                topic.partitions,
                replication,
                # aiokafka takes -1, the broker's default, for "assigned by hand" and then wants the assignment
                replica_assignments={} if replication == BROKER_DEFAULT else None,
                topic_configs={"retention.ms": str(topic.retention_ms)},
            )
            for topic in topics
        ],
        timeout_ms=CALL_MS,
    )
    created = []
    for name, code, message in answer.topic_errors:
        error: type[KafkaError] = for_code(code)
        if code == 0:
            created.append(name)
        elif error is not TopicAlreadyExistsError:  # created by another process a moment ago
            raise error(f"{name}: {message}")
    return created


@asynccontextmanager
async def admin_of(bootstrap: str) -> AsyncIterator[AIOKafkaAdminClient]:
    """A connected client for administration; what takes longer than CONNECT_SECONDS is given up."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=CALL_MS)
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            await admin.start()
            yield admin
    finally:
        await admin.close()
