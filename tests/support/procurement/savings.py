"""What both save: claimed on the awarded call, each claim once changed for a reason, and forecast on the open one."""

from __future__ import annotations

from typing import Any

from tests.support.building import OTHER, OWN, Building

UNIT_PRICE = {OWN: 113_017, OTHER: 127_031}


async def add(world: Building) -> None:
    """Add them. The claims come first in the paths."""
    awarded, opened = world.paths["evaluation_id"][1], world.paths["call_id"][0]
    claims = [await _claimed(world, awarded, code) for code in (OWN, OTHER)]
    forecasts = [await world.send("POST", "/v1/savings", _saving(opened, 1, "pc", code)) for code in (OWN, OTHER)]
    world.paths["saving_id"] = claims + [forecast["id"] for forecast in forecasts]
    anew = {"baselines": _baselines("pc", 99_991), "reason": "単価の転記誤り"}
    saving = "PUT /v1/savings/{saving_id}"
    world.bodies.update(
        {
            "POST /v1/savings": _saving(opened, 2, "dock", OTHER),
            f"{saving}/baselines": anew,
            f"{saving}/withdrawal": {"reason": "調達の見送り"},
            f"{saving}/adjustment/{{municipality}}": anew,
        }
    )


async def _claimed(world: Building, call: str, code: str) -> str:
    """A claim of this municipality's saving, changed for a reason that nobody else has; its id."""
    saving = str((await world.send("POST", "/v1/savings", _saving(call, 1, "pc", code)))["id"])
    changed = {"baselines": _baselines("pc", UNIT_PRICE[code] + 1), "reason": f"団体{code}の前年度契約書による訂正"}
    await world.send("PUT", f"/v1/savings/{saving}/baselines", changed)
    return saving


def _saving(call: str, lot: int, item: str, code: str) -> dict[str, Any]:
    return {"call_id": call, "lot": lot, "municipality": code, "baselines": _baselines(item, UNIT_PRICE[code])}


def _baselines(item: str, unit_price: int) -> list[dict[str, Any]]:
    return [
        {
            "item": item,
            "method": "last_price_indexed",
            "unit_price": unit_price,
            "source": "前回契約書",
            "index": "103/100",
            "index_source": "企業物価指数",
        }
    ]
