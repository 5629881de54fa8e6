"""How much time experts have, for decisions of other slices: of hundreds of experts at once, by two queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from kyodo_events.database import Row, Transaction
from kyodo_events.values.fiscal import Month
from kyodo_talent.schedules.capacity import offered_in
from kyodo_talent.schedules.model import Capacity
from kyodo_talent.schedules.tables import hold, schedule
from kyodo_talent.schedules.values import Absence, MonthHalfDays


@dataclass(frozen=True, slots=True)
class MonthOfExpert:
    """Half-days of one expert in one month: what can be worked at all, and what of it is held and confirmed."""

    expert_id: str
    month: Month
    capacity: int
    offered: int
    held: int
    confirmed: int

    @property
    def free(self) -> int:
        """What can still be promised on any days of the month; on fewer days it may be less."""
        return max(0, self.offered - self.held - self.confirmed)


async def months_of(
    tx: Transaction, months: Sequence[Month], now: datetime, expert_ids: Sequence[str] | None = None
) -> list[MonthOfExpert]:
    """These months of these experts, or of all, in the order of experts and months. Expired holds count for nothing."""
    schedules = sa.select(schedule).order_by(schedule.c.expert_id)
    confirmed = hold.c.expires_at.is_(None)
    promised = (
        sa.select(
            hold.c.expert_id,
            hold.c.month,
            sa.func.coalesce(sa.func.sum(hold.c.half_days).filter(confirmed), 0).label("confirmed"),
            sa.func.coalesce(sa.func.sum(hold.c.half_days).filter(hold.c.expires_at > now), 0).label("held"),
        )
        .where(hold.c.month.in_(months))
        .group_by(hold.c.expert_id, hold.c.month)
    )
    if expert_ids is not None:
        schedules = schedules.where(schedule.c.expert_id.in_(expert_ids))
        promised = promised.where(hold.c.expert_id.in_(expert_ids))
    sums = {(row["expert_id"], row["month"]): (row["held"], row["confirmed"]) for row in await tx.rows(promised)}
    found = []
    for row in await tx.rows(schedules):
        capacity, absences = capacity_of(row), [Absence.model_validate(one) for one in row["absences"]]
        for month in months:
            most = capacity.in_month(month)
            offered = offered_in(month, most, absences)
            held, promised_ = sums.get((row["expert_id"], month), (0, 0))
            found.append(MonthOfExpert(row["expert_id"], month, most, offered, held, promised_))
    return found


def capacity_of(row: Row) -> Capacity:
    """The capacity in a row of the schedule's table."""
    return Capacity.of(row["half_days_per_month"], _months(row["exceptions"]), _months(row["earlier"]))


def _months(rows: Iterable[Mapping[str, Any]]) -> Iterable[MonthHalfDays]:
    return (MonthHalfDays.model_validate(row) for row in rows)
