"""What is metered: the events that add to usage, and how they fill its tables inside PostgreSQL.

Additions need no order, so a correction may arrive before what it corrects: a correction and a cancellation are
records of their own, with the difference as their quantity.
"""

from __future__ import annotations

from dataclasses import dataclass

from kyodo_events.contracts.academy import TrainingAttendanceCancelled, TrainingAttended
from kyodo_events.contracts.metered import Metered
from kyodo_events.contracts.procurement.usage import ServiceUseCancelled, ServiceUseCorrected, ServiceUsed
from kyodo_events.contracts.supporter_matching import SupporterAttendanceCorrected, SupporterAttended
from kyodo_events.contracts.talent import WorkLogAdjusted, WorkLogApproved
from kyodo_events.event import Event

CellKey = tuple[str, str, str, str]
"""Municipality, project, meter, month."""

UsageFact = ServiceUsed | ServiceUseCorrected | ServiceUseCancelled | Metered
"""What adds to a cell."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How a kind of event counts: the field of its day (or month), and what it adds, as fields or a number."""

    on: str
    adds: str
    less: str = ""


KINDS: dict[type[UsageFact], Kind] = {
    ServiceUsed: Kind("used_on", "quantity"),
    ServiceUseCorrected: Kind("used_on", "quantity", less="quantity_before"),
    ServiceUseCancelled: Kind("used_on", "0", less="quantity_before"),
    WorkLogApproved: Kind("month", "half_days"),
    WorkLogAdjusted: Kind("month", "half_days", less="half_days_before"),
    SupporterAttended: Kind("held_on", "hours"),
    SupporterAttendanceCorrected: Kind("held_on", "hours", less="hours_before"),
    TrainingAttended: Kind("held_on", "1"),
    TrainingAttendanceCancelled: Kind("held_on", "0", less="1"),
}
READS: dict[type[Event], tuple[int, ...]] = dict.fromkeys(KINDS, (1,))
"""The versions of each event that the SQL below reads."""


def cell_key(fact: UsageFact) -> CellKey:
    """The cell a record belongs to: its month is that of the day it was used."""
    return fact.municipality, fact.project_id, fact.meter, str(getattr(fact, KINDS[type(fact)].on))[:7]


def _by_type(expressions: dict[type[UsageFact], str]) -> str:
    cases = " ".join(f"WHEN '{event.event_type}' THEN {sql}" for event, sql in expressions.items())
    return f"CASE type {cases} END"


def _number(field: str) -> str:
    return field if field.isdigit() else f"(data->>'{field}')::bigint"


def _adds(kind: Kind) -> str:
    return f"{_number(kind.adds)} - {_number(kind.less)}" if kind.less else _number(kind.adds)


def _day(kind: Kind) -> str:
    return f"data->>'{kind.on}'" + (" || '-01'" if kind.on == "month" else "")


_METERS = _by_type({event: f"'{event.meter}'" for event in KINDS if issubclass(event, Metered)})
_DAY = _by_type({event: _day(kind) for event, kind in KINDS.items()})
_QUANTITY = _by_type({event: _adds(kind) for event, kind in KINDS.items()})

# The month is that of the text, as in `cell_key`. A day written in some way in which text and date differ is refused by
# a check of usage_record, and its record is parked.
_FACT = f"""
WITH fact AS MATERIALIZED (
    SELECT event_id, source, data->>'municipality' AS municipality, data->>'project_id' AS project_id,
        coalesce(data->>'meter', {_METERS}) AS meter, {_DAY} AS day, {_QUANTITY} AS quantity,
        coalesce(data->>'record', stream) AS record
    FROM arrivals
), added AS MATERIALIZED (
    SELECT municipality, project_id, meter, left(day, 7) AS month, source,
        sum(quantity) AS quantity, count(*) AS records
    FROM fact GROUP BY municipality, project_id, meter, left(day, 7), source
)
"""  # noqa: S608 - type names and fields of declared events only

MAKE_ROOM = f"""
WITH dated AS (SELECT DISTINCT left({_DAY}, 7) AS month FROM arrivals)
SELECT make_room_for_usage(month) FROM dated ORDER BY month
"""  # noqa: S608
"""A partition for each month that these arrivals are the first of."""

FILL = f"""{_FACT}, record AS (
    INSERT INTO usage_record (municipality, project_id, meter, month, event_id, used_on, quantity, record, source)
    SELECT municipality, project_id, meter, left(day, 7), event_id, day::date, quantity, record, source FROM fact
), intake AS (
    INSERT INTO usage_intake (municipality, project_id, meter, month, source, records)
    SELECT municipality, project_id, meter, month, source, records FROM added
    ORDER BY municipality, project_id, meter, month, source
    ON CONFLICT (municipality, project_id, meter, month, source)
    DO UPDATE SET records = usage_intake.records + excluded.records
)
INSERT INTO usage_cell (municipality, project_id, meter, month, quantity, records)
SELECT municipality, project_id, meter, month, sum(quantity), sum(records) FROM added
GROUP BY municipality, project_id, meter, month ORDER BY municipality, project_id, meter, month
ON CONFLICT (municipality, project_id, meter, month)
DO UPDATE SET quantity = usage_cell.quantity + excluded.quantity, records = usage_cell.records + excluded.records
"""  # noqa: S608
"""One row a record, and their sums, in the order of keys: so that two transactions lock the rows they share alike."""
