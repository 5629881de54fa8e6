"""Precedents of the forum and one more, and a visit with a finding; all of it Tokyo's, none of it private."""

from __future__ import annotations

from tests.support.building import Building
from tests.support.library_desk import FINDING, PRECEDENT, VISIT


async def add(world: Building) -> None:
    """Add them; paths lead to the one more, and to the visit."""
    await world.send("POST", "/v1/precedents/forum-2023", None)
    await world.send("POST", "/v1/visits/forum-2023", None)
    precedent = await world.send("POST", "/v1/precedents", {"content": PRECEDENT})
    visit = await world.send("POST", "/v1/visits", {"content": VISIT})
    await world.send("POST", f"/v1/visits/{visit['visit_id']}/findings", {"finding": FINDING})
    world.paths["precedent_id"] = [precedent["precedent_id"]]
    world.paths["visit_id"] = [visit["visit_id"]]
    world.paths["number"] = ["1"]
    finding = {"finding": FINDING | {"use_ja": "共同調達で試す。"}}
    world.bodies.update(
        {
            "POST /v1/precedents": {"content": PRECEDENT},
            "PUT /v1/precedents/{precedent_id}/content": {"content": PRECEDENT | {"cost_yen": 5}},
            "POST /v1/visits": {"content": VISIT},
            "PUT /v1/visits/{visit_id}/content": {"content": VISIT | {"summary_ja": "概要"}},
            "POST /v1/visits/{visit_id}/findings": finding,
            "PUT /v1/visits/{visit_id}/findings/{number}": finding,
        }
    )
