"""A questionnaire of the other municipality that was answered and told, and e-learning that its learner has begun.

Its session is one more under `session_id`, so that what others try with a session to come stays possible.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from kyodo_academy.questionnaires.closing import closing
from kyodo_events.values.fiscal import tokyo_date
from kyodo_platform.chores import do_what_is_due
from tests.support.academy.training import BEGINS, plan
from tests.support.building import ANY, OTHER, Building
from tests.support.supporter_matching.held_sessions import at

LECTURER = "01941f29-7c00-7000-8000-0000000000a1"
HELD = BEGINS + timedelta(hours=3)
ASKED = {"until": tokyo_date(HELD + timedelta(days=10)).isoformat()}
ANSWER: dict[str, Any] = {
    "number": 1,
    "scales": {"satisfaction": 5, "understanding": 4, "usefulness": 5},
    "texts": {"comment": "見本の感想です"},
}
ANSWERS = "/v1/questionnaire-answers"
PEOPLE = 5


UNITS = {"units": [{"key": "basics", "title_ja": "基礎", "minutes": 20, "text_ja": "見本の本文"}]}
SECONDS = 12_345
STATEMENTS, XAPI = "/v1/xapi/statements", "https://kyodo.example.jp/xapi"


async def add(world: Building) -> None:
    """Add them."""
    await _questionnaire(world)
    await _units(world)


async def _units(world: Building) -> None:
    (course_id,), (learner_id,) = world.paths["course_id"], world.paths["learner_id"]
    await world.send("PUT", f"/v1/courses/{course_id}/e-learning", UNITS)
    unit = f"/v1/learners/{learner_id}/e-learning/{course_id}/units/basics"
    progress = {"percent": 40, "seconds": SECONDS}
    await world.send("PUT", f"{unit}/progress", progress, "learner", person=learner_id)
    told = _statement(course_id, learner_id)
    headers = world.as_("integrator") | {"X-Experience-API-Version": "1.0.3"}
    answer = await world.service.client.post(STATEMENTS, json=told, headers=headers)
    assert answer.is_success, answer.text
    world.paths.update(unit=["basics"], version_number=["1"])
    world.public.update({course_id, f"courses/{course_id}/units/basics"})  # courses are everybody's
    own = "PUT /v1/learners/{learner_id}/e-learning/{course_id}/units/{unit}"
    world.bodies.update(
        {
            "PUT /v1/courses/{course_id}/e-learning": UNITS,
            f"{own}/progress": progress,
            f"POST {STATEMENTS}": told,
            f"PUT {STATEMENTS}": told,
        }
    )


async def _questionnaire(world: Building) -> None:
    (course_id,) = world.paths["course_id"]
    host = ("officer", OTHER)
    body = {"plan": plan(seats=PEOPLE)}
    session_id = (await world.send("POST", f"/v1/courses/{course_id}/sessions", body, *host))["session_id"]
    session = f"/v1/sessions/{session_id}"
    await world.send("PUT", f"{session}/opening", None, *host)
    learners = [await _enrolled(world, session_id) for _ in range(PEOPLE)]
    with at(world, HELD):
        await world.send("PUT", f"{session}/holding", None, *host)
        await world.send("PUT", f"{session}/questionnaire", ASKED, *host)
        for learner_id, enrolment_id in learners:
            await world.send("PUT", f"{session}/attendances/{enrolment_id}", {"percent": 100}, *host)
            body = ANSWER | {"session_id": session_id, "ballot": await _ballot(world, learner_id, session_id)}
            answered = await world.service.client.post(ANSWERS, json=body)
            assert answered.is_success, answered.text
    with at(world, HELD + timedelta(days=12)):
        await do_what_is_due(world.service.app.state.runtime, closing)
        texts = await world.service.client.get(f"{session}/questionnaire/texts", headers=world.as_(*host))
    world.paths["session_id"].append(session_id)
    world.paths["lecturer_id"] = [LECTURER]
    world.paths["answer_id"] = [texts.json()["items"][0]["answer_id"]]
    world.public.add(session_id)
    world.bodies.update(
        {
            "PUT /v1/sessions/{session_id}/questionnaire": ASKED,
            f"POST {ANSWERS}": body,
            f"POST {ANSWERS}/{{answer_id}}/text-erasure": {"reason_ja": "見本の理由"},
        }
    )


def _statement(course_id: str, learner_id: str) -> dict[str, Any]:
    return {
        "id": "6f8d5f0e-5c0b-4b0f-9a39-2a5a5d0f1c11",
        "actor": {"account": {"homePage": f"{XAPI}/learners", "name": f"learner-{learner_id}"}},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/terminated"},
        "object": {"id": f"{XAPI}/courses/{course_id}/units/basics"},
        "result": {"duration": f"PT{SECONDS + 1}S"},
    }


async def _enrolled(world: Building, session_id: str) -> tuple[str, str]:
    """A learner of the other municipality with a seat; learner and enrolment."""
    learner_id = (await world.send("POST", "/v1/learners", None, "officer", OTHER))["learner_id"]
    own = f"/v1/learners/{learner_id}/enrolments/{session_id}"
    enrolment_id = (await world.send("PUT", f"{own}/application", None, "learner", person=learner_id))["enrolment_id"]
    await world.send("PUT", f"/v1/enrolments/{enrolment_id}/nomination", None, "officer", OTHER)
    return learner_id, enrolment_id


async def _ballot(world: Building, learner_id: str, session_id: str) -> str:
    headers = world.as_("learner", person=learner_id) | ANY
    fetched = await world.service.client.get(f"/v1/learners/{learner_id}/questionnaires/{session_id}", headers=headers)
    return str(fetched.json()["ballot"])
