"""xAPI over HTTP, on a real PostgreSQL: told, produced, read again, and read by a library that is not ours."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio
import tincan
from jsonschema import Draft202012Validator

from conftest import As
from kyodo_academy.statements.values import PROGRESS, Verb
from kyodo_platform.settings import Settings
from tests.support.academy_desk import BEGINS, CHIYODA, MUSASHINO
from tests.support.completion_desk import CompletionDesk
from tests.support.databases import Databases
from tests.support.rebuilt import differing
from tests.support.running import running

SCHEMA = Draft202012Validator(
    json.loads((Path(__file__).parent / "xapi_statement.schema.json").read_text(encoding="utf-8"))
)
VERSION = {"X-Experience-API-Version": "1.0.3"}
PATH = "/v1/xapi/statements"
HOME = "https://kyodo.example.jp/xapi/learners"
UNITS = [{"key": key, "title_ja": key, "minutes": 20, "text_ja": "本文"} for key in ("basics", "practice")]


@pytest_asyncio.fixture
async def desk(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[CompletionDesk]:
    """A course of the academy with two units."""
    async with running(databases, settings_for, "academy") as service:
        desk = await CompletionDesk(service, as_).ready()
        await desk.done("PUT", f"courses/{desk.course_id}/e-learning", {"units": UNITS})
        yield desk


def said(desk: CompletionDesk, learner: str, verb: str, unit: str = "basics", **parts: Any) -> dict[str, Any]:
    """A statement of a learner."""
    return {
        "id": str(uuid4()),
        "actor": {"objectType": "Agent", "account": {"homePage": HOME, "name": f"learner-{learner}"}},
        "verb": {"id": f"http://adlnet.gov/expapi/verbs/{verb}", "display": {"en-US": verb}},
        "object": {"id": f"https://kyodo.example.jp/xapi/courses/{desk.course_id}/units/{unit}"},
        "timestamp": "2026-05-11T01:00:00Z",
    } | parts


def so_far(percent: int, duration: str = "PT1S") -> dict[str, Any]:
    return {"duration": duration, "extensions": {PROGRESS: percent}}


async def tells(desk: CompletionDesk, learner: str, body: Any, headers: dict[str, str] = VERSION) -> httpx.Response:
    signed = desk.as_("learner", person=learner) | headers
    return await desk.service.client.post(PATH, json=body, headers=signed)


async def asks(desk: CompletionDesk, learner: str | None, **query: Any) -> httpx.Response:
    signed = desk.as_("learner", person=learner) if learner else desk.as_("secretariat")
    return await desk.service.client.get(PATH, params=query, headers=signed | VERSION)


async def read(desk: CompletionDesk, learner: str | None, **query: Any) -> list[dict[str, Any]]:
    answer = await asks(desk, learner, ascending=True, **query)
    assert answer.is_success, answer.text
    return list(answer.json()["statements"])


def verbs(statements: list[dict[str, Any]]) -> list[str]:
    return [one["verb"]["display"]["en-US"] for one in statements]


async def test_statements_bring_a_learner_through_the_course(desk: CompletionDesk) -> None:
    learner = await desk.learner()
    session = [
        said(desk, learner, "launched"),
        said(desk, learner, "initialized"),
        *(said(desk, learner, "progressed", result=so_far(percent)) for percent in (20, 60)),
        said(desk, learner, "completed", result={"completion": True, "score": {"scaled": 0.9}}),
        said(desk, learner, "terminated", result={"duration": "PT20M"}),
    ]
    told = await tells(desk, learner, session)
    assert (told.status_code, told.json()) == (200, [one["id"] for one in session])
    assert told.headers["X-Experience-API-Version"] == "1.0.3"
    signed = desk.as_("learner", person=learner)
    path = f"/v1/learners/{learner}/e-learning/{desk.course_id}"
    way = (await desk.service.client.get(path, headers=signed)).json()
    assert (way["next_unit"], way["units"][0]["percent"], way["units"][0]["seconds"]) == ("practice", 60, 1200)
    back = await read(desk, learner)
    assert {one["id"] for one in back} == {one["id"] for one in session}, "what statements told is not produced again"
    last = await tells(desk, learner, said(desk, learner, "completed", "practice"))
    assert last.status_code == 200
    assert verbs(await read(desk, learner)).count("completed") == 3, "both units by statements, and then the course"
    assert (await desk.service.client.get(path, headers=signed)).json()["completed_at"] is not None
    assert await differing(desk.service) == set()


async def test_a_report_that_adds_nothing_writes_nothing(desk: CompletionDesk) -> None:
    learner = await desk.learner()
    await tells(desk, learner, said(desk, learner, "progressed", result=so_far(10)))
    before = await desk.service.count("event")
    for percent in (10, 11, 12, 13, 14, 3):
        small = said(desk, learner, "progressed", result=so_far(percent))
        assert (await tells(desk, learner, small)).json() == [small["id"]]
    assert await desk.service.count("event") == before
    assert len(await read(desk, learner)) == 1


async def test_a_statement_is_taken_once_and_never_changed(desk: CompletionDesk) -> None:
    learner = await desk.learner()
    first = said(desk, learner, "initialized")
    for again in (first, first | {"id": first["id"].upper()}, first | {"timestamp": None}):
        assert (await tells(desk, learner, again)).json() == [first["id"]]
    before = await desk.service.count("event")
    signed = desk.as_("learner", person=learner) | VERSION
    put = await desk.service.client.put(PATH, params={"statementId": first["id"]}, json=first, headers=signed)
    assert (put.status_code, put.content) == (204, b"")
    for changed in (
        first | {"verb": said(desk, learner, "terminated")["verb"]},
        first | {"timestamp": "2026-05-11T02:00:00Z"},
    ):
        other = await tells(desk, learner, changed)
        assert (other.status_code, other.json()["type"]) == (409, "/problems/statement-conflict"), changed
    twice = await tells(desk, learner, [said(desk, learner, "launched") | {"id": str(uuid4())}] * 2)
    assert (twice.status_code, twice.json()["type"]) == (400, "/problems/statement-id-twice")
    elsewhere = {"statementId": str(uuid4())}
    mismatch = await desk.service.client.put(PATH, params=elsewhere, json=first, headers=signed)
    assert mismatch.json()["type"] == "/problems/statement-query-wrong"
    assert await desk.service.count("event") == before
    assert (await read(desk, learner))[0]["id"] == first["id"]


async def test_one_wrong_statement_and_none_is_taken(desk: CompletionDesk) -> None:
    learner, other = await desk.learner(), await desk.learner(CHIYODA)
    before = await desk.service.count("event")
    right = said(desk, learner, "initialized")
    for wrong, pointer in (
        (said(desk, other, "initialized"), "#/1/actor/account/name"),
        (said(desk, learner, "attended"), "#/1/verb/id"),
        (said(desk, learner, "initialized", "gone"), "#/1/object/id"),
        (said(desk, learner, "initialized", object={"id": "https://other.example.jp/unit"}), "#/1/object/id"),
        (
            said(desk, learner, "initialized")
            | {"actor": {"account": {"homePage": "https://other.example.jp", "name": f"learner-{learner}"}}},
            "#/1/actor/account/homePage",
        ),
    ):
        refused = await tells(desk, learner, [right, wrong])
        assert (refused.status_code, refused.json()["type"]) == (422, "/problems/statement-wrong"), refused.text
        assert refused.json()["facts"]["pointer"] == pointer
    by_mail = await tells(desk, learner, [right, right | {"actor": {"mbox": "mailto:placeholder@example.jp"}}])
    assert by_mail.status_code == 422
    explained = {one["pointer"]: one["detail"] for one in by_mail.json()["errors"]}
    assert "pseudonym" in explained["#/1/actor/mbox"]
    assert "placeholder" not in by_mail.text
    too_many = await tells(desk, learner, [said(desk, learner, "initialized") for _ in range(101)])
    assert too_many.status_code == 422
    for headers in ({}, {"X-Experience-API-Version": "0.95"}):
        missing = await tells(desk, learner, right, headers)
        assert (missing.status_code, missing.json()["type"]) == (400, "/problems/xapi-version-missing")
    assert await desk.service.count("event") == before


async def test_a_player_of_tokyos_speaks_for_learners_and_nobody_reads_anothers(desk: CompletionDesk) -> None:
    learner, other = await desk.learner(), await desk.learner(CHIYODA)
    both = [said(desk, one, "initialized") for one in (learner, other)]
    told = await desk.service.client.post(PATH, json=both, headers=desk.as_("integrator") | VERSION)
    assert told.status_code == 200, told.text
    assert [one["id"] for one in await read(desk, learner)] == [both[0]["id"]]
    assert len(await read(desk, None)) == 2
    agent = json.dumps(both[1]["actor"])
    assert await read(desk, learner, agent=agent) == []
    assert [one["id"] for one in await read(desk, None, agent=agent)] == [both[1]["id"]]
    assert (await asks(desk, learner, statementId=both[1]["id"])).status_code == 404
    for role in (("officer", MUSASHINO), ("lecturer",), ("integrator",)):
        answer = await desk.service.client.get(PATH, headers=desk.as_(*role) | VERSION)
        assert answer.status_code == 403
    for query in (
        {"agent": "x"},
        {"agent": '{"mbox": "mailto:placeholder@example.jp"}'},
        {"statementId": both[0]["id"], "verb": "x:y"},
    ):
        assert (await asks(desk, learner, **query)).json()["type"] == "/problems/statement-query-wrong"


async def test_what_is_known_is_produced_and_valid_for_others(desk: CompletionDesk) -> None:
    session = await desk.session()
    learner, enrolled = await desk.enrolled(session)
    await desk.rule(quiz_id=desk.quiz_id)
    await desk.passed(learner, "b")
    await desk.passed(learner)
    for unit in ("basics", "practice"):
        own = f"learners/{learner}/e-learning/{desk.course_id}/units/{unit}/progress"
        await desk.done("PUT", own, {"percent": 100, "seconds": 600}, "learner", person=learner)
    await tells(desk, learner, said(desk, learner, "terminated", result={"duration": "PT20M", "success": True}))
    desk.at(BEGINS)
    record = f"sessions/{session}/attendances/{enrolled['enrolment_id']}"
    await desk.done("PUT", record, {"percent": 60})
    (before,) = await read(desk, learner, verb=Verb.ATTENDED.iri)
    await desk.done("PUT", record, {"percent": 80, "reason_ja": "退室時刻の確認"})
    statements = await read(desk, learner)
    told = ["failed", "passed", *["initialized", "progressed", "completed"] * 2, "completed", "terminated", "attended"]
    assert sorted(verbs(statements)) == sorted(told)
    (attended,) = [one for one in statements if one["verb"]["id"] == Verb.ATTENDED.iri]
    assert attended["result"] == {"completion": True, "extensions": {PROGRESS: 80}}
    assert attended["object"]["id"].endswith(f"/sessions/{session}")
    assert (await asks(desk, learner, statementId=before["id"])).status_code == 404
    assert (await asks(desk, learner, voidedStatementId=before["id"])).json()["id"] == before["id"]
    for one in statements:
        known_elsewhere(one)
    absent = f"sessions/{session}/absences/{enrolled['enrolment_id']}"
    await desk.done("PUT", absent, {"reason_ja": "受付簿の確認"})
    assert await read(desk, learner, verb=Verb.ATTENDED.iri) == []
    assert await differing(desk.service) == set()


async def test_a_certificate_is_told_until_it_is_withdrawn(desk: CompletionDesk) -> None:
    await desk.rule(quiz_id=desk.quiz_id)
    learner, certificate = await desk.certified(name=False)
    course = f"https://kyodo.example.jp/xapi/courses/{desk.course_id}"
    (completed,) = await read(desk, learner, activity=course)
    known_elsewhere(completed)
    path = f"learners/{learner}/certificates/{certificate['certificate_id']}/withdrawal"
    await desk.done("PUT", path, {"reason_ja": "本人確認の誤り"})
    assert await read(desk, learner, activity=course) == []


def known_elsewhere(one: dict[str, Any]) -> None:
    """It is what the specification's tables say, and a library that is not ours reads it and says the same again."""
    assert [error.message for error in SCHEMA.iter_errors(one)] == []
    again = json.loads(tincan.Statement.from_json(json.dumps(one)).to_json(tincan.Version.latest))
    for moment in ("timestamp", "stored"):
        assert datetime.fromisoformat(again.pop(moment)) == datetime.fromisoformat(one[moment])
    assert _durations(again) == _durations(one)
    assert again == {name: part for name, part in one.items() if name not in ("timestamp", "stored")}


def _durations(one: dict[str, Any]) -> Any:
    """How long it took, taken out: there are several ways to write it."""
    written = one.get("result", {}).pop("duration", None)
    return written and tincan.Result(duration=written).duration


@pytest.mark.parametrize(
    "broken",
    [
        {"verb": {}},
        {"actor": {"account": {"name": "learner-1"}}},
        {"result": {"score": {"scaled": 2}}},
        {"words": 1},
        {"id": "1"},
        {"timestamp": "2026-06-22"},
    ],
)
def test_what_is_no_statement_is_noticed(broken: dict[str, Any]) -> None:
    agent = {"objectType": "Agent", "account": {"homePage": HOME, "name": "learner-1"}}
    one = {
        "id": str(uuid4()),
        "actor": agent,
        "verb": {"id": Verb.ATTENDED.iri},
        "object": {"objectType": "Activity", "id": "https://kyodo.example.jp/xapi/x"},
        "timestamp": "2026-06-22T05:00:00+09:00",
        "stored": "2026-06-22T05:00:00Z",
        "authority": agent,
        "version": "1.0.3",
    }
    known_elsewhere(one)
    with pytest.raises(AssertionError):
        known_elsewhere(one | broken)


async def test_statements_are_asked_for_page_by_page(desk: CompletionDesk) -> None:
    learner = await desk.learner()
    for moment in range(5):
        desk.at(BEGINS.replace(minute=moment))
        await tells(desk, learner, said(desk, learner, "launched", ["basics", "practice"][moment % 2]))
    seen, answer = [], await asks(desk, learner, limit=2)
    for _ in range(3):
        seen += [one["stored"] for one in answer.json()["statements"]]
        if more := answer.json()["more"]:
            answer = await desk.service.client.get(more, headers=desk.as_("learner", person=learner) | VERSION)
    assert (len(seen), seen) == (5, sorted(seen, reverse=True))
    assert len(await read(desk, learner, since=BEGINS.replace(minute=1).isoformat())) == 3
    assert len(await read(desk, learner, until=BEGINS.replace(minute=1).isoformat())) == 2
    unit = said(desk, learner, "launched", "practice")["object"]["id"]
    assert len(await read(desk, learner, activity=unit)) == 2
    assert len(await read(desk, learner, verb=Verb.LAUNCHED.iri)) == 5
    about = (await desk.service.client.get("/v1/xapi/about")).json()
    assert about["version"] == ["1.0.3", "2.0.0"]
    assert HOME in about["extensions"].values()
