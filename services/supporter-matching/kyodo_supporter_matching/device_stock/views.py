"""Stocks, counted from the rows of devices and reservations: no table of their own that could differ from them."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from kyodo_supporter_matching.device_reservations.values import ReservationStatus
from kyodo_supporter_matching.device_reservations.views import reservation
from kyodo_supporter_matching.devices.values import USABLE, Family, State
from kyodo_supporter_matching.devices.views import device

USABLE_CODES = sorted(USABLE)


def stocks(today: date, family: Family | None, municipality: str | None) -> tuple[sa.Select[Any], list[Any]]:
    """What each municipality has of each family, and the columns that order it."""
    state = device.c.state
    have = (
        sa.select(
            device.c.municipality,
            device.c.family,
            sa.func.count().filter(state != State.RETIRED).label("total"),
            sa.func.count().filter(state.in_(USABLE_CODES)).label("usable"),
            sa.func.count().filter(state == State.AVAILABLE).label("available"),
            sa.func.count().filter(state == State.LENT).label("lent"),
        )
        .group_by(device.c.municipality, device.c.family)
        .subquery("have")
    )
    promised = (
        sa.select(reservation.c.municipality, reservation.c.family, sa.func.sum(_claim_on(today)).label("number"))
        .where(reservation.c.status != ReservationStatus.CANCELLED)
        .group_by(reservation.c.municipality, reservation.c.family)
        .subquery("promised")
    )
    same = sa.and_(promised.c.municipality == have.c.municipality, promised.c.family == have.c.family)
    reserved = sa.func.coalesce(promised.c.number, 0)
    query = sa.select(
        have, reserved.label("reserved_today"), (have.c.usable - reserved).label("free_today")
    ).select_from(have.outerjoin(promised, same))
    if family is not None:
        query = query.where(have.c.family == family)
    if municipality is not None:
        query = query.where(have.c.municipality == municipality)
    return query, [have.c.municipality, have.c.family]


def _claim_on(today: date) -> sa.ColumnElement[int]:
    """What a reservation keeps today, as `Claim.on` counts it."""
    begun = reservation.c.from_day <= today
    return sa.case(
        (reservation.c.until_day < today, reservation.c.lent),
        (begun, reservation.c.number - reservation.c.ended),
        else_=0,
    )


def usable_devices(municipality: str, family: Family) -> sa.Select[Any]:
    """How many devices count as stock."""
    query = sa.select(sa.func.count().label("usable")).select_from(device)
    return query.where(
        device.c.municipality == municipality, device.c.family == family, device.c.state.in_(USABLE_CODES)
    )


def promises(municipality: str, family: Family, today: date) -> sa.Select[Any]:
    """The reservations that keep something today or later."""
    live = sa.or_(reservation.c.until_day >= today, reservation.c.lent > 0)
    return sa.select(
        (reservation.c.number - reservation.c.ended).label("number"),
        reservation.c.lent.label("out"),
        reservation.c.from_day,
        reservation.c.until_day,
    ).where(
        reservation.c.municipality == municipality,
        reservation.c.family == family,
        reservation.c.status != ReservationStatus.CANCELLED,
        live,
    )
