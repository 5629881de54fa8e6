"""A part payment on the statement of each."""

from __future__ import annotations

from tests.support.building import OTHER, OWN, QUANTITY, Building

ON = "/v1/municipalities/{municipality}/statements/{statement_id}/payments"


async def add(world: Building) -> None:
    """Add it."""
    for code in (OWN, OTHER):
        body = {"amount": QUANTITY[code] - 7, "paid_on": "2024-06-01", "reference": f"credit note of {code}"}
        await world.send("POST", f"/v1/municipalities/{code}/statements/2024-04/payments", body)
    world.paths.update({"payment": ["1"]})
    world.bodies.update(
        {
            f"POST {ON}": {"amount": 1, "paid_on": "2024-06-02", "reference": "another"},
            f"POST {ON}/{{payment}}/reversal": {"reason": "entered by mistake"},
        }
    )
