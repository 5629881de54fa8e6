"""The stock of a municipality's devices of one family: the one place where it is decided what is promised of it.

Every reservation of these devices is decided on this one stream, so that of two that meet the second sees what the
first took. A device that goes lost or into repair leaves the stock though it may be promised: that is a fact, and
the list of the stock shows what is missing. Retiring one is a decision, which keeps what is promised.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated, Self

from pydantic import Field

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.errors import Refused, require
from kyodo_events.event import Event
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Day, Id
from kyodo_supporter_matching.device_stock.claims import Claim, fullest
from kyodo_supporter_matching.devices.model import Device
from kyodo_supporter_matching.devices.values import Family, State

DeviceCount = Annotated[int, Field(strict=True, ge=1, le=500, description="How many devices.")]


class _OfStock(Event):
    """Something about a municipality's devices of a family."""

    municipality: MunicipalityCode
    family: Family


class DeviceStockGrew(
    _OfStock, type="kyodo.supporter-matching.device-stock-grew", words="{family}の在庫に端末が加わった"
):
    """A device can be lent on some day to come: new, found or repaired."""

    device_id: Id


class DeviceStockShrank(
    _OfStock, type="kyodo.supporter-matching.device-stock-shrank", words="{family}の在庫から端末が外れた"
):
    """A device cannot be lent: lost, in repair or retired."""

    device_id: Id


class DeviceStockReserved(
    _OfStock,
    type="kyodo.supporter-matching.device-stock-reserved",
    words="{family}を{from_day}から{until_day}まで確保した",
):
    """A part of the stock is promised on these days."""

    reservation_id: Id
    number: DeviceCount
    from_day: Day
    until_day: Day


class DeviceStockHandedOut(_OfStock, type="kyodo.supporter-matching.device-stock-handed-out", words="{family}を渡した"):
    """Devices of a reservation are with somebody."""

    reservation_id: Id
    device_ids: tuple[Id, ...]


class DeviceStockCameBack(
    _OfStock, type="kyodo.supporter-matching.device-stock-came-back", words="{family}の貸出しが終わった"
):
    """One of them is back, or lost: the reservation needs it no more."""

    reservation_id: Id
    device_id: Id


class DeviceStockReleased(
    _OfStock, type="kyodo.supporter-matching.device-stock-released", words="{family}の確保を取り消した"
):
    """What a reservation still kept is free for others."""

    reservation_id: Id


class StockExceeded(Refused):
    status, type = 409, "device-stock-exceeded"
    title = "There are not that many devices (在庫不足)"
    detail = "{asked} devices of the family '{family}' were asked, {free} are free on {day}."
    remedy = "Ask for fewer or for other days: GET /v1/device-stock/{municipality}/{family}/days shows what is free."


class StockPromised(Refused):
    status, type = 409, "device-stock-promised"
    title = "The device is promised (予約済みのため除却できない)"
    detail = "On {day}, {promised} devices of the family '{family}' are promised, and {usable} are left with this one."
    remedy = "Cancel a reservation or add a device first."


def stock_id(municipality: str, family: Family) -> str:
    """The stream of a municipality's devices of a family."""
    return f"{municipality}-{family}"


@dataclass(frozen=True)
class Hold:
    """What a reservation keeps: a number of devices on its days, some of them out."""

    number: int
    from_day: date
    until_day: date
    out: frozenset[str] = frozenset()

    @property
    def claim(self) -> Claim:
        """As it counts."""
        return Claim(self.number, len(self.out), self.from_day, self.until_day)


@dataclass(frozen=True)
class DeviceStock(Aggregate, category="device-stock"):
    """Devices that can be lent, by id, and what is kept of them, by reservation."""

    usable: frozenset[str] = frozenset()
    holds: Mapping[str, Hold] = field(default_factory=dict)

    @property
    def municipality(self) -> str:
        """Whose devices they are."""
        return self.id.partition("-")[0]

    @property
    def family(self) -> Family:
        """Of which family they are."""
        return Family(self.id.partition("-")[2])

    @property
    def claims(self) -> Collection[Claim]:
        """All that is promised."""
        return [hold.claim for hold in self.holds.values()]

    # decisions

    def reserve(self, reservation_id: str, number: int, from_day: date, until_day: date, today: date) -> Events:
        """Promise devices on every day of a window, as far as they are there on each."""
        taken, day = fullest(self.claims, from_day, until_day, today)
        free = max(len(self.usable) - taken, 0)
        require(number <= free, StockExceeded(asked=number, family=self.family.value, free=free, day=day))
        yield DeviceStockReserved(
            **self._whose, reservation_id=reservation_id, number=number, from_day=from_day, until_day=until_day
        )

    def release(self, reservation_id: str) -> Events:
        """Free what a reservation keeps."""
        if reservation_id in self.holds:
            yield DeviceStockReleased(**self._whose, reservation_id=reservation_id)

    def hand_out(self, reservation_id: str, device_ids: Iterable[str]) -> Events:
        """Note which devices went out; the reservation has seen to it that they are not too many."""
        yield DeviceStockHandedOut(**self._whose, reservation_id=reservation_id, device_ids=tuple(device_ids))

    def follow(self, device: Device, today: date) -> Events:
        """Note what a device's new state means here; nothing where that is known. A promise outlives no retirement."""
        out = [id_ for id_, hold in self.holds.items() if device.id in hold.out]
        if device.state is not State.LENT and out:
            yield DeviceStockCameBack(**self._whose, reservation_id=out[0], device_id=device.id)
        if device.is_usable and device.id not in self.usable:
            yield DeviceStockGrew(**self._whose, device_id=device.id)
        if not device.is_usable and device.id in self.usable:
            if device.state is State.RETIRED:
                self._can_spare_one(today)
            yield DeviceStockShrank(**self._whose, device_id=device.id)

    def _can_spare_one(self, today: date) -> None:
        promised, day = fullest(self.claims, today, date.max, today)
        refusal = StockPromised(day=day, promised=promised, family=self.family.value, usable=len(self.usable))
        require(promised < len(self.usable), refusal)

    @property
    def _whose(self) -> dict[str, str]:
        return {"municipality": self.municipality, "family": self.family}

    # what events did

    @evolve
    def grew(self, event: DeviceStockGrew) -> Self:
        return replace(self, usable=self.usable | {event.device_id})

    @evolve
    def shrank(self, event: DeviceStockShrank) -> Self:
        return replace(self, usable=self.usable - {event.device_id})

    @evolve
    def reserved(self, event: DeviceStockReserved) -> Self:
        return self._holding(event.reservation_id, Hold(event.number, event.from_day, event.until_day))

    @evolve
    def handed_out(self, event: DeviceStockHandedOut) -> Self:
        hold = self.holds[event.reservation_id]
        return self._holding(event.reservation_id, replace(hold, out=hold.out | {*event.device_ids}))

    @evolve
    def came_back(self, event: DeviceStockCameBack) -> Self:
        hold = self.holds[event.reservation_id]
        return self._holding(
            event.reservation_id, replace(hold, number=hold.number - 1, out=hold.out - {event.device_id})
        )

    @evolve
    def released(self, event: DeviceStockReleased) -> Self:
        return self._without(event.reservation_id)

    def _holding(self, reservation_id: str, hold: Hold) -> Self:
        if not hold.number:
            return self._without(reservation_id)
        return replace(self, holds={**self.holds, reservation_id: hold})

    def _without(self, reservation_id: str) -> Self:
        return replace(self, holds={id_: hold for id_, hold in self.holds.items() if id_ != reservation_id})
