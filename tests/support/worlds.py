"""Services with the private data of two municipalities in them, to look over the walls between them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.support.academy import build as build_academy
from tests.support.building import ANY, OTHER, OWN, As, Building
from tests.support.ledger import build as build_cost_ledger
from tests.support.procurement import build as build_procurement
from tests.support.running import Running
from tests.support.supporter_matching import build as build_supporter_matching
from tests.support.talent import build as build_talent
from tests.support.webhooks_desk import add_webhook

__all__ = ["ANY", "OTHER", "OWN", "WORLDS", "As", "World"]


@dataclass(frozen=True)
class World:
    """A service, values for its path parameters that lead to existing things, and bodies for its changes.

    `public` is what stands in private rows and is shown to everybody on purpose.
    """

    service: Running
    paths: dict[str, list[str]]
    bodies: dict[str, Any] = field(default_factory=dict)
    public: set[str] = field(default_factory=set)


async def procurement(service: Running, as_: As) -> World:
    """What every slice of procurement adds."""
    world = Building(service, as_)
    await build_procurement(world)
    await add_webhook(world)
    return World(service, world.paths, world.bodies)


async def cost_ledger(service: Running, as_: As) -> World:
    """What every slice of the cost ledger adds."""
    world = Building(service, as_)
    await build_cost_ledger(world)
    await add_webhook(world)
    return World(service, world.paths, world.bodies, world.public)


async def talent(service: Running, as_: As) -> World:
    """What every slice of talent adds."""
    world = Building(service, as_)
    await build_talent(world)
    await add_webhook(world)
    return World(service, world.paths, world.bodies, world.public)


async def supporter_matching(service: Running, as_: As) -> World:
    """What every slice of supporter matching adds."""
    world = Building(service, as_)
    await build_supporter_matching(world)
    await add_webhook(world)
    return World(service, world.paths, world.bodies, world.public)


async def academy(service: Running, as_: As) -> World:
    """What every slice of the academy adds."""
    world = Building(service, as_)
    await build_academy(world)
    await add_webhook(world)
    return World(service, world.paths, world.bodies, world.public)


WORLDS = {
    "procurement": procurement,
    "cost-ledger": cost_ledger,
    "supporter-matching": supporter_matching,
    "talent": talent,
    "academy": academy,
}
