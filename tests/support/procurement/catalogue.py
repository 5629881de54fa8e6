"""Three shared services of the project: one in use, one requested, one that nobody asked for yet."""

from __future__ import annotations

from tests.support.building import Building

PLAN = {"plan": "basic", "from_day": "2024-04-01", "name_ja": "基本プラン"}
PREMIUM = {"plan": "premium", "from_day": "2024-04-01", "name_ja": "拡張プラン"}


async def add(world: Building) -> None:
    """Add them."""
    send = world.send
    offering_in = {
        "project_id": world.paths["project_id"][0],
        "code": "e_application",
        "name_ja": "共同電子申請",
        "operator": "supplier@tokyo",
        "operator_ja": "株式会社サンプル",
        "meters": [{"meter": "applications", "label_ja": "申請件数", "unit_ja": "件", "aggregation": "sum"}],
    }
    offerings = [(await send("POST", "/v1/offerings", offering_in))["id"] for _ in range(3)]
    for offering in offerings:
        for plan in (PLAN, PREMIUM):
            await send("POST", f"/v1/offerings/{offering}/plan-versions", plan)
        await send("PUT", f"/v1/offerings/{offering}/publication", None)
    world.paths.update({"offering_id": offerings, "meter": ["applications"]})
    world.bodies.update(
        {
            "POST /v1/offerings": offering_in,
            "PUT /v1/offerings/{offering_id}/operator": {
                "operator": "supplier@tokyo",
                "operator_ja": "サンプル合同会社",
            },
            "PUT /v1/offerings/{offering_id}/meters/{meter}": {
                "label_ja": "申請件数",
                "unit_ja": "件",
                "aggregation": "sum",
            },
            "POST /v1/offerings/{offering_id}/plan-versions": PLAN | {"from_day": "2030-04-01"},
            "PUT /v1/offerings/{offering_id}/withdrawal": {"reason": "後継サービスへの移行", "last_day": "2099-03-31"},
        }
    )
