"""A budget with Tokyo's share of the world's project on one of its lines; nothing in it is a municipality's."""

from __future__ import annotations

from kyodo_cost_ledger.testing import PROJECT
from tests.support.building import Building

RULE = {"ratio": "1/2", "yearly_cap": 20_000_000, "new_awards": 3}
LINES = [
    ("スマート東京の先行事例創出", 179_315, 100_294, RULE),
    ("スマートフォン利用普及啓発", 463_140, 423_656, None),
    ("デジタルデバイド是正", 57_903, 100_000, None),
]


async def add(world: Building) -> None:
    """Add it."""
    lines = [
        {
            "group_ja": "デジタルデバイド対策",
            "name_ja": name,
            "amount": amount,
            "previous_amount": before,
            "change": amount - before,
            "subsidy": rule,
        }
        for name, amount, before, rule in LINES
    ]
    body = {"fiscal_year": 2024, "decided_on": "2024-03-28", "unit": "thousand_yen", "lines": lines}
    await world.send("POST", "/v1/budgets", body)
    await world.send("PUT", "/v1/budgets/2024/lines/2/project", {"project_id": PROJECT})
    commitment = {"reference": "6契第12号", "day": "2024-05-10", "amount": 3_000_000}
    await world.send("POST", "/v1/budgets/2024/lines/2/commitments", commitment)
    spending = {"reference": "6支第104号", "day": "2024-06-28", "amount": 1_000_000}
    await world.send("POST", "/v1/budgets/2024/lines/2/spendings", spending)
    world.paths.update({"fiscal_year": ["2024"], "line": ["2"]})
    moved = {"decided_on": "2024-10-11", "reason": "追加開催"}
    part = {"reference": "6契第12号", "amount": 1, "reason": "減額"}
    world.bodies.update(
        {
            "POST /v1/budgets": {**body, "fiscal_year": 2025},
            "POST /v1/budgets/{fiscal_year}/supplements": {**moved, "changes": [{"line": 2, "amount": 1}]},
            "POST /v1/budgets/{fiscal_year}/transfers": {**moved, "from_line": 2, "to_line": 3, "amount": 1},
            "PUT /v1/budgets/{fiscal_year}/lines/{line}/project": {"project_id": None},
            "POST /v1/budgets/{fiscal_year}/lines/{line}/commitments": {**commitment, "reference": "6契第13号"},
            "POST /v1/budgets/{fiscal_year}/lines/{line}/releases": part,
            "POST /v1/budgets/{fiscal_year}/lines/{line}/spendings": {**spending, "reference": "6支第105号"},
            "POST /v1/budgets/{fiscal_year}/lines/{line}/returns": {**part, "reference": "6支第104号"},
        }
    )
