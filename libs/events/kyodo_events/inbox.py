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
from kyodo_events.event import Audit, Event, Recorded

_ENVELOPE = """
event_id uuid, source text, category text, stream text, version int, type text, type_version smallint, at timestamptz,
actor text, organisation text, correlation uuid, causation uuid, traceparent text, position bigint, topic text,
partition int, record_offset bigint, data jsonb
"""
COLUMNS = ", ".join(column.split()[0] for column in _ENVELOPE.split(","))
# The order in which a line of the COPY has them: what the events of one request share stands together.
_COPIED = (
    *("event_id", "stream", "version", "source", "type", "type_version", "at", "actor", "organisation", "correlation"),
    *("causation", "traceparent", "category", "topic", "position", "partition", "record_offset", "data", "place"),
)

_INBOX_LOCK = "hashtextextended('kyodo arrivals', 0)"
# Emptied as well: a transaction may take several batches. PostgreSQL empties it at the end of each transaction.
_OPEN = f"""
SELECT pg_advisory_xact_lock_shared({_INBOX_LOCK});
CREATE TEMPORARY TABLE IF NOT EXISTS arriving ({_ENVELOPE}, place int) ON COMMIT DELETE ROWS;
DELETE FROM arriving
"""  # noqa: S608 - column names only
# Ordered, because the order of insertion is the order of arrival. Answers with the events that were there before.
_STORE = f"""
WITH added AS (
    INSERT INTO inbox ({COLUMNS}) SELECT {COLUMNS} FROM arriving ORDER BY place
    ON CONFLICT (event_id) DO NOTHING RETURNING event_id
)
SELECT event_id FROM arriving EXCEPT SELECT event_id FROM added
"""  # noqa: S608 - column names only
_CONTENT = "source, category, stream, version, type, type_version, data"
# A statement of its own, after the other: it sees what another consumer committed while ours waited for it.
_OTHER_CONTENT = f"""
WITH again AS (DELETE FROM arriving WHERE place = ANY($1::int[]) RETURNING *)
SELECT again.place FROM again JOIN inbox USING (event_id)
WHERE ({", ".join(f"again.{c}" for c in _CONTENT.split(", "))})
    IS DISTINCT FROM ({", ".join(f"inbox.{c}" for c in _CONTENT.split(", "))})
"""  # noqa: S608 - column names only

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
    known = {row["event_id"] for row in await tx.rows(_STORE)}
    if not known and len({arrival.id for arrival in arrivals}) == len(arrivals):
        return Stored(list(arrivals), [])
    fresh, repeated = [], []
    for place, arrival in enumerate(arrivals):
        if arrival.id in known:
            repeated.append(place)
        else:
            fresh.append(arrival)
            known.add(arrival.id)  # comes a second time in this batch
    wrong = [row["place"] for row in await tx.rows(_OTHER_CONTENT, repeated)]
    return Stored(fresh, [replace(arrivals[place], fault=OTHER_CONTENT, blocks=False) for place in sorted(wrong)])


def _copy_text(arrivals: Sequence[Arrival]) -> bytes:
    """The batch as COPY reads it. This runs for every event: it is written for speed."""
    lines = []
    audit: Audit | None = None
    at = source = category = topic = type_ = None
    common = b""
    for place, arrival in enumerate(arrivals):
        r, record = arrival.event(), arrival.record
        if not (
            r.audit is audit
            and r.at is at
            and arrival.type == type_
            and r.category == category
            and record.topic == topic
            and r.source == source
        ):
            audit, at, source, category, topic, type_ = r.audit, r.at, r.source, r.category, record.topic, arrival.type
            common = _shared_columns(arrival, r)
        stream, data = r.stream.encode(), record.value or b"null"
        if _SPECIAL.search(stream) is not None:
            stream = _escaped(stream)
        if b"\\" in data or b"\n" in data or b"\t" in data or b"\r" in data:
            data = _escaped(data)
        lines.append(
            b"%b\t%b\t%d\t%b\t%d\t%d\t%d\t%b\t%d\n"
            % (
                str(r.id).encode(),
                stream,
                r.version,
                common,
                r.position or 0,
                record.partition,
                record.offset,
                data,
                place,
            )
        )
    return b"".join(lines)


def _shared_columns(arrival: Arrival, r: Recorded[Event]) -> bytes:
    name, _, version = str(arrival.type).rpartition(".v")  # as written: the data is stored as it came
    audit, causation = r.audit, r.audit.causation
    values = (
        *(r.source, name, version, r.at.isoformat(), audit.actor, audit.organisation, str(audit.correlation)),
        *(None if causation is None else str(causation), audit.traceparent, r.category, arrival.record.topic),
    )
    return b"\t".join(_NULL if value is None else _escaped(value.encode()) for value in values)


def _escaped(value: bytes) -> bytes:
    for plain, escaped in _ESCAPES:
        value = value.replace(plain, escaped)
    return value
