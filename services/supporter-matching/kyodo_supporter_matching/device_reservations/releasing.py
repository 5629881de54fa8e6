"""Giving reserved devices up: on request, and where the session they were kept for does not take place."""

from __future__ import annotations

from typing import Final

from kyodo_platform.commands import CommandBus
from kyodo_platform.resources import ReadSession
from kyodo_supporter_matching.device_reservations.model import Reservation
from kyodo_supporter_matching.device_reservations.values import ReservationStatus
from kyodo_supporter_matching.device_reservations.views import reservation, reservations_with
from kyodo_supporter_matching.device_stock.model import DeviceStock, stock_id

MOST: Final = 100  # reservations for one session


async def release(commands: CommandBus, reservation_id: str, municipality: str) -> None:
    """Free what is reserved and not lent. Raises DevicesAreOut, ReservationOver."""
    found = await commands.on(Reservation, reservation_id, lambda found: found.cancel(municipality))
    await commands.on(DeviceStock, stock_id(municipality, found.family), lambda stock: stock.release(reservation_id))


async def release_devices_of(commands: CommandBus, reader: ReadSession, session_id: str) -> None:
    """Free what is reserved for a session; devices that are out come back as any others do."""
    waiting = reservations_with(session_id=session_id, status=ReservationStatus.RESERVED)
    for row in await reader.tx.rows(reader.own(waiting.order_by(reservation.c.reservation_id).limit(MOST))):
        await release(commands, row["reservation_id"], row["municipality"])
