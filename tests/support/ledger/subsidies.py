"""A programme to which both municipalities applied, each with figures and a purpose of its own; one award each."""

from __future__ import annotations

from tests.support.building import OTHER, OWN, Building

COST = {OWN: 31_000_003, OTHER: 37_000_017}
PURPOSE = {OWN: "駅前の人流データを活用した街づくり", OTHER: "公園のスマートポールによる見守り"}


async def add(world: Building) -> None:
    """Add it."""
    opening = {"fiscal_year": 2024, "line": 1, "applications_until": "2099-03-31"}
    programme = (await world.send("POST", "/v1/subsidy-programmes", opening))["id"]
    for code in (OWN, OTHER):
        body = {"planned_cost": COST[code], "purpose": PURPOSE[code]}
        await world.send("PUT", f"/v1/subsidy-programmes/{programme}/applications/{code}", body, "officer", code)
    world.paths.update({"programme_id": [programme]})
    base = "/v1/subsidy-programmes"
    application = f"{base}/{{programme_id}}/applications/{{municipality}}"
    world.bodies.update(
        {
            f"POST {base}": {**opening, "line": 3},
            f"PUT {application}": {"planned_cost": 41_000_039, "purpose": "変更した事業の内容"},
            f"PUT {application}/declining": {"reason": "対象外の経費"},
            f"PUT {base}/{{programme_id}}/awards/{{municipality}}/settlement": {"actual_cost": 29_000_011},
        }
    )
