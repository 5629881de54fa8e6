"""A joint need of two municipalities; nothing of it is private."""

from __future__ import annotations

from tests.support.building import OTHER, OWN, Building
from tests.support.talent.consultations import question

NEED = {
    "found_in": "consultations",
    "matter": "staff_training",
    "title_ja": "研修の共同実施",
    "purpose_ja": "小規模団体でも続けられるようにする。",
}


async def add(world: Building) -> None:
    """Add it, of a question of each."""
    for code in (OWN, OTHER):
        body = question(code) | {"matter": "staff_training"}
        await world.send("POST", "/v1/consultations", body, "officer", code)
    found = await world.send("POST", "/v1/joint-needs", NEED)
    world.paths["need_id"] = [found["need_id"]]
    world.bodies["POST /v1/joint-needs"] = NEED
