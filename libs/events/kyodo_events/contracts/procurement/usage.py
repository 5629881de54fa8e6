"""Metered use as it leaves procurement."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from kyodo_events.contracts.meter_prices import MeterCode
from kyodo_events.event import Event, Topic
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.quantities import Quantity
from kyodo_events.values.texts import Line

USAGE = Topic("kyodo.procurement.usage.v1")


class ServiceUsed(
    Event,
    type="kyodo.procurement.service-used",
    topic=USAGE,
    key="municipality",
    words="{municipality}の{used_on}の利用を記録した",
):
    """A municipality used a shared service; one event a metered record, in a stream of its own."""

    project_id: str
    meter: MeterCode
    municipality: MunicipalityCode
    quantity: Quantity
    used_on: date
    record: Annotated[str, Field(description="The operator's own identification of the record, unique in the project.")]


class ServiceUseCorrected(
    Event,
    type="kyodo.procurement.service-use-corrected",
    topic=USAGE,
    key="municipality",
    words="{municipality}の{used_on}の利用の記録を訂正した",
):
    """The quantity of a record was corrected; the stream is that of the ServiceUsed that it corrects.

    The difference, `quantity` less `quantity_before`, adds to what the record said before. `conflict_id` names the
    report of other content under the same id that this correction goes back to, where there was one.
    """

    project_id: str
    meter: MeterCode
    municipality: MunicipalityCode
    used_on: date
    record: str
    quantity_before: Quantity
    quantity: Quantity
    reason: Line
    conflict_id: str | None = None


class ServiceUseCancelled(
    Event,
    type="kyodo.procurement.service-use-cancelled",
    topic=USAGE,
    key="municipality",
    words="{municipality}の{used_on}の利用の記録を取り消した",
):
    """A record was cancelled and counts no longer; the stream is that of the ServiceUsed that it cancels."""

    project_id: str
    meter: MeterCode
    municipality: MunicipalityCode
    used_on: date
    record: str
    quantity_before: Quantity
    reason: Line
