"""Orders over HTTP: from placing to closing, who may do what, and what is refused."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import pytest_asyncio

from conftest import As
from kyodo_platform.identity.issuer import LocalIssuer
from kyodo_platform.identity.model import Role
from kyodo_platform.settings import Settings
from tests.support.awarded import NOW, award, set_clock
from tests.support.databases import Databases
from tests.support.procurement.shop import (
    ANY,
    BUYERS,
    CHIYODA,
    DEFECT,
    DELIVERY,
    FAILED,
    MUSASHINO,
    NO_SUCH_ID,
    OKUTAMA,
    ORDER,
    PASSED,
    Shop,
)
from tests.support.running import running


@pytest_asyncio.fixture
async def shop(
    databases: Databases, settings_for: Callable[..., Settings], as_: As, issuer: LocalIssuer
) -> AsyncIterator[Shop]:
    async with running(databases, settings_for, "procurement") as service:
        set_clock(service.app, NOW)
        shop = Shop(service, as_, issuer)
        contracted = {CHIYODA: (2, 3, 101), MUSASHINO: (5, 0, 250_000)}
        body = {
            "call_id": await award(service.app, contracted, participants=[OKUTAMA]),
            "lot": 1,
            "period": {"first": "2026-04-01", "last": "2028-03-31"},
            "tax_rate": "1/10",
            "indexation_cap": "1/50",
        }
        shop.framework_id = (await shop.send("POST", "/v1/frameworks", body)).json()["id"]
        yield shop


async def test_from_order_to_closing(shop: Shop) -> None:
    answer = await shop.order()
    placed = answer.json()
    order_id = placed["id"]
    assert (answer.status_code, answer.headers["ETag"], placed["status"]) == (201, '"1"', "placed")
    assert (placed["net"], placed["tax"], placed["amount"]) == (50_101, 5_010, 55_111)
    read = await shop.client.get(f"/v1/orders/{order_id}", headers=shop.as_("supplier"))
    assert read.json() == placed

    assert (await shop.supply(order_id, "confirmation")).json()["status"] == "confirmed"
    assert (await shop.supply(order_id, "deliveries", DELIVERY)).status_code == 200
    assert (await shop.buy(order_id, "deliveries/1/inspection", PASSED)).json()["status"] == "confirmed"
    second = DELIVERY | {"slip": "N-2", "lines": [{"item": "tablet", "quantity": 2}]}
    assert (await shop.supply(order_id, "deliveries", second)).status_code == 200
    assert (await shop.buy(order_id, "deliveries/2/inspection", FAILED)).status_code == 200
    assert (await shop.supply(order_id, "deliveries", second | {"slip": "N-3"})).status_code == 200
    assert (await shop.buy(order_id, "deliveries/3/inspection", PASSED)).json()["status"] == "fulfilled"
    invoice = {"invoice_number": "R-1", "amount": 55_111, "issued_on": "2026-06-01"}
    assert (await shop.supply(order_id, "invoices", invoice)).status_code == 200
    assert (await shop.buy(order_id, "defects", DEFECT)).status_code == 200
    assert (await shop.buy(order_id, "invoices/1/match")).json()["status"] == "fulfilled"
    closed = await shop.supply(order_id, "defects/1/remedy", {"remedy": "交換した"})
    assert closed.json()["status"] == "closed"

    read = await shop.client.get(f"/v1/orders/{order_id}", headers=shop.as_("officer", MUSASHINO))
    assert (read.json(), read.headers["ETag"]) == (closed.json(), closed.headers["ETag"])
    (line,) = await shop.items(f"/v1/orders/{order_id}/lines", "supplier")
    assert (line["firm_quantity"], line["firm_amount"], line["delivered"], line["accepted"]) == (2, 101, 3, 3)
    deliveries = await shop.items(f"/v1/orders/{order_id}/deliveries")
    assert [(one["result"], one["net"], one["tax"], one["invoice"]) for one in deliveries] == [
        ("passed", 16_700, 1_670, 1),
        ("failed", None, None, None),
        ("passed", 33_401, 3_340, 1),
    ]
    assert [one["remedy"] for one in await shop.items(f"/v1/orders/{order_id}/defects")] == ["交換した"]
    assert [one["matched_on"] for one in await shop.items(f"/v1/orders/{order_id}/invoices")] == ["2026-06-01"]
    words = [row["words"] for row in await shop.items(f"/v1/orders/{order_id}/history", "supplier")]
    assert (words[0], words[-1]) == (
        "千代田区が株式会社サンプルに発注した",
        "納品・検収・請求がすべて済み、発注を完了した",
    )
    (use,) = await shop.items(f"/v1/frameworks/{shop.framework_id}/use")
    assert (use["ordered"], use["delivered"], use["accepted"], use["remaining"]) == (3, 3, 3, 7)
    await shop.placed(MUSASHINO)
    assert await shop.rebuilt() == set()


async def test_a_declined_or_cancelled_order_gives_its_quantity_back(shop: Shop) -> None:
    declined, cancelled = await shop.placed(), await shop.placed(lines=[{"item": "tablet", "quantity": 2}])
    assert await shop.remaining() == 5
    answer = await shop.supply(declined, "declination", {"reason": "在庫がない"})
    assert (answer.json()["status"], answer.json()["reason"]) == ("declined", "在庫がない")
    assert await shop.remaining() == 8
    answer = await shop.buy(cancelled, "cancellation", {"reason": "数量の誤り"})
    assert answer.json()["status"] == "cancelled"
    assert await shop.remaining() == 10
    assert (await shop.order(lines=[{"item": "tablet", "quantity": 5}])).json()["net"] == 101 + 3 * 50_000


async def test_a_confirmed_order_is_neither_cancelled_nor_declined(shop: Shop) -> None:
    order_id = await shop.confirmed()
    for answer in (
        await shop.buy(order_id, "cancellation", {"reason": "数量の誤り"}),
        await shop.supply(order_id, "declination", {"reason": "在庫がない"}),
    ):
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/order-not-pending")
    assert await shop.remaining() == 7


async def test_a_late_joiner_buys_and_somebody_else_does_not(shop: Shop) -> None:
    late = await shop.order(OKUTAMA)
    assert (late.status_code, late.json()["net"]) == (201, 150_000)
    outsider = await shop.order("131024")
    assert (outsider.status_code, outsider.json()["type"]) == (403, "/problems/not-a-buyer")


@pytest.mark.parametrize(
    ("changes", "status", "slug"),
    [
        ({"lines": [{"item": "tablet", "quantity": 0}]}, 422, "invalid-request"),
        ({"lines": [{"item": "tablet", "quantity": -3}]}, 422, "invalid-request"),
        ({"lines": [{"item": "tablet", "quantity": 1.5}]}, 422, "invalid-request"),
        ({"lines": []}, 422, "invalid-request"),
        ({"lines": [{"item": "tablet", "quantity": 1}] * 2}, 422, "invalid-request"),
        ({"lines": [{"item": "phone", "quantity": 1}]}, 422, "item-not-in-framework"),
        ({"lines": [{"item": "tablet", "quantity": 6}]}, 409, "not-enough-left"),
        ({"wanted_on": "2026-03-31"}, 422, "outside-framework-period"),
        ({"wanted_on": "2028-04-01"}, 422, "outside-framework-period"),
        ({"wanted_on": "2026-05-31"}, 422, "day-is-over"),
        ({"framework_id": NO_SUCH_ID}, 404, "not-found"),
        ({"buyer": MUSASHINO}, 422, "invalid-request"),
        ({"etag": '"7"'}, 412, "stale-version"),
    ],
)
async def test_an_order_that_may_not_be_writes_nothing(
    shop: Shop, changes: dict[str, Any], status: int, slug: str
) -> None:
    refused = await shop.order(CHIYODA, **changes)
    assert (refused.status_code, refused.json()["type"]) == (status, f"/problems/{slug}"), refused.text
    assert await shop.items("/v1/orders") == []
    framework = await shop.client.get(f"/v1/frameworks/{shop.framework_id}", headers=shop.as_("auditor"))
    assert framework.headers["ETag"] == '"1"'


async def test_more_than_remains_is_refused_with_what_remains(shop: Shop) -> None:
    refused = (await shop.order(OKUTAMA, lines=[{"item": "tablet", "quantity": 4}])).json()
    assert refused["facts"] == {"item": "tablet", "wanted": 4, "free": 3, "remaining": 10, "reserved": 7}
    assert "3 can be had" in refused["detail"]


async def test_the_same_key_places_one_order(shop: Shop) -> None:
    headers = shop.as_("approver", CHIYODA) | ANY | {"Idempotency-Key": "order-1"}
    body = ORDER | {"framework_id": shop.framework_id}
    first, again = [await shop.client.post(BUYERS, json=body, headers=headers) for _ in range(2)]
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert len(await shop.items("/v1/orders")) == 1


async def test_nobody_acts_for_another_municipality(shop: Shop) -> None:
    order_id = await shop.confirmed()
    await shop.supply(order_id, "deliveries", DELIVERY)
    version = await shop.version(order_id)
    body = ORDER | {"framework_id": shop.framework_id}
    assert (await shop.send("POST", BUYERS, body, "approver", MUSASHINO)).status_code == 404
    assert (await shop.send("POST", BUYERS, body, "officer", CHIYODA)).status_code == 403
    assert (await shop.send("POST", BUYERS, body)).status_code == 403
    for path, act in (
        ("cancellation", {"reason": "x"}),
        ("deliveries/1/inspection", PASSED),
        ("defects", DEFECT),
        ("invoices/1/match", None),
    ):
        method = "POST" if path == "defects" else "PUT"
        role = "approver" if path == "cancellation" else "officer"
        own_path = f"/v1/municipalities/{MUSASHINO}/orders/{order_id}/{path}"  # the own path, another's order
        for address in (own_path, f"{BUYERS}/{order_id}/{path}"):
            answer = await shop.send(method, address, act, role, MUSASHINO)
            assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found"), address
    assert await shop.version(order_id) == version


async def test_another_suppliers_order_is_not_there(shop: Shop) -> None:
    order_id = await shop.confirmed()
    token = {"Authorization": f"Bearer {shop.issuer.issue(Role.SUPPLIER, subject='another')}"} | ANY
    for path in ("", "/history", "/lines", "/deliveries", "/defects", "/invoices"):
        answer = await shop.client.get(f"/v1/orders/{order_id}{path}", headers=token)
        assert answer.status_code == 404, path
    assert (await shop.client.get("/v1/orders", headers=token)).json()["items"] == []
    invoice = {"invoice_number": "R-1", "amount": 1, "issued_on": "2026-06-01"}
    for method, path, body in (
        ("PUT", "confirmation", None),
        ("PUT", "declination", {"reason": "x"}),
        ("POST", "deliveries", DELIVERY),
        ("POST", "invoices", invoice),
        ("PUT", "defects/1/remedy", {"remedy": "x"}),
    ):
        answer = await shop.client.request(method, f"/v1/orders/{order_id}/{path}", json=body, headers=token)
        assert (answer.status_code, answer.json()["facts"]["what"]) == (404, "order"), path
        officer = await shop.send(method, f"/v1/orders/{order_id}/{path}", body, "officer", CHIYODA)
        assert officer.status_code == 403
    assert await shop.version(order_id) == '"2"'


@pytest.mark.parametrize(
    ("path", "body", "status", "slug"),
    [
        ("deliveries", DELIVERY | {"lines": [{"item": "tablet", "quantity": 4}]}, 409, "more-than-ordered"),
        ("deliveries", DELIVERY | {"lines": [{"item": "phone", "quantity": 1}]}, 422, "item-not-ordered"),
        ("deliveries", DELIVERY | {"lines": [{"item": "tablet", "quantity": 0}]}, 422, "invalid-request"),
        ("deliveries", DELIVERY | {"delivered_on": "2026-06-02"}, 422, "delivery-day-impossible"),
        ("invoices", {"invoice_number": "R-1", "amount": 1, "issued_on": "2026-06-01"}, 409, "nothing-to-invoice"),
        ("invoices", {"invoice_number": "R-1", "amount": -1, "issued_on": "2026-06-01"}, 422, "invalid-request"),
        ("defects/1/remedy", {"remedy": "交換した"}, 404, "not-found"),
    ],
)
async def test_what_the_supplier_may_not_do_writes_nothing(
    shop: Shop, path: str, body: dict[str, Any], status: int, slug: str
) -> None:
    order_id = await shop.confirmed()
    refused = await shop.supply(order_id, path, body)
    assert (refused.status_code, refused.json()["type"]) == (status, f"/problems/{slug}"), refused.text
    assert await shop.version(order_id) == '"2"'


@pytest.mark.parametrize(
    ("path", "body", "status", "slug"),
    [
        ("deliveries/2/inspection", PASSED, 404, "not-found"),
        ("deliveries/0/inspection", PASSED, 422, "invalid-request"),
        ("deliveries/1/inspection", {"result": "failed"}, 422, "invalid-request"),
        ("deliveries/1/inspection", PASSED | {"reason": "x"}, 422, "invalid-request"),
        ("defects", DEFECT, 409, "not-that-many-accepted"),
        ("defects", DEFECT | {"quantity": 0}, 422, "invalid-request"),
        ("invoices/1/match", None, 404, "not-found"),
    ],
)
async def test_what_the_buyer_may_not_do_writes_nothing(
    shop: Shop, path: str, body: dict[str, Any] | None, status: int, slug: str
) -> None:
    order_id = await shop.confirmed()
    await shop.supply(order_id, "deliveries", DELIVERY)
    refused = await shop.buy(order_id, path, body)
    assert (refused.status_code, refused.json()["type"]) == (status, f"/problems/{slug}"), refused.text
    assert await shop.version(order_id) == '"3"'


async def test_an_invoice_of_another_amount_is_refused_and_tokyo_may_match(shop: Shop) -> None:
    order_id = await shop.confirmed()
    await shop.supply(order_id, "deliveries", DELIVERY)
    await shop.buy(order_id, "deliveries/1/inspection", PASSED)
    invoice = {"invoice_number": "R-1", "amount": 18_371, "issued_on": "2026-06-01"}
    refused = (await shop.supply(order_id, "invoices", invoice)).json()
    assert (refused["type"], refused["facts"]) == ("/problems/invoice-mismatch", {"amount": 18_371, "due": 18_370})
    assert (await shop.supply(order_id, "invoices", invoice | {"amount": 18_370})).status_code == 200
    matched = await shop.send("PUT", f"{BUYERS}/{order_id}/invoices/1/match", None)
    assert (matched.status_code, matched.json()["status"]) == (200, "confirmed")


async def test_a_stale_version_is_refused(shop: Shop) -> None:
    order_id = await shop.confirmed()
    address = f"{BUYERS}/{order_id}/cancellation"
    stale = await shop.send("PUT", address, {"reason": "x"}, "approver", CHIYODA, etag='"1"')
    assert stale.status_code == 412
    missing = await shop.client.put(address, json={"reason": "x"}, headers=shop.as_("approver", CHIYODA))
    assert missing.status_code == 428


async def test_orders_are_listed_filtered_and_sorted_also_as_csv(shop: Shop) -> None:
    first = await shop.confirmed()
    second = await shop.placed(MUSASHINO, wanted_on="2026-06-10")

    async def listed(**query: str) -> list[str]:
        return [row["id"] for row in await shop.items("/v1/orders", "officer", OKUTAMA, **query)]

    assert await listed() == [first, second]
    assert await listed(sort="wanted_on") == await listed(sort="-municipality") == [second, first]
    assert await listed(status="confirmed") == await listed(municipality=CHIYODA) == [first]
    assert await listed(framework_id=NO_SUCH_ID) == []
    csv = await shop.client.get("/v1/orders", headers=shop.as_("supplier") | {"Accept": "text/csv"})
    assert "団体コード" in csv.text.splitlines()[0]
