"""What people see of savings: the rows, private to their municipality, and the sums of a call, which others see too.

The sums are additions, because those who read them may not read the rows: each event says what it counts for and
what it stands in place of.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.event import Batch, Recorded
from kyodo_events.views import AnyWrite, View, add_up, change, upsert
from kyodo_procurement.savings.events import (
    SavingAdjusted,
    SavingClaimed,
    SavingConfirmed,
    SavingEvent,
    SavingForecast,
    SavingWithdrawn,
)
from kyodo_procurement.savings.model import CLAIMED, CONFIRMED, FORECAST, WITHDRAWN
from kyodo_procurement.savings.values import Counted, SavingStatus
from kyodo_procurement.tables import metadata

REPORTED = (CONFIRMED, CLAIMED, FORECAST)
LEAST_TOGETHER = 3  # municipalities behind a sum that others see

saving = sa.Table(
    "saving",
    metadata,
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("call_id", sa.Text, nullable=False),
    sa.Column("lot", sa.Integer, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("lines", JSONB, nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("forecast", sa.BigInteger),
    sa.Column("claimed", sa.BigInteger),
    sa.Column("confirmed", sa.BigInteger),
    sa.Column("adjusted", sa.Boolean, nullable=False),
    sa.Column("reason", sa.Text),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("saving_by_call", "municipality", "call_id"),
    info={"private_to": "municipality"},
)

saving_sum = sa.Table(  # of all municipalities together
    "saving_sum",
    metadata,
    sa.Column("call_id", sa.Text, primary_key=True),
    sa.Column("status", sa.Text, primary_key=True),
    sa.Column("amount", sa.BigInteger, nullable=False),
)

saving_party = sa.Table(  # who is behind a sum, with how many lots; no amounts
    "saving_party",
    metadata,
    sa.Column("call_id", sa.Text, primary_key=True),
    sa.Column("status", sa.Text, primary_key=True),
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("lots", sa.Integer, nullable=False),
)

savings = View("savings", saving, saving_sum, saving_party)


@savings.on(SavingForecast)
def _(rows: Batch[SavingForecast]) -> list[AnyWrite]:
    stated = [{**_stated(r), "status": FORECAST, "forecast": r.event.amount, "reason": None} for r in rows]
    return [upsert(saving, stated), *_moved(rows, FORECAST)]


@savings.on(SavingClaimed)
def _(rows: Batch[SavingClaimed]) -> list[AnyWrite]:
    stated = [{**_stated(r), "status": CLAIMED, "claimed": r.event.amount, "reason": r.event.reason} for r in rows]
    return [upsert(saving, stated), *_moved(rows, CLAIMED)]


@savings.on(SavingConfirmed)
def _(rows: Batch[SavingConfirmed]) -> list[AnyWrite]:
    confirmed = [{**_key(r), "status": CONFIRMED, "confirmed": r.event.amount} for r in rows]
    return [change(saving, confirmed), *_moved(rows, CONFIRMED)]


@savings.on(SavingAdjusted)
def _(rows: Batch[SavingAdjusted]) -> list[AnyWrite]:
    adjusted = [
        {
            **_key(r),
            "status": CONFIRMED,
            "adjusted": True,
            "confirmed": r.event.amount,
            **r.event.model_dump(mode="json", include={"lines", "amount", "reason"}),
        }
        for r in rows
    ]
    return [change(saving, adjusted), *_moved(rows, CONFIRMED)]


@savings.on(SavingWithdrawn)
def _(rows: Batch[SavingWithdrawn]) -> list[AnyWrite]:
    withdrawn = [{**_key(r), "status": WITHDRAWN, "reason": r.event.reason} for r in rows]
    return [change(saving, withdrawn), *_moved(rows, None)]


def _key(r: Recorded[SavingEvent]) -> dict[str, Any]:
    return {"municipality": r.event.municipality, "id": r.stream, "version": r.version}


def _stated(r: Recorded[SavingForecast] | Recorded[SavingClaimed]) -> dict[str, Any]:
    shown = r.event.model_dump(mode="json", include={"call_id", "lot", "lines", "amount"})
    return {**_key(r), **shown, "adjusted": False}


def _moved(rows: Batch[Any], to: SavingStatus | None) -> list[AnyWrite]:
    """The sums: what the savings counted until now goes, what they count from now on comes."""
    moves: list[tuple[SavingEvent, Counted, int]] = []
    for r in rows:
        if r.event.before:
            moves.append((r.event, r.event.before, -1))
        if to:
            moves.append((r.event, Counted(status=to, amount=r.event.amount), 1))
    keys = [{"call_id": event.call_id, "status": counted.status.value} for event, counted, _ in moves]
    sums = [{**key, "amount": sign * counted.amount} for key, (_, counted, sign) in zip(keys, moves, strict=True)]
    parties = [
        {**key, "municipality": event.municipality, "lots": sign}
        for key, (event, _, sign) in zip(keys, moves, strict=True)
    ]
    return [add_up(saving_sum, sums), add_up(saving_party, parties)]


def savings_by(call_id: str | None, municipality: str | None, status: SavingStatus | None) -> sa.Select[Any]:
    """Savings of a call, of a municipality, at a status, or all that the caller may see."""
    wanted = {saving.c.call_id: call_id, saving.c.municipality: municipality, saving.c.status: status}
    return sa.select(saving).where(*(column == value for column, value in wanted.items() if value is not None))


def saving_of(saving_id: str) -> sa.Select[Any]:
    """One saving."""
    return sa.select(saving).where(saving.c.id == saving_id)


def report(call_id: str | None, least: int) -> sa.Select[Any]:
    """The sums by call: yen and municipalities at each status; a sum of fewer than `least` municipalities is null."""
    parties = (
        sa.select(saving_party.c.call_id, saving_party.c.status, sa.func.count().label("municipalities"))
        .where(saving_party.c.lots > 0)
        .group_by(saving_party.c.call_id, saving_party.c.status)
        .subquery("parties")
    )
    behind = sa.func.coalesce(parties.c.municipalities, 0)
    columns: list[sa.ColumnElement[Any]] = []
    for status in REPORTED:
        here = saving_sum.c.status == status.value
        amount = sa.func.max(sa.case((sa.and_(here, behind >= least), saving_sum.c.amount)))
        columns.append((sa.func.coalesce(amount, 0) if not least else amount).label(status.value))
        counted = sa.func.coalesce(sa.func.max(sa.case((here, behind))), 0)
        columns.append(counted.label(f"{status.value}_municipalities"))
    same = sa.and_(parties.c.call_id == saving_sum.c.call_id, parties.c.status == saving_sum.c.status)
    query = (
        sa.select(saving_sum.c.call_id, *columns)
        .select_from(saving_sum.outerjoin(parties, same))
        .group_by(saving_sum.c.call_id)
    )
    return query.where(saving_sum.c.call_id == call_id) if call_id else query
