"""Dead letters of both, and usage of a meter that no terms name: the other one's is dismissed, the own is open."""

from __future__ import annotations

import orjson

from kyodo_cost_ledger.testing import PROJECT, Story
from tests.support.building import OTHER, OWN, QUANTITY, Building
from tests.support.ledger.arriving import arrive, record_of


async def add(world: Building) -> None:
    """Add it."""
    broken = {code: orjson.dumps({"municipality": code, "quantity": QUANTITY[code] + 3}) for code in (OWN, OTHER)}
    told = {code: Story().used(code, 1).told[0] for code in broken}
    database = world.service.app.state.runtime.database
    await arrive(database, [record_of(told[code], value=value) for code, value in broken.items()])
    rows = await world.service.as_owner("SELECT record_key, id::text FROM dead_letter")
    letters: dict[str, str] = {key: letter for key, letter in rows}  # noqa: C416
    usage = "/v1/quarantine/usage/{municipality}/{project_id}/{meter}/{month}"
    address = usage.format(municipality=OTHER, project_id=PROJECT, meter="seats", month="2024-04")
    await world.send("POST", f"{address}/dismissal", {"reason": f"{OTHER}の試験データとして確認した"})
    world.paths.update({"letter_id": [letters[OWN], letters[OTHER]], "meter": ["seats", "applications"]})
    reason = {"reason": "確認済み"}
    world.bodies.update(
        {
            f"POST {usage}/dismissal": reason,
            "POST /v1/quarantine/letters/{letter_id}/dismissal": reason,
        }
    )
