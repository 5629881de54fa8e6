"""A published call to which both committed, with questions, and deadlines that are far away."""

from __future__ import annotations

from typing import Any

from tests.support.building import OTHER, OWN, QUANTITY, Building


def plan() -> dict[str, Any]:
    """What the call says: two lots, each of one item."""
    tiers = [{"from_quantity": 1, "expected_unit_price": 113}, {"from_quantity": 500, "expected_unit_price": 101}]
    return {
        "title_ja": "業務用端末の共同調達",
        "mode": "all_units",
        "lots": [
            {
                "number": number,
                "name_ja": name,
                "items": [{"code": code, "name_ja": name, "unit_ja": "台", "tiers": tiers}],
            }
            for number, code, name in ((1, "pc", "端末"), (2, "dock", "接続機"))
        ],
        "criteria": [
            {"code": "price", "name_ja": "価格", "weight": 60},
            {"code": "support", "name_ja": "保守体制", "weight": 40},
        ],
        "commitments_until": "2099-06-30",
        "top_up_until": "2099-07-31",
        "questions_until": "2099-08-15",
        "quotations_until": "2099-08-31",
        "standstill_days": 0,
    }


def commitment(code: str) -> dict[str, Any]:
    """What a municipality of the world commits to: figures of its own."""
    quantity = QUANTITY[code]
    return {
        "commitments": [
            {"item": "pc", "firm": quantity * 3, "optional": quantity + 7},
            {"item": "dock", "firm": quantity + 11, "optional": 0},
        ]
    }


async def add(world: Building) -> None:
    """Add it."""
    body = plan()
    project = world.paths["project_id"][0]
    call = (await world.send("POST", "/v1/calls", body | {"project_id": project}))["id"]
    path = f"/v1/calls/{call}"
    await world.send("PUT", f"{path}/publication", None)
    for code in (OWN, OTHER):
        await world.send("PUT", f"{path}/commitments/{code}", commitment(code), "officer", code)
    for text in ("既存機の下取りは対象か。", "納入は分割してよいか。"):
        await world.send("POST", f"{path}/questions", {"text": text}, "supplier")
    answer = {"answer": "対象外である。"}
    await world.send("PUT", f"{path}/questions/1/answer", answer)
    # No body for the cancellation: in a cancelled call nothing would be left to intrude upon.
    world.paths.update({"call_id": [call], "question": ["1", "2"]})
    world.bodies.update(
        {
            "POST /v1/calls": body | {"project_id": project},
            "PUT /v1/calls/{call_id}": body,
            "POST /v1/calls/{call_id}/amendments": {"quotations_until": "2099-09-30", "reason": "質問が多数あったため"},
            "POST /v1/calls/{call_id}/questions": {"text": "保証期間は何年か。"},
            "PUT /v1/calls/{call_id}/questions/{question}/answer": answer,
            "PUT /v1/calls/{call_id}/commitments/{municipality}": {"commitments": [{"item": "pc", "firm": 5}]},
        }
    )
