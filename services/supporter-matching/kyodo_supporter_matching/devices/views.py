"""The devices, each with its state and, while it is lent, the reservation and the day by which it is to be back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa

from kyodo_events.event import Batch, Recorded
from kyodo_events.views import RowChange, RowWrite, View, change, upsert
from kyodo_supporter_matching.devices.events import (
    DeviceAdded,
    DeviceFound,
    DeviceInspected,
    DeviceLent,
    DeviceLost,
    DeviceRepaired,
    DeviceRetired,
    DeviceReturned,
    DeviceSentToRepair,
    DeviceWiped,
)
from kyodo_supporter_matching.devices.values import Finding, State
from kyodo_supporter_matching.tables import metadata

device = sa.Table(
    "device",
    metadata,
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("device_id", sa.Text, primary_key=True),
    sa.Column("asset_tag", sa.Text, nullable=False),
    sa.Column("family", sa.Text, nullable=False),
    sa.Column("product", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("reservation_id", sa.Text, comment="while it is lent"),
    sa.Column("due_day", sa.Date, comment="while it is lent"),
    sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("device_by_id", "device_id"),
    sa.Index("device_state", "municipality", "family", "state"),
    info={"private_to": "municipality"},
)

devices = View("devices", device)

Moved = DeviceReturned | DeviceWiped | DeviceLost | DeviceFound | DeviceSentToRepair | DeviceRepaired | DeviceRetired

_AFTER: Mapping[type[Moved], State] = {
    DeviceReturned: State.RETURNED,
    DeviceWiped: State.AVAILABLE,
    DeviceLost: State.LOST,
    DeviceFound: State.RETURNED,
    DeviceSentToRepair: State.IN_REPAIR,
    DeviceRepaired: State.RETURNED,
    DeviceRetired: State.RETIRED,
}


@devices.on(DeviceAdded)
def _(rows: Batch[DeviceAdded]) -> RowWrite:
    return upsert(device, [{**_row(r, State.AVAILABLE), **r.event.model_dump(mode="json"), **_NOT_LENT} for r in rows])


@devices.on(DeviceLent)
def _(rows: Batch[DeviceLent]) -> RowChange:
    return change(
        device,
        [{**_row(r, State.LENT), "reservation_id": r.event.reservation_id, "due_day": r.event.due_day} for r in rows],
    )


@devices.on(*_AFTER)
def _(rows: Batch[Moved]) -> RowChange:
    return change(device, [{**_row(r, _AFTER[type(r.event)]), **_NOT_LENT} for r in rows])


@devices.on(DeviceInspected)
def _(rows: Batch[DeviceInspected]) -> RowChange:
    after = {Finding.FINE: State.INSPECTED, Finding.DAMAGED: State.IN_REPAIR}
    return change(device, [_row(r, after[r.event.finding]) for r in rows])


_NOT_LENT = {"reservation_id": None, "due_day": None}


def _row(record: Recorded[Any], state: State) -> dict[str, Any]:
    """What every event sets."""
    return {
        "municipality": record.event.municipality,
        "device_id": record.stream,
        "state": state,
        "changed_at": record.at,
        "version": record.version,
    }


def devices_with(overdue_on: date | None = None, **filters: Any) -> sa.Select[Any]:
    """The devices that are all of this; with a day, those that should have been back before it."""
    query = sa.select(device).where(*(device.c[name] == value for name, value in filters.items() if value is not None))
    return query if overdue_on is None else query.where(device.c.due_day < overdue_on)
