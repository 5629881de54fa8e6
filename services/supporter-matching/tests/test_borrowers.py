"""Who borrows: told to the municipality that lends and to nobody else, sealed wherever it rests, erased for good."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio

from conftest import As
from kyodo_platform.settings import Settings
from tests.support.databases import Databases
from tests.support.running import running
from tests.support.searching import leaking
from tests.support.supporter_matching.lending_desk import CHIYODA, CONSENT, MUSASHINO, LendingDesk, wanted

RESERVATIONS = "/v1/device-reservations"
WHO = {"name_ja": "見本ヶ丘 花子", "contact": "hanako.placeholder@example.jp"}
MISTYPED = "見本ヶ丘 花子の弟"
SECRET = [*WHO.values(), MISTYPED]


@pytest_asyncio.fixture
async def desk(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[LendingDesk]:
    async with running(databases, settings_for, "supporter-matching") as service:
        yield LendingDesk(service, as_)


async def loan(desk: LendingDesk) -> str:
    """The path of a reservation for a resident."""
    return f"{RESERVATIONS}/{await desk.reserved(1, resident=CONSENT | WHO)}"


async def test_the_borrower_is_told_to_officers_of_the_municipality_that_lends_alone(desk: LendingDesk) -> None:
    await desk.added(1)
    path = await loan(desk)
    borrower = await desk.ok("GET", f"{path}/borrower/{CHIYODA}")
    assert {name: borrower[name] for name in WHO} == WHO
    assert borrower["erased"] is False
    for code in (CHIYODA, MUSASHINO):
        assert (await desk.send("GET", f"{path}/borrower/{code}", None, "officer", MUSASHINO)).status_code == 404
    for role in (("secretariat",), ("auditor",), ("approver", CHIYODA)):
        assert (await desk.send("GET", f"{path}/borrower/{CHIYODA}", None, *role)).status_code == 403
        shown = await desk.ok("GET", path, None, *role)
        assert shown["consent_reference"] == CONSENT["consent_reference"]
        assert not any(text in str(shown) for text in WHO.values())


async def test_a_session_and_a_resident_who_said_nothing_have_no_name(desk: LendingDesk) -> None:
    await desk.added(2)
    session = f"{RESERVATIONS}/{await desk.reserved(1, session_id=await desk.session())}"
    assert (await desk.refused("GET", f"{session}/borrower/{CHIYODA}"))[0] == 404
    assert (await desk.refused("PUT", f"{session}/borrower-erasure/{CHIYODA}", {}))[0] == 404
    silent = f"{RESERVATIONS}/{await desk.reserved(1, resident=CONSENT)}"
    borrower = await desk.ok("GET", f"{silent}/borrower/{CHIYODA}")
    assert (borrower["name_ja"], borrower["contact"], borrower["erased"]) == (None, None, False)
    assert await desk.service.count("personal_key") == 0


async def test_nothing_of_a_borrower_is_readable_at_rest_and_nothing_opens_after_the_erasure(desk: LendingDesk) -> None:
    (device,) = await desk.added(1)
    body = wanted(1, resident=CONSENT | WHO)
    key = {"Idempotency-Key": "the-same"}
    first, again = [await desk.send("POST", RESERVATIONS, body, **key) for _ in range(2)]
    assert first.json() == again.json()
    wrong = wanted(1, resident=CONSENT | {"name_ja": MISTYPED, "nickname": MISTYPED})
    assert (await desk.send("POST", RESERVATIONS, wrong, **{"Idempotency-Key": "another"})).status_code == 422
    path = f"{RESERVATIONS}/{first.json()['reservation_id']}"
    await desk.lent(first.json()["reservation_id"], device)
    await desk.move(device, "return")
    assert await leaking(desk.service, SECRET) == set()

    erased = await desk.ok("PUT", f"{path}/borrower-erasure/{CHIYODA}", {"reference": "第5-124号"})
    assert erased["erased_at"] is not None
    assert (erased["status"], erased["ended"]) == ("ended", 1), "what was lent stays true"
    borrower = await desk.ok("GET", f"{path}/borrower/{CHIYODA}")
    assert borrower == {"borrower_id": erased["borrower_id"], "erased": True, "name_ja": None, "contact": None}
    ((wrapped, gone),) = await desk.service.as_owner("SELECT wrapped, erased_at IS NOT NULL FROM personal_key")
    assert (wrapped, gone) == (None, True)
    assert await leaking(desk.service, SECRET) == set()
    again = await desk.ok("PUT", f"{path}/borrower-erasure/{CHIYODA}", {})
    assert again["version"] == erased["version"]
    words = [row["words"] for row in await desk.items(f"{path}/history")]
    assert words[-1] == "借受者の個人情報を削除した"


async def test_of_two_loans_nobody_can_tell_whether_the_borrower_is_the_same(desk: LendingDesk) -> None:
    await desk.added(2)
    first, second = [await desk.ok("GET", await loan(desk)) for _ in range(2)]
    assert first["borrower_id"] != second["borrower_id"]
    await desk.ok("PUT", f"{RESERVATIONS}/{first['reservation_id']}/borrower-erasure/{CHIYODA}", {})
    kept = await desk.ok("GET", f"{RESERVATIONS}/{second['reservation_id']}/borrower/{CHIYODA}")
    assert kept["name_ja"] == WHO["name_ja"]


async def test_the_search_notices_names_that_are_kept(desk: LendingDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    await desk.added(1)
    monkeypatch.setattr(
        "kyodo_platform.personal.persons.seal",
        lambda _key, _person, _field, text: "v1." + text.encode().hex().ljust(90, "0"),
    )
    await loan(desk)
    assert await leaking(desk.service, SECRET) == {"event", "device_reservation"}
