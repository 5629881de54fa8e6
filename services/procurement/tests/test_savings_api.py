"""Savings over HTTP: who states, confirms and reads them, and what others learn from the sums."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import pytest_asyncio

from conftest import As
from kyodo_events.database import Database
from kyodo_events.rebuild import rebuild
from kyodo_platform.settings import Settings
from kyodo_procurement.savings.views import savings
from tests.support.awarded import NOW, award, set_clock
from tests.support.databases import Databases
from tests.support.procurement.savings_desk import (
    ADJUSTMENT,
    CHIYODA,
    CHUO,
    CONTRACTED,
    INDEXED,
    MINATO,
    MUSASHINO,
    NO_SUCH_ID,
    OKUTAMA,
    Desk,
    baseline,
)
from tests.support.running import running


@pytest_asyncio.fixture
async def desk(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[Desk]:
    async with running(databases, settings_for, "procurement") as service:
        set_clock(service.app, NOW)
        yield Desk(service, as_, await award(service.app, CONTRACTED))


async def test_from_claim_to_adjustment(desk: Desk) -> None:
    stated = await desk.state()
    assert (stated.status_code, stated.headers["ETag"]) == (201, '"1"')
    address = f"/v1/savings/{stated.json()['id']}"
    anew = {"baselines": [baseline(61_000)], "reason": "転記誤り"}
    assert (await desk.send("PUT", f"{address}/baselines", anew, match='"1"')).json()["claimed"] == 77_000
    await desk.confirm(address, CHIYODA)
    adjusted = await desk.send("PUT", f"{address}/adjustment/{CHIYODA}", ADJUSTMENT, "officer", CHIYODA)
    for who in (("secretariat",), ("auditor",), ("officer", CHIYODA), ("approver", CHIYODA)):
        read = await desk.get(address, *who)
        assert (read.json(), read.headers["ETag"]) == (adjusted.json(), '"4"')
    # 7 × 50,001 × 103/100 = 360,507.21
    assert read.json() == {
        "id": stated.json()["id"],
        "call_id": desk.call_id,
        "lot": 1,
        "municipality": CHIYODA,
        "status": "confirmed",
        "amount": 10_507,
        "forecast": None,
        "claimed": 77_000,
        "confirmed": 10_507,
        "adjusted": True,
        "lines": [{"baseline": INDEXED, "firm": 7, "baseline_amount": 360_507, "paid": 350_000}],
        "reason": "前回単価による",
        "version": 4,
    }
    history = await desk.items(f"{address}/history", "officer", CHIYODA)
    assert [row["words"] for row in history] == [
        "東京都が千代田区の第1ロットの節減額を算定し、確認を求めた",
        "東京都が千代田区の第1ロットの節減額を算定し、確認を求めた",
        "千代田区が第1ロットの節減額を確認した",
        "千代田区が第1ロットの節減額を修正のうえ確認した",
    ]


async def test_a_saving_is_forecast_before_the_award(desk: Desk) -> None:
    await desk.commit(CHIYODA)
    forecast = await desk.state(lot=2, baselines=[baseline(59_000, "phone")])
    assert forecast.status_code == 201, forecast.text
    found = forecast.json()
    assert (found["status"], found["amount"], found["forecast"]) == ("forecast", -3_000, -3_000)  # expected: 60,000
    address = f"/v1/savings/{found['id']}"
    confirmed = await desk.send("PUT", f"{address}/confirmation/{CHIYODA}", None, "officer", CHIYODA)
    assert (confirmed.status_code, confirmed.json()["type"]) == (409, "/problems/saving-not-claimed")
    withdrawn = await desk.send("PUT", f"{address}/withdrawal", {"reason": "調達の見送り"})
    assert (withdrawn.json()["status"], withdrawn.json()["reason"]) == ("withdrawn", "調達の見送り")
    assert (await desk.get(address)).json() == withdrawn.json()
    assert (await desk.report())["forecast"] == 0


@pytest.mark.parametrize(
    ("changes", "status", "slug"),
    [
        ({"lot": 2, "baselines": [baseline(1, "phone")]}, 409, "nothing-bought"),
        ({"lot": 3}, 404, "not-found"),
        ({"call_id": NO_SUCH_ID}, 404, "not-found"),
        ({"municipality": OKUTAMA}, 409, "nothing-bought"),
        ({"municipality": "131017"}, 422, "invalid-request"),
        ({"baselines": []}, 422, "invalid-request"),
        ({"baselines": [baseline(), baseline()]}, 422, "invalid-request"),
        ({"baselines": [baseline(item="phone")]}, 422, "baselines-do-not-fit"),
        ({"baselines": [baseline() | {"unit_price": 60_000.5}]}, 422, "invalid-request"),
        ({"baselines": [baseline() | {"index": "103/100"}]}, 422, "invalid-request"),
        ({"baselines": [INDEXED | {"index": 1.03}]}, 422, "invalid-request"),
        ({"baselines": [INDEXED | {"index": "11"}]}, 422, "invalid-request"),
    ],
)
async def test_what_cannot_be_stated_is_not(desk: Desk, changes: dict[str, Any], status: int, slug: str) -> None:
    refused = await desk.state(**changes)
    assert (refused.status_code, refused.json()["type"]) == (status, f"/problems/{slug}"), refused.text
    assert await desk.items("/v1/savings") == []
    assert await desk.items("/v1/savings-report") == []


async def test_a_saving_is_stated_once_and_changed_for_a_reason(desk: Desk) -> None:
    address = await desk.claimed()
    again = await desk.state()
    assert (again.status_code, again.json()["type"]) == (409, "/problems/saving-already-begun")
    silently = await desk.send("PUT", f"{address}/baselines", {"baselines": [baseline(1)]})
    assert (silently.status_code, silently.json()["type"]) == (422, "/problems/reason-needed")
    stale = await desk.send("PUT", f"{address}/withdrawal", {"reason": "誤り"}, match='"7"')
    assert stale.status_code == 412
    await desk.confirm(address, CHIYODA)
    for path, body in (("baselines", ADJUSTMENT), ("withdrawal", {"reason": "誤り"})):
        settled = await desk.send("PUT", f"{address}/{path}", body)
        assert (settled.status_code, settled.json()["type"]) == (409, "/problems/saving-settled")
    assert (await desk.get(address)).headers["ETag"] == '"2"'


async def test_who_may_do_what(desk: Desk) -> None:
    address = await desk.claimed()
    first = {"call_id": desk.call_id, "lot": 1, "municipality": CHUO, "baselines": [baseline()]}
    for who in (("officer", CHIYODA), ("approver", CHIYODA), ("auditor",), ("supplier",)):
        assert (await desk.send("POST", "/v1/savings", first, *who)).status_code == 403
        assert (await desk.send("PUT", f"{address}/baselines", ADJUSTMENT, *who)).status_code == 403
        assert (await desk.send("PUT", f"{address}/withdrawal", {"reason": "誤り"}, *who)).status_code == 403
    own: dict[str, Any] = {"confirmation": None, "adjustment": ADJUSTMENT}
    for path, body in own.items():
        for who in (("secretariat",), ("approver", CHIYODA), ("auditor",)):
            assert (await desk.send("PUT", f"{address}/{path}/{CHIYODA}", body, *who)).status_code == 403
        for municipality in (CHIYODA, MUSASHINO):  # in its neighbour's name, and on its neighbour's saving
            answer = await desk.send("PUT", f"{address}/{path}/{municipality}", body, "officer", MUSASHINO)
            assert answer.status_code == 404
    assert (await desk.get("/v1/savings", "supplier")).status_code == 403
    assert (await desk.get("/v1/savings-report", "supplier")).status_code == 403
    assert (await desk.get(address)).json()["version"] == 1


async def test_another_municipalitys_saving_is_not_there(desk: Desk) -> None:
    address = await desk.claimed()
    await desk.claimed(MUSASHINO, 70_000)
    for path in (address, f"{address}/history"):
        assert (await desk.get(path, "officer", MUSASHINO)).status_code == 404
    (own,) = await desk.items("/v1/savings", "approver", MUSASHINO)
    assert (own["municipality"], own["amount"]) == (MUSASHINO, 100_000)
    assert await desk.items("/v1/savings", "officer", MUSASHINO, municipality=CHIYODA) == []


async def test_savings_are_listed_filtered_sorted_and_given_as_csv(desk: Desk) -> None:
    await desk.claimed(CHIYODA)  # 70,000
    await desk.claimed(CHUO, 45_000)  # -50,000
    await desk.confirm(await desk.claimed(MINATO, 55_000), MINATO)  # 20,000
    listed = await desk.items("/v1/savings", "auditor", sort="-amount", call_id=desk.call_id)
    assert [row["amount"] for row in listed] == [70_000, 20_000, -50_000]
    assert [row["municipality"] for row in await desk.items("/v1/savings")] == [CHIYODA, CHUO, MINATO]
    assert [row["municipality"] for row in await desk.items("/v1/savings", status="confirmed")] == [MINATO]
    assert [row["amount"] for row in await desk.items("/v1/savings", municipality=CHUO)] == [-50_000]
    assert await desk.items("/v1/savings", call_id=NO_SUCH_ID) == []
    assert (await desk.get("/v1/savings", sort="reason")).status_code == 422
    table = await desk.client.get("/v1/savings-report", headers=desk.as_("secretariat") | {"Accept": "text/csv"})
    assert table.text.removeprefix("\ufeff").splitlines() == [
        "共同調達,確認済み（円）,確認済み団体数,算定済み・未確認（円）,算定済み・未確認団体数,見込み（円）,見込み団体数",
        f"{desk.call_id},20000,1,20000,2,0,0",
    ]


async def test_the_sums_of_three_municipalities_are_shown_to_others(desk: Desk) -> None:
    await desk.commit(CHIYODA, CHUO)
    for code, unit_price in ((CHIYODA, 60_000), (CHUO, 45_000)):
        await desk.claimed(code, unit_price)
    for code in (CHIYODA, CHUO):
        forecast = await desk.state(code, lot=2, baselines=[baseline(61_000, "phone")])
        assert forecast.status_code == 201, forecast.text
    hidden: dict[str, Any] = {
        "call_id": desk.call_id,
        "confirmed": None,
        "confirmed_municipalities": 0,
        "claimed": None,
        "claimed_municipalities": 2,
        "forecast": None,
        "forecast_municipalities": 2,
    }
    assert await desk.report("officer", OKUTAMA) == hidden
    assert await desk.report("officer", CHIYODA) == hidden
    for overseer in ("secretariat", "auditor"):
        assert await desk.report(overseer) == hidden | {"confirmed": 0, "claimed": 20_000, "forecast": 6_000}
    third = await desk.claimed(MUSASHINO, 70_000)
    shown = hidden | {"claimed": 120_000, "claimed_municipalities": 3}
    assert await desk.report("officer", OKUTAMA) == await desk.report("approver", CHIYODA) == shown
    await desk.confirm(third, MUSASHINO)
    assert await desk.report("officer", OKUTAMA) == hidden | {"confirmed_municipalities": 1}
    assert (await desk.report())["confirmed"] == 100_000


async def test_two_lots_of_one_municipality_are_one_municipality(desk: Desk) -> None:
    """Three claims of two municipalities: either could work the other's out."""
    await desk.award_the_second(CHIYODA)
    for code in (CHIYODA, CHUO):
        await desk.claimed(code)
    second = await desk.state(lot=2, baselines=[baseline(70_000, "phone")])
    assert (second.json()["status"], second.json()["amount"]) == ("claimed", 60_000)
    row = await desk.report("officer", OKUTAMA)
    assert (row["claimed"], row["claimed_municipalities"]) == (None, 2)
    await desk.claimed(MINATO)
    row = await desk.report("officer", OKUTAMA)
    assert (row["claimed"], row["claimed_municipalities"]) == (70_000 + 100_000 + 60_000 + 40_000, 3)


async def test_savings_and_their_sums_equal_their_rebuild_after_every_kind_of_event(desk: Desk) -> None:
    await desk.commit(CHIYODA)
    assert (await desk.state(lot=2, baselines=[baseline(61_000, "phone")])).status_code == 201
    addresses = {code: await desk.claimed(code) for code in (CHIYODA, CHUO, MINATO, MUSASHINO)}
    await desk.confirm(addresses[CHUO], CHUO)
    await desk.send("PUT", f"{addresses[MINATO]}/adjustment/{MINATO}", ADJUSTMENT, "officer", MINATO)
    await desk.send("PUT", f"{addresses[MUSASHINO]}/withdrawal", {"reason": "誤り"})
    happened = {type_ for (type_,) in await desk.service.as_owner("SELECT DISTINCT type FROM event")}
    assert {event.event_type for event in savings.events} <= happened
    owner = await Database.connect(desk.service.database.owner_url(desk.service.admin_url))
    try:
        found = await rebuild(owner, [savings], source="procurement", progress=lambda *_: None, switch=False)
    finally:
        await owner.close()
    assert {one.table for one in found} == {"saving", "saving_sum", "saving_party"}
    assert [one for one in found if one.only_live or one.only_rebuilt] == []
