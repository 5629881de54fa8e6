"""Devices over HTTP: each municipality keeps its own."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from kyodo_events.errors import Forbidden
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Id
from kyodo_platform.commands import Commands
from kyodo_platform.history import HistoryRow
from kyodo_platform.identity.callers import own_municipality
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import officer_of, role
from kyodo_platform.resources import Page, PageQuery, Reader, ReadSession
from kyodo_platform.routing import Router
from kyodo_supporter_matching.device_stock.model import StockPromised
from kyodo_supporter_matching.devices.events import AssetTagTaken, DeviceInAnotherState, DeviceIsLent, DeviceNotLent
from kyodo_supporter_matching.devices.model import Device, device_id
from kyodo_supporter_matching.devices.moves import follow, move
from kyodo_supporter_matching.devices.schemas import DeviceIn, DeviceOut, InspectionIn, RetirementIn, WipingIn
from kyodo_supporter_matching.devices.values import Family, State
from kyodo_supporter_matching.devices.views import device, devices_with

router = Router(prefix="/v1/devices", tags=["devices"])

keepers = officer_of("municipality")
readers = role(Role.SECRETARIAT, Role.AUDITOR, Role.OFFICER, Role.APPROVER)


@router.post("", allow=role(Role.OFFICER), raises=[Forbidden, AssetTagTaken])
async def add_device(body: DeviceIn, commands: Commands, reader: Reader) -> DeviceOut:
    """Take up a device of your own municipality, ready to be lent."""
    own = own_municipality(commands.identity)
    added = await commands.on_or_new(
        Device,
        device_id(own, body.asset_tag),
        lambda device: device.add(own, body.asset_tag, body.family, body.product),
    )
    await follow(commands, added)
    return await _shown(reader, added.id)


@router.put("/{device_id}/return/{municipality}", allow=keepers, raises=[DeviceNotLent])
async def return_device(device_id: Id, municipality: MunicipalityCode, commands: Commands, reader: Reader) -> DeviceOut:
    """Record that a lent device is back. Inspect and wipe it next."""
    await move(commands, device_id, lambda device: device.take_back(municipality))
    return await _shown(reader, device_id)


@router.put("/{device_id}/inspection/{municipality}", allow=keepers, raises=[DeviceInAnotherState])
async def inspect_device(
    device_id: Id, municipality: MunicipalityCode, body: InspectionIn, commands: Commands, reader: Reader
) -> DeviceOut:
    """Record how a returned device is; a damaged one is in repair from now on."""
    await move(commands, device_id, lambda device: device.inspect(municipality, body.finding))
    return await _shown(reader, device_id)


@router.put("/{device_id}/wiping/{municipality}", allow=keepers, raises=[DeviceInAnotherState])
async def wipe_device(
    device_id: Id, municipality: MunicipalityCode, body: WipingIn, commands: Commands, reader: Reader
) -> DeviceOut:
    """Record that an inspected device was wiped: it is available again."""
    await move(commands, device_id, lambda device: device.wipe(municipality, body.wiping))
    return await _shown(reader, device_id)


@router.put("/{device_id}/loss/{municipality}", allow=keepers, raises=[DeviceInAnotherState])
async def lose_device(device_id: Id, municipality: MunicipalityCode, commands: Commands, reader: Reader) -> DeviceOut:
    """Record that a device is lost, lent or not."""
    await move(commands, device_id, lambda device: device.lose(municipality))
    return await _shown(reader, device_id)


@router.put("/{device_id}/finding/{municipality}", allow=keepers, raises=[DeviceInAnotherState])
async def find_device(device_id: Id, municipality: MunicipalityCode, commands: Commands, reader: Reader) -> DeviceOut:
    """Record that a lost device was found. Inspect and wipe it next."""
    await move(commands, device_id, lambda device: device.find(municipality))
    return await _shown(reader, device_id)


@router.put("/{device_id}/repair/{municipality}", allow=keepers, raises=[DeviceInAnotherState])
async def send_to_repair(
    device_id: Id, municipality: MunicipalityCode, commands: Commands, reader: Reader
) -> DeviceOut:
    """Send a device into repair."""
    await move(commands, device_id, lambda device: device.send_to_repair(municipality))
    return await _shown(reader, device_id)


@router.put("/{device_id}/repaired/{municipality}", allow=keepers, raises=[DeviceInAnotherState])
async def come_from_repair(
    device_id: Id, municipality: MunicipalityCode, commands: Commands, reader: Reader
) -> DeviceOut:
    """Record that a device is back from repair. Inspect and wipe it next."""
    await move(commands, device_id, lambda device: device.come_from_repair(municipality))
    return await _shown(reader, device_id)


@router.put("/{device_id}/retirement/{municipality}", allow=keepers, raises=[DeviceIsLent, StockPromised])
async def retire_device(
    device_id: Id, municipality: MunicipalityCode, body: RetirementIn, commands: Commands, reader: Reader
) -> DeviceOut:
    """Never lend a device again; what is reserved must be possible without it."""
    await move(commands, device_id, lambda device: device.retire(municipality, body.reason))
    return await _shown(reader, device_id)


@router.get("", allow=readers)
async def list_devices(
    commands: Commands,
    reader: Reader,
    page: PageQuery,
    municipality: MunicipalityCode | None = None,
    family: Family | None = None,
    state: State | None = None,
    overdue: Annotated[bool, Query(description="Only those that should be back by now.")] = False,
) -> Page[DeviceOut]:
    """The devices of your municipality; Tokyo sees all."""
    day = commands.today if overdue else None
    query = devices_with(day, municipality=municipality, family=family, state=state)
    return await reader.page(DeviceOut, query, page, by=[device.c.municipality, device.c.asset_tag])


@router.get("/{device_id}", allow=readers)
async def read_device(device_id: Id, reader: Reader) -> DeviceOut:
    """One device of your municipality."""
    return await _shown(reader, device_id)


@router.get("/{device_id}/history", allow=readers)
async def device_history(device_id: Id, reader: Reader, page: PageQuery) -> Page[HistoryRow]:
    """What happened to a device, in words."""
    await _shown(reader, device_id)
    return await reader.history(Device, device_id, page)


async def _shown(reader: ReadSession, id_: str) -> DeviceOut:
    return await reader.one(DeviceOut, devices_with(device_id=id_), what="device", id=id_)
