"""Guidelines, consultations and projects by region over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest_asyncio

from conftest import As
from kyodo_events.database import Database
from kyodo_events.rebuild import rebuild
from kyodo_platform.settings import Settings
from kyodo_supporter_matching.regional_projects.views import consultations, guidelines, projects
from tests.support.awarded import set_clock
from tests.support.databases import Databases
from tests.support.running import Running, running
from tests.support.supporter_matching.regional_projects import GUIDELINE

CHIYODA, MUSASHINO = "131016", "132039"
NOW = datetime(2023, 11, 10, 3, tzinfo=UTC)
PLAN = {
    "title_ja": "町会ごとのスマホ教室",
    "goal_ja": "一人で申請できる人を増やす",
    "target_group_ja": "75歳以上の一人暮らし",
    "measures": ["町会館での教室"],
    "planned_sessions": 24,
    "starts_on": "2023-04-01",
    "ends_on": "2024-09-30",
}
RESULT = {"sessions": 10, "people": 150, "what_worked_ja": "孫世代の同席"}
QUESTION = {"subject_ja": "会場の確保", "question_ja": "町会館を使えるか。"}


class Desk:
    """The service and its callers."""

    def __init__(self, service: Running, as_: As) -> None:
        self.service, self.as_ = service, as_

    async def send(self, method: str, path: str, body: Any, *who: str, status: int = 200) -> Any:
        headers = self.as_(*who) | {"If-Match": "*"}
        answer = await self.service.client.request(method, f"/v1{path}", json=body, headers=headers)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def get(self, path: str, *who: str, status: int = 200) -> Any:
        answer: httpx.Response = await self.service.client.get(f"/v1{path}", headers=self.as_(*who))
        assert answer.status_code == status, answer.text
        return answer.json()

    async def proposed(self, code: str = CHIYODA) -> str:
        answer = await self.send("POST", "/regional-projects", PLAN, "officer", code, status=201)
        return f"/regional-projects/{answer['project_id']}"

    async def running(self, code: str = CHIYODA) -> str:
        path = await self.proposed(code)
        await self.send("PUT", f"{path}/support", None, "secretariat")
        await self.send("PUT", f"{path}/start/{code}", None, "officer", code)
        return path


@pytest_asyncio.fixture
async def desk(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[Desk]:
    async with running(databases, settings_for, "supporter-matching") as service:
        set_clock(service.app, NOW)
        yield Desk(service, as_)


async def test_a_guideline_is_renewed_and_everybody_reads_it(desk: Desk) -> None:
    id_ = (await desk.send("POST", "/guidelines", GUIDELINE, "secretariat", status=201))["guideline_id"]
    second = GUIDELINE | {"edition": "第2版", "published_on": "2023-10-01"}
    await desk.send("PUT", f"/guidelines/{id_}/edition", second, "secretariat")
    listed = (await desk.service.client.get("/v1/guidelines")).json()["items"]
    assert [(one["edition"], one["published_on"], one["version"]) for one in listed] == [("第2版", "2023-10-01", 2)]
    older = await desk.send("PUT", f"/guidelines/{id_}/edition", GUIDELINE, "secretariat", status=422)
    assert older["type"] == "/problems/guideline-publication-impossible"
    to_come = GUIDELINE | {"published_on": "2023-11-11"}
    await desk.send("POST", "/guidelines", to_come, "secretariat", status=422)
    await desk.send("POST", "/guidelines", GUIDELINE | {"url": "javascript:1"}, "secretariat", status=422)
    await desk.send("POST", "/guidelines", GUIDELINE, "officer", CHIYODA, status=403)
    assert len((await desk.get("/guidelines", "auditor"))["items"]) == 1


async def test_a_consultation_from_question_to_outcome(desk: Desk) -> None:
    asked = await desk.send("POST", "/regional-consultations", QUESTION, "officer", CHIYODA, status=201)
    path = f"/regional-consultations/{asked['consultation_id']}"
    early = await desk.send("PUT", f"{path}/closing", {"outcome_ja": "事業化"}, "secretariat", status=409)
    assert early["type"] == "/problems/regional-consultation-not-answered"
    for text in ("手引の3章のとおり。", "都の会場も使える。"):
        await desk.send("POST", f"{path}/answers", {"answer_ja": text}, "secretariat")
    closed = await desk.send("PUT", f"{path}/closing", {"outcome_ja": "事業化"}, "secretariat")
    assert (closed["status"], closed["outcome_ja"]) == ("closed", "事業化")
    late = await desk.send("POST", f"{path}/answers", {"answer_ja": "追記"}, "secretariat", status=409)
    assert late["type"] == "/problems/regional-consultation-closed"

    answers = (await desk.get(f"{path}/answers", "officer", CHIYODA))["items"]
    assert [one["number"] for one in answers] == [1, 2]
    for part in ("", "/answers", "/history"):
        await desk.get(path + part, "officer", MUSASHINO, status=404)
    assert (await desk.get("/regional-consultations", "officer", MUSASHINO))["items"] == []
    assert len((await desk.get("/regional-consultations", "auditor"))["items"]) == 1


async def test_a_project_from_proposal_to_completion(desk: Desk) -> None:
    path = await desk.running()
    results = f"{path}/results/{CHIYODA}"
    early = await desk.send("PUT", f"{path}/completion/{CHIYODA}", None, "officer", CHIYODA, status=409)
    assert early["type"] == "/problems/regional-project-without-results"
    await desk.send("PUT", f"{results}/2023/1", RESULT | {"sessions": 999}, "officer", CHIYODA)
    await desk.send("PUT", f"{results}/2023/1", RESULT, "officer", CHIYODA)
    await desk.send("PUT", f"{results}/2023/2", RESULT | {"people": 30}, "officer", CHIYODA)
    done = await desk.send("PUT", f"{path}/completion/{CHIYODA}", None, "officer", CHIYODA)
    assert done["status"] == "completed"

    there = await desk.running(MUSASHINO)
    await desk.send("PUT", f"{there}/results/{MUSASHINO}/2023/1", RESULT, "officer", MUSASHINO)
    sums = (await desk.get("/regional-projects/sums", "auditor"))["items"]
    assert [tuple(row.values()) for row in sums] == [(2023, 1, 2, 20, 300), (2023, 2, 1, 10, 30)]
    own = (await desk.get("/regional-projects/sums", "officer", MUSASHINO))["items"]
    assert [tuple(row.values()) for row in own] == [(2023, 1, 1, 10, 150)]
    for part in ("", "/results", "/history"):
        await desk.get(path + part, "officer", MUSASHINO, status=404)
    listed = (await desk.get("/regional-projects?status=running", "secretariat"))["items"]
    assert [one["municipality"] for one in listed] == [MUSASHINO]


async def test_bad_input_is_refused_and_nothing_is_written(desk: Desk) -> None:
    reversed_ = PLAN | {"starts_on": "2024-04-01", "ends_on": "2024-03-31"}
    refused = await desk.send("POST", "/regional-projects", reversed_, "officer", CHIYODA, status=422)
    assert refused["type"] == "/problems/regional-project-period-reversed"
    negative = PLAN | {"planned_sessions": -1}
    await desk.send("POST", "/regional-projects", negative, "officer", CHIYODA, status=422)
    assert (await desk.get("/regional-projects", "auditor"))["items"] == []

    path = await desk.running()
    version = (await desk.get(path, "auditor"))["version"]
    before_it = await desk.send("PUT", f"{path}/results/{CHIYODA}/2022/2", RESULT, "officer", CHIYODA, status=422)
    assert before_it["type"] == "/problems/regional-result-outside-period"
    await desk.send("PUT", f"{path}/results/{CHIYODA}/2024/1", RESULT, "officer", CHIYODA, status=422)
    await desk.send("PUT", f"{path}/results/{CHIYODA}/2023/3", RESULT, "officer", CHIYODA, status=422)
    wrong = RESULT | {"people": -1}
    await desk.send("PUT", f"{path}/results/{CHIYODA}/2023/1", wrong, "officer", CHIYODA, status=422)
    for part in (f"start/{MUSASHINO}", f"completion/{MUSASHINO}"):
        await desk.send("PUT", f"{path}/{part}", None, "officer", MUSASHINO, status=404)
    await desk.send("PUT", f"{path}/results/{MUSASHINO}/2023/1", RESULT, "officer", MUSASHINO, status=404)
    await desk.send("PUT", f"{path}/plan/{CHIYODA}", PLAN, "officer", CHIYODA, status=409)
    assert (await desk.get(path, "auditor"))["version"] == version


async def test_a_rebuild_shows_the_same(desk: Desk) -> None:
    id_ = (await desk.send("POST", "/guidelines", GUIDELINE, "secretariat", status=201))["guideline_id"]
    second = GUIDELINE | {"edition": "第2版"}
    await desk.send("PUT", f"/guidelines/{id_}/edition", second, "secretariat")
    asked = await desk.send("POST", "/regional-consultations", QUESTION, "officer", CHIYODA, status=201)
    consultation = f"/regional-consultations/{asked['consultation_id']}"
    await desk.send("POST", f"{consultation}/answers", {"answer_ja": "はい。"}, "secretariat")
    await desk.send("PUT", f"{consultation}/closing", {"outcome_ja": "事業化"}, "secretariat")
    path = await desk.running()
    await desk.send("PUT", f"{path}/results/{CHIYODA}/2023/1", RESULT, "officer", CHIYODA)
    await desk.send("PUT", f"{path}/completion/{CHIYODA}", None, "officer", CHIYODA)
    other = await desk.proposed()
    await desk.send("PUT", f"{other}/plan/{CHIYODA}", PLAN | {"planned_sessions": 3}, "officer", CHIYODA)
    await desk.send("PUT", f"{other}/stop/{CHIYODA}", {"reason_ja": "予算の都合"}, "secretariat")
    views = [guidelines, consultations, projects]
    happened = {type_ for (type_,) in await desk.service.as_owner("SELECT DISTINCT type FROM event")}
    assert {event.event_type for view in views for event in view.events} <= happened
    owner = await Database.connect(desk.service.database.owner_url(desk.service.admin_url))
    try:
        found = await rebuild(owner, views, source="supporter-matching", progress=lambda *_: None, switch=False)
    finally:
        await owner.close()
    assert [one for one in found if one.only_live or one.only_rebuilt] == []
