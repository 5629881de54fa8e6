"""A published programme whose units are all online, so that a training needs no course; and the next draft of it."""

from __future__ import annotations

from typing import Any

from tests.support.building import Building

CONTENT: dict[str, Any] = {
    "title_ja": "スマホサポーター養成研修",
    "units": [
        {"code": "basics", "title_ja": "スマートフォンの基本", "mode": "online", "minutes": 90},
        {"code": "manners", "title_ja": "相談対応の心得", "mode": "online", "minutes": 60},
    ],
    "passing_score": 70,
    "most_attempts": 3,
    "valid_months": 24,
    "refresher": ["manners"],
}


async def add(world: Building) -> None:
    """Add them."""
    programmes = "/v1/training-programmes"
    programme_id = (await world.send("POST", programmes, {"content": CONTENT}))["programme_id"]
    await world.send("PUT", f"{programmes}/{programme_id}/publication", None)
    await world.send("PUT", f"{programmes}/{programme_id}/draft", {"content": CONTENT | {"passing_score": 80}})
    world.paths["programme_id"] = [programme_id]
    world.bodies.update(
        {
            f"POST {programmes}": {"content": CONTENT},
            f"PUT {programmes}/{{programme_id}}/draft": {"content": CONTENT | {"passing_score": 75}},
            f"PUT {programmes}/{{programme_id}}/retirement": {"reason_ja": "後継プログラムに移行したため"},
        }
    )
