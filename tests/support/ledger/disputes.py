"""An answered dispute of each municipality about a line of its newest statement, and one more that may be raised."""

from __future__ import annotations

from typing import Any

from kyodo_cost_ledger.testing import PROJECT
from tests.support.building import OTHER, OWN, Building

GROUNDS = {OWN: "千代田区の受付簿の件数と一致しない。", OTHER: "武蔵野市の受付簿の件数と一致しない。"}


async def add(world: Building) -> None:
    """Add them, on lines of the last closed month's statement: it was issued just now."""
    ids = {}
    for code in (OWN, OTHER):
        body = dispute(code, "equal")
        ids[code] = (await world.send("POST", "/v1/disputes", body, "officer", code))["dispute_id"]
        await world.send("PUT", f"/v1/disputes/{ids[code]}/answer", {"answer_ja": f"{code}の件、確認した。"})
    world.paths["dispute_id"] = [ids[OTHER]]
    world.bodies.update(
        {
            "POST /v1/disputes": dispute(OWN, "population"),
            "PUT /v1/disputes/{dispute_id}/answer": {"answer_ja": "再度確認した。"},
            "PUT /v1/disputes/{dispute_id}/resolution": {"decision": "kept", "reason_ja": "記録は正しい"},
            "PUT /v1/disputes/{dispute_id}/withdrawal/{municipality}": {"reason_ja": "理解した"},
        }
    )


def dispute(code: str, item: str) -> dict[str, Any]:
    """A dispute about the municipality's share of March."""
    return {
        "period": "2025-03",
        "project_id": PROJECT,
        "book": "base",
        "item": item,
        "month": "2025-03",
        "grounds_ja": GROUNDS[code],
        "evidence": [{"title_ja": f"受付簿（{code}）", "file_name": f"uketsuke-{code}.pdf", "sha256": code[0] * 64}],
    }
