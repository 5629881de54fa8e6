"""A quiz of the course and its rule; the other municipality's learner passed it, wrote a report and is certified."""

from __future__ import annotations

from tests.support.building import Building

CHOICES = [{"key": "a", "text_ja": "はい"}, {"key": "b", "text_ja": "いいえ"}]
QUESTION = {"key": "q1", "text_ja": "見本の問題", "choices": CHOICES, "right": ["a"], "points": 1}
CONTENTS = {"title_ja": "見本のテスト", "questions": [QUESTION], "drawn": 1, "pass_percent": 60, "attempts": 3}
REPORT = {"text_ja": "見本としての学びの記述"}
OWN = "/v1/learners/{learner_id}"


async def add(world: Building) -> None:
    """Add them; a further attempt waits for its answers."""
    (course_id,), (learner_id,) = world.paths["course_id"], world.paths["learner_id"]
    quiz = {"course_id": course_id, "contents": CONTENTS}
    quiz_id = (await world.send("POST", "/v1/quizzes", quiz))["quiz_id"]
    rule = {"rule": {"quiz_id": quiz_id, "report": True, "valid_months": 24}}
    await world.send("PUT", f"/v1/courses/{course_id}/completion-rule", rule)
    answers = {"answers": [{"question": "q1", "choices": ["a"]}]}
    own, me = f"/v1/learners/{learner_id}", {"person": learner_id}
    attempts = f"{own}/quizzes/{quiz_id}/attempts"
    await world.send("POST", attempts, None, "learner", **me)
    await world.send("PUT", f"{attempts}/1/answers", answers, "learner", **me)
    await world.send("POST", attempts, None, "learner", **me)
    await world.send("PUT", f"{own}/reports/{course_id}", REPORT, "learner", **me)
    await world.send("PUT", f"{own}/reports/{course_id}/acceptance", None)
    completed = await world.send("POST", f"{own}/completions/{course_id}", None, "learner", **me)
    certificate = completed["certificate"]
    world.paths.update(
        quiz_id=[quiz_id],
        attempt=["2", "1"],
        certificate_id=[certificate["certificate_id"]],
        certificate_number=[certificate["number"]],
        key_name=["A" * 43],
        list_number=["0"],
        scheme=["dss-p"],
        scheme_version=["1.2"],
        code=["data_engineer"],
    )
    # Whoever holds a paper has its number and checks it: what is told of it then is told to everybody.
    checked = await world.service.client.get(f"/v1/certificates/verification/{certificate['number']}")
    world.public.update({certificate["number"], checked.json()["title_ja"], course_id, quiz_id})
    world.bodies.update(
        {
            "POST /v1/quizzes": quiz,
            "PUT /v1/quizzes/{quiz_id}/contents": {"contents": CONTENTS | {"pass_percent": 70}},
            "PUT /v1/courses/{course_id}/lecturers": {"lecturer_ids": [learner_id]},
            "PUT /v1/courses/{course_id}/completion-rule": {"rule": {"report": True, "valid_months": 12}},
            f"PUT {OWN}/quizzes/{{quiz_id}}/attempts/{{attempt}}/answers": answers,
            f"PUT {OWN}/reports/{{course_id}}": REPORT,
            f"PUT {OWN}/reports/{{course_id}}/return": {"remark_ja": "見本としての講評"},
            f"PUT {OWN}/certificates/{{certificate_id}}/withdrawal": {"reason_ja": "見本の理由"},
        }
    )
