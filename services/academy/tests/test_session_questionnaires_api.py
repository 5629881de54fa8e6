"""Questionnaires over HTTP, on a real PostgreSQL: answered without a name, told in sums when nobody can answer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest_asyncio

from conftest import As
from kyodo_academy.questionnaires.closing import closing
from kyodo_events.values.fiscal import TOKYO_TIME
from kyodo_platform.chores import do_what_is_due
from kyodo_platform.settings import Settings
from tests.support.academy_desk import BEGINS, CHIYODA, MUSASHINO, AcademyDesk
from tests.support.databases import Databases
from tests.support.rebuilt import differing
from tests.support.running import running
from tests.support.searching import leaking

HELD = BEGINS + timedelta(hours=3)
OVER = BEGINS + timedelta(days=30)
LAST_MOMENT = datetime(2026, 7, 11, 0, 4, tzinfo=TOKYO_TIME)  # of those in which what came in time may be written
LECTURER, STRANGER = "01941f29-7c00-7000-8000-0000000000a1", "01941f29-7c00-7000-8000-0000000000a2"
ASKED = {"until": "2026-07-10"}
WRITTEN = "見本課の見本さんの説明がよかった"
SCALES = {"satisfaction": 5, "understanding": 4, "usefulness": 5}
LOW = dict.fromkeys(SCALES, 1)
ANSWER: dict[str, Any] = {
    "scales": SCALES,
    "choices": {"use_at_work": "soon"},
    "texts": {"comment": WRITTEN},
}


@pytest_asyncio.fixture
async def desk(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[AcademyDesk]:
    """A course of the academy."""
    async with running(databases, settings_for, "academy") as service:
        yield await AcademyDesk(service, as_).with_course()


async def held(desk: AcademyDesk, people: int) -> tuple[str, list[str]]:
    """A session that was held and its learners, who were there."""
    session = await desk.session(seats=people)
    enrolled = [await desk.enrolled(session, (MUSASHINO, CHIYODA)[number % 2]) for number in range(people)]
    desk.at(HELD)
    await desk.done("PUT", f"sessions/{session}/holding")
    for _, one in enrolled:
        await desk.done("PUT", f"sessions/{session}/attendances/{one['enrolment_id']}", {})
    return session, [learner for learner, _ in enrolled]


async def ballot(desk: AcademyDesk, learner: str, session: str) -> httpx.Response:
    headers = desk.as_("learner", person=learner)
    return await desk.service.client.get(f"/v1/learners/{learner}/questionnaires/{session}", headers=headers)


async def answers(desk: AcademyDesk, learner: str, session: str, **changed: Any) -> httpx.Response:
    """What a learner answers: unsigned, with the ballot."""
    fetched = (await ballot(desk, learner, session)).json()
    body = {"session_id": session, "ballot": fetched["ballot"], "number": fetched["number"]} | ANSWER | changed
    return await desk.service.client.post("/v1/questionnaire-answers", json=body)


async def reads(desk: AcademyDesk, path: str, *role: str, person: str | None = None) -> httpx.Response:
    return await desk.service.client.get(f"/v1/{path}", headers=desk.as_(*role or ("secretariat",), person=person))


async def close(desk: AcademyDesk, moment: datetime = OVER) -> int:
    desk.at(moment)
    return await do_what_is_due(desk.service.app.state.runtime, closing)


async def events(desk: AcademyDesk) -> int:
    return await desk.service.count("event")


async def test_from_the_session_to_sums_and_texts(desk: AcademyDesk) -> None:
    session, learners = await held(desk, 6)
    opened = await desk.done("PUT", f"sessions/{session}/questionnaire", ASKED)
    assert [question["key"] for question in opened["questions"]][:3] == ["satisfaction", "understanding", "usefulness"]
    waiting = await reads(desk, f"learners/{learners[0]}/questionnaires", "learner", person=learners[0])
    assert [row["session_id"] for row in waiting.json()["items"]] == [session]
    for number, learner in enumerate(learners):
        scores = SCALES | {"satisfaction": 5 if number else 3}
        taken = await answers(desk, learner, session, scales=scores, texts={"comment": WRITTEN} if number else {})
        assert taken.status_code == 201, taken.text
        assert WRITTEN not in taken.text
    early = await reads(desk, f"sessions/{session}/questionnaire/results")
    assert (early.status_code, early.json()["type"]) == (409, "/problems/questionnaire-not-closed")
    assert await close(desk, LAST_MOMENT) == 0
    assert await close(desk) == 1
    results = (await reads(desk, f"sessions/{session}/questionnaire/results", "officer", CHIYODA)).json()
    by_key = {row["key"]: row for row in results["questions"]}
    assert (results["answers"], by_key["satisfaction"]["mean_hundredths"]) == (6, 467)
    assert by_key["satisfaction"]["hidden_ja"] == "少人数のため非表示", "one person said three"
    assert {row["answers"] for row in by_key["satisfaction"]["counts"]} == {None}
    assert [row["answers"] for row in by_key["understanding"]["counts"]] == [0, 0, 0, 6, 0]
    assert [row["answers"] for row in by_key["use_at_work"]["counts"]] == [6, 0, 0, 0]
    texts = (await reads(desk, f"sessions/{session}/questionnaire/texts")).json()["items"]
    assert [row["texts"] for row in texts] == [{"comment": WRITTEN}] * 5
    assert not any(learner in str(texts) for learner in learners)
    assert await differing(desk.service) == set()


async def test_nothing_tells_who_answered(desk: AcademyDesk) -> None:
    session, learners = await held(desk, 2)
    await desk.done("PUT", f"sessions/{session}/questionnaire", ASKED)
    before = await events(desk)
    fetched = (await ballot(desk, learners[0], session)).json()
    assert await events(desk) == before, "that a ballot was fetched is kept nowhere"
    assert (await answers(desk, learners[0], session)).status_code == 201
    ((actor, organisation, data),) = await desk.service.as_owner(
        "SELECT actor, organisation, data::text FROM event WHERE category = 'questionnaire-answer'"
    )
    assert (actor, organisation) == ("anonymous", "anonymous")
    assert not any(learner in data for learner in learners)
    assert await leaking(desk.service, [fetched["ballot"][:20], fetched["ballot"][20:], WRITTEN]) == set()
    signed = desk.as_("learner", person=learners[0])
    body = {"session_id": session, "ballot": fetched["ballot"], "number": 1} | ANSWER
    refused = await desk.service.client.post("/v1/questionnaire-answers", json=body, headers=signed)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/answer-signed")
    await close(desk)
    query = "SELECT count(*) FROM personal_key WHERE wrapped IS NULL"
    ((erased,),) = await desk.service.as_owner(query)
    assert erased == 2, "the key of the ballots, and that of the one text that nobody may read"


async def test_each_answers_once_and_may_change_it(desk: AcademyDesk) -> None:
    session, learners = await held(desk, 5)
    await desk.done("PUT", f"sessions/{session}/questionnaire", ASKED)
    for learner in learners:
        await answers(desk, learner, session)
    assert (await ballot(desk, learners[0], session)).json()["answered"] is True
    await answers(desk, learners[0], session, scales=LOW)
    before = await events(desk)
    await answers(desk, learners[0], session, scales=LOW, texts={})
    await answers(desk, learners[0], session, scales=LOW, texts={})
    assert await events(desk) == before + 1, "the same again writes nothing"
    await close(desk)
    results = (await reads(desk, f"sessions/{session}/questionnaire/results")).json()
    assert (results["answers"], results["questions"][0]["mean_hundredths"]) == (5, 420)
    late = await ballot(desk, learners[0], session)
    assert (late.status_code, late.json()["type"]) == (409, "/problems/questionnaire-over")


async def test_only_who_attended_answers_and_with_an_own_ballot(desk: AcademyDesk) -> None:
    session = await desk.session()
    learner, enrolled = await desk.enrolled(session)
    absent, _ = await desk.enrolled(session)
    desk.at(HELD)
    early = await desk.send("PUT", f"sessions/{session}/questionnaire", ASKED)
    assert (early.status_code, early.json()["type"]) == (409, "/problems/questionnaire-before-session")
    await desk.done("PUT", f"sessions/{session}/holding")
    await desk.done("PUT", f"sessions/{session}/attendances/{enrolled['enrolment_id']}", {})
    await desk.done("PUT", f"sessions/{session}/questionnaire", ASKED)
    refused = await ballot(desk, absent, session)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/questionnaire-not-attended")
    before = await events(desk)
    for changed, kind in (
        ({"ballot": "A" * 43}, "ballot-wrong"),
        ({"number": 2}, "questionnaire-revised"),
        ({"scales": {}}, "answer-does-not-fit"),
        ({"choices": {"use_at_work": "never"}}, "answer-does-not-fit"),
        ({"scales": {"satisfaction": 6}}, "invalid-request"),
        ({"session_id": STRANGER}, "not-found"),
    ):
        wrong = await answers(desk, learner, session, **changed)
        assert wrong.json()["type"] == f"/problems/{kind}", wrong.text
    assert await events(desk) == before
    foreign = await desk.send("PUT", f"sessions/{session}/questionnaire", ASKED, "officer", MUSASHINO)
    assert foreign.status_code == 404


async def test_texts_are_for_the_host_the_lecturer_and_tokyo_and_can_be_erased(desk: AcademyDesk) -> None:
    session, learners = await held(desk, 5)
    await desk.done("PUT", f"sessions/{session}/questionnaire", ASKED)
    for learner in learners:
        await answers(desk, learner, session)
    await desk.done("PUT", f"courses/{desk.course_id}/lecturers", {"lecturer_ids": [LECTURER]})
    texts = f"sessions/{session}/questionnaire/texts"
    by_lecturer, by_other = (f"lecturers/{one}/questionnaires/{session}/texts" for one in (LECTURER, STRANGER))
    assert (await reads(desk, by_lecturer, "lecturer", person=LECTURER)).status_code == 409
    await close(desk)
    for_lecturer = await reads(desk, by_lecturer, "lecturer", person=LECTURER)
    assert len(for_lecturer.json()["items"]) == 5
    assert (await reads(desk, by_other, "lecturer", person=STRANGER)).status_code == 403
    refused = [await reads(desk, texts, *role) for role in (("officer", CHIYODA), ("auditor",), ("approver", CHIYODA))]
    assert [answer.status_code for answer in refused] == [404, 403, 403]
    (first, *_) = for_lecturer.json()["items"]
    erasure = f"questionnaire-answers/{first['answer_id']}/text-erasure"
    assert (await desk.done("POST", erasure, {"reason_ja": "個人名のため"}))["erased"] is True
    gone = f"SELECT wrapped IS NULL FROM personal_key WHERE person = '{first['answer_id']}'"
    assert await desk.service.as_owner(gone) == [(True,)], "also what lies in the events"
    left = (await reads(desk, texts)).json()["items"]
    assert first["answer_id"] not in {row["answer_id"] for row in left}
    assert len(left) == 4
    assert (await reads(desk, f"sessions/{session}/questionnaire/results")).json()["answers"] == 5
    assert await differing(desk.service) == set()


async def test_what_few_wrote_is_erased_unread(desk: AcademyDesk) -> None:
    session, learners = await held(desk, 4)
    await desk.done("PUT", f"sessions/{session}/questionnaire", ASKED)
    for learner in learners:
        await answers(desk, learner, session)
    await close(desk)
    results = (await reads(desk, f"sessions/{session}/questionnaire/results")).json()
    assert (results["answers"], results["questions"], results["hidden_ja"]) == (None, [], "少人数のため非表示")
    texts = await reads(desk, f"sessions/{session}/questionnaire/texts")
    assert (texts.status_code, texts.json()["type"]) == (409, "/problems/questionnaire-texts-hidden")
    ((readable,),) = await desk.service.as_owner("SELECT count(*) FROM personal_key WHERE wrapped IS NOT NULL")
    assert readable == 0


async def test_the_trend_is_of_what_is_told(desk: AcademyDesk) -> None:
    for people in (5, 4):
        desk.at(BEGINS - timedelta(days=20))
        session, learners = await held(desk, people)
        await desk.done("PUT", f"sessions/{session}/questionnaire", ASKED)
        for learner in learners:
            await answers(desk, learner, session)
    assert await close(desk) == 2
    names = {"month": "2026-06", "course": "見本の講座", "programme": "都と区市町村の共通研修"}
    for by, name in names.items():
        (row,) = (await reads(desk, f"questionnaires/trend?by={by}", "approver", CHIYODA)).json()["items"]
        told = row["group_ja"], row["sessions"], row["satisfaction_answers"], row["satisfaction_mean_hundredths"]
        assert told == (name, 1, 5, 500)
    none = await reads(desk, "questionnaires/trend?programme=core_talent_study")
    assert none.json()["items"] == []
