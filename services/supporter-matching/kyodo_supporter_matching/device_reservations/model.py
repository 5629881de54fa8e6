"""A reservation of devices, from the wish to the return of the last one.

Whether there are that many is the stock's to say (device_stock/model.py); this one knows for whom they are, and which
of them are out.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Annotated, Final, Self

from pydantic import Field

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.errors import NotFound, Refused, require
from kyodo_events.event import Event
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Day, Id
from kyodo_supporter_matching.device_reservations.values import DocumentNumber, ReservationStatus, Resident
from kyodo_supporter_matching.device_stock.model import DeviceCount
from kyodo_supporter_matching.devices.model import Device
from kyodo_supporter_matching.devices.values import Family, State

LONGEST: Final = timedelta(days=366)
"""Who needs a device for longer than a year reserves it again, with a consent that is not older than the wish."""

Some = Annotated[int, Field(strict=True, ge=0, le=500)]


class _OfMunicipality(Event):
    """Something about a municipality's reservation."""

    municipality: MunicipalityCode


class DevicesReserved(
    _OfMunicipality,
    type="kyodo.supporter-matching.devices-reserved",
    words="{family}を{from_day}から{until_day}まで予約した",
):
    """Devices are kept for a session, or for a resident: one of the two."""

    family: Family
    number: DeviceCount
    from_day: Day
    until_day: Day
    session_id: Id | None
    resident: Resident | None


class ReservedDevicesLent(
    _OfMunicipality, type="kyodo.supporter-matching.reserved-devices-lent", words="端末を貸し出した"
):
    """Some of them went out; `lent` are out now."""

    device_ids: tuple[Id, ...]
    lent: Some


class LentDeviceCameBack(
    _OfMunicipality,
    type="kyodo.supporter-matching.lent-device-came-back",
    words="端末1台の貸出しが終わった（{status}）",
):
    """One is back, or lost. `lent` are still out, `ended` are not any more."""

    device_id: Id
    lost: bool
    lent: Some
    ended: Some
    status: ReservationStatus


class DeviceReservationCancelled(
    _OfMunicipality, type="kyodo.supporter-matching.device-reservation-cancelled", words="予約を取り消した"
):
    """What was not lent is not needed."""


class BorrowerErased(
    _OfMunicipality, type="kyodo.supporter-matching.borrower-erased", words="借受者の個人情報を削除した"
):
    """The borrower's key was erased in the same transaction: name and contact are unreadable, wherever they rest.

    `reference` is the written request, where there is one.
    """

    borrower_id: Id
    reference: DocumentNumber | None


class WindowImpossible(Refused):
    status, type = 422, "reservation-window-impossible"
    title = "Devices cannot be reserved for these days (予約期間が不正)"
    detail = "From {from_day} to {until_day}: {why}"
    remedy = "Name days from today on, the first not after the last, at most 366 days apart."


class ConsentNotYetGiven(Refused):
    status, type = 422, "borrower-consent-in-future"
    title = "The consent has not been given yet (同意日が未来)"
    detail = "The consent is dated {consented_on}, today is {today}."
    remedy = "Name the day on which the resident signed."


class ReservationOver(Refused):
    status, type = 409, "device-reservation-over"
    title = "The reservation is over (予約は終了している)"
    detail = "The reservation is in the state '{status}'."
    remedy = "Reserve anew."


class NotTheDaysReserved(Refused):
    status, type = 409, "not-the-days-reserved"
    title = "The reservation is for other days (予約期間外)"
    detail = "It is for {from_day} to {until_day}, and today is {today}."
    remedy = "Lend on one of these days, or reserve for today: the devices may be promised to others."


class MoreThanReserved(Refused):
    status, type = 409, "more-devices-than-reserved"
    title = "These are more devices than are reserved (予約数超過)"
    detail = "{asked} devices were to be lent, {left} of the reservation are left."
    remedy = "Lend fewer, or reserve the others too."


class DevicesAreOut(Refused):
    status, type = 409, "reserved-devices-are-out"
    title = "Devices are out (貸出中の端末がある)"
    detail = "{lent} devices of the reservation are lent."
    remedy = "Record their return first, or their loss."


@dataclass(frozen=True)
class Reservation(Aggregate, category="device-reservation"):
    """Devices of a family for some days: which are out, and how many are through."""

    municipality: str = ""
    family: Family = Family.TABLET
    number: int = 0
    from_day: date = date.min
    until_day: date = date.min
    resident: Resident | None = None
    out: frozenset[str] = frozenset()
    ended: int = 0
    cancelled: bool = False
    erased: bool = False

    @property
    def status(self) -> ReservationStatus:
        """How far it has come."""
        if self.cancelled:
            return ReservationStatus.CANCELLED
        if self.out:
            return ReservationStatus.LENT
        return ReservationStatus.ENDED if self.ended == self.number else ReservationStatus.RESERVED

    @property
    def left(self) -> int:
        """How many may still go out."""
        return self.number - self.ended - len(self.out)

    # decisions

    def place(
        self,
        municipality: str,
        family: Family,
        number: int,
        from_day: date,
        until_day: date,
        session_id: str | None,
        resident: Resident | None,
        today: date,
    ) -> Events:
        """Wish for devices; the stock says whether they are there."""
        why = _impossible(from_day, until_day, today)
        require(why is None, WindowImpossible(from_day=from_day, until_day=until_day, why=why))
        if resident is not None:
            refusal = ConsentNotYetGiven(consented_on=resident.consented_on, today=today)
            require(resident.consented_on <= today, refusal)
        yield DevicesReserved(
            municipality=municipality,
            family=family,
            number=number,
            from_day=from_day,
            until_day=until_day,
            session_id=session_id,
            resident=resident,
        )

    def lend(self, municipality: str, device_ids: Collection[str], today: date) -> Events:
        """Hand devices out, on one of the days reserved and as many as are."""
        self._of(municipality)
        over = self.status in {ReservationStatus.ENDED, ReservationStatus.CANCELLED}
        require(not over, ReservationOver(status=self.status.value))
        fits = self.from_day <= today <= self.until_day
        require(fits, NotTheDaysReserved(from_day=self.from_day, until_day=self.until_day, today=today))
        require(len(device_ids) <= self.left, MoreThanReserved(asked=len(device_ids), left=self.left))
        out = self.out | {*device_ids}
        yield ReservedDevicesLent(municipality=municipality, device_ids=tuple(sorted(device_ids)), lent=len(out))

    def end_loan(self, device: Device) -> Events:
        """Note that a device is out no more; nothing where that is known."""
        if device.id in self.out and device.state is not State.LENT:
            after = replace(self, out=self.out - {device.id}, ended=self.ended + 1)
            yield LentDeviceCameBack(
                municipality=self.municipality,
                device_id=device.id,
                lost=device.state is State.LOST,
                lent=len(after.out),
                ended=after.ended,
                status=after.status,
            )

    def cancel(self, municipality: str) -> Events:
        """Give up what was not lent."""
        self._of(municipality)
        require(not self.out, DevicesAreOut(lent=len(self.out)))
        if not self.cancelled:
            require(self.status is ReservationStatus.RESERVED, ReservationOver(status=self.status.value))
            yield DeviceReservationCancelled(municipality=municipality)

    def erase_borrower(self, municipality: str, reference: str | None) -> Events:
        """Note that the borrower's key is gone. Raises NotFound where nobody was named."""
        borrower_id = self.borrower_of(municipality)
        if not self.erased:
            yield BorrowerErased(municipality=municipality, borrower_id=borrower_id, reference=reference)

    def borrower_of(self, municipality: str) -> str:
        """The borrower's id, for the municipality that lends. Raises NotFound where there is none."""
        self._of(municipality)
        if self.resident is None:
            raise NotFound(what="borrower", id=self.id)
        return self.resident.borrower_id

    def _of(self, municipality: str) -> None:
        require(self.municipality == municipality, NotFound(what="device reservation", id=self.id))

    # what events did

    @evolve
    def placed(self, event: DevicesReserved) -> Self:
        return replace(
            self,
            municipality=event.municipality,
            family=event.family,
            number=event.number,
            from_day=event.from_day,
            until_day=event.until_day,
            resident=event.resident,
        )

    @evolve
    def lent(self, event: ReservedDevicesLent) -> Self:
        return replace(self, out=self.out | {*event.device_ids})

    @evolve
    def came_back(self, event: LentDeviceCameBack) -> Self:
        return replace(self, out=self.out - {event.device_id}, ended=event.ended)

    @evolve
    def was_cancelled(self, event: DeviceReservationCancelled) -> Self:
        return replace(self, cancelled=True)

    @evolve
    def was_erased(self, event: BorrowerErased) -> Self:
        return replace(self, erased=True)


def _impossible(from_day: date, until_day: date, today: date) -> str | None:
    """What is wrong with a window, if anything."""
    if until_day < from_day:
        return "the last day lies before the first."
    if from_day < today:
        return f"today is {today}, and the first day is past."
    return None if until_day - from_day <= LONGEST else "that is longer than a year."
