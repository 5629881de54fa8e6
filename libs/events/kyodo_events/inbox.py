"""The inbox: what arrived from other services, each event whole and once.

A batch goes over the wire once, as the text of a COPY into the temporary table `arriving`, and from there into the
inbox; SQL views read it there as well (see sql_views). What the inbox has already is held against it: the same again
is a repeated delivery, other content under a known id is not.

Whoever needs a moment before which nothing can come up any more, such as a rating run that is to be repeatable, takes
`shut_inbox`: arrivals are stamped (`received_at`) while their transaction holds the inbox open.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from kyodo_events.arrivals import OTHER_CONTENT, Arrival
from kyodo_events.database import Transaction
from kyodo_events.event import Event, Recorded

_ENVELOPE = """
event_id uuid, source text, category text, stream text, version int, type text, type_version smallint, at timestamptz,
actor text, organisation text, correlation uuid, causation uuid, traceparent text, position bigint, topic text,
partition int, record_offset bigint, data jsonb
"""
COLUMNS = ", ".join(column.split()[0] for column in _ENVELOPE.split(","))
# The order in which a line of the COPY has them: what the events of one request share stands together.
_COPIED = (
    *("event_id", "category", "stream", "version", "at", "source", "type", "type_version", "actor", "organisation"),
    *("correlation", "causation", "traceparent", "position", "topic", "partition", "record_offset", "data", "place"),
)

_INBOX_LOCK = "hashtextextended('kyodo arrivals', 0)"
# Emptied as well: a transaction may take several batches. PostgreSQL empties it at the end of each transaction.
_OPEN = f"""
SELECT pg_advisory_xact_lock_shared({_INBOX_LOCK});
CREATE TEMPORARY TABLE IF NOT EXISTS arriving ({_ENVELOPE}, place int) ON COMMIT DELETE ROWS;
DELETE FROM arriving
"""  # noqa: S608 - column names only
# Ordered, because the order of insertion is the order of arrival. Answers with the records that were not new: a
# record is known by its place in Kafka, because an event may come twice in one batch.
_STORE = f"""
WITH added AS (
    INSERT INTO inbox ({COLUMNS}) SELECT {COLUMNS} FROM arriving ORDER BY place
    ON CONFLICT (event_id) DO NOTHING RETURNING topic, partition, record_offset
)
SELECT place FROM arriving a WHERE NOT EXISTS (
    SELECT FROM added n WHERE (n.topic, n.partition, n.record_offset) = (a.topic, a.partition, a.record_offset)
)
"""  # noqa: S608 - column names only
_CONTENT = "source, category, stream, version, type, type_version, data"
# A statement of its own, after the other: it sees what another consumer committed while ours waited for it.
_OTHER_CONTENT = f"""
WITH again AS (DELETE FROM arriving WHERE place = ANY($1::int[]) RETURNING *)
SELECT again.place FROM again JOIN inbox USING (event_id)
WHERE ({", ".join(f"again.{c}" for c in _CONTENT.split(", "))})
    IS DISTINCT FROM ({", ".join(f"inbox.{c}" for c in _CONTENT.split(", "))})
"""  # noqa: S608

_SPECIAL = re.compile(rb"[\\\t\n\r]")
_NULL = rb"\N"
_ESCAPES = ((b"\\", rb"\\"), (b"\t", rb"\t"), (b"\n", rb"\n"), (b"\r", rb"\r"))


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of a batch: the new ones, and those that contradict what the inbox holds, each with its fault."""

    fresh: list[Arrival]
    conflicting: list[Arrival]


async def open_inbox(tx: Transaction) -> None:
    """Take part in arriving, beside others, until the transaction ends. Comes before anything is written."""
    await tx.script(_OPEN)


async def shut_inbox(tx: Transaction) -> datetime:
    """Wait until nothing is arriving, and let nothing arrive before the transaction ends.

    Answers with a moment: what is committed now has an earlier `received_at`, whatever comes later a later one.
    """
    await tx.rows(f"SELECT pg_advisory_xact_lock({_INBOX_LOCK})")
    now: datetime = await tx.scalar("SELECT clock_timestamp()")
    return now


async def store(tx: Transaction, arrivals: Sequence[Arrival]) -> Stored:
    """Store the events that are not there yet; `arriving` holds exactly these then.

    The first delivery of an event stands for it.
    """
    await open_inbox(tx)
    if not arrivals:
        return Stored([], [])
    await tx.copy_text("arriving", _COPIED, _copy_text(arrivals))
    known = [row["place"] for row in await tx.rows(_STORE)]
    if not known:
        return Stored(list(arrivals), [])
    wrong = [row["place"] for row in await tx.rows(_OTHER_CONTENT, known)]
    repeated = set(known)
    fresh = [arrival for place, arrival in enumerate(arrivals) if place not in repeated]
    return Stored(fresh, [replace(arrivals[place], fault=OTHER_CONTENT, blocks=False) for place in sorted(wrong)])


def _copy_text(arrivals: Sequence[Arrival]) -> bytes:
    """The batch as COPY reads it."""
    shared: dict[tuple[int, str, str | None], bytes] = {}
    lines = []
    for place, arrival in enumerate(arrivals):
        r, record = arrival.event(), arrival.record
        key = (id(r.audit), r.source, arrival.type)
        if key not in shared:
            shared[key] = _shared_columns(arrival, r)
        lines.append(
            b"%b\t%b\t%b\t%d\t%b\t%b\t%d\t%b\t%d\t%d\t%b\t%d\n"
            % (
                str(r.id).encode(),
                _escaped(r.category),
                _escaped(r.stream),
                r.version,
                r.at.isoformat().encode(),
                shared[key],
                r.position or 0,
                _escaped(record.topic),
                record.partition,
                record.offset,
                _escaped(record.value or b"null"),
                place,
            )
        )
    return b"".join(lines)


def _shared_columns(arrival: Arrival, r: Recorded[Event]) -> bytes:
    name, _, version = str(arrival.type).rpartition(".v")  # as written: the data is stored as it came
    audit = r.audit
    values = (r.source, name, version, audit.actor, audit.organisation, str(audit.correlation))
    causation = None if audit.causation is None else str(audit.causation)
    return b"\t".join(_NULL if v is None else _escaped(v) for v in (*values, causation, audit.traceparent))


def _escaped(value: str | bytes) -> bytes:
    raw = value.encode() if isinstance(value, str) else value
    if _SPECIAL.search(raw) is None:
        return raw
    for plain, escaped in _ESCAPES:
        raw = raw.replace(plain, escaped)
    return raw
