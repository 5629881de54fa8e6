"""A question of the other municipality's learner, with an answer and a report; both paths lead to it."""

from __future__ import annotations

from tests.support.building import OTHER, Building

QUESTION = {"subject": "ai", "tags": ["chat"], "title_ja": "見本の質問", "text_ja": "見本の本文"}
ANSWER = {"text_ja": "見本の回答"}
COMMENT = {"text_ja": "見本のコメント", "about": 0}
THREAD = "/v1/threads/{thread_id}"


async def add(world: Building) -> None:
    """Add them."""
    (learner_id,) = world.paths["learner_id"]
    asked = await world.send("POST", "/v1/threads", QUESTION, "learner", person=learner_id)
    thread = f"/v1/threads/{asked['thread_id']}"
    await world.send("POST", f"{thread}/answers", ANSWER, "learner", person=learner_id)
    await world.send("POST", f"{thread}/posts/1/reports", {"reason": "wrong"}, "officer", OTHER)
    await world.send(
        "PUT", f"/v1/learners/{learner_id}/threads/{asked['thread_id']}/following", None, "learner", person=learner_id
    )
    # All officials read threads, and who wrote in them by the pseudonym.
    world.public.update({asked["thread_id"], learner_id, f"learner-{learner_id}"})
    world.paths.update(thread_id=[asked["thread_id"]], number=["1"])
    world.bodies.update(
        {
            "POST /v1/threads": QUESTION,
            f"POST {THREAD}/answers": ANSWER,
            f"POST {THREAD}/comments": COMMENT,
            f"PUT {THREAD}/acceptance": {"number": 1},
            f"POST {THREAD}/posts/{{number}}/reports": {"reason": "offensive"},
            f"PUT {THREAD}/posts/{{number}}/hiding": {"reason": "wrong"},
            f"PUT {THREAD}/subject": {"subject": "data"},
            "PUT /v1/learners/{learner_id}/threads/{thread_id}/reading": {"up_to": 1},
        }
    )
