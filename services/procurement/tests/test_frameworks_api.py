"""Frameworks over HTTP: who concludes and reads them, how prices change, what is used of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from conftest import As
from kyodo_events.values.municipalities import municipalities
from kyodo_platform.identity.issuer import LocalIssuer
from kyodo_platform.identity.model import Role
from tests.support.awarded import NOW, Contracted, award, set_clock

CHIYODA, CHUO, MUSASHINO, OKUTAMA = "131016", "131024", "132039", "133086"
ANY = {"If-Match": "*"}
NO_SUCH_ID = "0193f1a0-0000-7000-8000-000000000000"
CONTRACTED: Contracted = {CHIYODA: (7, 3, 100), MUSASHINO: (5, 5, 250_000)}
FRAMEWORK = {
    "lot": 1,
    "period": {"first": "2026-04-01", "last": "2028-03-31"},
    "tax_rate": "1/10",
    "indexation_cap": "1/50",
}
CHANGE = {
    "ground": "indexation",
    "from_day": "2027-04-01",
    "prices": [{"item": "tablet", "optional_unit_price": 51_000}],
    "reference": "企業物価指数 2027年3月",
}


@dataclass
class Market:
    """The service with awarded lots in it, and who asks."""

    app: FastAPI
    client: httpx.AsyncClient
    as_: As
    issuer: LocalIssuer

    async def conclude(self, call_id: str, **changes: Any) -> httpx.Response:
        body = FRAMEWORK | {"call_id": call_id} | changes
        return await self.client.post("/v1/frameworks", json=body, headers=self.as_("secretariat"))

    async def framework(self, contracted: Contracted = CONTRACTED, *participants: str, **changes: Any) -> str:
        """The id of a framework on a fresh award."""
        concluded = await self.conclude(await award(self.app, contracted, participants=participants), **changes)
        assert concluded.status_code == 201, concluded.text
        return str(concluded.json()["id"])

    async def order(self, framework_id: str, municipality: str, quantity: int, **changes: Any) -> httpx.Response:
        body = {
            "framework_id": framework_id,
            "lines": [{"item": "tablet", "quantity": quantity}],
            "delivery_place": "本庁舎",
            "wanted_on": "2026-07-01",
            **changes,
        }
        headers = self.as_("approver", municipality) | ANY
        return await self.client.post(f"/v1/municipalities/{municipality}/orders", json=body, headers=headers)

    async def change(self, framework_id: str, **changes: Any) -> httpx.Response:
        address = f"/v1/frameworks/{framework_id}/price-changes"
        return await self.client.post(address, json=CHANGE | changes, headers=self.as_("secretariat") | ANY)

    async def items(self, path: str, *who: str, **query: str) -> list[dict[str, Any]]:
        answer = await self.client.get(path, params=query, headers=self.as_(*(who or ("secretariat",))))
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    def another_supplier(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.issuer.issue(Role.SUPPLIER, subject='another')}"}


@pytest_asyncio.fixture
async def market(app_of: Callable[[str], Awaitable[FastAPI]], as_: As, issuer: LocalIssuer) -> AsyncIterator[Market]:
    app = await app_of("procurement")
    set_clock(app, NOW)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://kyodo.test") as client:
        yield Market(app, client, as_, issuer)


async def test_a_framework_is_concluded_on_an_award_and_read(market: Market) -> None:
    call_id = await award(market.app, CONTRACTED)
    concluded = await market.conclude(call_id, maxima={"tablet": 25})
    assert (concluded.status_code, concluded.headers["ETag"]) == (201, '"1"')
    address = f"/v1/frameworks/{concluded.json()['id']}"
    for who in (("secretariat",), ("auditor",), ("officer", OKUTAMA), ("approver", CHIYODA), ("supplier",)):
        read = await market.client.get(address, headers=market.as_(*who))
        assert read.json() == concluded.json()
    assert (read.json()["supplier_ja"], read.json()["tax_rate"]) == ("株式会社サンプル", "1/10")
    (use,) = await market.items(f"{address}/use")
    assert (use["firm"], use["optional"], use["maximum"], use["remaining"]) == (12, 8, 25, 25)
    history = await market.items(f"{address}/history", "supplier")
    assert [row["words"] for row in history] == ["「端末の共同調達」第1ロットの枠組契約を株式会社サンプルと締結した"]


async def test_another_suppliers_framework_is_not_there(market: Market) -> None:
    address = f"/v1/frameworks/{await market.framework()}"
    for path in ("", "/history", "/prices", "/tax-rates", "/use", "/use/municipalities"):
        answer = await market.client.get(f"{address}{path}", headers=market.another_supplier())
        assert answer.status_code == 404, path
    listed = await market.client.get("/v1/frameworks", headers=market.another_supplier())
    assert listed.json()["items"] == []
    assert (await market.client.get(address)).status_code == 401
    assert (await market.client.get(address, headers=market.as_("expert"))).status_code == 403


async def test_a_lot_has_one_framework(market: Market) -> None:
    call_id = await award(market.app, CONTRACTED)
    first = await market.conclude(call_id)
    again = await market.conclude(call_id)
    assert (again.status_code, again.json()["type"]) == (409, "/problems/framework-already-concluded")
    assert again.json()["facts"] == {"framework_id": first.json()["id"]}
    assert len(await market.items("/v1/frameworks")) == 1


@pytest.mark.parametrize(
    ("changes", "status", "slug"),
    [
        ({"lot": 2}, 409, "lot-not-awarded"),
        ({"lot": 3}, 404, "not-found"),
        ({"call_id": NO_SUCH_ID}, 404, "not-found"),
        ({"maxima": {"tablet": 19}}, 422, "maximum-below-contracts"),
        ({"maxima": {"phone": 19}}, 422, "item-not-in-framework"),
        ({"maxima": {"tablet": -1}}, 422, "invalid-request"),
        ({"period": {"first": "2028-03-31", "last": "2026-04-01"}}, 422, "invalid-request"),
        ({"tax_rate": 0.1}, 422, "invalid-request"),
        ({"indexation_cap": "3/2"}, 422, "invalid-request"),
    ],
)
async def test_what_cannot_be_concluded_is_not(market: Market, changes: dict[str, Any], status: int, slug: str) -> None:
    refused = await market.conclude(**({"call_id": await award(market.app, CONTRACTED)} | changes))
    assert (refused.status_code, refused.json()["type"]) == (status, f"/problems/{slug}"), refused.text
    assert await market.items("/v1/frameworks") == []


async def test_only_the_secretariat_concludes_and_changes_prices(market: Market) -> None:
    framework_id = await market.framework()
    for who in (("officer", CHIYODA), ("approver", CHIYODA), ("supplier",), ("auditor",)):
        for path, body in (("", FRAMEWORK), (f"/{framework_id}/price-changes", CHANGE)):
            answer = await market.client.post(f"/v1/frameworks{path}", json=body, headers=market.as_(*who) | ANY)
            assert answer.status_code == 403, (who, path)


async def test_prices_and_taxes_change_from_a_day_on(market: Market) -> None:
    framework_id = await market.framework(CONTRACTED, OKUTAMA, maxima={"tablet": 30})
    assert (await market.change(framework_id)).status_code == 200
    taxed = await market.change(
        framework_id, ground="tax", prices=[], tax_rate="3/25", from_day="2027-10-01", reference="消費税法改正"
    )
    assert (taxed.json()["tax_rate"], taxed.headers["ETag"]) == ("3/25", '"3"')
    prices = await market.items(f"/v1/frameworks/{framework_id}/prices")
    assert [(row["from_day"], row["optional_unit_price"], row["ground"]) for row in prices] == [
        ("2026-04-01", 50_000, "award"),
        ("2027-04-01", 51_000, "indexation"),
    ]
    rates = await market.items(f"/v1/frameworks/{framework_id}/tax-rates", "supplier")
    assert [(row["from_day"], row["tax_rate"]) for row in rates] == [("2026-04-01", "1/10"), ("2027-10-01", "3/25")]
    today = (await market.order(framework_id, OKUTAMA, 2)).json()
    set_clock(market.app, NOW.replace(year=2027, month=11))
    later = (await market.order(framework_id, OKUTAMA, 2, wanted_on="2027-12-01")).json()
    assert [(order["net"], order["tax"]) for order in (today, later)] == [(100_000, 10_000), (102_000, 12_240)]
    read = await market.client.get(f"/v1/frameworks/{framework_id}", headers=market.as_("supplier"))
    assert (read.json()["tax_rate"], read.headers["ETag"]) == ("3/25", '"5"')


@pytest.mark.parametrize(
    ("changes", "status", "slug"),
    [
        ({"prices": [{"item": "tablet", "optional_unit_price": 51_001}]}, 409, "beyond-indexation-cap"),
        ({"prices": [{"item": "phone", "optional_unit_price": 51_000}]}, 422, "item-not-in-framework"),
        ({"from_day": "2028-04-01"}, 422, "outside-framework-period"),
        ({"from_day": "2026-04-01"}, 409, "price-change-not-later"),
        ({"from_day": "2026-06-01"}, 409, "orders-stand"),
        ({"ground": "tax"}, 422, "invalid-request"),
        ({"prices": []}, 422, "invalid-request"),
    ],
)
async def test_a_change_that_may_not_be_writes_nothing(
    market: Market, changes: dict[str, Any], status: int, slug: str
) -> None:
    framework_id = await market.framework()
    assert (await market.order(framework_id, CHIYODA, 1)).status_code == 201
    refused = await market.change(framework_id, **changes)
    assert (refused.status_code, refused.json()["type"]) == (status, f"/problems/{slug}"), refused.text
    read = await market.client.get(f"/v1/frameworks/{framework_id}", headers=market.as_("secretariat"))
    assert read.headers["ETag"] == '"2"'


async def test_use_by_item_and_by_municipality_also_as_csv(market: Market) -> None:
    framework_id = await market.framework(CONTRACTED, OKUTAMA, maxima={"tablet": 30})
    for municipality, quantity in ((CHIYODA, 8), (OKUTAMA, 2)):
        assert (await market.order(framework_id, municipality, quantity)).status_code == 201
    use = f"/v1/frameworks/{framework_id}/use"
    (tablets,) = await market.items(use, "supplier")
    assert tablets == {
        "item": "tablet",
        "name_ja": "タブレット端末",
        "unit_ja": "台",
        "firm": 12,
        "optional": 8,
        "maximum": 30,
        "ordered": 10,
        "firm_ordered": 7,
        "delivered": 0,
        "accepted": 0,
        "remaining": 20,
    }
    rows = await market.items(f"{use}/municipalities", "officer", OKUTAMA)
    assert [(row["municipality"], row["firm"], row["ordered"], row["net"]) for row in rows] == [
        (CHIYODA, 7, 8, 50_100),
        (MUSASHINO, 5, 0, 0),
        (OKUTAMA, 0, 2, 100_000),
    ]
    assert len(await market.items(f"{use}/municipalities", municipality=OKUTAMA)) == 1
    csv = await market.client.get(use, headers=market.as_("auditor") | {"Accept": "text/csv"})
    assert csv.text.startswith("\ufeff品目コード,品目,単位,確定数量,")
    assert "tablet,タブレット端末,台,12,8,30,10,7,0,0,20" in csv.text


async def test_frameworks_are_listed_filtered_and_sorted(market: Market) -> None:
    first, second = (
        await market.framework(),
        await market.framework(period={"first": "2027-04-01", "last": "2029-03-31"}),
    )
    call_id = (await market.client.get(f"/v1/frameworks/{first}", headers=market.as_("supplier"))).json()["call_id"]

    async def listed(**query: str) -> list[str]:
        return [row["id"] for row in await market.items("/v1/frameworks", "supplier", **query)]

    assert sorted(await listed()) == sorted([first, second])
    assert await listed(sort="-first_day") == [second, first]
    assert await listed(call_id=call_id) == [first]
    assert await listed(day="2028-04-01") == [second]
    assert await listed(project_id=NO_SUCH_ID) == []


async def test_62_municipalities_order_at_once_and_nothing_is_oversold(market: Market) -> None:
    """20 may have four each of what 20 contracted: 62 ask for four at the same moment, eighty tablets are there."""
    codes = [municipality.code for municipality in municipalities()]
    contracted = dict.fromkeys(codes[:20], (0, 4, 0))
    framework_id = await market.framework(contracted, *codes)
    waiting = codes
    placed: list[str] = []
    refused: dict[str, dict[str, Any]] = {}
    while waiting:
        answers = await asyncio.gather(*(market.order(framework_id, code, 4) for code in waiting))
        found = dict(zip(waiting, answers, strict=True))
        assert {answer.status_code for answer in answers} <= {201, 409}
        placed += [code for code, answer in found.items() if answer.status_code == 201]
        problems = {code: answer.json() for code, answer in found.items() if answer.status_code == 409}
        refused |= {code: one for code, one in problems.items() if one["type"] == "/problems/not-enough-left"}
        # Whoever lost the race more often than the platform repeats was told so, and asks again.
        waiting = [code for code, one in problems.items() if one["type"] == "/problems/concurrent-change"]
    assert (len(placed), len(refused)) == (20, 42)
    facts = {"item": "tablet", "wanted": 4, "free": 0, "remaining": 0, "reserved": 0}
    assert all(problem["facts"] == facts for problem in refused.values())
    (use,) = await market.items(f"/v1/frameworks/{framework_id}/use")
    assert (use["ordered"], use["remaining"]) == (80, 0)
    rows = await market.items(f"/v1/frameworks/{framework_id}/use/municipalities", limit="200")
    assert {row["municipality"] for row in rows if row["ordered"]} == set(placed)
    orders = await market.items("/v1/orders", framework_id=framework_id, limit="200")
    assert sorted(order["municipality"] for order in orders) == sorted(placed)
    assert sum(order["net"] for order in orders) == 80 * 50_000


async def test_firm_quantities_stand_when_all_order_at_once(market: Market) -> None:
    """Each of five may have its firm three, though everybody at once asks for as much as can be had."""
    codes = [municipality.code for municipality in municipalities()][:10]
    framework_id = await market.framework(dict.fromkeys(codes[:5], (3, 1, 1000)), *codes)
    wanted = [(code, 2) for code in codes[5:]] + [(code, 3) for code in codes[:5]]
    while wanted:
        answers = await asyncio.gather(*(market.order(framework_id, code, quantity) for code, quantity in wanted))
        found = zip(wanted, answers, strict=True)
        wanted = [one for one, answer in found if answer.json().get("type") == "/problems/concurrent-change"]
    (use,) = await market.items(f"/v1/frameworks/{framework_id}/use")
    assert (use["firm_ordered"], use["ordered"], use["maximum"]) == (15, 19, 20)
    rows = await market.items(f"/v1/frameworks/{framework_id}/use/municipalities")
    assert [row["net"] for row in rows if row["firm"]] == [1_000] * 5
