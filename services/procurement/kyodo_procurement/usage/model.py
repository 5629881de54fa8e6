"""A usage record (利用の記録): what an operator's meter counted for a municipality on a day, and its corrections.

The record's own identity, within its offering, is its stream, so that a repeated report is no second event. What a
`sum` meter counted is published at once. What other meters read is known only when the month is over: a reading stays
inside, and the month's figure is published as a record of its own (see meter_months).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any, Self

from pydantic import Field

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.contracts.meter_prices import MeterCode
from kyodo_events.contracts.procurement.services import Aggregation
from kyodo_events.contracts.procurement.usage import ServiceUseCancelled, ServiceUseCorrected, ServiceUsed
from kyodo_events.errors import require
from kyodo_events.event import Event
from kyodo_events.values.fiscal import Month
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.quantities import Quantity
from kyodo_events.values.texts import Day, Line
from kyodo_events.values.value import Value
from kyodo_procurement.usage.refusals import ConflictIsNoCorrection, MonthIsClosed, RecordIsCancelled

CATEGORY = "usage"
_ID = 36  # characters of a UUID: what stands before the colon of a stream

RecordId = Annotated[
    str,
    Field(
        pattern="^[A-Za-z0-9][A-Za-z0-9._:/-]{0,99}$",
        description="The operator's own identification of the record, unique in the offering.",
        examples=["2024-04-10/000123"],
    ),
]

UniqueKey = Annotated[
    str,
    Field(
        pattern="^[!-~]{1,100}$",
        description="What a `unique` meter tells apart, such as a keyed hash (HMAC) of a user's number: an opaque text"
        " of at most 100 visible characters, never a name, an address or a number that identifies a person.",
    ),
]


class UsageContent(Value):
    """What a record says: the same id with other content is a conflict."""

    meter: MeterCode
    municipality: MunicipalityCode
    quantity: Quantity
    used_on: Day
    unique_key: UniqueKey | None = None


class MeterRead(
    Event, type="kyodo.procurement.meter-read", words="{municipality}の{used_on}の計測値（{aggregation}）を記録した"
):
    """A meter that is not summed was read; the month's figure follows from all readings when the month is closed."""

    project_id: str
    meter: MeterCode
    aggregation: Aggregation
    municipality: MunicipalityCode
    quantity: Quantity
    used_on: date
    record: str
    unique_key: str | None


class MeterReadCorrected(
    Event, type="kyodo.procurement.meter-read-corrected", words="{municipality}の計測値を訂正した"
):
    """A reading was corrected before its month was closed."""

    municipality: MunicipalityCode
    quantity_before: Quantity
    quantity: Quantity
    reason: Line
    conflict_id: str | None = None


class MeterReadCancelled(
    Event, type="kyodo.procurement.meter-read-cancelled", words="{municipality}の計測値を取り消した"
):
    """A reading was cancelled before its month was closed, and counts no longer."""

    municipality: MunicipalityCode
    quantity_before: Quantity
    reason: Line


def stream_of(offering_id: str, record: str) -> str:
    """The stream of an offering's record."""
    return f"{offering_id}:{record}"


def place_of(stream: str) -> tuple[str, str]:
    """The offering and the record's own id, from the record's stream."""
    return stream[:_ID], stream[_ID + 1 :]


def figure_record(meter: str, month: Month, municipality: str) -> str:
    """The record id of a month's figure."""
    return f"{meter}:{month}:{municipality}"


def content_of(event: Event) -> UsageContent:
    """What the first event of a record's stream says. Raises TypeError for any other event."""
    if not isinstance(event, ServiceUsed | MeterRead):
        raise TypeError(f"{event.event_type} does not begin a usage record")
    return UsageContent(
        meter=event.meter,
        municipality=event.municipality,
        quantity=event.quantity,
        used_on=event.used_on,
        unique_key=event.unique_key if isinstance(event, MeterRead) else None,
    )


@dataclass(frozen=True)
class UsageRecord(Aggregate, category=CATEGORY):
    """One record as it stands after its corrections; `aggregation` is None where it counts by itself."""

    project_id: str = ""
    record: str = ""
    meter: str = ""
    municipality: str = ""
    quantity: int = 0
    used_on: date = date.min
    aggregation: Aggregation | None = None
    unique_key: str | None = None
    cancelled: bool = False

    # decisions

    def correct(self, quantity: int, reason: str, *, month_closed: bool, conflict_id: str | None = None) -> Events:
        """The operator, or the secretariat, corrects the quantity, as often as needed; of a reading until its month
        is closed.
        """
        self._expect_changeable(month_closed)
        if quantity == self.quantity:
            return
        change: dict[str, Any] = {
            "quantity_before": self.quantity,
            "quantity": quantity,
            "reason": reason,
            "conflict_id": conflict_id,
        }
        if self.aggregation:
            yield MeterReadCorrected(municipality=self.municipality, **change)
        else:
            yield ServiceUseCorrected(**self._published(), **change)

    def take_over(self, other: UsageContent, reason: str, conflict_id: str, *, month_closed: bool) -> Events:
        """The record says from now on what was reported under its id later, where that differs in the quantity only."""
        mine = (self.meter, self.municipality, self.used_on, self.unique_key)
        same = mine == (other.meter, other.municipality, other.used_on, other.unique_key)
        require(same, ConflictIsNoCorrection())
        yield from self.correct(other.quantity, reason, month_closed=month_closed, conflict_id=conflict_id)

    def cancel(self, reason: str, *, month_closed: bool) -> Events:
        """The operator, or the secretariat, cancels the record, once; a reading until its month is closed."""
        self._expect_changeable(month_closed)
        if self.aggregation:
            yield MeterReadCancelled(municipality=self.municipality, quantity_before=self.quantity, reason=reason)
        else:
            yield ServiceUseCancelled(**self._published(), quantity_before=self.quantity, reason=reason)

    def _expect_changeable(self, month_closed: bool) -> None:
        require(not self.cancelled, RecordIsCancelled(record=self.record))
        if self.aggregation and month_closed:
            month = Month.containing(self.used_on)
            raise MonthIsClosed(month=month, figure=figure_record(self.meter, month, self.municipality))

    def _published(self) -> dict[str, Any]:
        names = ("project_id", "meter", "municipality", "used_on", "record")
        return {name: getattr(self, name) for name in names}

    # what events did

    @evolve
    def used(self, event: ServiceUsed) -> Self:
        return replace(self, **dict(event))

    @evolve
    def read(self, event: MeterRead) -> Self:
        return replace(self, **dict(event))

    @evolve
    def use_corrected(self, event: ServiceUseCorrected) -> Self:
        return replace(self, quantity=event.quantity)

    @evolve
    def reading_corrected(self, event: MeterReadCorrected) -> Self:
        return replace(self, quantity=event.quantity)

    @evolve
    def use_cancelled(self, event: ServiceUseCancelled) -> Self:
        return replace(self, cancelled=True)

    @evolve
    def reading_cancelled(self, event: MeterReadCancelled) -> Self:
        return replace(self, cancelled=True)
