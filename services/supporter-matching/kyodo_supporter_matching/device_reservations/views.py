"""Reservations of devices, and how many of each are out."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.event import Batch, Recorded
from kyodo_events.views import RowChange, RowWrite, View, change, upsert
from kyodo_supporter_matching.device_reservations.model import (
    BorrowerErased,
    DeviceReservationCancelled,
    DevicesReserved,
    LentDeviceCameBack,
    ReservedDevicesLent,
)
from kyodo_supporter_matching.device_reservations.values import ReservationStatus
from kyodo_supporter_matching.tables import metadata

reservation = sa.Table(
    "device_reservation",
    metadata,
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("reservation_id", sa.Text, primary_key=True),
    sa.Column("family", sa.Text, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("lent", sa.Integer, nullable=False, comment="out now"),
    sa.Column("ended", sa.Integer, nullable=False, comment="were out, and are back or lost"),
    sa.Column("from_day", sa.Date, nullable=False),
    sa.Column("until_day", sa.Date, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("session_id", sa.Text),
    sa.Column("borrower_id", sa.Text),
    sa.Column("consented_on", sa.Date),
    sa.Column("consent_reference", sa.Text),
    sa.Column("borrower", JSONB, comment="sealed texts by field; empty once erased"),
    sa.Column("reserved_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("erased_at", sa.DateTime(timezone=True)),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("device_reservation_by_id", "reservation_id"),
    sa.Index("device_reservation_session", "session_id"),
    sa.Index("device_reservation_days", "municipality", "family", "until_day"),
    info={"private_to": "municipality"},
)

reservations = View("device reservations", reservation)


@reservations.on(DevicesReserved)
def _(rows: Batch[DevicesReserved]) -> RowWrite:
    return upsert(
        reservation,
        [
            {
                **_row(r),
                **r.event.model_dump(mode="json", exclude={"resident"}),
                "lent": 0,
                "ended": 0,
                "status": ReservationStatus.RESERVED,
                "borrower_id": r.event.resident and r.event.resident.borrower_id,
                "consented_on": r.event.resident and r.event.resident.consented_on,
                "consent_reference": r.event.resident and r.event.resident.consent_reference,
                "borrower": r.event.resident and r.event.resident.sealed,
                "reserved_at": r.at,
                "erased_at": None,
            }
            for r in rows
        ],
    )


@reservations.on(ReservedDevicesLent)
def _(rows: Batch[ReservedDevicesLent]) -> RowChange:
    return change(reservation, [{**_row(r), "lent": r.event.lent, "status": ReservationStatus.LENT} for r in rows])


@reservations.on(LentDeviceCameBack)
def _(rows: Batch[LentDeviceCameBack]) -> RowChange:
    return change(
        reservation,
        [{**_row(r), "lent": r.event.lent, "ended": r.event.ended, "status": r.event.status} for r in rows],
    )


@reservations.on(DeviceReservationCancelled)
def _(rows: Batch[DeviceReservationCancelled]) -> RowChange:
    return change(reservation, [{**_row(r), "status": ReservationStatus.CANCELLED} for r in rows])


@reservations.on(BorrowerErased)
def _(rows: Batch[BorrowerErased]) -> RowChange:
    return change(reservation, [{**_row(r), "borrower": {}, "erased_at": r.at} for r in rows])


def _row(record: Recorded[Any]) -> dict[str, Any]:
    """The key and the version, which every event sets."""
    return {"municipality": record.event.municipality, "reservation_id": record.stream, "version": record.version}


def reservations_with(**filters: Any) -> sa.Select[Any]:
    """The reservations that are all of this, or all."""
    same = (reservation.c[name] == value for name, value in filters.items() if value is not None)
    return sa.select(reservation).where(*same)
