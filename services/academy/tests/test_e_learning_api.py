"""E-learning over HTTP, on a real PostgreSQL: arranged, learnt, followed where the learner works, summed up."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest_asyncio

from conftest import As
from kyodo_platform.settings import Settings
from tests.support.academy_desk import CHIYODA, COURSE, MUSASHINO, AcademyDesk
from tests.support.databases import Databases
from tests.support.rebuilt import differing
from tests.support.running import running

LECTURER = "01941f29-7c00-7000-8000-0000000000a1"
QUESTION = {
    "key": "q1",
    "text_ja": "正しいものを選ぶ",
    "choices": [{"key": "a", "text_ja": "はい"}, {"key": "b", "text_ja": "いいえ"}],
    "right": ["a"],
}


def unit(key: str, **parts: Any) -> dict[str, Any]:
    return {"key": key, "title_ja": key, "minutes": 20, "video_url": f"https://placeholder.example.jp/{key}"} | parts


@pytest_asyncio.fixture
async def desk(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[AcademyDesk]:
    """A course of the academy."""
    async with running(databases, settings_for, "academy") as service:
        yield await AcademyDesk(service, as_).with_course()


async def quiz(desk: AcademyDesk, course_id: str) -> str:
    contents = {"title_ja": "確認", "questions": [QUESTION], "drawn": 1, "pass_percent": 100, "attempts": 3}
    return str((await desk.done("POST", "quizzes", {"course_id": course_id, "contents": contents}))["quiz_id"])


async def arranged(desk: AcademyDesk, *units: dict[str, Any]) -> Any:
    return await desk.done("PUT", f"courses/{desk.course_id}/e-learning", {"units": units})


async def learns(desk: AcademyDesk, learner: str, what: str, body: Any = None) -> httpx.Response:
    path = f"learners/{learner}/e-learning/{desk.course_id}/units/{what}"
    return await desk.send("PUT", path, body, "learner", person=learner)


async def reads(desk: AcademyDesk, path: str, *role: str, person: str | None = None) -> httpx.Response:
    return await desk.service.client.get(f"/v1/{path}", headers=desk.as_(*role or ("secretariat",), person=person))


async def test_from_the_first_unit_to_the_last(desk: AcademyDesk) -> None:
    quiz_id = await quiz(desk, desk.course_id)
    offered = await arranged(desk, unit("basics"), unit("practice", quiz_id=quiz_id))
    assert (offered["number"], offered["minutes"]) == (1, 40)
    learner = await desk.learner()
    begun = (await learns(desk, learner, "basics/start")).json()
    assert (begun["next_unit"], begun["completed_at"]) == ("basics", None)
    before = await desk.service.count("event")
    for second in range(1, 60):
        answer = await learns(desk, learner, "basics/progress", {"percent": second // 12, "seconds": second})
        assert answer.is_success, answer.text
    assert await desk.service.count("event") == before, "a report a second writes nothing before a step is made"
    through = (await learns(desk, learner, "basics/progress", {"percent": 100, "seconds": 1200})).json()
    assert (through["next_unit"], through["units"][0]["percent"]) == ("practice", 100)
    refused = await learns(desk, learner, "practice/completion")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/unit-quiz-not-passed")
    attempt = f"learners/{learner}/quizzes/{quiz_id}/attempts"
    await desk.done("POST", attempt, None, "learner", person=learner)
    right = {"answers": [{"question": "q1", "choices": ["a"]}]}
    await desk.done("PUT", f"{attempt}/1/answers", right, "learner", person=learner)
    done = (await reads(desk, f"learners/{learner}/e-learning/{desk.course_id}", "learner", person=learner)).json()
    assert (done["next_unit"], done["completed_at"] is not None) == (None, True)
    history = await reads(desk, f"learners/{learner}/e-learning/{desk.course_id}/history", "officer", MUSASHINO)
    assert history.json()["items"][-1]["words"] == "eラーニングを修了した（第1版）"
    assert await differing(desk.service) == set()


async def test_a_new_version_keeps_what_was_learnt(desk: AcademyDesk) -> None:
    await arranged(desk, unit("basics"), unit("old"))
    learner = await desk.learner()
    for key in ("basics", "old"):
        await learns(desk, learner, f"{key}/progress", {"percent": 100})
    await desk.done("PUT", f"courses/{desk.course_id}/lecturers", {"lecturer_ids": [LECTURER]})
    body = {"units": [unit("further"), unit("basics", title_ja="改めた基礎")]}
    path = f"courses/{desk.course_id}/e-learning"
    await desk.done("PUT", path, body, "lecturer", person=LECTURER)
    stranger = await desk.send("PUT", path, body, "lecturer", person=LECTURER.replace("a1", "a2"))
    assert stranger.status_code == 403
    own = (await reads(desk, f"learners/{learner}/e-learning/{desk.course_id}", "officer", MUSASHINO)).json()
    told = [(one["unit"]["key"], one["percent"], one["completed_at"] is not None) for one in own["units"]]
    assert told == [("further", 0, False), ("basics", 100, True)]
    assert (own["next_unit"], own["completed_at"] is not None) == ("further", True)
    (row,) = (await reads(desk, f"learners/{learner}/e-learning", "officer", MUSASHINO)).json()["items"]
    assert (row["units_done"], row["units_in_all"]) == (1, 2)
    former = (await reads(desk, f"{path}/versions/1", "auditor")).json()
    assert [one["key"] for one in former["units"]] == ["basics", "old"]
    assert await differing(desk.service) == set()


async def test_officers_follow_their_own_and_tokyo_all(desk: AcademyDesk) -> None:
    await arranged(desk, unit("basics"))
    learners = {code: await desk.learner(code) for code in (CHIYODA, MUSASHINO)}
    for learner in learners.values():
        await learns(desk, learner, "basics/progress", {"percent": 50})
    await learns(desk, learners[CHIYODA], "basics/completion")
    path = f"courses/{desk.course_id}/e-learning"
    seen = {
        role: [row["learner_id"] for row in (await reads(desk, f"{path}/progress", *role)).json()["items"]]
        for role in (("officer", CHIYODA), ("approver", MUSASHINO), ("secretariat",))
    }
    assert list(seen.values()) == [[learners[CHIYODA]], [learners[MUSASHINO]], list(learners.values())]
    sums = (await reads(desk, f"{path}/sums")).json()["items"]
    assert [(row["municipality"], row["begun"], row["completed"]) for row in sums] == [
        (CHIYODA, 1, 1),
        (MUSASHINO, 1, 0),
    ]
    own = f"learners/{learners[CHIYODA]}/e-learning/{desk.course_id}"
    assert (await reads(desk, f"{own}/history", "officer", MUSASHINO)).status_code == 404
    assert (await reads(desk, own, "learner", person=learners[MUSASHINO])).status_code == 404


async def test_what_does_not_fit_is_refused_and_writes_nothing(desk: AcademyDesk) -> None:
    other = (await desk.done("POST", "courses", {**COURSE, "title_ja": "別の講座"}))["id"]
    await arranged(desk, unit("basics"))
    learner = await desk.learner()
    before = await desk.service.count("event")
    path = f"courses/{desk.course_id}/e-learning"
    foreign_quiz = await quiz(desk, other)
    for body, kind in (
        ({"units": []}, "invalid-request"),
        ({"units": [unit("one"), unit("one")]}, "invalid-request"),
        ({"units": [unit("one", video_url="http://placeholder.example.jp")]}, "invalid-request"),
        ({"units": [unit("one", quiz_id=foreign_quiz)]}, "unit-quiz-of-another-course"),
        ({"units": [unit("one", slides_material_id=LECTURER)]}, "not-found"),
    ):
        refused = await desk.send("PUT", path, body)
        assert refused.json()["type"] == f"/problems/{kind}", refused.text
    assert (await learns(desk, learner, "gone/start")).status_code == 404
    assert (await learns(desk, learner, "basics/progress", {"percent": 101})).status_code == 422
    await desk.done("PUT", f"learners/{learner}/departure", None, "officer", MUSASHINO)
    assert (await learns(desk, learner, "basics/start")).json()["type"] == "/problems/learner-gone"
    assert await desk.service.count("event") == before + 2, "the quiz and the departure alone"
