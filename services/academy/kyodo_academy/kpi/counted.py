"""What counts, gathered: attendances on record, those taken over, and the months that are frozen.

The facts stand in `enrolment`, which is private. Its sums are made by two functions of the database that give out
nothing else (docs/decisions/0023-the-database-sums-over-others.md), so that the figure can be public.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from kyodo_academy.earlier_attendances.views import taken_over
from kyodo_academy.frozen_months.views import frozen
from kyodo_academy.kpi.model import Cell, Months, as_frozen, with_taken_over
from kyodo_academy.programmes.model import ProgrammeCode
from kyodo_events.database import Transaction
from kyodo_events.values.fiscal import FiscalYear, Month

_COUNTS: Final = ("attendances", "heads", "new_in_year", "new_ever")

_SUMS = sa.func.attendance_sums().table_valued("month", "programme", "party", *_COUNTS, name="sums")
_SEATS = sa.func.seats_to_come().table_valued("month", "seats", name="seats")


@dataclass(frozen=True, slots=True)
class Counted:
    """`recorded` is what stands on the platform, `live` that with what was taken over, `months` what counts."""

    recorded: Months
    live: Months
    frozen: Months
    heads_taken_over: Mapping[FiscalYear, int]

    @property
    def months(self) -> Months:
        """Frozen where frozen, else live."""
        return as_frozen(self.live, self.frozen)


async def counted(tx: Transaction) -> Counted:
    """Everything, as this transaction sees it."""
    lines, heads = await taken_over(tx)
    recorded = await on_record(tx)
    return Counted(recorded, with_taken_over(recorded, lines), await frozen(tx), heads)


async def on_record(tx: Transaction) -> Months:
    """What the platform itself recorded."""
    months: dict[Month, list[Cell]] = defaultdict(list)
    for row in await tx.rows(sa.select(_SUMS)):
        programme = ProgrammeCode(row["programme"]) if row["programme"] else None
        numbers = {name: row[name] for name in _COUNTS}
        months[Month(row["month"])].append(Cell(programme=programme, party=row["party"], taken_over=0, **numbers))
    return months


async def confirmed_seats(tx: Transaction) -> dict[Month, int]:
    """Seats that municipalities' officials have and of which no attendance is on record yet, by month."""
    return {Month(row["month"]): int(row["seats"]) for row in await tx.rows(sa.select(_SEATS))}
