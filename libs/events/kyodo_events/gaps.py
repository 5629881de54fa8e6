"""Gaps: records that a partition had and that never came here (see also placing, which knows a replaced log).

Offsets of our topics have no holes: nothing is compacted, nothing is written in Kafka's transactions. So a batch has
to begin where the last one of its partition ended, and each record has to follow the one before it. What is missing was
removed before it was read, by retention or by hand; it is written down once, for somebody to have it published again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy import Column, MetaData, Table

from kyodo_events.arrivals import mark
from kyodo_events.cloudevents import KafkaRecord
from kyodo_events.database import Transaction

offset_gap = Table(
    "offset_gap",
    MetaData(),
    Column("consumer", sa.Text, primary_key=True),
    Column("topic", sa.Text, primary_key=True),
    Column("partition", sa.Integer, primary_key=True),
    Column("from_offset", sa.BigInteger, primary_key=True),
    Column("to_offset", sa.BigInteger, nullable=False, comment="the first one that came again"),
    Column("found_at", sa.DateTime(timezone=True), primary_key=True),
)

# The place only moves on: a consumer that lost its partition and commits late must not set it back, for what follows
# would look like a gap. A log that was replaced has its place forgotten (see placing).
_MARK = """
WITH given AS (
    SELECT * FROM unnest($2::text[], $3::int[], $4::bigint[], $5::bigint[], $6::text[])
        AS t (topic, partition, first_offset, next_offset, last_record)
), moved AS (
    INSERT INTO consumed (consumer, topic, partition, next_offset, last_record, at)
    SELECT $1, topic, partition, next_offset, last_record, now() FROM given ORDER BY topic, partition
    ON CONFLICT (consumer, topic, partition)
    DO UPDATE SET next_offset = excluded.next_offset, last_record = excluded.last_record, at = excluded.at
    WHERE consumed.next_offset < excluded.next_offset
)
SELECT given.topic, given.partition, coalesce(c.next_offset, 0) AS from_offset, given.first_offset AS to_offset
FROM given LEFT JOIN consumed c ON c.consumer = $1 AND c.topic = given.topic AND c.partition = given.partition
WHERE given.first_offset > coalesce(c.next_offset, 0)
"""
_FOUND = """
INSERT INTO offset_gap (consumer, topic, partition, from_offset, to_offset)
SELECT $1, * FROM unnest($2::text[], $3::int[], $4::bigint[], $5::bigint[])
"""


class Gap(NamedTuple):
    """Records of a partition from one offset up to, and without, another."""

    topic: str
    partition: int
    from_offset: int
    to_offset: int


@dataclass(slots=True)
class _Run:
    first: int
    last: KafkaRecord


async def mark_consumed(
    tx: Transaction, consumer: str, records: Sequence[KafkaRecord], widths: Mapping[str, int]
) -> list[Gap]:
    """Store the places reached, and what was missed on the way there; answers with the latter."""
    runs, missed = _runs(records)
    rows = [
        (topic, partition, run.first, run.last.offset + 1, mark(run.last, widths[topic]))
        for (topic, partition), run in runs.items()
    ]
    missed += [Gap(*row) for row in await tx.rows(_MARK, consumer, *zip(*rows, strict=True))]
    if missed:
        await tx.run(_FOUND, consumer, *zip(*missed, strict=True))
    return missed


def _runs(records: Sequence[KafkaRecord]) -> tuple[dict[tuple[str, int], _Run], list[Gap]]:
    """First offset and last record of each partition, and the holes between them."""
    runs: dict[tuple[str, int], _Run] = {}
    holes = []
    for record in records:
        run = runs.get((record.topic, record.partition))
        if run is None:
            runs[record.topic, record.partition] = _Run(record.offset, record)
            continue
        if record.offset > run.last.offset + 1:
            holes.append(Gap(record.topic, record.partition, run.last.offset + 1, record.offset))
        run.last = record
    return runs, holes
