"""Published figures; nothing of them is private."""

from __future__ import annotations

from kyodo_cost_ledger.testing import PROJECT
from tests.support.building import OTHER, OWN, Building


async def add(world: Building) -> None:
    """Add them."""
    figures_in = {
        "driver": "elderly",
        "reference": "2024-01-01",
        "label_ja": "65歳以上人口",
        "unit_ja": "人",
        "source_ja": "架空の値",
        "figures": {OWN: 100, OTHER: 300},
    }
    await world.send("POST", "/v1/driver-figures", figures_in)
    usage_in = {"project_id": PROJECT, "meter": "applications", "fiscal_year": 2024}
    world.bodies.update({"POST /v1/driver-figures": figures_in, "POST /v1/driver-figures/usage": usage_in})
