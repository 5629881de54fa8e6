"""Gauges of the sharing of experts, for Grafana: the funnel, the requests, the half-days of the current month."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from prometheus_client import Gauge

from kyodo_events.database import Transaction
from kyodo_events.values.fiscal import Month
from kyodo_talent.figures.facts import COUNTED, capacity, last_months
from kyodo_talent.figures.model import Step
from kyodo_talent.figures.views import expert_step
from kyodo_talent.requests.views import request
from kyodo_talent.schedules.facts import months_of
from kyodo_talent.work_logs.views import work_log

experts = Gauge("kyodo_talent_experts", "Experts who reached a step of the funnel", ["step"])
requests = Gauge("kyodo_talent_requests", "Requests by kind and status", ["kind", "status"])
half_days = Gauge(
    "kyodo_talent_half_days", "Half-days of the current month: capacity, held, confirmed, worked", ["state"]
)


async def measure_talent(tx: Transaction) -> None:
    """Set the gauges as things stand now."""
    await measure_at(tx, datetime.now(UTC))


async def measure_at(tx: Transaction, now: datetime) -> None:
    """Set the gauges. All values at once, between two waits: a scrape never sees a part of them."""
    reached = await tx.rows(
        sa.select(expert_step.c.step, sa.func.count(expert_step.c.expert_id.distinct()).label("experts")).group_by(
            expert_step.c.step
        )
    )
    asked = await tx.rows(
        sa.select(request.c.kind, request.c.status, sa.func.count().label("requests")).group_by(
            request.c.kind, request.c.status
        )
    )
    month = Month.containing(now)
    of_month = work_log.c.month == str(month), work_log.c.status.in_(COUNTED)
    worked = await tx.scalar(sa.select(sa.func.coalesce(sa.func.sum(work_log.c.half_days), 0)).where(*of_month))
    time, last = await months_of(tx, [month], now), await last_months(tx)
    counts = {row["step"]: row["experts"] for row in reached}
    for step in Step:
        experts.labels(step.value).set(counts.get(step.value, 0))
    requests.clear()
    for row in asked:
        requests.labels(row["kind"], row["status"]).set(row["requests"])
    half_days.labels("capacity").set(sum(capacity(one, last) for one in time))
    half_days.labels("held").set(sum(one.held for one in time))
    half_days.labels("confirmed").set(sum(one.confirmed for one in time))
    half_days.labels("worked").set(worked)
