"""A month of attendances: frozen once, after its end and after the month before it; restated with a reason.

What was frozen stands for good. A restatement puts new figures beside the old ones. The figures are counts and name
nobody, so that no erasure reaches them (promise G8).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Final, Self

from pydantic import Field

from kyodo_academy.kpi.model import Cell, empty
from kyodo_academy.kpi.targets import FIRST_MONTH
from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.errors import NotFound, Refused, require
from kyodo_events.event import Event
from kyodo_events.values.fiscal import Month
from kyodo_events.values.texts import Line

MOST_CELLS: Final = 256  # of three programmes and all together, 62 municipalities, Tokyo, and nobody told

Cells = Annotated[tuple[Cell, ...], Field(max_length=MOST_CELLS)]


class AttendanceMonthFrozen(Event, type="kyodo.academy.attendance-month-frozen", words="{month}の受講者数を確定した"):
    """What the month counts from now on, whatever is corrected later."""

    month: Month
    cells: Cells


class AttendanceMonthRestated(
    Event,
    type="kyodo.academy.attendance-month-restated",
    words="{month}の受講者数を確定し直した（{reason_ja}）",
):
    """The month counts otherwise, for this reason; what was frozen before stays readable."""

    month: Month
    cells: Cells
    reason_ja: Line


class MonthNotOver(Refused):
    status, type = 409, "attendance-month-not-over"
    title = "The month is not over (月が終わっていない)"
    detail = "{month} ends with {last_day}, by the day in Tokyo."
    remedy = "Freeze it from the next day on."


class MonthNotCounted(Refused):
    status, type = 409, "attendance-month-not-counted"
    title = "The figure does not count this month (集計の対象外)"
    detail = "Attendances count from {first} on; {month} is before."
    remedy = "Name a later month."


class EarlierMonthNotFrozen(Refused):
    status, type = 409, "earlier-attendance-month-open"
    title = "The month before is not frozen (前の月が未確定)"
    detail = "Months are frozen in their order, and {before} is not."
    remedy = "Freeze that one first."


class MonthFrozenAlready(Refused):
    status, type = 409, "attendance-month-frozen-already"
    title = "The month is frozen (確定済み)"
    detail = "{month} was frozen before; its figures change by a restatement alone."
    remedy = "Restate it, with the reason."


@dataclass(frozen=True)
class FrozenMonth(Aggregate, category="attendance-month"):
    """One month; its id is the month itself."""

    cells: Sequence[Cell] | None = None

    @property
    def month(self) -> Month:
        return Month(self.id)

    def freeze(self, before: FrozenMonth, cells: Sequence[Cell], today: date) -> Events:
        """Freeze it; `before` is the month before it, which is frozen for good where it is frozen at all."""
        month = self.month
        require(self.cells is None, MonthFrozenAlready(month=month))
        require(month >= FIRST_MONTH, MonthNotCounted(month=month, first=FIRST_MONTH))
        require(month.last_day < today, MonthNotOver(month=month, last_day=month.last_day))
        in_order = month == FIRST_MONTH or before.cells is not None
        require(in_order, EarlierMonthNotFrozen(before=before.id))
        yield AttendanceMonthFrozen(month=month, cells=tuple(cells))

    def restate(self, cells: Sequence[Cell], reason_ja: str) -> Events:
        """Count it as it stands now. Raises NotFound for a month that is not frozen."""
        if self.cells is None:
            raise NotFound(what="frozen month", id=self.id)
        if tuple(cells) != tuple(self.cells):
            yield AttendanceMonthRestated(month=self.month, cells=tuple(cells), reason_ja=reason_ja)

    @evolve
    def was_frozen(self, event: AttendanceMonthFrozen) -> Self:
        return replace(self, cells=event.cells)

    @evolve
    def was_restated(self, event: AttendanceMonthRestated) -> Self:
        return replace(self, cells=event.cells)


@dataclass(frozen=True, slots=True)
class Difference:
    """What was corrected since a month was frozen, of one programme and organisation."""

    frozen: Cell
    live: Cell


def differences(frozen: Iterable[Cell], live: Iterable[Cell]) -> list[Difference]:
    """Where the two do not say the same; nothing where nothing was corrected."""
    then, now = ({(cell.programme, cell.party): cell for cell in cells} for cells in (frozen, live))
    found = [Difference(then.get(key) or empty(*key), now.get(key) or empty(*key)) for key in {**then, **now}]
    return [one for one in found if one.frozen != one.live]
