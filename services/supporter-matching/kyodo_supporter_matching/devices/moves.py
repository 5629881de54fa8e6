"""What a device's move means for the others: its reservation and its stock follow in the same transaction."""

from __future__ import annotations

from kyodo_platform.commands import CommandBus, Decision
from kyodo_supporter_matching.device_reservations.model import Reservation
from kyodo_supporter_matching.device_stock.model import DeviceStock, stock_id
from kyodo_supporter_matching.devices.model import Device
from kyodo_supporter_matching.devices.values import State


async def move(commands: CommandBus, device_id: str, decide: Decision[Device]) -> Device:
    """Decide on a device that exists, then on what follows; nothing does where it stands so already."""
    device = await commands.on(Device, device_id, decide)
    if not commands.has_recorded:
        return device
    if device.reservation_id is not None and device.state is not State.LENT:
        await commands.on(Reservation, device.reservation_id, lambda reservation: reservation.end_loan(device))
    await follow(commands, device)
    return device


async def follow(commands: CommandBus, device: Device) -> None:
    """Let the stock know where the device stands. Always the last step: the stock is what many wait for."""
    id_ = stock_id(device.municipality, device.family)
    await commands.on_or_new(DeviceStock, id_, lambda stock: stock.follow(device, commands.today))
