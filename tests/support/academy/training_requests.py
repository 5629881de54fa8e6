"""Requests for training and interest in a course without a date, of each; paths lead to the other municipality's."""

from __future__ import annotations

from typing import Any

from tests.support.academy.courses import COURSE, contents
from tests.support.academy.training import plan
from tests.support.building import OTHER, OWN, Building

REQUESTS = "/v1/training-requests"
ONE = f"{REQUESTS}/{{request_id}}"
PROPOSED = "/v1/proposed-courses"
PROPOSAL: dict[str, Any] = {"title_ja": "データ分析実践", "programme": "shared_training", "contents": contents()}
PERIOD = {"from_day": "2099-05-01", "until_day": "2099-07-31"}
WISHES = PERIOD | {
    "title_ja": "窓口業務の電子化研修",
    "situation_ja": "窓口の手続の多くが紙による。",
    "wishes_ja": "業務の流れの見直しを演習で学びたい。",
    "people": 30,
}


def proposal_of(course_id: str, **changes: Any) -> dict[str, Any]:
    """How the training could be."""
    told = {"course_id": course_id, "contents_ja": "業務の流れの演習", "lecturer_ja": "デジタルサービス局"}
    return PERIOD | told | changes


async def add(world: Building) -> None:
    """Add them: a request that was agreed to, with a session, and one whose plan was sent back."""
    customised = (await world.send("POST", "/v1/courses", COURSE | {"programme": "customised_training"}))["id"]
    offered = {"plan": proposal_of(customised)}
    world.paths["request_id"] = []
    for code in (OWN, OTHER):
        for reason_ja in (None, f"{code}の繁忙期と重なるため、時期を変更したい"):
            asked = await world.send("POST", REQUESTS, {"wishes": WISHES}, "officer", code)
            address = f"{REQUESTS}/{asked['request_id']}"
            await world.send("PUT", f"{address}/plan", offered)
            if reason_ja:
                await world.send("PUT", f"{address}/objection", {"reason_ja": reason_ja}, "approver", code)
            else:
                await world.send("PUT", f"{address}/agreement", None, "approver", code)
                session = await world.send("POST", f"/v1/courses/{customised}/sessions", {"plan": plan()})
                await world.send("PUT", f"{address}/sessions/{session['session_id']}", None)
            if code == OTHER:
                world.paths["request_id"].append(asked["request_id"])
    await _interests(world)
    reason = {"reason_ja": "見本の理由"}
    world.bodies.update(
        {
            f"POST {REQUESTS}": {"wishes": WISHES},
            f"PUT {ONE}/wishes": {"wishes": WISHES | {"people": 40}},
            f"PUT {ONE}/plan": offered,
            **{f"PUT {ONE}/{step}": reason for step in ("objection", "withdrawal", "declination")},
            f"POST {PROPOSED}": PROPOSAL,
            f"PUT {PROPOSED}/{{course_id}}/announcement": {"starts_on": "2099-06-01", "seats": 20},
            f"PUT {PROPOSED}/{{course_id}}/withdrawal": reason,
            f"PUT {PROPOSED}/{{course_id}}/interest": {"people": 3},
        }
    )


async def _interests(world: Building) -> None:
    (learner_id,) = world.paths["learner_id"]
    proposed = (await world.send("POST", PROPOSED, PROPOSAL))["id"]
    for code, people in ((OWN, 2), (OTHER, 5)):
        await world.send("PUT", f"{PROPOSED}/{proposed}/interest", {"people": people}, "officer", code)
    own = f"/v1/learners/{learner_id}/course-interests/{proposed}"
    await world.send("PUT", own, None, "learner", person=learner_id)
    world.paths["course_id"].append(proposed)
