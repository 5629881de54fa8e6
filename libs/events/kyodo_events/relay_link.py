"""One connection of the relay to Kafka: batches per partition, each acknowledged before the next."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache

from aiokafka.errors import KafkaConnectionError, UnknownTopicOrPartitionError
from aiokafka.partitioner import murmur2

from kyodo_events.cloudevents import Encoded, encode
from kyodo_events.database import Row
from kyodo_events.event import Topic
from kyodo_events.kafka import CONNECT_SECONDS, ConnectionWatch, abandon, new_producer

SEND_SECONDS = 15.0  # idempotent sends never expire by themselves
WATCH_SECONDS = 0.25


class RelayLink:
    """A producer that lives until its first error; the relay then builds another."""

    def __init__(
        self, source: str, bootstrap: str, topics: Sequence[Topic], idempotent: bool, compression: str | None
    ) -> None:
        self._source, self._topics = source, topics
        self._producer = new_producer(bootstrap, idempotent=idempotent, compression=compression)
        self._watch = ConnectionWatch(self._producer.client)

    async def open(self) -> None:
        """Connect, and wait until the cluster tells of all our topics."""
        async with asyncio.timeout(CONNECT_SECONDS):
            await self._producer.start()
            while self._unknown_topics():
                await self._producer.client.force_metadata_update()
                await asyncio.sleep(0.02)

    async def close(self) -> None:
        """Let go, without waiting for what is under way."""
        await abandon(self._producer)

    async def refresh(self) -> None:
        """Ask the cluster which topics it has."""
        async with asyncio.timeout(CONNECT_SECONDS):
            await self._producer.client.force_metadata_update()

    def check(self) -> None:
        """Raise where the broker behind this link may have been replaced, or does not have our topics."""
        if self._watch.broken():
            raise KafkaConnectionError("the connection to the broker was replaced")
        unknown = self._unknown_topics()
        if unknown:
            raise UnknownTopicOrPartitionError(f"the broker does not have {', '.join(unknown)}")

    async def send(self, rows: Sequence[Row]) -> None:
        """Publish these events and wait for all acknowledgements. Raises at the first that fails."""
        lanes: dict[tuple[str, int], list[Encoded]] = defaultdict(list)
        for row in rows:
            if row["topic"] is not None:
                encoded = encode(row, self._source)
                lanes[row["topic"], self._partition(row["topic"], encoded[0])].append(encoded)
        sending = asyncio.create_task(self._send_lanes(lanes))
        try:
            async with asyncio.timeout(SEND_SECONDS):
                while not sending.done():
                    await asyncio.wait({sending}, timeout=WATCH_SECONDS)
                    if not sending.done():
                        self.check()
        finally:
            sending.cancel()
            await asyncio.wait({sending})
        sending.result()

    async def _send_lanes(self, lanes: Mapping[tuple[str, int], Sequence[Encoded]]) -> None:
        async with asyncio.TaskGroup() as tasks:
            for (topic, partition), records in lanes.items():
                tasks.create_task(self._send_lane(topic, partition, records))

    async def _send_lane(self, topic: str, partition: int, records: Sequence[Encoded]) -> None:
        """All records of one partition, in order, one batch under way at a time."""
        sent = 0
        while sent < len(records):
            batch = self._producer.create_batch()
            for key, value, headers in records[sent:]:
                if batch.append(timestamp=None, key=key, value=value, headers=headers) is None:
                    break
                sent += 1
            await (await self._producer.send_batch(batch, topic, partition=partition))

    def _partition(self, topic: str, key: bytes) -> int:
        return partition_of(key, len(self._producer.client.cluster.partitions_for_topic(topic)))

    def _unknown_topics(self) -> list[str]:
        cluster = self._producer.client.cluster
        return [t.name for t in self._topics if cluster.partitions_for_topic(t.name) is None]


@lru_cache(maxsize=65_536)
def partition_of(key: bytes, count: int) -> int:
    """The partition of a key among `count`, as every Kafka client computes it."""
    return int((murmur2(key) & 0x7FFFFFFF) % count)
