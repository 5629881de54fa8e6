"""Which contracting processes there are, and the releases of some of them, read from the events in few queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from heapq import merge
from itertools import groupby
from typing import Any, Literal

import sqlalchemy as sa
from pydantic import BaseModel

from kyodo_events.contracts.procurement.calls import JointCallPublished
from kyodo_events.database import Transaction
from kyodo_events.event import Event, Recorded
from kyodo_events.store import recorded_of
from kyodo_procurement.calls.tables import joint_call
from kyodo_procurement.frameworks.conclusion import framework_id
from kyodo_procurement.frameworks.views import framework
from kyodo_procurement.ocds import blocks, calls, orders
from kyodo_procurement.ocds.blocks import PREFIX, Json
from kyodo_procurement.orders.tables import order
from kyodo_procurement.quotations.model import QuotationStatus
from kyodo_procurement.quotations.views import quotation

EVENTS = """
SELECT event.*, NULL::bigint AS position FROM event
WHERE category = ANY($1::text[]) AND stream = ANY($2::text[]) AND type = ANY($3::text[])
ORDER BY category, stream, version
"""
CATEGORIES = ["call", "opening", "evaluation", "framework", "order"]


class Process(BaseModel):
    """A contracting process: a call that was published, or an order, which belongs to a call too."""

    id: str
    kind: Literal["call", "order"]
    call_id: str


def processes(ocid: str | None) -> tuple[sa.Select[Any], list[sa.ColumnElement[Any]]]:
    """The process of this ocid, or all, and the columns that order them."""
    call = joint_call.c
    published = sa.select(call.id, sa.literal("call").label("kind"), call.id.label("call_id"))
    placed = sa.select(order.c.id, sa.literal("order").label("kind"), framework.c.call_id)
    found = sa.union_all(
        published.where(call.published_at.is_not(None)),
        placed.join_from(order, framework, framework.c.id == order.c.framework_id),
    ).subquery("process")
    query = sa.select(found)
    if ocid is not None:
        query = query.where(found.c.id == ocid.removeprefix(f"{PREFIX}-"))
    return query, [found.c.id]


async def releases_of(tx: Transaction, found: Sequence[Process]) -> list[list[Json]]:
    """The releases of each of these processes, the oldest first."""
    calls_ = await _publications(tx, {process.call_id for process in found})
    own = {process.id: process.id for process in found}
    for process in found:
        if process.kind == "call":
            own |= {framework_id(process.id, lot.number): process.id for lot in calls_[process.id].lots}
    pasts = by_process(await _events(tx, own, (*calls.TOLD, *orders.TOLD)), own)
    tenderers = await _tenderers(tx, own)
    return [
        calls.releases_of_call(process.id, pasts[process.id], tenderers[process.id])
        if process.kind == "call"
        else orders.releases_of_order(process.id, pasts[process.id], calls_[process.call_id])
        for process in found
    ]


async def _events(tx: Transaction, streams: Collection[str], types: Iterable[type[Event]]) -> list[Recorded[Event]]:
    """The events of these streams and types, stream by stream."""
    rows = await tx.rows(EVENTS, CATEGORIES, list(streams), [event.event_type for event in types])
    return [recorded_of(row, "procurement") for row in rows]


def by_process(records: Iterable[Recorded[Event]], own: Mapping[str, str]) -> dict[str, list[Recorded[Event]]]:
    """The events of each process in the order in which they were written; `own` names the process of a stream.

    Within a stream that is the order of versions; ids, which hold the time of writing, decide between streams alone,
    because the clocks of two machines may differ by more than it takes to write two events.
    """
    streams: dict[str, list[list[Recorded[Event]]]] = defaultdict(list)
    for (_, stream), past in groupby(records, key=lambda record: (record.category, record.stream)):
        streams[own[stream]].append(list(past))
    return {id_: list(merge(*pasts, key=lambda record: record.id)) for id_, pasts in streams.items()}


async def _publications(tx: Transaction, call_ids: Collection[str]) -> dict[str, JointCallPublished]:
    """What these calls said when they were published."""
    records = await _events(tx, call_ids, [JointCallPublished])
    return {record.stream: record.event for record in records if isinstance(record.event, JointCallPublished)}


async def _tenderers(tx: Transaction, call_ids: Collection[str]) -> dict[str, list[Json]]:
    """The firms of opened quotations by call, each once, as parties, in the order of their corporate numbers."""
    quoted = quotation.c
    opened = sa.select(quoted.call_id, quoted.corporate_number, quoted.name_ja).where(
        quoted.call_id.in_(list(call_ids)), quoted.status == QuotationStatus.OPENED
    )
    firms: dict[str, dict[str, Json]] = defaultdict(dict)
    for row in await tx.rows(opened.order_by(quoted.corporate_number, quoted.id)):
        party = blocks.firm(row["corporate_number"], row["name_ja"], "tenderer")
        firms[row["call_id"]].setdefault(party["id"], party)
    return defaultdict(list, {call_id: list(parties.values()) for call_id, parties in firms.items()})
