"""Assignments of the expert: each municipality's own, one that both share, and a confirmed one of the other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from kyodo_events.contracts.talent_assignments import EngagementForm
from kyodo_events.event import new_id
from kyodo_events.values.fiscal import tokyo_date
from kyodo_talent.assignments.forms import FORMS
from tests.support.building import OTHER, OWN, Building

HANDS_ON = {"form": "hands_on", "instructed_by": "nobody", "instructed_by_ja": "本人の裁量による"}
CHECKLIST = {"items": list(FORMS[EngagementForm.HANDS_ON].checklist)}
FREELANCE = {"not_needed_ja": "個人事業主のため"}
NO_TIME = {"reason": "no_time"}


async def add(world: Building) -> None:
    """Add them."""
    world.paths.setdefault("project_id", [new_id()])
    shared, own = await held(world, OWN, OTHER), await held(world, OWN)
    others, confirmed = await held(world, OTHER), await agreed_by_all(world, OTHER)
    world.paths["assignment_id"] = [shared, own, others, confirmed]
    assignment = "/v1/assignments/{assignment_id}"
    agree, decline = f"{assignment}/confirmations", f"{assignment}/declinations"
    world.bodies.update(
        {
            "POST /v1/assignments": proposal(world, OWN),
            f"PUT {assignment}/checklist": CHECKLIST,
            f"PUT {assignment}/hold": hold(),
            f"PUT {assignment}/termination": {"reason": "goal_met", "from_month": "2099-05"},
            f"PUT {agree}/home": FREELANCE,
            f"PUT {decline}/expert/{{expert_id}}": NO_TIME,
            f"PUT {decline}/municipalities/{{municipality}}": NO_TIME,
            f"PUT {decline}/tokyo": NO_TIME,
        }
    )


def next_year() -> str:
    """A day up to which an expert may be qualified, by the real clock."""
    return (tokyo_date(datetime.now(UTC)) + timedelta(days=365)).isoformat()


def proposal(world: Building, *municipalities: str) -> dict[str, Any]:
    """One half-day for each of them in April and in May of the last year that can be named."""
    return {
        "expert_id": world.paths["expert_id"][0],
        "project_id": world.paths["project_id"][0],
        "engagement": HANDS_ON,
        "from_day": "2099-04-01",
        "until_day": "2099-05-31",
        "lines": [
            {"municipality": code, "month": month, "half_days": 1}
            for code in municipalities
            for month in ("2099-04", "2099-05")
        ],
    }


def hold() -> dict[str, Any]:
    """For a week from the real today on, by which the service's clock goes."""
    return {"until": (tokyo_date(datetime.now(UTC)) + timedelta(days=7)).isoformat()}


async def held(world: Building, *municipalities: str) -> str:
    """One whose time is held and whose checklist is complete; answers with its id."""
    assignment_id = str(
        (await world.send("POST", "/v1/assignments", proposal(world, *municipalities)))["assignment_id"]
    )
    address = f"/v1/assignments/{assignment_id}"
    await world.send("PUT", f"{address}/checklist", CHECKLIST)
    await world.send("PUT", f"{address}/hold", hold())
    return assignment_id


async def agreed_by_all(world: Building, *municipalities: str) -> str:
    """One to which all have agreed, the expert in person."""
    assignment_id = await held(world, *municipalities)
    address = f"/v1/assignments/{assignment_id}/confirmations"
    await world.send("PUT", f"{address}/home", FREELANCE)
    for code in municipalities:
        await world.send("PUT", f"{address}/municipalities/{code}", None, "approver", code)
    expert_id = world.paths["expert_id"][0]
    await world.send("PUT", f"{address}/expert/{expert_id}", None, "expert", person=expert_id)
    return assignment_id
