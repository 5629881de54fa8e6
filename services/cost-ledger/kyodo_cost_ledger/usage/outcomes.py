"""Zero silent loss: of everything that was published, where each record ended up, counted exactly once.

A record that had its effect shares the outcome of its cell; one that could not is a dead letter, and counts as
quarantined. So the four counts are sums over cells, never over records: what they cost does not grow with the usage.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from prometheus_client import Gauge
from sqlalchemy import BigInteger, ColumnElement, Select

from kyodo_cost_ledger.quarantine.letters import dead_letter, fault_in_sql, municipality_of, source_of, tells_usage
from kyodo_cost_ledger.quarantine.views import is_dismissed, same_cell, usage_dismissal
from kyodo_cost_ledger.usage.model import Outcome
from kyodo_cost_ledger.usage.views import uncharged_usage, usage_cell, usage_intake
from kyodo_events.database import Transaction

NOBODY = "unknown"  # in metrics, of letters whose key names no municipality

usage_events = Gauge(
    "kyodo_ledger_usage_events",
    "Usage records by what became of them; every record that came is in exactly one outcome",
    ["source", "municipality", "outcome"],
)
uncharged = Gauge(
    "kyodo_ledger_uncharged_usage",
    "Usage records that wait or are quarantined, by the reason; state is open, or dismissed by a person for good",
    ["outcome", "reason", "state"],
)
_REASONED = (Outcome.WAITING.value, Outcome.QUARANTINED.value)


def usage_counts() -> Select[Any]:
    """Counts by publishing service and municipality; `letters` and `dismissed` are parts of `quarantined`."""
    found = sa.union_all(_cells(), _letters()).subquery("found")
    outcome = found.c.outcome
    counts = {name.value: outcome == name.value for name in Outcome}
    counts |= {"received": sa.true(), "letters": found.c.letter, "dismissed": found.c.dismissed}
    key = (found.c.source, found.c.municipality)
    return (
        sa.select(*key, *(_sum_where(found.c.records, which).label(name) for name, which in counts.items()))
        .group_by(*key)
        .order_by(found.c.source, found.c.municipality.nulls_last())
    )


async def measure_usage(tx: Transaction) -> None:
    """Set the gauge. All values at once, between two waits: a scrape never sees a part of them."""
    rows = await tx.rows(usage_counts())
    usage_events.clear()
    for row in rows:
        for outcome in Outcome:
            labels = (row["source"], row["municipality"] or NOBODY, outcome.value)
            usage_events.labels(*labels).set(row[outcome.value])


def uncharged_by_reason() -> Select[Any]:
    """What is not charged and not free, by outcome, reason and whether a person dismissed it."""
    found = sa.union_all(_cells(), _letters()).subquery("found")
    key = (found.c.outcome, found.c.reason, found.c.dismissed)
    records = sa.cast(sa.func.sum(found.c.records), BigInteger).label("records")
    return sa.select(*key, records).where(found.c.outcome.in_(_REASONED)).group_by(*key)


async def measure_reasons(tx: Transaction) -> None:
    """Set the gauge of what has no charge, all values at once."""
    rows = await tx.rows(uncharged_by_reason())
    uncharged.clear()
    for row in rows:
        state = "dismissed" if row["dismissed"] else "open"
        uncharged.labels(row["outcome"], row["reason"], state).set(row["records"])


def _cells() -> Select[Any]:
    columns: list[ColumnElement[Any]] = [
        usage_intake.c.source,
        usage_intake.c.municipality,
        sa.func.coalesce(uncharged_usage.c.outcome, Outcome.CHARGED.value).label("outcome"),
        uncharged_usage.c.reason.label("reason"),
        sa.false().label("letter"),
        sa.and_(uncharged_usage.c.outcome == Outcome.QUARANTINED.value, is_dismissed()).label("dismissed"),
        usage_intake.c.records,
    ]
    return (
        sa.select(*columns)
        .join(usage_cell, same_cell(usage_intake, usage_cell))
        .outerjoin(uncharged_usage, same_cell(usage_intake, uncharged_usage))
        .outerjoin(usage_dismissal, same_cell(usage_intake, usage_dismissal))
    )


def _letters() -> Select[Any]:
    columns: list[ColumnElement[Any]] = [
        source_of().label("source"),
        municipality_of().label("municipality"),
        sa.literal(Outcome.QUARANTINED.value).label("outcome"),
        fault_in_sql().label("reason"),
        sa.true().label("letter"),
        (dead_letter.c.state == "dismissed").label("dismissed"),
        sa.literal(1, BigInteger).label("records"),
    ]
    return sa.select(*columns).where(dead_letter.c.state != "replayed", tells_usage())


def _sum_where(column: ColumnElement[int], condition: ColumnElement[bool]) -> ColumnElement[int]:
    return sa.cast(sa.func.coalesce(sa.func.sum(column).filter(condition), 0), BigInteger)
