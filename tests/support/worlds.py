"""Services with the private data of two municipalities in them, to look over the walls between them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from kyodo_cost_ledger.testing import PROJECT, Story, learn, terms
from tests.support.building import ANY, OTHER, OWN, QUANTITY, As, Building
from tests.support.procurement import build as build_procurement
from tests.support.running import Running

__all__ = ["ANY", "OTHER", "OWN", "PRIVATE", "WORLDS", "As", "World"]


@dataclass(frozen=True)
class World:
    """A service, values for its path parameters that lead to existing things, and bodies for its changes."""

    service: Running
    paths: dict[str, list[str]]
    bodies: dict[str, Any] = field(default_factory=dict)


async def procurement(service: Running, as_: As) -> World:
    """What every slice of procurement adds."""
    world = Building(service, as_)
    await build_procurement(world)
    return World(service, world.paths, world.bodies)


async def cost_ledger(service: Running, as_: As) -> World:
    """Charges, waiting usage and the statements of a closed month of both."""
    story = Story().started().joined(OWN, OTHER).agreed(terms(1_200_001, tokyo="1/2"))
    for code in (OWN, OTHER):
        story.used(code, QUANTITY[code]).used(code, QUANTITY[code] + 1, meter="seats")
        story.used(code, QUANTITY[code] + 2, "2024-05-10")
    story.proposed(terms(2_400_001, year=2025))
    async with service.app.state.runtime.database.transaction() as tx:
        await learn(tx, story.told)
    closed = await service.client.post("/v1/closings", json={"month": "2024-04"}, headers=as_("secretariat"))
    assert closed.status_code == 201, closed.text
    return World(
        service,
        {
            "project_id": [PROJECT],
            "terms_id": [story.terms_id(2)],
            "month": ["2024-04"],
            "book": ["base", "usage"],
            "item": ["equal", "population", "applications", "seats"],
        },
        {"POST /v1/closings": {"month": "2024-05"}},
    )


async def supporter_matching(service: Running, as_: As) -> World:
    """A supporter at home in each."""
    ids = {}
    for code in (OWN, OTHER):
        body = {"home_municipality": code, "languages": ["ja"], "sessions_per_month": 4}
        answer = await service.client.post("/v1/supporters", json=body, headers=as_("secretariat"))
        assert answer.status_code == 201, answer.text
        ids[code] = answer.json()["id"]
    return World(service, {"supporter_id": [ids[OTHER]]})


async def academy(service: Running, as_: As) -> World:
    """A course to come; nothing of it is private."""
    body = {"title_ja": "入門", "programme": "shared_training", "starts_on": "2099-06-01", "seats": 40}
    answer = await service.client.post("/v1/courses", json=body, headers=as_("secretariat"))
    assert answer.status_code == 201, answer.text
    return World(service, {"course_id": [answer.json()["id"]]})


PRIVATE = {"procurement": procurement, "cost-ledger": cost_ledger, "supporter-matching": supporter_matching}
WORLDS = {**PRIVATE, "academy": academy}
