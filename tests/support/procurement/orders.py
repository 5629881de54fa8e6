"""Orders of both on the framework: one of the own, and of the other one that waits and one under way."""

from __future__ import annotations

from typing import Any

from tests.support.building import OTHER, OWN, Building

REASON = {"reason": "数量を見直すため"}
INVOICE = {"invoice_number": "R-2", "amount": 1, "issued_on": "2099-06-30"}


async def add(world: Building) -> None:
    """Add them."""
    own, waiting, running = await _placed(world, OWN), await _placed(world, OTHER), await _placed(world, OTHER)
    await _under_way(world, own, OWN)
    delivery = await _under_way(world, running, OTHER)
    world.paths.update(
        {
            "order_id": [own["id"], waiting["id"], running["id"]],
            "delivery": ["1", "2"],
            "defect": ["1"],
            "invoice": ["1"],
        }
    )
    buyer, order = "/v1/municipalities/{municipality}/orders", "/v1/orders/{order_id}"
    world.bodies.update(
        {
            f"POST {buyer}": _order(world),
            f"PUT {buyer}/{{order_id}}/cancellation": REASON,
            f"PUT {buyer}/{{order_id}}/deliveries/{{delivery}}/inspection": {"result": "passed"},
            f"POST {buyer}/{{order_id}}/defects": _defect(),
            f"PUT {order}/declination": REASON,
            f"POST {order}/deliveries": delivery,
            f"PUT {order}/defects/{{defect}}/remedy": {"remedy": "交換した"},
            f"POST {order}/invoices": INVOICE,
        }
    )


def _order(world: Building) -> dict[str, Any]:
    return {
        "framework_id": world.paths["framework_id"][0],
        "lines": [{"item": "pc", "quantity": 9}],
        "delivery_place": "本庁舎1階",
        "wanted_on": "2099-06-30",
    }


def _defect() -> dict[str, Any]:
    return {"item": "pc", "quantity": 1, "description": "電源が入らない"}


async def _placed(world: Building, code: str) -> Any:
    return await world.send("POST", f"/v1/municipalities/{code}/orders", _order(world), "approver", code)


async def _under_way(world: Building, order: Any, code: str) -> dict[str, Any]:
    """Confirm it; deliver two parts, of which the first is accepted, invoiced and found defective."""
    supplier, buyer = f"/v1/orders/{order['id']}", f"/v1/municipalities/{code}/orders/{order['id']}"
    delivery = {
        "delivered_on": order["ordered_on"],
        "slip": "N-1",
        "lines": [{"item": "pc", "quantity": 3}],
    }
    await world.send("PUT", f"{supplier}/confirmation", None, "supplier")
    for _ in range(2):
        await world.send("POST", f"{supplier}/deliveries", delivery, "supplier")
    await world.send("PUT", f"{buyer}/deliveries/1/inspection", {"result": "passed"}, "officer", code)
    await world.send("POST", f"{buyer}/defects", _defect(), "officer", code)
    (part, *_) = (await world.send("GET", f"{supplier}/deliveries", None))["items"]
    invoice = INVOICE | {"invoice_number": "R-1", "amount": part["net"] + part["tax"]}
    await world.send("POST", f"{supplier}/invoices", invoice, "supplier")
    return delivery
