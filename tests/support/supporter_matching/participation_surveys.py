"""A survey that both answered, still open, and a reminder of those who did not."""

from __future__ import annotations

from typing import Any

from tests.support.building import OTHER, OWN, Building

SESSIONS = {OWN: 1_234, OTHER: 7_643}
YEAR = 2099


def participation(code: str) -> dict[str, Any]:
    """An answer."""
    return {
        "programmes": ["supporters", "procedures"],
        "supporters_in_own_classes": True,
        "section_ja": f"デジタル推進課 {code * 2}",
        "section_phone": f"03-{code[:4]}-{code[2:]}",
        "planned": {"experience": SESSIONS[code], "cafe": SESSIONS[code] + 11},
        "remarks_ja": f"会場を探している {code * 2}",
    }


async def add(world: Building) -> None:
    """Add it."""
    path = f"/v1/participation-surveys/{YEAR}"
    await world.send("PUT", f"{path}/opening", {"deadline": "2099-12-31"})
    for code in (OWN, OTHER):
        await world.send("PUT", f"{path}/answers/{code}", participation(code), "officer", code)
    await world.send("POST", f"{path}/reminders", None)
    world.paths["fiscal_year"] = [str(YEAR)]
    world.bodies.update(
        {
            "PUT /v1/participation-surveys/{fiscal_year}/opening": {"deadline": "2099-12-31"},
            "PUT /v1/participation-surveys/{fiscal_year}/reopening": {"deadline": "2099-12-31", "reason_ja": "追加"},
            "PUT /v1/participation-surveys/{fiscal_year}/answers/{municipality}": participation(OWN),
        }
    )
