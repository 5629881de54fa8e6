"""Reservations and loans over HTTP, for the municipality whose devices they are."""

from __future__ import annotations

from kyodo_events.errors import Forbidden, NotFound, require
from kyodo_events.event import new_id
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Id
from kyodo_platform.commands import CommandBus, Commands
from kyodo_platform.history import HistoryRow
from kyodo_platform.identity.callers import own_municipality
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import officer_of, role
from kyodo_platform.personal import Persons
from kyodo_platform.resources import Page, PageQuery, Reader, ReadSession
from kyodo_platform.routing import Router
from kyodo_supporter_matching.device_reservations.model import (
    ConsentNotYetGiven,
    DevicesAreOut,
    MoreThanReserved,
    NotTheDaysReserved,
    Reservation,
    ReservationOver,
    WindowImpossible,
)
from kyodo_supporter_matching.device_reservations.releasing import release
from kyodo_supporter_matching.device_reservations.schemas import (
    BorrowerErasureIn,
    BorrowerOut,
    LoanIn,
    ReservationIn,
    ReservationOut,
    ResidentIn,
)
from kyodo_supporter_matching.device_reservations.values import ReservationStatus, Resident
from kyodo_supporter_matching.device_reservations.views import reservation as table
from kyodo_supporter_matching.device_reservations.views import reservations_with
from kyodo_supporter_matching.device_stock.model import DeviceStock, StockExceeded, stock_id
from kyodo_supporter_matching.devices.events import (
    DeviceInAnotherState,
    DeviceIsLent,
    DeviceNotWiped,
    DeviceOfAnotherFamily,
)
from kyodo_supporter_matching.devices.model import Device
from kyodo_supporter_matching.devices.values import Family
from kyodo_supporter_matching.sessions.events import SessionNotOpen
from kyodo_supporter_matching.sessions.model import Session
from kyodo_supporter_matching.sessions.values import SessionStatus

router = Router(prefix="/v1/device-reservations", tags=["devices"])

keepers = officer_of("municipality")
readers = role(Role.SECRETARIAT, Role.AUDITOR, Role.OFFICER, Role.APPROVER)


@router.post(
    "",
    allow=role(Role.OFFICER),
    raises=[Forbidden, NotFound, SessionNotOpen, WindowImpossible, ConsentNotYetGiven, StockExceeded],
)
async def reserve_devices(body: ReservationIn, commands: Commands, reader: Reader, persons: Persons) -> ReservationOut:
    """Reserve devices of your own municipality, for a session or for a resident who consented."""
    own, today = own_municipality(commands.identity), commands.today
    window = body.from_day, body.until_day
    if body.session_id is not None:
        await _require_to_come(commands, body.session_id, own)
    resident = await _sealed(body.resident, persons) if body.resident else None
    placed = await commands.create(
        Reservation,
        lambda new: new.place(own, body.family, body.number, *window, body.session_id, resident, today),
    )
    await commands.on_or_new(
        DeviceStock,
        stock_id(own, body.family),
        lambda stock: stock.reserve(placed.id, body.number, *window, today),
    )
    return await _shown(reader, placed.id)


@router.put(
    "/{reservation_id}/loans/{municipality}",
    allow=keepers,
    raises=[
        ReservationOver,
        NotTheDaysReserved,
        MoreThanReserved,
        DeviceIsLent,
        DeviceNotWiped,
        DeviceInAnotherState,
        DeviceOfAnotherFamily,
    ],
)
async def lend_devices(
    reservation_id: Id, municipality: MunicipalityCode, body: LoanIn, commands: Commands, reader: Reader
) -> ReservationOut:
    """Hand out devices against a reservation, all of these or none."""
    found = await commands.on(
        Reservation, reservation_id, lambda found: found.lend(municipality, body.device_ids, commands.today)
    )
    for device_id in sorted(body.device_ids):
        await commands.on(
            Device,
            device_id,
            lambda device: device.lend(municipality, found.family, reservation_id, found.until_day),
        )
    await commands.on(
        DeviceStock,
        stock_id(municipality, found.family),
        lambda stock: stock.hand_out(reservation_id, sorted(body.device_ids)),
    )
    return await _shown(reader, reservation_id)


@router.put("/{reservation_id}/cancellation/{municipality}", allow=keepers, raises=[DevicesAreOut, ReservationOver])
async def cancel_reservation(
    reservation_id: Id, municipality: MunicipalityCode, commands: Commands, reader: Reader
) -> ReservationOut:
    """Free what is reserved and not lent."""
    await release(commands, reservation_id, municipality)
    return await _shown(reader, reservation_id)


@router.put("/{reservation_id}/borrower-erasure/{municipality}", allow=keepers)
async def erase_borrower(
    reservation_id: Id,
    municipality: MunicipalityCode,
    body: BorrowerErasureIn,
    commands: Commands,
    reader: Reader,
    persons: Persons,
) -> ReservationOut:
    """Erase the borrower's key, and with it name and contact, for good. What was lent and when stays true."""
    found = await commands.on(
        Reservation, reservation_id, lambda found: found.erase_borrower(municipality, body.reference)
    )
    await persons.erase(found.borrower_of(municipality))
    return await _shown(reader, reservation_id)


@router.get("", allow=readers)
async def list_reservations(
    reader: Reader,
    page: PageQuery,
    municipality: MunicipalityCode | None = None,
    family: Family | None = None,
    status: ReservationStatus | None = None,
    session_id: Id | None = None,
) -> Page[ReservationOut]:
    """The reservations of your municipality's devices; Tokyo sees all."""
    query = reservations_with(municipality=municipality, family=family, status=status, session_id=session_id)
    return await reader.page(ReservationOut, query, page, by=[table.c.municipality, table.c.reservation_id])


@router.get("/{reservation_id}", allow=readers)
async def read_reservation(reservation_id: Id, reader: Reader) -> ReservationOut:
    """One reservation of your municipality's devices."""
    return await _shown(reader, reservation_id)


@router.get("/{reservation_id}/borrower/{municipality}", allow=keepers)
async def read_borrower(
    reservation_id: Id, municipality: MunicipalityCode, reader: Reader, persons: Persons
) -> BorrowerOut:
    """Who borrows, for an officer of the municipality that lends, and for nobody else."""
    query = reservations_with(reservation_id=reservation_id, municipality=municipality)
    row = await reader.tx.row(reader.own(query.where(table.c.borrower_id.is_not(None))))
    if row is None:
        raise NotFound(what="borrower", id=reservation_id)
    texts = await persons.open(row["borrower_id"], row["borrower"]) if row["borrower"] else {}
    erased = row["erased_at"] is not None
    return BorrowerOut(borrower_id=row["borrower_id"], erased=erased, **(texts or {}))


@router.get("/{reservation_id}/history", allow=readers)
async def reservation_history(reservation_id: Id, reader: Reader, page: PageQuery) -> Page[HistoryRow]:
    """What happened to a reservation, in words."""
    await _shown(reader, reservation_id)
    return await reader.history(Reservation, reservation_id, page)


async def _require_to_come(commands: CommandBus, session_id: str, municipality: str) -> None:
    """Raises NotFound where the municipality has no such session, SessionNotOpen where it is over."""
    session = (await commands.read(Session, session_id)).of(municipality)
    over = session.status in {SessionStatus.HELD, SessionStatus.REPORTED, SessionStatus.CANCELLED}
    require(not over, SessionNotOpen(current=session.status.value, needed="one that is still to come"))


async def _sealed(resident: ResidentIn, persons: Persons) -> Resident:
    """The resident as events hold one: under an id of this loan, name and contact sealed with its key."""
    borrower_id = new_id()
    return Resident(
        borrower_id=borrower_id,
        consented_on=resident.consented_on,
        consent_reference=resident.consent_reference,
        sealed=await persons.seal(borrower_id, resident.texts) if resident.texts else {},
    )


async def _shown(reader: ReadSession, id_: str) -> ReservationOut:
    query = reservations_with(reservation_id=id_)
    return await reader.one(ReservationOut, query, what="device reservation", id=id_)
