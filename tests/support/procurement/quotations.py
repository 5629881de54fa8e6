"""Two openers of the open call, and a sealed quotation to it."""

from __future__ import annotations

from typing import Any

from tests.support.building import OWN, Building

CODES = {"secretariat": "夏は夜 world code 1", "approver": "冬はつとめて world code 2"}


def bid(price: int) -> dict[str, Any]:
    """A bid for both lots of the world's calls, at this price and a little less."""
    tiers = [{"from_quantity": 1, "unit_price": price}, {"from_quantity": 500, "unit_price": price - 1}]
    items = [[{"item": code, "tiers": tiers}] for code in ("pc", "dock")]
    return {
        "name_ja": "株式会社サンプル",
        "corporate_number": "8000012010038",
        "lots": [{"lot": number, "items": own} for number, own in enumerate(items, start=1)],
    }


async def register_openers(world: Building, call: str) -> None:
    """Let the secretariat and the own municipality's approver open the quotations of a call."""
    await world.send("POST", "/v1/openings", {"call_id": call})
    await world.send("PUT", f"/v1/openings/{call}/opener", {"code": CODES["secretariat"]})
    await world.send("PUT", f"/v1/openings/{call}/opener", {"code": CODES["approver"]}, "approver", OWN)


async def add(world: Building) -> None:
    """Add them."""
    call = world.paths["call_id"][0]
    await register_openers(world, call)
    body = {"call_id": call, "kind": "primary", "bid": bid(98)}
    quotation = (await world.send("POST", "/v1/quotations", body, "supplier"))["id"]
    world.paths.update({"quotation_id": [quotation]})
    world.bodies.update(
        {
            "POST /v1/openings": {"call_id": call},
            "PUT /v1/openings/{call_id}/opener": {"code": CODES["secretariat"]},
            "PUT /v1/openings/{call_id}/unlocking": {"code": CODES["approver"]},
            "POST /v1/quotations": {**body, "kind": "alternative"},
            "PUT /v1/quotations/{quotation_id}": bid(97),
        }
    )
