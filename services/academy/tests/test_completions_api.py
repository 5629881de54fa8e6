"""Completions over HTTP: from facts to the certificate, by itself, once, anew after a year, and the record."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest_asyncio

from conftest import As
from kyodo_academy.completions.issuing import issuing
from kyodo_events.database import EVERYONE
from kyodo_platform.chores import do_what_is_due
from kyodo_platform.settings import Settings
from tests.support.academy_desk import BEGINS, CHIYODA, MUSASHINO
from tests.support.completion_desk import LECTURER, SKILL, CompletionDesk
from tests.support.databases import Databases
from tests.support.rebuilt import differing
from tests.support.running import running

LATER = BEGINS + timedelta(days=7)


@pytest_asyncio.fixture
async def desk(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[CompletionDesk]:
    """A course of the academy with a quiz and a lecturer."""
    async with running(databases, settings_for, "academy") as service:
        yield await CompletionDesk(service, as_).ready()


async def due(desk: CompletionDesk) -> int:
    """How many certificates were due, all of which are issued: what cannot be done is not looked at every time."""
    runtime = desk.service.app.state.runtime
    async with runtime.database.transaction(EVERYONE, read_only=True) as tx:
        found = await issuing.due(tx, runtime.clock())
    assert await do_what_is_due(runtime, issuing) == len(found)
    return len(found)


async def test_from_attendance_quiz_and_report_to_the_certificate(desk: CompletionDesk) -> None:
    none = await desk.asked(await desk.learner())
    assert (none.status_code, none.json()["type"]) == (409, "/problems/course-without-completion-rule")
    set_ = await desk.rule(attendance_percent=80, quiz_id=desk.quiz_id, report=True)
    assert set_["words_ja"][0] == "全回の出席率が80％以上であること"
    learner, other = await desk.learner(), await desk.learner()
    await desk.held(BEGINS, (learner, 100), (other, 50))
    await desk.held(LATER, (learner, 60))
    refused = await desk.asked(learner)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/course-not-completed")
    assert refused.json()["detail"] == "小テストに合格していない、レポートが提出されていない"
    await desk.passed(learner, "b")
    assert [one["need"] for one in (await desk.progress(learner))["lacking"]] == ["quiz", "report"]
    await desk.passed(learner)
    await desk.wrote(learner)
    progress = await desk.progress(learner)
    assert [one["words_ja"] for one in progress["lacking"]] == ["レポートが確認待ちである"]
    assert (progress["held"], progress["attendance_percent"], progress["completed"]) == (2, 80, False)
    assert await due(desk) == 0
    assert (await desk.judged(learner)).is_success
    completed = (await desk.asked(learner)).json()
    assert (completed["completed"], completed["lacking"][0]["need"]) == (True, "attendance"), "since the certificate"
    assert (await desk.progress(other))["certificate"] is None

    record = await desk.read(f"learners/{learner}/record", learner)
    assert [one["number"] for one in record["completions"]] == [completed["certificate"]["number"]]
    gained = {"label_ja": "データエンジニア", "course_id": desk.course_id, "current": True}
    assert {**record["skills"][0]} == {**SKILL, **gained, "gained_on": completed["certificate"]["issued_on"]}
    assert [one["percent"] for one in record["attendances"]] == [60, 100]
    assert await differing(desk.service) == set()


async def test_it_is_issued_by_itself_and_once(desk: CompletionDesk) -> None:
    await desk.rule(attendance_percent=50, sessions=1)
    learner, half, never = await desk.learner(), await desk.learner(CHIYODA), await desk.learner()
    await desk.held(BEGINS, (learner, 100), (never, 49))
    assert [await due(desk) for _ in range(2)] == [1, 0]
    await desk.enrolled(await desk.session(LATER + timedelta(days=30)), CHIYODA, learner_id=half)
    assert await due(desk) == 0
    first = (await desk.progress(learner))["certificate"]
    again = await asyncio.gather(*(desk.asked(learner) for _ in range(4)))
    assert {one.json()["certificate"]["number"] for one in again} == {first["number"]}
    await desk.held(LATER, (learner, 100))
    assert await due(desk) == 0, "for good: attending again changes nothing"
    assert await desk.service.count("certificate") == 1


async def test_at_the_same_moment_one_certificate_is_issued(desk: CompletionDesk) -> None:
    await desk.rule(quiz_id=desk.quiz_id)
    learner = await desk.learner()
    await desk.passed(learner)
    answers = await asyncio.gather(*(desk.asked(learner) for _ in range(4)))
    assert len({one.json()["certificate"]["number"] for one in answers}) == 1
    assert await desk.service.count("certificate") == 1


async def test_who_completes_it_again_is_certified_anew(desk: CompletionDesk) -> None:
    await desk.rule(attendance_percent=100, sessions=1, valid_months=12)
    learner = await desk.learner()
    await desk.held(BEGINS, (learner, 100))
    assert await due(desk) == 1
    first = (await desk.progress(learner))["certificate"]
    assert (first["valid_until"], first["standing"]) == ("2027-06-22", "valid")
    assert (await desk.asked(learner)).json()["certificate"] == first, "what was attended counts once"
    desk.at(BEGINS + timedelta(days=400))
    assert (await desk.progress(learner))["certificate"]["standing"] == "expired"
    lapsed = await desk.asked(learner)
    assert (lapsed.status_code, lapsed.json()["type"]) == (409, "/problems/course-not-completed")
    await desk.held(BEGINS + timedelta(days=420), (learner, 100))
    assert [await due(desk) for _ in range(2)] == [1, 0]
    second = (await desk.progress(learner))["certificate"]
    assert second["number"] != first["number"]
    record = await desk.read(f"learners/{learner}/record", learner)
    assert [one["standing"] for one in record["completions"]] == ["valid", "expired"]
    assert [one["gained_on"] for one in record["skills"]] == [second["issued_on"]]
    await desk.held(BEGINS + timedelta(days=450), (learner, 100))
    assert await due(desk) == 1, "before it expires, too"
    assert await differing(desk.service) == set()


async def test_after_a_withdrawal_only_the_secretariat_issues(desk: CompletionDesk) -> None:
    await desk.rule(quiz_id=desk.quiz_id)
    learner, first = await desk.certified(name=False)
    path = f"learners/{learner}/certificates/{first['certificate_id']}/withdrawal"
    await desk.done("PUT", path, {"reason_ja": "本人確認の誤り"})
    assert (await desk.progress(learner))["completed"] is False
    assert await due(desk) == 0
    refused = await desk.asked(learner)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/completion-withdrawn")
    again = (await desk.asked(learner, "secretariat")).json()
    assert again["certificate"]["number"] != first["number"]
    assert (await desk.read(f"learners/{learner}/record", learner))["skills"][0]["current"] is True


async def test_a_report_is_sealed_and_read_by_those_in_charge(desk: CompletionDesk) -> None:
    await desk.rule(report=True, valid_months=12)
    learner = await desk.learner()
    written = await desk.wrote(learner, "見本としての学びの記述")
    assert "見本としての学びの記述" not in written.text
    assert (await desk.judged(learner, "return", remark_ja="具体例を加えてください")).json()["standing_ja"] == "差戻し"
    path = f"/v1/learners/{learner}/reports/{desk.course_id}"
    for role, person, status in (
        ("learner", learner, 200),
        ("lecturer", LECTURER, 200),
        ("secretariat", None, 200),
        ("lecturer", learner, 403),
        ("auditor", None, 403),
        ("learner", LECTURER, 404),
    ):
        found = await desk.service.client.get(path, headers=desk.as_(role, person=person))
        assert found.status_code == status, f"{role} {person}"
        if status == 200:
            assert (found.json()["text_ja"], found.json()["remark_ja"]) == (
                "見本としての学びの記述",
                "具体例を加えてください",
            )
    assert (await desk.service.client.get(path, headers=desk.as_("officer", MUSASHINO))).status_code == 403
    reports = f"/v1/courses/{desk.course_id}/reports"
    listed = await desk.service.client.get(reports, headers=desk.as_("lecturer", person=LECTURER))
    assert [(one["learner_id"], one["times"]) for one in listed.json()["items"]] == [(learner, 1)]
    assert "text_ja" not in listed.text
    too_early = await desk.judged(learner)
    assert (too_early.status_code, too_early.json()["type"]) == (409, "/problems/report-not-to-be-judged")
    await desk.wrote(learner, "書き直した記述")
    assert (await desk.judged(learner)).is_success
    assert (await desk.wrote(learner)).json()["type"] == "/problems/report-accepted-already"
    assert await due(desk) == 1
    desk.at(BEGINS)
    assert (await desk.wrote(learner)).is_success, "for the renewal"
    stored = "SELECT string_agg(data::text, '') FROM event WHERE category = 'course-report'"
    ((data,),) = await desk.service.as_owner(stored)
    assert "学び" not in data
    assert "具体例" not in data


async def test_others_do_not_see_it_and_whoever_left_is_not_certified(desk: CompletionDesk) -> None:
    await desk.rule(quiz_id=desk.quiz_id)
    learner, _ = await desk.certified(name=False)
    other = await desk.learner()
    for path in (f"learners/{learner}/record", f"learners/{learner}/completions/{desk.course_id}"):
        for role, status in ((("officer", MUSASHINO), 200), (("officer", CHIYODA), 404), (("auditor",), 200)):
            assert (await desk.service.client.get(f"/v1/{path}", headers=desk.as_(*role))).status_code == status, role
        theirs = await desk.service.client.get(f"/v1/{path}", headers=desk.as_("learner", person=other))
        assert theirs.status_code == 404
    own = f"/v1/learners/{learner}/certificates"
    for role, seen in ((("officer", MUSASHINO), 1), (("officer", CHIYODA), 0)):
        assert len((await desk.service.client.get(own, headers=desk.as_(*role))).json()["items"]) == seen
    await desk.passed(other)
    await desk.done("PUT", f"learners/{other}/departure", None, "officer", MUSASHINO)
    assert await due(desk) == 0
    assert (await desk.asked(other, "secretariat")).json()["type"] == "/problems/learner-gone"
    wrong = {"rule": {"quiz_id": learner}}
    assert (await desk.send("PUT", f"courses/{desk.course_id}/completion-rule", wrong)).status_code == 404
