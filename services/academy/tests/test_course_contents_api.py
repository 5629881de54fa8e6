"""Contents of courses and courses without a date, over HTTP on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest_asyncio

from conftest import As
from kyodo_platform.settings import Settings
from tests.support.academy.courses import contents
from tests.support.academy_desk import BEGINS, CHIYODA, COURSE, MUSASHINO, AcademyDesk
from tests.support.databases import Databases
from tests.support.rebuilt import differing
from tests.support.running import running

PROPOSAL = {"title_ja": "分析実践", "programme": "shared_training", "contents": contents()}
NOWHERE = "0193f1a0-0000-7000-8000-00000000dead"


@pytest_asyncio.fixture
async def desk(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[AcademyDesk]:
    """A course of the academy."""
    async with running(databases, settings_for, "academy") as service:
        yield await AcademyDesk(service, as_).with_course()


async def read(desk: AcademyDesk, path: str, *role: str, person: str | None = None) -> Any:
    headers = desk.as_(*role, person=person) if role else {}
    answer = await desk.service.client.get(f"/v1/{path}", headers=headers)
    assert answer.is_success, answer.text
    return answer.json()


async def found(desk: AcademyDesk, words: str) -> list[str]:
    answer = await desk.service.client.get("/v1/search", params={"q": words, "kind": "course"})
    return [hit["id"] for hit in answer.json()["items"]]


async def problem(desk: AcademyDesk, method: str, path: str, body: Any, *role: str) -> tuple[int, str]:
    refused = await desk.send(method, path, body, *role)
    return refused.status_code, refused.json()["type"].rpartition("/")[2]


async def test_versions_are_read_by_everybody_and_a_session_keeps_its_own(desk: AcademyDesk) -> None:
    address = f"courses/{desk.course_id}/contents"
    first = await desk.done("PUT", address, {"contents": contents()})
    assert first["skills"][0]["label_ja"] == "データエンジニア"
    session = await desk.session()
    revised = {"contents": contents(audience_ja="管理職"), "changed_ja": "対象者の変更"}
    await desk.done("PUT", address, revised)
    await desk.done("PUT", address, revised)
    assert [one["number"] for one in (await read(desk, address))["items"]] == [1, 2]
    assert (await read(desk, f"{address}/1"))["contents"]["audience_ja"] == contents()["audience_ja"]
    course = await read(desk, f"courses/{desk.course_id}")
    assert (course["contents_version"], course["skills"][0]["code"]) == (2, "data_engineer")
    assert (await read(desk, f"sessions/{session}"))["contents_version"] == 1
    assert (await read(desk, f"sessions/{await desk.session()}"))["contents_version"] == 2
    assert await problem(desk, "PUT", address, {"contents": contents()}) == (422, "contents-change-not-told")
    assert (await desk.send("PUT", address, revised, "officer", CHIYODA)).status_code == 403
    assert await differing(desk.service) == set()


async def test_a_course_is_found_by_what_it_leads_to_and_by_its_skills(desk: AcademyDesk) -> None:
    await desk.done("PUT", f"courses/{desk.course_id}/contents", {"contents": contents()})
    assert await found(desk, "課題を説明") == await found(desk, "データエンジニア") == [desk.course_id]
    proposed = (await desk.done("POST", "proposed-courses", PROPOSAL))["id"]
    announcement = {"starts_on": "2026-09-01", "seats": 20}
    await desk.done("PUT", f"proposed-courses/{proposed}/announcement", announcement)
    assert set(await found(desk, "課題を説明")) == {desk.course_id, proposed}, "its date takes nothing of it away"
    await desk.done("POST", f"courses/{proposed}/cancel")
    assert await found(desk, "課題を説明") == [desk.course_id]


async def test_what_contents_name_must_be_there(desk: AcademyDesk) -> None:
    address = f"courses/{desk.course_id}/contents"
    for nowhere in (contents(material_ids=[NOWHERE]), contents(prerequisites=[{"course_id": NOWHERE}])):
        assert (await desk.send("PUT", address, {"contents": nowhere})).status_code == 404
    other = (await desk.done("POST", "courses", COURSE))["id"]
    after = contents(prerequisites=[{"course_id": desk.course_id, "required": True}])
    await desk.done("PUT", f"courses/{other}/contents", {"contents": after})
    third = (await desk.done("POST", "courses", COURSE))["id"]
    last = contents(prerequisites=[{"course_id": other, "required": True}])
    await desk.done("PUT", f"courses/{third}/contents", {"contents": last})
    circle = contents(prerequisites=[{"course_id": third, "required": True}])
    assert await problem(desk, "PUT", address, {"contents": circle}) == (422, "course-prerequisites-in-a-circle")


async def test_what_is_required_must_have_been_attended(desk: AcademyDesk) -> None:
    basics, learner = await desk.session(), await desk.learner()
    desk.course_id, first = (await desk.done("POST", "courses", COURSE))["id"], desk.course_id
    required = contents(prerequisites=[{"course_id": first, "required": True}])
    await desk.done("PUT", f"courses/{desk.course_id}/contents", {"contents": required})
    advanced = await desk.session(BEGINS.replace(month=9))
    refused = await desk.says(learner, advanced, "application")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/course-prerequisite-missing")
    assert first in refused.json()["detail"]
    _, enrolled = await desk.enrolled(basics, learner_id=learner)
    assert (await desk.says(learner, advanced, "application")).status_code == 409, "a seat is no attendance"
    desk.at(BEGINS)
    await desk.done("PUT", f"sessions/{basics}/attendances/{enrolled['enrolment_id']}", {"percent": 100})
    assert (await desk.says(learner, advanced, "application")).is_success


async def test_a_course_without_a_date_collects_interest_and_tells_of_its_date(desk: AcademyDesk) -> None:
    proposed = await desk.done("POST", "proposed-courses", PROPOSAL)
    address, course_id = f"proposed-courses/{proposed['id']}", proposed["id"]
    assert (proposed["status_ja"], proposed["starts_on"]) == ("意向調査中", None)
    keen, other, gone = await desk.learner(), await desk.learner(CHIYODA), await desk.learner()
    for learner in (keen, keen, other, gone):
        await desk.done("PUT", f"learners/{learner}/course-interests/{course_id}", None, "learner", person=learner)
    for people in (8, 5):
        await desk.done("PUT", f"{address}/interest", {"people": people}, "officer", MUSASHINO)
    await desk.done("PUT", f"{address}/interest", {"people": 3}, "officer", CHIYODA)
    await desk.done("DELETE", f"{address}/interest", None, "officer", CHIYODA)
    await desk.done("PUT", f"learners/{gone}/departure", None, "officer", MUSASHINO)
    total = await read(desk, address)
    assert (total["learners"], total["people"]) == (2, 5)
    musashino = {"municipality": MUSASHINO, "municipality_ja": "武蔵野市", "learners": 1, "people": 5}
    chiyoda = {"municipality": CHIYODA, "municipality_ja": "千代田区", "learners": 1, "people": 0}
    assert (await read(desk, f"{address}/interests", "secretariat"))["items"] == [chiyoda, musashino]
    assert (await read(desk, f"{address}/interests", "officer", MUSASHINO))["items"] == [musashino]
    assert [one["id"] for one in (await read(desk, "courses"))["items"]] == [desk.course_id], "it has no date yet"

    await desk.done("DELETE", f"learners/{other}/course-interests/{course_id}", None, "learner", person=other)
    announced = await desk.done("PUT", f"{address}/announcement", {"starts_on": "2026-09-01", "seats": 20})
    assert (announced["id"], announced["status"]) == (course_id, "announced")
    (told,) = (await read(desk, f"learners/{keen}/reminders", "learner", person=keen))["items"]
    assert (told["kind_ja"], told["course_id"]) == ("希望した講座の日程が決まりました", course_id)
    assert told["about"] == "2026-08-31T15:00:00Z", "the beginning of the day in Tokyo"
    assert (await read(desk, f"learners/{other}/reminders", "learner", person=other))["items"] == []
    holders = {row["holder"] for row in (await read(desk, "reminders", "officer", MUSASHINO))["items"]}
    assert holders == {keen, MUSASHINO}
    assert await problem(desk, "PUT", f"{address}/interest", {"people": 1}, "officer", CHIYODA) == (
        409,
        "course-not-proposed",
    )
    assert [one["id"] for one in (await read(desk, "courses"))["items"]] == [desk.course_id, course_id]
    assert (await read(desk, "proposed-courses"))["items"] == []
    assert await differing(desk.service) == set()


async def test_sessions_are_planned_of_courses_that_have_a_date(desk: AcademyDesk) -> None:
    proposed = (await desk.done("POST", "proposed-courses", PROPOSAL))["id"]
    plan = {
        "title_ja": "見本の研修",
        "place_ja": "見本会議室",
        "starts_at": "2026-09-01T14:00:00+09:00",
        "ends_at": "2026-09-01T16:00:00+09:00",
        "apply_until": "2026-08-20T14:00:00+09:00",
        "changes_until": "2026-08-25T14:00:00+09:00",
        "seats": 2,
    }
    planning = ("POST", f"courses/{proposed}/sessions", {"plan": plan})
    assert await problem(desk, *planning) == (409, "course-has-no-date")
    await desk.done("PUT", f"proposed-courses/{proposed}/withdrawal", {"reason_ja": "希望者が少ないため"})
    assert await problem(desk, *planning) == (409, "course-is-cancelled")
    assert (await desk.service.client.get(f"/v1/proposed-courses/{proposed}")).status_code == 404


async def test_a_course_whose_session_is_open_is_not_cancelled(desk: AcademyDesk) -> None:
    session_id, path = await desk.session(), f"courses/{desk.course_id}/cancel"
    refused = await desk.send("POST", path)
    assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (409, "course-has-sessions")
    await desk.done("PUT", f"sessions/{session_id}/cancellation", {"reason_ja": "見本の理由"})
    assert (await desk.done("POST", path))["status"] == "cancelled"
