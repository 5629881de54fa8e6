"""A suggestion of each municipality with a third one, as talent tells them; one of them was set aside."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from kyodo_events.contracts.talent_needs import FoundIn, JointNeedFound
from kyodo_events.event import Audit, Recorded, new_id, new_uuid
from kyodo_events.processing import Effects
from kyodo_events.testing import arrivals
from tests.support.building import OTHER, OWN, Building
from tests.support.running import Running

THIRD = "133086"


async def suggest(service: Running, title_ja: str, municipalities: Sequence[str]) -> str:
    """Take what talent tells, as the consumer does; answers with the suggestion's id."""
    found = JointNeedFound(
        title_ja=title_ja,
        purpose_ja=f"{title_ja}を共同で進める。",
        found_in=FoundIn.CONSULTATIONS,
        matter="online_forms",
        municipalities=tuple(municipalities),
        sources=(new_id(), new_id()),
    )
    at, audit = datetime(2025, 6, 1, tzinfo=UTC), Audit("tests", "tokyo", UUID(int=1))
    told = Recorded(found, new_uuid(), "joint-need", new_id(), 1, at, audit, "talent")
    effects = Effects(service.service.views, service.service.reactions)
    async with service.app.state.runtime.database.transaction() as tx:
        await effects.take(tx, arrivals([told]))
    return told.stream


async def add(world: Building) -> None:
    """Add them; a suggestion's path leads to the one in which the own municipality is not named."""
    await suggest(world.service, "窓口の共通化", [OWN, THIRD])
    other = await suggest(world.service, "職員研修の共通化", [OTHER, THIRD])
    reason = {"reason": "既存の共同電子申請で対応できる"}
    await world.send("PUT", f"/v1/suggestions/{other}/setting-aside", reason)
    world.paths["suggestion_id"] = [other]
    world.bodies.update(
        {
            "PUT /v1/suggestions/{suggestion_id}/theme": {
                "kind": "joint_procurement",
                "group": "new_themes",
                "stage": "research",
            },
            "PUT /v1/suggestions/{suggestion_id}/setting-aside": reason,
        }
    )
