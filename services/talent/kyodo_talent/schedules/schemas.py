"""What is asked and answered about experts' time, in half-days."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from kyodo_events.values.fiscal import Month
from kyodo_events.values.texts import Day
from kyodo_platform.resources import Answer, Body, Resource
from kyodo_talent.schedules.values import Absence, HalfDays, MonthHalfDays


def _each_month_once(months: Sequence[MonthHalfDays]) -> Sequence[MonthHalfDays]:
    if len({one.month for one in months}) != len(months):
        raise ValueError("each month may be named once")
    return months


class CapacityIn(Body):
    """How much time the expert has from this month on."""

    half_days_per_month: HalfDays
    exceptions: Annotated[tuple[MonthHalfDays, ...], Field(max_length=120), AfterValidator(_each_month_once)] = Field(
        default=(), description="All months from this one on that differ; months that are over stay as they were."
    )


class AbsenceIn(Body):
    """Days on which the expert does not work, both included. Say nothing of why."""

    from_day: Day
    until_day: Day

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.until_day < self.from_day:
            raise ValueError("the last day lies before the first")
        return self


class ScheduleOut(Resource):
    """How much time an expert has."""

    expert_id: str
    half_days_per_month: int = Field(title="月あたりコマ数")
    exceptions: list[MonthHalfDays] = Field(title="月別の例外")
    absences: list[Absence] = Field(title="不在期間")


class MonthRow(Answer):
    """One month of an expert: what can be worked, and what of it is promised."""

    expert_id: str = Field(title="専門人材")
    month: Month = Field(title="月")
    capacity: int = Field(title="枠（コマ）")
    offered: int = Field(title="不在を除いて働けるコマ", description="The capacity, or less where days are missing.")
    held: int = Field(title="仮押さえ（コマ）")
    confirmed: int = Field(title="確定（コマ）")
    free: int = Field(title="空き（コマ）", description="On any days of the month; on fewer days it may be less.")
