"""A month of an offering's meters (計測月): when it is over it is closed, and its readings become the month's figures.

Only meters that are not summed wait for it: the greatest quantity, the number of distinct keys or the latest quantity
of a month is known at its end.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Self
from uuid import UUID, uuid5

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.contracts.procurement.usage import ServiceUsed
from kyodo_events.errors import Refused, require
from kyodo_events.event import Event
from kyodo_events.values.fiscal import Month
from kyodo_procurement.usage.model import figure_record, stream_of


class MeterMonthClosed(
    Event, type="kyodo.procurement.meter-month-closed", words="{month}の計測値を確定した（{figures}件）"
):
    """The readings of an offering's month have become figures, one a municipality and meter; `figures` counts them."""

    offering_id: str
    month: Month
    figures: int


@dataclass(frozen=True, slots=True)
class Figure:
    """What a meter came to for a municipality in a month, by the meter's rule."""

    municipality: str
    meter: str
    quantity: int

    def published(self, offering_id: str, project_id: str, month: Month) -> tuple[str, ServiceUsed]:
        """The record that the figure becomes: its stream and its event."""
        record = figure_record(self.meter, month, self.municipality)
        event = ServiceUsed(
            project_id=project_id,
            meter=self.meter,
            municipality=self.municipality,
            quantity=self.quantity,
            used_on=month.last_day,
            record=record,
        )
        return stream_of(offering_id, record), event


class MonthNotOver(Refused):
    status, type = 409, "meter-month-not-over"
    title = "The month is not over"
    detail = "{month} is closed after its last day, {last_day} in Tokyo."
    remedy = "Close it on the day after, or later."


class AlreadyClosed(Refused):
    status, type = 409, "meter-month-already-closed"
    title = "The month was closed before"
    detail = "{month} was closed for this offering; a month is closed once."
    remedy = "Correct the month's figures, which are records like others."


@dataclass(frozen=True)
class MeterMonth(Aggregate, category="meter-month"):
    """A closed month of an offering; one that is open has no stream yet."""

    offering_id: str = ""
    month: Month | None = None
    figures: int = 0

    @staticmethod
    def id_of(offering_id: str, month: str) -> str:
        """The stream of this month of this offering."""
        return str(uuid5(UUID(offering_id), month))

    def close(self, offering_id: str, month: Month, figures: int, today: date) -> Events:
        """The operator, or the secretariat, closes a month that is over, with this many figures."""
        require(today > month.last_day, MonthNotOver(month=month, last_day=month.last_day))
        require(self.month is None, AlreadyClosed(month=month))
        yield MeterMonthClosed(offering_id=offering_id, month=month, figures=figures)

    @evolve
    def closed(self, event: MeterMonthClosed) -> Self:
        return replace(self, **dict(event))
