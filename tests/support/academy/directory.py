"""The other municipality's learner in the directory, at whom the other municipality looked."""

from __future__ import annotations

from tests.support.building import OTHER, Building

ENTRY = {
    "skills": [{"scheme": "dss-p", "version": "1.2", "code": "data_engineer"}],
    "can_be_asked": ["advice"],
    "name_ja": "見本 学",
    "contact_ja": "内線00001",
}


async def add(world: Building) -> None:
    """Add them."""
    (learner_id,) = world.paths["learner_id"]
    own = f"/v1/learners/{learner_id}/directory-entry"
    await world.send("PUT", own, ENTRY, "learner", person=learner_id)
    await world.send("POST", f"/v1/directory/{learner_id}/looks", None, "officer", OTHER)
    world.bodies["PUT /v1/learners/{learner_id}/directory-entry"] = ENTRY
