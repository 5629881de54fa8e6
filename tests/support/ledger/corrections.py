"""A correction of a usage line of each municipality."""

from __future__ import annotations

from typing import Any

from kyodo_cost_ledger.testing import PROJECT
from tests.support.building import OTHER, OWN, Building

AMOUNT = {OWN: -1_234_560, OTHER: -7_654_320}
REASON = {OWN: "千代田区分の二重計上を取り消すため", OTHER: "武蔵野市分の二重計上を取り消すため"}


async def add(world: Building) -> None:
    """Add them, on lines of May, of which the disputes know nothing."""
    ids = {}
    for code in (OWN, OTHER):
        ids[code] = (await world.send("POST", "/v1/corrections", correction(code)))["correction_id"]
    world.paths["correction_id"] = [ids[OTHER]]
    world.bodies["POST /v1/corrections"] = correction(OTHER)
    world.bodies["PUT /v1/corrections/{correction_id}/reversal"] = {"reason_ja": "誤った訂正"}


def correction(code: str) -> dict[str, Any]:
    """A correction of the municipality's usage of May."""
    return {
        "municipality": code,
        "project_id": PROJECT,
        "book": "usage",
        "item": "applications",
        "month": "2024-05",
        "amount": AMOUNT[code],
        "reason_ja": REASON[code],
    }
