"""Devices, reservations and stocks over HTTP, on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import pytest_asyncio

from conftest import As
from kyodo_platform.settings import Settings
from kyodo_supporter_matching.device_reservations.views import reservations
from kyodo_supporter_matching.devices.model import Device
from kyodo_supporter_matching.devices.views import devices
from tests.support.databases import Databases
from tests.support.meanwhile import meanwhile
from tests.support.rebuilt import rebuilt
from tests.support.running import running
from tests.support.supporter_matching.lending_desk import (
    CHIYODA,
    CONSENT,
    MUSASHINO,
    LendingDesk,
    day,
    wanted,
)

RESERVATIONS = "/v1/device-reservations"
NO_SUCH_ID = "0193f1a0-0000-7000-8000-0000000000aa"


@pytest_asyncio.fixture
async def desk(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[LendingDesk]:
    async with running(databases, settings_for, "supporter-matching") as service:
        yield LendingDesk(service, as_)


async def test_a_device_goes_out_and_comes_back_and_is_wiped_before_it_goes_out_again(desk: LendingDesk) -> None:
    (id_,) = await desk.added(1)
    path, loans = f"/v1/devices/{id_}", f"{RESERVATIONS}/{await desk.reserved(1)}/loans/{CHIYODA}"
    lent = await desk.ok("PUT", loans, {"device_ids": [id_]})
    assert (lent["status"], lent["lent"], lent["status_ja"]) == ("lent", 1, "貸出中")
    shown = await desk.ok("GET", path)
    assert (shown["state"], shown["due_day"], shown["reservation_id"]) == ("lent", day(7), lent["reservation_id"])

    assert (await desk.move(id_, "return"))["state"] == "returned"
    again = f"{RESERVATIONS}/{await desk.reserved(1)}/loans/{CHIYODA}"
    assert await desk.refused("PUT", again, {"device_ids": [id_]}) == (409, "device-not-wiped")
    wiping = {"wiping": "factory_reset"}
    assert await desk.refused("PUT", f"{path}/wiping/{CHIYODA}", wiping) == (409, "device-in-another-state")
    assert (await desk.move(id_, "inspection", {"finding": "fine"}))["state"] == "inspected"
    assert await desk.refused("PUT", again, {"device_ids": [id_]}) == (409, "device-not-wiped")
    wiped = await desk.move(id_, "wiping", wiping)
    assert (wiped["state"], wiped["due_day"], wiped["reservation_id"]) == ("available", None, None)
    assert (await desk.ok("PUT", again, {"device_ids": [id_]}))["lent"] == 1

    words = [row["words"] for row in await desk.items(f"{path}/history")]
    assert words[:5] == [
        "端末tablet-0（タブレット）を登録した",
        f"貸し出した（{day(7)}まで）",
        "返却された",
        "点検した（異常なし）",
        "データを消去した（初期化）",
    ]


async def test_what_may_not_be_is_refused_and_leaves_nothing(desk: LendingDesk) -> None:
    one, two, three = await desk.added(3)
    (phone,) = await desk.added(1, family="iphone")
    reservation = await desk.reserved(2)
    loans, body = f"{RESERVATIONS}/{reservation}/loans/{CHIYODA}", {"device_ids": [one]}
    await desk.ok("PUT", loans, body)
    assert await desk.refused("PUT", loans, body) == (409, "device-lent")
    assert await desk.refused("PUT", loans, {"device_ids": [two, three]}) == (409, "more-devices-than-reserved")
    assert await desk.refused("PUT", loans, {"device_ids": [phone]}) == (409, "device-of-another-family")
    assert (await desk.refused("PUT", loans, {"device_ids": [two, two]}))[0] == 422
    assert await desk.refused("PUT", f"/v1/devices/{two}/return/{CHIYODA}") == (409, "device-not-lent")
    assert await desk.refused("PUT", f"{RESERVATIONS}/{reservation}/cancellation/{CHIYODA}") == (
        409,
        "reserved-devices-are-out",
    )
    retire = f"/v1/devices/{one}/retirement/{CHIYODA}"
    assert await desk.refused("PUT", retire, {"reason": "broken"}) == (409, "device-lent")
    new = {"asset_tag": "tablet-1", "family": "tablet", "product": "見本"}
    assert await desk.refused("POST", "/v1/devices", new) == (409, "asset-tag-taken")
    desk.on(8)
    assert await desk.refused("PUT", loans, {"device_ids": [two]}) == (409, "not-the-days-reserved")


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        (wanted(3), (409, "device-stock-exceeded")),
        (wanted(1, -1, 3), (422, "reservation-window-impossible")),
        (wanted(1, 3, 2), (422, "reservation-window-impossible")),
        (wanted(0), (422, "invalid-request")),
        (wanted(1) | {"session_id": NO_SUCH_ID}, (422, "invalid-request")),
        (wanted(1) | {"resident": None}, (422, "invalid-request")),
        (wanted(1, session_id=NO_SUCH_ID), (404, "not-found")),
        (wanted(1, resident={"name_ja": "見本"}), (422, "invalid-request")),
        (wanted(1, resident=CONSENT | {"consented_on": day(1)}), (422, "borrower-consent-in-future")),
        (wanted(1) | {"family": "fax"}, (422, "invalid-request")),
    ],
)
async def test_reservations_that_cannot_be(desk: LendingDesk, body: Any, refusal: tuple[int, str]) -> None:
    await desk.added(2)
    assert await desk.refused("POST", RESERVATIONS, body) == refusal
    assert await desk.items(RESERVATIONS) == []
    assert await desk.service.count("personal_key") == 0


async def test_devices_are_reserved_for_a_session_of_the_own_municipality_that_is_to_come(desk: LendingDesk) -> None:
    (id_,) = await desk.added(1)
    session, theirs = await desk.session(), await desk.session(MUSASHINO)
    reservation = await desk.reserved(1, 3, 3, session_id=session)
    (listed,) = await desk.items(f"{RESERVATIONS}?session_id={session}")
    assert (listed["reservation_id"], listed["borrower_id"]) == (reservation, None)
    assert (await desk.refused("POST", RESERVATIONS, wanted(1, 5, 5, session_id=theirs)))[0] == 404
    desk.on(3)
    await desk.lent(reservation, id_)
    held = f"/v1/municipalities/{CHIYODA}/sessions/{session}"
    soon = {"applications_until": f"{day(3)}T09:00:00+09:00"}
    desk.on(0)
    await desk.ok("PUT", f"{held}/publication", soon)
    desk.on(4)
    await desk.ok("PUT", f"{held}/holding", {"visitors": 12})
    body = wanted(1, 5, 5, session_id=session)
    assert await desk.refused("POST", RESERVATIONS, body) == (409, "session-not-open")


async def test_the_stock_is_counted_by_family_and_day(desk: LendingDesk) -> None:
    one, two, _, four = await desk.added(4)
    await desk.added(1, family="iphone")
    await desk.added(1, MUSASHINO)
    now, later = await desk.reserved(2, 0, 1), await desk.reserved(1, 1, 2)
    await desk.lent(now, one, two)
    await desk.move(four, "loss")
    (phones, tablets) = await desk.items("/v1/device-stock")
    counted = {name: tablets[name] for name in ("total", "usable", "available", "lent", "reserved_today", "free_today")}
    assert counted == {"total": 4, "usable": 3, "available": 1, "lent": 2, "reserved_today": 2, "free_today": 1}
    assert (phones["family_ja"], phones["total"], phones["reserved_today"]) == ("iPhone", 1, 0)

    async def free(days: int) -> list[int]:
        return [row["free"] for row in await desk.items(f"/v1/device-stock/{CHIYODA}/tablet/days?days={days}")]

    assert await free(4) == [1, 0, 2, 3]
    assert await desk.refused("POST", RESERVATIONS, wanted(1, 0, 1)) == (409, "device-stock-exceeded")
    await desk.ok("PUT", f"{RESERVATIONS}/{later}/cancellation/{CHIYODA}")
    assert await free(4) == [1, 1, 3, 3]
    told = [row["words"] for row in await desk.items(f"/v1/device-stock/{CHIYODA}/tablet/history")]
    assert told[4] == f"タブレットを{day(0)}から{day(1)}まで確保した"
    assert told[-1] == "タブレットの確保を取り消した"
    desk.on(2)
    assert await free(2) == [1, 1], "two are overdue, and nobody knows when they come"
    (_, late) = await desk.items("/v1/device-stock")
    assert (late["lent"], late["reserved_today"], late["free_today"]) == (2, 2, 1)
    assert [row["device_id"] for row in await desk.items("/v1/devices?overdue=true")] == [one, two]
    await desk.move(one, "return")
    assert await free(2) == [2, 2]
    everything = await desk.items("/v1/device-stock", "secretariat")
    assert [(row["municipality"], row["family"]) for row in everything] == [
        (CHIYODA, "iphone"),
        (CHIYODA, "tablet"),
        (MUSASHINO, "tablet"),
    ]
    sheet = await desk.send("GET", "/v1/device-stock", None, Accept="text/csv")
    assert "機種区分" in sheet.text


async def test_the_days_told_are_those_that_a_reservation_is_held_to(desk: LendingDesk) -> None:
    await desk.added(5)
    for number, first, last in ((2, 0, 3), (1, 2, 9), (2, 4, 4)):
        await desk.reserved(number, first, last)
    for row in await desk.items(f"/v1/device-stock/{CHIYODA}/tablet/days?days=12"):
        one_day = {"from_day": row["day"], "until_day": row["day"]}
        more = wanted(row["free"] + 1) | one_day
        assert await desk.refused("POST", RESERVATIONS, more) == (409, "device-stock-exceeded")
        if row["free"]:
            fits = await desk.ok("POST", RESERVATIONS, wanted(row["free"]) | one_day)
            await desk.ok("PUT", f"{RESERVATIONS}/{fits['reservation_id']}/cancellation/{CHIYODA}")


async def test_lost_found_repaired_and_retired(desk: LendingDesk) -> None:
    one, two, three = await desk.added(3)
    await desk.lent(await desk.reserved(2), one, two)
    assert (await desk.move(one, "loss"))["state"] == "lost"
    (reservation,) = await desk.items(f"{RESERVATIONS}?status=lent")
    assert (reservation["lent"], reservation["ended"]) == (1, 1)
    assert (await desk.move(one, "finding"))["state_ja"] == "返却済み（点検待ち）"
    assert (await desk.move(one, "inspection", {"finding": "damaged"}))["state"] == "in_repair"
    assert (await desk.move(one, "repaired"))["state"] == "returned"
    await desk.move(two, "return")
    (ended,) = await desk.items(f"{RESERVATIONS}?status=ended")
    assert (ended["status"], ended["lent"], ended["ended"]) == ("ended", 0, 2)

    promised = await desk.reserved(3, 10, 12)
    retire, body = f"/v1/devices/{three}/retirement/{CHIYODA}", {"reason": "outdated"}
    assert await desk.refused("PUT", retire, body) == (409, "device-stock-promised")
    await desk.ok("PUT", f"{RESERVATIONS}/{promised}/cancellation/{CHIYODA}")
    assert (await desk.ok("PUT", retire, body))["state"] == "retired"
    assert [row["state"] for row in await desk.items("/v1/devices?family=tablet")] == [
        "returned",
        "returned",
        "retired",
    ]
    assert await desk.refused("POST", RESERVATIONS, wanted(3)) == (409, "device-stock-exceeded")


async def test_devices_are_the_municipalitys_own(desk: LendingDesk) -> None:
    (id_,) = await desk.added(1)
    reservation, other = await desk.reserved(1), ("officer", MUSASHINO)
    (theirs,) = await desk.added(1, MUSASHINO)
    for path in (f"/v1/devices/{id_}", f"{RESERVATIONS}/{reservation}"):
        for address in (path, f"{path}/history"):
            assert (await desk.refused("GET", address, None, *other))[0] == 404
            assert await desk.ok("GET", address, None, "auditor")
            assert await desk.ok("GET", address, None, "approver", CHIYODA)
    for code in (CHIYODA, MUSASHINO):
        assert (await desk.refused("PUT", f"/v1/devices/{id_}/loss/{code}", None, *other))[0] == 404
        loan = f"{RESERVATIONS}/{reservation}/loans/{code}"
        assert (await desk.refused("PUT", loan, {"device_ids": [theirs]}, *other))[0] == 404
    own_loan = f"{RESERVATIONS}/{reservation}/loans/{CHIYODA}"
    assert (await desk.refused("PUT", own_loan, {"device_ids": [theirs]}))[0] == 404
    for of_stock in ("days", "history"):
        assert (await desk.refused("GET", f"/v1/device-stock/{CHIYODA}/tablet/{of_stock}", None, *other))[0] == 404
    assert (await desk.refused("GET", f"/v1/device-stock/{CHIYODA}/iphone/history"))[0] == 404
    assert [row["municipality"] for row in await desk.items("/v1/device-stock", *other)] == [MUSASHINO]
    assert await desk.refused("GET", "/v1/devices", None, "supporter") == (403, "forbidden")
    new = {"asset_tag": "x", "family": "tablet", "product": "見本"}
    assert await desk.refused("POST", "/v1/devices", new, "secretariat") == (403, "forbidden")


async def test_a_change_is_held_to_the_version_that_was_read(desk: LendingDesk) -> None:
    (id_,) = await desk.added(1)
    path = f"/v1/devices/{id_}/loss/{CHIYODA}"
    stale = await desk.send("PUT", path, None, **{"If-Match": '"7"'})
    assert stale.status_code == 412
    lost = await desk.send("PUT", path, None, **{"If-Match": '"1"'})
    assert (lost.status_code, lost.headers["ETag"]) == (200, '"2"')


async def test_rebuilt_the_rows_are_the_same(desk: LendingDesk) -> None:
    one, two, three = await desk.added(3)
    for_resident = await desk.reserved(2, resident=CONSENT | {"name_ja": "見本さん"})
    await desk.lent(for_resident, one, two)
    await desk.move(one, "loss")
    await desk.move(one, "finding")
    await desk.move(two, "return")
    await desk.move(two, "inspection", {"finding": "fine"})
    await desk.move(two, "wiping", {"wiping": "overwritten"})
    await desk.move(three, "repair")
    await desk.move(three, "repaired")
    await desk.move(three, "retirement", {"reason": "broken"})
    await desk.ok("PUT", f"{RESERVATIONS}/{await desk.reserved(1)}/cancellation/{CHIYODA}")
    await desk.ok("PUT", f"{RESERVATIONS}/{for_resident}/borrower-erasure/{CHIYODA}", {})
    differences = await rebuilt(desk.service, devices, reservations)
    assert {table for table, difference in differences.items() if not difference.none} == set()


async def test_a_loss_said_again_takes_no_device_out_of_the_stock_that_is_found_meanwhile(
    desk: LendingDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    (id_,) = await desk.added(1)
    await desk.move(id_, "loss")

    async def found() -> None:
        await desk.move(id_, "finding")

    meanwhile(monkeypatch, Device, found)
    await desk.ok("PUT", f"/v1/devices/{id_}/loss/{CHIYODA}")
    assert await desk.reserved(1), "it is in the stock"
