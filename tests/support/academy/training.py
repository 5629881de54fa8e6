"""A learner of each, a session of one seat, and both enrolments: the first has the seat, the other waits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from kyodo_events.values.fiscal import TOKYO_TIME
from tests.support.building import OTHER, OWN, Building

PERSON = {"name_ja": "見本 学", "email": "placeholder-learner@example.jp", "employee_number": "A-00001"}
BEGINS = (datetime.now(UTC).astimezone(TOKYO_TIME) + timedelta(days=40)).replace(
    hour=14, minute=0, second=0, microsecond=0
)


def plan(**changes: Any) -> dict[str, Any]:
    """A session to come."""
    return {
        "title_ja": "見本の研修",
        "place_ja": "見本会議室",
        "starts_at": BEGINS.isoformat(),
        "ends_at": (BEGINS + timedelta(hours=2)).isoformat(),
        "apply_until": (BEGINS - timedelta(days=7)).isoformat(),
        "changes_until": (BEGINS - timedelta(days=2)).isoformat(),
        "seats": 1,
    } | changes


async def add(world: Building) -> None:
    """Add them; the paths lead to the other municipality's."""
    (course_id,) = world.paths["course_id"]
    planned = await world.send("POST", f"/v1/courses/{course_id}/sessions", {"plan": plan()})
    session_id = planned["session_id"]
    await world.send("PUT", f"/v1/sessions/{session_id}/opening", None)
    for code in (OWN, OTHER):
        learner_id = (await world.send("POST", "/v1/learners", None, "officer", code))["learner_id"]
        await world.send("PUT", f"/v1/learners/{learner_id}/profile", PERSON, "officer", code)
        own = f"/v1/learners/{learner_id}/enrolments/{session_id}"
        applied = await world.send("PUT", f"{own}/application", None, "learner", person=learner_id)
        await world.send("PUT", f"/v1/enrolments/{applied['enrolment_id']}/nomination", None, "officer", code)
        world.paths.update(learner_id=[learner_id], enrolment_id=[applied["enrolment_id"]])
    world.paths["session_id"] = [session_id]
    world.bodies.update(
        {
            "POST /v1/courses/{course_id}/sessions": {"plan": plan()},
            "POST /v1/courses/{course_id}/session-series": {
                "plan": plan(),
                "further": [(BEGINS + timedelta(weeks=1)).isoformat()],
            },
            "PUT /v1/sessions/{session_id}/plan": {"plan": plan(place_ja="見本会館")},
            "PUT /v1/sessions/{session_id}/seats": {"seats": 1},
            "PUT /v1/sessions/{session_id}/cancellation": {"reason_ja": "見本の理由"},
            "PUT /v1/sessions/{session_id}/attendances/{enrolment_id}": {"percent": 100},
            "PUT /v1/sessions/{session_id}/absences/{enrolment_id}": {},
            "PUT /v1/learners/{learner_id}/enrolments/{session_id}/check-in": {"code": "000000"},
            "PUT /v1/learners/{learner_id}/profile": PERSON,
            "POST /v1/learner-intakes": {"learners": [PERSON | {"employee_number": "A-00002", "email": None}]},
            "POST /v1/sessions/{session_id}/nominations": {"learner_ids": world.paths["learner_id"]},
            "POST /v1/sessions/{session_id}/attendances": {
                "attendances": [{"enrolment_id": id_} for id_ in world.paths["enrolment_id"]]
            },
            "POST /v1/learners/{learner_id}/erasure": {"reference": "見本-1"},
        }
    )
