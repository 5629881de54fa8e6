"""The event store: append at an expected version, read a stream, read everything by position."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

import asyncpg

from kyodo_events import metrics
from kyodo_events.aggregate import Aggregate
from kyodo_events.database import Row, Transaction
from kyodo_events.errors import ConcurrentChange, NotFound
from kyodo_events.event import Audit, Event, Recorded, new_uuid, registry

A = TypeVar("A", bound=Aggregate)

MAX_STREAM = 10_000  # a stream longer than this needs another cut of the aggregate, not a longer read

_COLUMNS = (
    "id, category, stream, version, type, type_version, at, actor, organisation, correlation, causation,"
    " traceparent, topic, record_key, data"
)
_ARRAYS = (
    "$1::uuid[], $2::text[], $3::text[], $4::int[], $5::text[], $6::smallint[], $7::timestamptz[], $8::text[],"
    " $9::text[], $10::uuid[], $11::uuid[], $12::text[], $13::text[], $14::text[], $15::text[]"
)
# Events and outbox in one statement and one round trip. The order of the outbox is the order of the arrays:
# identity values are drawn as the sorted rows come in.
APPEND = f"""
WITH given AS (SELECT * FROM unnest({_ARRAYS}) WITH ORDINALITY AS t ({_COLUMNS}, place)),
added AS (
    INSERT INTO event ({_COLUMNS})
    SELECT {_COLUMNS.replace("data", "data::jsonb")} FROM given ORDER BY place
    RETURNING id
)
INSERT INTO outbox (event_id) SELECT id FROM added JOIN given USING (id) ORDER BY place
"""  # noqa: S608 - column names only
# The same for thousands of events of one request, each alone in its stream, so that their order among each other does
# not matter. What they share comes once, because the driver encodes arrays element by element.
APPEND_NEW = f"""
WITH added AS (
    INSERT INTO event ({_COLUMNS})
    SELECT id, $1, stream, 1, ($2::text[])[kind], ($3::smallint[])[kind], $4, $5, $6, $7, $8, $9, ($10::text[])[kind],
        record_key, data::jsonb
    FROM unnest($11::uuid[], $12::text[], $13::int[], $14::text[], $15::text[])
        WITH ORDINALITY AS t (id, stream, kind, record_key, data, place)
    ORDER BY place
    ON CONFLICT (category, stream, version) DO NOTHING
    RETURNING id
)
INSERT INTO outbox (event_id) SELECT id FROM added
"""  # noqa: S608 - column names only


async def append(
    tx: Transaction,
    category: str,
    stream: str,
    expected: int,
    events: Sequence[Event],
    at: datetime,
    audit: Audit,
    source: str,
) -> list[Recorded[Event]]:
    """Append events to a stream that stands at version `expected` (0: it does not exist yet).

    Raises ConcurrentChange where it no longer does; the transaction is lost then and must be begun anew.
    """
    recorded = [
        Recorded(event, new_uuid(), category, stream, expected + place, at, audit, source)
        for place, event in enumerate(events, start=1)
    ]
    try:
        await tx.rows(APPEND, *_arrays(recorded))
    except asyncpg.UniqueViolationError as conflict:
        raise ConcurrentChange(category=category, stream=stream, expected=expected) from conflict
    _count(tx, source, len(recorded))
    return recorded


async def append_each(
    tx: Transaction,
    category: str,
    decided: Iterable[tuple[str, int, Sequence[Event]]],
    at: datetime,
    audit: Audit,
    source: str,
) -> list[Recorded[Event]]:
    """Append to many streams by one statement: to each its events, at the version at which it stands.

    The first events of all streams come before the second ones, those of a type together: views fill from runs of the
    same type, and no stream has an order among others. Raises ConcurrentChange as `append` does.
    """
    recorded = [
        (place, event.event_type, Recorded(event, new_uuid(), category, stream, expected + place, at, audit, source))
        for stream, expected, events in decided
        for place, event in enumerate(events, start=1)
    ]
    in_rounds = [record for _, _, record in sorted(recorded, key=lambda one: (*one[:2], one[2].stream))]
    try:
        await tx.rows(APPEND, *_arrays(in_rounds))
    except asyncpg.UniqueViolationError as conflict:
        first = in_rounds[0]
        raise ConcurrentChange(category=category, stream=first.stream, expected=first.version - 1) from conflict
    _count(tx, source, len(in_rounds))
    return in_rounds


async def append_new(
    tx: Transaction,
    category: str,
    records: Iterable[tuple[str, Event]],
    at: datetime,
    audit: Audit,
    source: str,
) -> list[Recorded[Event]]:
    """Append one event each as the first of its stream; answers with those that were new.

    The stream's id is the record's own identity, so the unique key makes a repeated batch harmless.
    """
    recorded = [Recorded(event, new_uuid(), category, stream, 1, at, audit, source) for stream, event in records]
    if not recorded:
        return []
    kinds = {event: place for place, event in enumerate({type(r.event): None for r in recorded}, start=1)}
    added = await tx.run(
        APPEND_NEW,
        category,
        [kind.event_type for kind in kinds],
        [kind.event_version for kind in kinds],
        at,
        audit.actor,
        audit.organisation,
        audit.correlation,
        audit.causation,
        audit.traceparent,
        [kind.topic.name if kind.topic else None for kind in kinds],
        [r.id for r in recorded],
        [r.stream for r in recorded],
        [kinds[type(r.event)] for r in recorded],
        [r.event.record_key(r.stream) for r in recorded],
        [r.event.model_dump_json() for r in recorded],
    )
    _count(tx, source, added)
    if added == len(recorded):
        return recorded
    new = await tx.rows("SELECT id FROM event WHERE id = ANY($1::uuid[])", [r.id for r in recorded])
    ids = {row["id"] for row in new}
    return [record for record in recorded if record.id in ids]


def _count(tx: Transaction, source: str, events: int) -> None:
    tx.after_commit(partial(metrics.appended.labels(source).inc, events))  # what is rolled back was not appended


async def first_of(tx: Transaction, category: str, streams: Collection[str], source: str) -> dict[str, Recorded[Event]]:
    """The first event of each of these streams that exist."""
    if not streams:
        return {}
    rows = await tx.rows(
        "SELECT e.*, NULL::bigint AS position FROM event e WHERE category = $1 AND version = 1 AND stream = ANY($2)",
        category,
        list(streams),
    )
    return {row["stream"]: recorded_of(row, source) for row in rows}


async def load(tx: Transaction, aggregate: type[A], stream: str) -> A:
    """The aggregate as its stream says. Raises NotFound where there is none."""
    state = await load_or_new(tx, aggregate, stream)
    if not state.version:
        raise NotFound(what=aggregate.category.replace("-", " "), id=stream)
    return state


async def load_or_new(tx: Transaction, aggregate: type[A], stream: str) -> A:
    """The aggregate as its stream says; without a past where there is none."""
    rows = await tx.rows(
        "SELECT type, type_version, data FROM event WHERE category = $1 AND stream = $2 ORDER BY version LIMIT $3",
        aggregate.category,
        stream,
        MAX_STREAM + 1,
    )
    if len(rows) > MAX_STREAM:
        raise RuntimeError(f"{aggregate.category} {stream} has over {MAX_STREAM} events")
    events = (registry.read(row["type"], row["type_version"], row["data"]) for row in rows)
    return aggregate(id=stream).fold(events)


async def load_each(tx: Transaction, aggregate: type[A], streams: Collection[str]) -> dict[str, A]:
    """Many aggregates by one query, each of few events; without a past where there is none."""
    rows = await tx.rows(
        "SELECT stream, type, type_version, data FROM event WHERE category = $1 AND stream = ANY($2::text[])"
        " ORDER BY stream, version",
        aggregate.category,
        list(streams),
    )
    pasts: dict[str, list[Event]] = {stream: [] for stream in streams}
    for row in rows:
        pasts[row["stream"]].append(registry.read(row["type"], row["type_version"], row["data"]))
    return {stream: aggregate(id=stream).fold(past) for stream, past in pasts.items()}


async def read_all(tx: Transaction, *, after: int, limit: int, source: str) -> list[Recorded[Event]]:
    """Up to `limit` events whose position is greater than `after`, in the order of positions."""
    rows = await tx.rows(
        "SELECT p.position, e.* FROM event_position p JOIN event e ON e.id = p.event_id"
        " WHERE p.position > $1 ORDER BY p.position LIMIT $2",
        after,
        limit,
    )
    return [recorded_of(row, source) for row in rows]


async def read_inbox(
    tx: Transaction, *, after: int, last: int, types: Collection[str], limit: int
) -> list[tuple[int, Recorded[Event]]]:
    """Up to `limit` events of these types that arrived after one arrival, up to the last one; each with its arrival."""
    rows = await tx.rows(
        "SELECT *, event_id AS id FROM inbox WHERE arrival > $1 AND arrival <= $2 AND type = ANY($3::text[])"
        " ORDER BY arrival LIMIT $4",
        after,
        last,
        list(types),
        limit,
    )
    return [(row["arrival"], recorded_of(row, row["source"])) for row in rows]


async def last_position(tx: Transaction) -> int:
    """The position of the newest sequenced event; 0 where there is none."""
    return int(await tx.scalar("SELECT position FROM sequencer"))


def recorded_of(row: Row, source: str) -> Recorded[Event]:
    """A row of `event` (with `position`) as the recorded event of today's class."""
    event = registry.read(row["type"], row["type_version"], row["data"])
    audit = Audit(row["actor"], row["organisation"], row["correlation"], row["causation"], row["traceparent"])
    return Recorded(
        event,
        row["id"],
        row["category"],
        row["stream"],
        row["version"],
        row["at"],
        audit,
        source,
        row["position"],
    )


def _arrays(recorded: Sequence[Recorded[Event]]) -> Iterable[Sequence[Any]]:
    """The records as one array per column, in the order of _COLUMNS."""
    rows = [
        (
            r.id,
            r.category,
            r.stream,
            r.version,
            r.event.event_type,
            r.event.event_version,
            r.at,
            r.audit.actor,
            r.audit.organisation,
            r.audit.correlation,
            r.audit.causation,
            r.audit.traceparent,
            r.event.topic.name if r.event.topic else None,
            r.event.record_key(r.stream),
            r.event.model_dump_json(),
        )
        for r in recorded
    ]
    return list(zip(*rows, strict=True)) if rows else [()] * 15
