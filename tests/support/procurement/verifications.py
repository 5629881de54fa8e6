"""A cost verification with an estimate of Tokyo's and a counter-estimate beside it; nothing of it is private."""

from __future__ import annotations

from tests.support.building import OTHER, Building


async def add(world: Building) -> None:
    """Add it, for the theme that has a working group."""
    send = world.send
    request_in = {"theme_id": world.paths["group_id"][0], "tolerance": "1/5"}
    estimate_in = {
        "one_off": 3_000_000,
        "fixed_per_year": 12_000_000,
        "variable_per_unit": 30,
        "unit_ja": "件",
        "based_on_quantity": 100_000,
        "sources": ["3社の概算見積り"],
    }
    verification_id = (await send("POST", "/v1/cost-verifications", request_in))["id"]
    one = f"/v1/cost-verifications/{verification_id}"
    await send("PUT", f"{one}/estimate", estimate_in)
    counter_in = estimate_in | {"fixed_per_year": 9_000_000}
    await send("POST", f"{one}/members/{OTHER}/counter-estimates", counter_in, "officer", OTHER)
    world.paths.update({"verification_id": [verification_id], "counter": ["1"]})
    any_one = "/v1/cost-verifications/{verification_id}"
    for of in (any_one, f"{any_one}/members/{{municipality}}"):
        world.bodies.update(
            {
                f"PUT {of}/estimate": estimate_in,
                f"POST {of}/counter-estimates": estimate_in | {"one_off": 2_000_000},
                f"PUT {of}/rejection": {"reason": "出典が古い"},
            }
        )
    world.bodies.update(
        {
            "POST /v1/cost-verifications": request_in,
            "POST /v1/working-groups/{group_id}/members/{municipality}/cost-verifications": {"tolerance": "1/5"},
        }
    )
