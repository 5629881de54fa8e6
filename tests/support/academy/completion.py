"""A quiz of the course, and an attempt of the other municipality's learner."""

from __future__ import annotations

from tests.support.building import Building

CHOICES = [{"key": "a", "text_ja": "はい"}, {"key": "b", "text_ja": "いいえ"}]
QUESTION = {"key": "q1", "text_ja": "見本の問題", "choices": CHOICES, "right": ["a"], "points": 1}
CONTENTS = {"title_ja": "見本のテスト", "questions": [QUESTION], "drawn": 1, "pass_percent": 60, "attempts": 3}


async def add(world: Building) -> None:
    """Add them."""
    (course_id,), (learner_id,) = world.paths["course_id"], world.paths["learner_id"]
    quiz = {"course_id": course_id, "contents": CONTENTS}
    quiz_id = (await world.send("POST", "/v1/quizzes", quiz))["quiz_id"]
    own = f"/v1/learners/{learner_id}/quizzes/{quiz_id}/attempts"
    await world.send("POST", own, None, "learner", person=learner_id)
    world.paths.update(quiz_id=[quiz_id], attempt=["1"])
    world.bodies.update(
        {
            "POST /v1/quizzes": quiz,
            "PUT /v1/quizzes/{quiz_id}/contents": {"contents": CONTENTS | {"pass_percent": 70}},
            "PUT /v1/courses/{course_id}/lecturers": {"lecturer_ids": [learner_id]},
            "PUT /v1/learners/{learner_id}/quizzes/{quiz_id}/attempts/{attempt}/answers": {
                "answers": [{"question": "q1", "choices": ["a"]}]
            },
        }
    )
