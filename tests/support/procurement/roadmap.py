"""An item of the roadmap that both follow; nothing of it is private."""

from __future__ import annotations

from tests.support.building import OTHER, OWN, Building

ITEM = {"name_ja": "クラウドの共同利用", "steps": {"2023": "検討開始", "2024": "今後検討"}}


async def add(world: Building) -> None:
    """Add it."""
    item = (await world.send("POST", "/v1/roadmap-items", ITEM))["id"]
    for code in (OWN, OTHER):
        await world.send("PUT", f"/v1/roadmap-items/{item}/followers/{code}", None, "officer", code)
    step = "PUT /v1/roadmap-items/{item_id}/steps/{fiscal_year}"
    world.paths.update({"item_id": [item], "fiscal_year": ["2023"]})
    world.bodies.update(
        {
            "POST /v1/roadmap-items": ITEM,
            step: {"text_ja": "検討開始"},
            f"{step}/revision": {"text_ja": "方針を決定", "reason": "参加団体の増加"},
        }
    )
