"""The rules of a reservation: which days, how many, and what is on record of a resident."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from kyodo_events.aggregate import Events
from kyodo_events.errors import NotFound
from kyodo_events.testing import Given, given
from kyodo_supporter_matching.device_reservations.model import (
    BorrowerErased,
    ConsentNotYetGiven,
    DeviceReservationCancelled,
    DevicesAreOut,
    DevicesReserved,
    LentDeviceCameBack,
    MoreThanReserved,
    NotTheDaysReserved,
    Reservation,
    ReservationOver,
    ReservedDevicesLent,
    WindowImpossible,
)
from kyodo_supporter_matching.device_reservations.values import ReservationStatus, Resident
from kyodo_supporter_matching.devices.model import Device
from kyodo_supporter_matching.devices.values import Family, State

CODE, OTHER = "132039", "132047"
TODAY = date(2026, 12, 1)
SESSION, ONE, TWO, THREE, BORROWER = (f"01941f29-7c00-7000-8000-00000000000{n}" for n in range(1, 6))
OWN = {"municipality": CODE}
RESIDENT = Resident(borrower_id=BORROWER, consented_on=TODAY, consent_reference="第5-123号", sealed={})


def day(after: int) -> date:
    return TODAY + timedelta(days=after)


def placed(first: int = 0, last: int = 7, resident: Resident | None = None) -> DevicesReserved:
    return DevicesReserved(
        **OWN,
        family=Family.TABLET,
        number=2,
        from_day=day(first),
        until_day=day(last),
        session_id=None if resident else SESSION,
        resident=resident,
    )


def place(reservation: Reservation, event: DevicesReserved) -> Events:
    """The decision that leads to the event."""
    window = event.from_day, event.until_day
    return reservation.place(CODE, event.family, event.number, *window, event.session_id, event.resident, TODAY)


def lent(*ids: str, out: int) -> ReservedDevicesLent:
    return ReservedDevicesLent(**OWN, device_ids=ids, lent=out)


def back(id_: str, out: int, ended: int, status: ReservationStatus, *, lost: bool = False) -> LentDeviceCameBack:
    return LentDeviceCameBack(**OWN, device_id=id_, lost=lost, lent=out, ended=ended, status=status)


def reserved(first: int = 0, last: int = 7, resident: Resident | None = None) -> Given[Reservation]:
    return given(Reservation).that(placed(first, last, resident))


@pytest.mark.parametrize(("first", "last"), [(0, 0), (0, 366), (400, 401)])
def test_days_from_today_on_can_be_reserved(first: int, last: int) -> None:
    event = placed(first, last)
    after = given(Reservation).when(lambda new: place(new, event)).then(event)
    assert (after.status, after.left) == (ReservationStatus.RESERVED, 2)


@pytest.mark.parametrize(
    ("first", "last", "why"),
    [
        (-1, 3, "today is 2026-12-01, and the first day is past."),
        (3, 2, "the last day lies before the first."),
        (-5, -7, "the last day lies before the first."),
        (0, 367, "that is longer than a year."),
    ],
)
def test_windows_that_cannot_be(first: int, last: int, why: str) -> None:
    refusal = WindowImpossible(from_day=day(first), until_day=day(last), why=why)
    given(Reservation).when(lambda new: place(new, placed(first, last))).refuses(refusal)


def test_a_resident_has_consented_by_now() -> None:
    event = placed(resident=RESIDENT)
    given(Reservation).when(lambda new: place(new, event)).then(event)
    early = RESIDENT.model_copy(update={"consented_on": day(1)})
    refusal = ConsentNotYetGiven(consented_on=day(1), today=TODAY)
    given(Reservation).when(lambda new: place(new, placed(resident=early))).refuses(refusal)


def test_as_many_as_are_reserved_go_out_on_the_days_reserved() -> None:
    found = reserved(1, 7)
    early = NotTheDaysReserved(from_day=day(1), until_day=day(7), today=TODAY)
    found.when(lambda r: r.lend(CODE, [ONE], TODAY)).refuses(early)
    late = NotTheDaysReserved(from_day=day(1), until_day=day(7), today=day(8))
    found.when(lambda r: r.lend(CODE, [ONE], day(8))).refuses(late)
    found.when(lambda r: r.lend(CODE, [ONE, TWO, THREE], day(1))).refuses(MoreThanReserved(asked=3, left=2))
    found.when(lambda r: r.lend(CODE, [TWO, ONE], day(7))).then(lent(ONE, TWO, out=2))
    once = found.that(lent(ONE, out=1))
    once.when(lambda r: r.lend(CODE, [TWO, THREE], day(1))).refuses(MoreThanReserved(asked=2, left=1))


def test_a_reservation_ends_with_its_last_device() -> None:
    out = reserved().that(lent(ONE, TWO, out=2))
    assert out.state.status is ReservationStatus.LENT
    first = back(ONE, 1, 1, ReservationStatus.LENT)
    out.when(lambda r: r.end_loan(Device(id=ONE, state=State.RETURNED))).then(first)
    last = back(TWO, 0, 2, ReservationStatus.ENDED, lost=True)
    after = out.that(first).when(lambda r: r.end_loan(Device(id=TWO, state=State.LOST))).then(last)
    assert after.status is ReservationStatus.ENDED
    ended = out.that(first, last)
    ended.when(lambda r: r.end_loan(Device(id=TWO, state=State.RETURNED))).then()
    ended.when(lambda r: r.lend(CODE, [THREE], TODAY)).refuses(ReservationOver(status="ended"))
    ended.when(lambda r: r.cancel(CODE)).refuses(ReservationOver(status="ended"))


def test_a_device_that_came_back_does_not_go_out_again_on_the_same_reservation() -> None:
    rest = reserved().that(lent(ONE, out=1), back(ONE, 0, 1, ReservationStatus.RESERVED))
    assert (rest.state.status, rest.state.left) == (ReservationStatus.RESERVED, 1)
    rest.when(lambda r: r.lend(CODE, [ONE, TWO], TODAY)).refuses(MoreThanReserved(asked=2, left=1))


def test_what_is_not_lent_can_be_cancelled() -> None:
    cancelled = DeviceReservationCancelled(**OWN)
    found = reserved()
    found.when(lambda r: r.cancel(CODE)).then(cancelled)
    found.that(cancelled).when(lambda r: r.cancel(CODE)).then()
    found.that(cancelled).when(lambda r: r.lend(CODE, [ONE], TODAY)).refuses(ReservationOver(status="cancelled"))
    found.that(lent(ONE, out=1)).when(lambda r: r.cancel(CODE)).refuses(DevicesAreOut(lent=1))


def test_a_borrower_is_erased_once() -> None:
    erased = BorrowerErased(**OWN, borrower_id=BORROWER, reference="第5-124号")
    found = reserved(resident=RESIDENT)
    found.when(lambda r: r.erase_borrower(CODE, "第5-124号")).then(erased)
    found.that(erased).when(lambda r: r.erase_borrower(CODE, None)).then()
    reserved().when(lambda r: r.erase_borrower(CODE, None)).refuses(NotFound(what="borrower", id="test"))


def test_a_reservation_is_its_own_municipalitys() -> None:
    found, hidden = reserved(resident=RESIDENT), NotFound(what="device reservation", id="test")
    found.when(lambda r: r.lend(OTHER, [ONE], TODAY)).refuses(hidden)
    found.when(lambda r: r.cancel(OTHER)).refuses(hidden)
    found.when(lambda r: r.erase_borrower(OTHER, None)).refuses(hidden)
