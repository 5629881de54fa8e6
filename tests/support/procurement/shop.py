"""Orders as buyers and their supplier place, answer and fulfil them over HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx

from conftest import As
from kyodo_events.database import Database
from kyodo_events.rebuild import rebuild
from kyodo_platform.identity.issuer import LocalIssuer
from kyodo_procurement.frameworks.views import frameworks
from kyodo_procurement.orders.views import orders
from tests.support.running import Running

CHIYODA, MUSASHINO, OKUTAMA = "131016", "132039", "133086"
ANY = {"If-Match": "*"}
NO_SUCH_ID = "0193f1a0-0000-7000-8000-000000000000"
ORDER = {
    "lines": [{"item": "tablet", "quantity": 3}],
    "delivery_place": "千代田区役所3階",
    "wanted_on": "2026-07-01",
}
DELIVERY = {"delivered_on": "2026-06-01", "slip": "N-1", "lines": [{"item": "tablet", "quantity": 1}]}
PASSED, FAILED = {"result": "passed"}, {"result": "failed", "reason": "画面の破損"}
DEFECT = {"item": "tablet", "quantity": 1, "description": "電源が入らない"}
BUYERS = f"/v1/municipalities/{CHIYODA}/orders"


@dataclass
class Shop:
    """The service with a framework: Chiyoda and Musashino contracted, Okutama joined late."""

    service: Running
    as_: As
    issuer: LocalIssuer
    framework_id: str = ""

    @property
    def client(self) -> httpx.AsyncClient:
        """The service over HTTP."""
        return self.service.client

    async def send(self, method: str, path: str, body: Any, *who: str, etag: str = "*") -> httpx.Response:
        headers = self.as_(*(who or ("secretariat",))) | {"If-Match": etag}
        return await self.client.request(method, path, json=body, headers=headers)

    async def order(self, municipality: str = CHIYODA, *, etag: str = "*", **changes: Any) -> httpx.Response:
        body = ORDER | {"framework_id": self.framework_id} | changes
        path = f"/v1/municipalities/{municipality}/orders"
        return await self.send("POST", path, body, "approver", municipality, etag=etag)

    async def placed(self, municipality: str = CHIYODA, **changes: Any) -> str:
        """The id of an order."""
        answer = await self.order(municipality, **changes)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def supply(self, order_id: str, path: str, body: Any = None) -> httpx.Response:
        """What the supplier does to an order: POST what is counted, PUT what is set."""
        method = "POST" if path in ("deliveries", "invoices") else "PUT"
        return await self.send(method, f"/v1/orders/{order_id}/{path}", body, "supplier")

    async def buy(self, order_id: str, path: str, body: Any = None) -> httpx.Response:
        """What Chiyoda does to its order."""
        who = "approver" if path == "cancellation" else "officer"
        return await self.send(
            "POST" if path == "defects" else "PUT", f"{BUYERS}/{order_id}/{path}", body, who, CHIYODA
        )

    async def confirmed(self) -> str:
        order_id = await self.placed()
        assert (await self.supply(order_id, "confirmation")).status_code == 200
        return order_id

    async def items(self, path: str, *who: str, **query: str) -> list[dict[str, Any]]:
        answer = await self.client.get(path, params=query, headers=self.as_(*(who or ("secretariat",))))
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    async def version(self, order_id: str) -> str:
        """The order's ETag."""
        return (await self.client.get(f"/v1/orders/{order_id}", headers=self.as_("auditor"))).headers["ETag"]

    async def rebuilt(self) -> set[str]:
        """The tables of frameworks and orders that differ from what their events say."""
        owner = await Database.connect(self.service.database.owner_url(self.service.admin_url))
        try:
            found = await rebuild(
                owner, [frameworks, orders], source="procurement", progress=lambda *_: None, switch=False
            )
        finally:
            await owner.close()
        return {one.table for one in found if one.only_live or one.only_rebuilt}

    async def remaining(self) -> int:
        (use,) = await self.items(f"/v1/frameworks/{self.framework_id}/use")
        return int(use["remaining"])
