"""What happens to an expert's time, and what is refused.

No event here says for whom a hold is: the municipalities stand in the assignment of the same id.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from kyodo_events.errors import Refused
from kyodo_events.event import Event
from kyodo_events.values.fiscal import Month
from kyodo_events.values.texts import Day, Id
from kyodo_talent.schedules.values import Absence, HalfDays, MonthHalfDays


class ScheduleBegun(Event, type="kyodo.talent.schedule-begun", words="対応可能な枠を月{half_days_per_month}コマとした"):
    """The expert's time is kept from now on."""

    half_days_per_month: HalfDays


class CapacitySet(Event, type="kyodo.talent.capacity-set", words="対応可能な枠を月{half_days_per_month}コマに変更した"):
    """The expert has more or less time from this month on; months that are over stay as they were."""

    half_days_per_month: HalfDays
    exceptions: Annotated[tuple[MonthHalfDays, ...], Field(description="All months that differ, past ones too.")]
    earlier: Annotated[
        tuple[MonthHalfDays, ...],
        Field(description="Numbers that held before, each with the last month in which it did, in order of time."),
    ]


class AbsenceAdded(Event, type="kyodo.talent.absence-added", words="{from_day}から{until_day}までを不在とした"):
    """The expert will be absent."""

    from_day: Day
    until_day: Day
    absences: Annotated[tuple[Absence, ...], Field(description="All absences after this.")]


class AbsenceRemoved(
    Event, type="kyodo.talent.absence-removed", words="{from_day}から{until_day}までの不在を取り消した"
):
    """The expert will be there after all."""

    from_day: Day
    until_day: Day
    absences: Annotated[tuple[Absence, ...], Field(description="All absences after this.")]


class HoldPlaced(Event, type="kyodo.talent.hold-placed", words="{from_day}から{until_day}までの枠を仮押さえした"):
    """Half-days are held until a moment, or held on until a later one."""

    hold_id: Id
    lines: tuple[MonthHalfDays, ...]
    from_day: Day
    until_day: Day
    expires_at: datetime


class HoldLapsed(Event, type="kyodo.talent.hold-lapsed", words="仮押さえが期限切れとなった"):
    """A hold had expired when something was decided that relied on it: from here on nobody can confirm it."""

    hold_id: Id


class HoldConfirmed(Event, type="kyodo.talent.hold-confirmed", words="仮押さえを確定した"):
    """What was held is promised for good."""

    hold_id: Id


class HoldReleased(Event, type="kyodo.talent.hold-released", words="押さえた枠（{months}）を解放した"):
    """The half-days of these months are free again."""

    hold_id: Id
    months: tuple[Month, ...]


class CapacityExceeded(Refused):
    status, type = 409, "capacity-exceeded"
    title = "The expert does not have that much time"
    detail = "{shortage}."
    remedy = "Ask for no more than what is free, or for other months or days; absences and weekends offer nothing."


class CapacityBelowCommitments(Refused):
    status, type = 409, "capacity-below-commitments"
    title = "More is held or confirmed than would be left"
    detail = "{shortage}."
    remedy = "Free the time first, by ending or declining assignments; holds that have expired do not count."


class HoldGone(Refused):
    status, type = 409, "hold-gone"
    title = "The time is no longer held"
    detail = "The hold '{hold_id}' has expired or was released."
    remedy = "Hold the time again, as far as it is still free."


class MonthIsOver(Refused):
    status, type = 409, "month-is-over"
    title = "The month is over"
    detail = "{month} is before {first}, the present month in Tokyo; what was stays as it was."
    remedy = "Name the present month or a later one."
