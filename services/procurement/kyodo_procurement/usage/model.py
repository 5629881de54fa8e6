"""Metered use (利用): what an operator's meter counted, one event a record.

There is no aggregate: no rule needs what was recorded before. The record's own identity is its stream, so that
a repeated record is no second event.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from kyodo_events.contracts.burden_terms import MeterCode
from kyodo_events.contracts.procurement import Quantity, ServiceUsed
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Day
from kyodo_events.values.value import Value

CATEGORY = "usage"
MAX_BATCH = 10_000


class UsageRecord(Value):
    """One line of an operator's report."""

    record: Annotated[
        str,
        Field(
            pattern="^[A-Za-z0-9][A-Za-z0-9._:/-]{0,99}$",
            description="The operator's own identification of the record, unique in the project.",
        ),
    ]
    meter: MeterCode
    municipality: MunicipalityCode
    quantity: Quantity
    used_on: Day


def used(project_id: str, record: UsageRecord) -> tuple[str, ServiceUsed]:
    """The record's stream and its event."""
    event = ServiceUsed(
        project_id=project_id,
        record=record.record,
        meter=record.meter,
        municipality=record.municipality,
        quantity=record.quantity,
        used_on=record.used_on,
    )
    return f"{project_id}:{record.record}", event
