"""A framework of both on the lot that was awarded."""

from __future__ import annotations

from tests.support.building import Building


async def add(world: Building) -> None:
    """Add it."""
    _, awarded = world.paths["evaluation_id"]
    body = {
        "call_id": awarded,
        "lot": 1,
        "period": {"first": "2024-04-01", "last": "2099-12-31"},
        "tax_rate": "1/10",
        "indexation_cap": "1/50",
        "maxima": {"pc": 100_000},
    }
    framework_id = (await world.send("POST", "/v1/frameworks", body))["id"]
    world.paths.update({"framework_id": [framework_id]})
    world.bodies.update(
        {
            "POST /v1/frameworks": body,
            "POST /v1/frameworks/{framework_id}/price-changes": {
                "ground": "third_party",
                "from_day": "2099-04-01",
                "prices": [{"item": "pc", "optional_unit_price": 97}],
                "reference": "メーカー価格改定通知",
            },
        }
    )
