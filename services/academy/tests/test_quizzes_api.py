"""Quizzes over HTTP: written by those in charge of the course, attempted by learners, read where they work."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest_asyncio

from conftest import As
from kyodo_platform.settings import Settings
from tests.support.academy_desk import CHIYODA, MUSASHINO, AcademyDesk
from tests.support.databases import Databases
from tests.support.rebuilt import differing
from tests.support.running import running

LECTURER, ANOTHER = "0193f1a0-0000-7000-8000-0000000000f1", "0193f1a0-0000-7000-8000-0000000000f2"
CHOICES = [{"key": "a", "text_ja": "はい"}, {"key": "b", "text_ja": "いいえ"}]
QUESTIONS = [{"key": f"q{n}", "text_ja": f"第{n}問", "choices": CHOICES, "right": ["ab"[n % 2]]} for n in range(4)]
CONTENTS = {"title_ja": "見本のテスト", "questions": QUESTIONS, "drawn": 2, "pass_percent": 100, "attempts": 2}
RIGHT = {str(one["key"]): one["right"] for one in QUESTIONS}


class Classroom(AcademyDesk):
    """A course with a quiz."""

    quiz_id = ""

    async def with_quiz(self) -> Classroom:
        await self.with_course()
        await self.done("PUT", f"courses/{self.course_id}/lecturers", {"lecturer_ids": [LECTURER]})
        written = await self.written("lecturer", person=LECTURER)
        assert written.status_code == 201, written.text
        self.quiz_id = written.json()["quiz_id"]
        return self

    async def written(self, *role: str, person: str | None = None) -> httpx.Response:
        return await self.send(
            "POST", "quizzes", {"course_id": self.course_id, "contents": CONTENTS}, *role, person=person
        )

    async def attempt(self, learner: str, path: str = "", body: Any = None) -> httpx.Response:
        address = f"learners/{learner}/quizzes/{self.quiz_id}/attempts{path}"
        return await self.send("PUT" if path else "POST", address, body, "learner", person=learner)

    async def answered(self, learner: str, *, right: bool) -> Any:
        """An attempt, all right or all wrong."""
        asked = (await self.attempt(learner)).json()
        said = [{"question": one["key"], "choices": RIGHT[one["key"]] if right else []} for one in asked["questions"]]
        answer = await self.attempt(learner, f"/{asked['attempt']}/answers", {"answers": said})
        assert answer.is_success, answer.text
        return answer.json()


@pytest_asyncio.fixture
async def desk(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[Classroom]:
    """A course of the academy with a quiz."""
    async with running(databases, settings_for, "academy") as service:
        yield await Classroom(service, as_).with_quiz()


async def test_from_the_question_to_the_result(desk: Classroom) -> None:
    learner = await desk.learner()
    begun = await desk.attempt(learner)
    assert "right" not in json.dumps(begun.json()["questions"])
    asked = begun.json()
    assert (asked["attempt"], asked["marked"], asked["passed"], len(asked["questions"])) == (1, [], None, 2)
    again = await desk.attempt(learner)
    assert again.json() == asked, "an attempt that is not answered yet is asked again, not another one"
    failed = await desk.answered(learner, right=False)
    assert (failed["percent"], failed["passed"]) == (0, False)
    assert {one["key"]: one["right"] for one in failed["marked"]} == {
        q["key"]: RIGHT[q["key"]] for q in asked["questions"]
    }
    passed = await desk.answered(learner, right=True)
    assert (passed["attempt"], passed["percent"], passed["passed"]) == (2, 100, True)
    own = await desk.service.client.get(
        f"/v1/learners/{learner}/quizzes/{desk.quiz_id}/attempts/1", headers=desk.as_("learner", person=learner)
    )
    assert own.json() == failed
    path = f"/v1/learners/{learner}/quiz-results"
    for role, seen in ((("officer", MUSASHINO), 2), (("officer", CHIYODA), 0), (("auditor",), 2)):
        found = await desk.service.client.get(path, headers=desk.as_(*role))
        assert len(found.json()["items"]) == seen, role
    assert await differing(desk.service) == set()


async def test_what_cannot_be_answered_is_refused_and_nothing_is_written(desk: Classroom) -> None:
    learner = await desk.learner()
    asked = (await desk.attempt(learner)).json()
    count = "SELECT (SELECT count(*) FROM event), (SELECT max(version) FROM quiz_result)"
    before = await desk.service.as_owner(count)
    (unasked, *_) = sorted(RIGHT.keys() - {one["key"] for one in asked["questions"]})
    first = asked["questions"][0]["key"]
    for answers, status, type_ in (
        ([{"question": unasked, "choices": ["a"]}], 422, "quiz-question-not-asked"),
        ([{"question": first, "choices": ["z"]}], 422, "quiz-choice-not-offered"),
        ([{"question": first, "choices": ["a"]}] * 2, 422, "quiz-question-answered-twice"),
        ([{"question": first, "choices": ["a"], "right": ["a"]}], 422, "invalid-request"),
    ):
        refused = await desk.attempt(learner, "/1/answers", {"answers": answers})
        assert (refused.status_code, refused.json()["type"]) == (status, f"/problems/{type_}")
    assert (await desk.attempt(learner, "/2/answers", {"answers": []})).status_code == 404
    assert await desk.service.as_owner(count) == before

    await desk.answered(learner, right=False)
    before = await desk.service.as_owner(count)
    twice = await desk.attempt(learner, "/1/answers", {"answers": []})
    assert (twice.status_code, twice.json()["type"]) == (409, "/problems/quiz-answered-already")
    assert await desk.service.as_owner(count) == before
    await desk.answered(learner, right=False)
    used_up = await desk.attempt(learner)
    assert (used_up.status_code, used_up.json()["type"]) == (409, "/problems/quiz-attempts-used-up")


async def test_beginning_at_the_same_moment_is_one_attempt(desk: Classroom) -> None:
    learner = await desk.learner()
    begun = await asyncio.gather(*(desk.attempt(learner) for _ in range(4)))
    assert {one.json()["attempt"] for one in begun} == {1}
    assert await desk.service.count("quiz_result") == 1


async def test_only_those_in_charge_write_and_see_what_is_right(desk: Classroom) -> None:
    path = f"/v1/quizzes/{desk.quiz_id}"
    seen = (await desk.service.client.get(path)).json()
    assert (seen["bank"], seen["drawn"]) == (4, 2)
    assert "questions" not in seen
    for role, person, status in (
        ("secretariat", None, 200),
        ("lecturer", LECTURER, 200),
        ("lecturer", ANOTHER, 403),
        ("learner", LECTURER, 403),
        ("auditor", None, 200),
    ):
        read = await desk.service.client.get(f"{path}/contents", headers=desk.as_(role, person=person))
        assert read.status_code == status, role
    changed = {"contents": CONTENTS | {"pass_percent": 50}}
    for person, status in ((ANOTHER, 403), (LECTURER, 200)):
        address = f"quizzes/{desk.quiz_id}/contents"
        assert (await desk.send("PUT", address, changed, "lecturer", person=person)).status_code == status
    assert (await desk.written("lecturer", person=ANOTHER)).status_code == 403
    assert (await desk.service.client.get(path)).json()["edition"] == 2
    listed = await desk.service.client.get("/v1/quizzes", params={"course_id": desk.course_id})
    assert [one["pass_percent"] for one in listed.json()["items"]] == [50]
    lecturers = await desk.service.client.get(f"/v1/courses/{desk.course_id}/lecturers", headers=desk.as_("auditor"))
    assert lecturers.json()["lecturer_ids"] == [LECTURER]


async def test_nobody_answers_for_another_and_whoever_left_not_at_all(desk: Classroom) -> None:
    learner, other = await desk.learner(), await desk.learner()
    await desk.attempt(learner)
    address = f"learners/{learner}/quizzes/{desk.quiz_id}/attempts/1"
    assert (await desk.send("PUT", f"{address}/answers", {"answers": []}, "learner", person=other)).status_code == 404
    read = await desk.service.client.get(f"/v1/{address}", headers=desk.as_("learner", person=other))
    assert read.status_code == 404
    await desk.done("PUT", f"learners/{learner}/departure", None, "officer", MUSASHINO)
    assert (await desk.attempt(learner, "/1/answers", {"answers": []})).json()["type"] == "/problems/learner-gone"
