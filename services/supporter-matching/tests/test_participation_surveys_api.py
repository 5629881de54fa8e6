"""Surveys of participation over HTTP: who asks, who answers, what stays private, what comes out."""

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
from kyodo_supporter_matching.participation_surveys.views import answers, surveys
from tests.support.awarded import set_clock
from tests.support.databases import Databases
from tests.support.running import Running, running

CHIYODA, MUSASHINO, OKUTAMA = "131016", "132039", "133086"
NOW = datetime(2027, 1, 10, 3, tzinfo=UTC)
PATH = "/v1/participation-surveys/2027"
ANSWER = {
    "programmes": ["procedures", "supporters", "supporters"],
    "supporters_in_own_classes": True,
    "section_ja": "デジタル推進課",
    "section_phone": "03-1234-5678",
    "planned": {"experience": 12, "cafe": 2},
}


class Asking:
    """The service and its callers."""

    def __init__(self, service: Running, as_: As) -> None:
        self.service, self.as_ = service, as_

    async def send(self, method: str, part: str, body: Any, *who: str, status: int = 200) -> Any:
        headers = self.as_(*who) | {"If-Match": "*"}
        answer = await self.service.client.request(method, f"{PATH}{part}", json=body, headers=headers)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def answer(self, code: str, *, status: int = 200, **changes: Any) -> Any:
        return await self.send("PUT", f"/answers/{code}", ANSWER | changes, "officer", code, status=status)

    async def get(self, part: str, *who: str, status: int = 200, **headers: str) -> httpx.Response:
        answer = await self.service.client.get(f"{PATH}{part}", headers=self.as_(*who) | headers)
        assert answer.status_code == status, answer.text
        return answer


@pytest_asyncio.fixture
async def asking(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[Asking]:
    async with running(databases, settings_for, "supporter-matching") as service:
        set_clock(service.app, NOW)
        asking = Asking(service, as_)
        await asking.send("PUT", "/opening", {"deadline": "2027-01-31"}, "secretariat")
        yield asking


async def test_from_the_question_to_the_result(asking: Asking) -> None:
    await asking.answer(CHIYODA)
    await asking.answer(MUSASHINO, planned={"experience": 900})
    await asking.answer(MUSASHINO, planned={"experience": 5}, programmes=[])
    left = (await asking.get("/unanswered", "secretariat")).json()["items"]
    assert len(left) == 60
    assert {"municipality": OKUTAMA, "name_ja": "奥多摩町"} in left
    for _ in range(2):  # reminding twice a day is reminding once
        await asking.send("POST", "/reminders", None, "secretariat")
    (reminder,) = (await asking.get("/reminders", "auditor")).json()["items"]
    assert (reminder["day"], len(reminder["unanswered"])) == ("2027-01-10", 60)
    closed = await asking.send("PUT", "/closing", None, "secretariat")
    assert (closed["status"], closed["answered"]) == ("closed", 2)

    results = (await asking.get("/results", "officer", OKUTAMA)).json()
    assert (results["response_rate"], results["supporters_in_own_classes"]) == ("2/62", 2)
    parts = {one["code"]: one["municipalities"] for one in results["programmes"]}
    assert parts == {"smartphone_promotion": 0, "quality_of_life": 0, "supporters": 1, "procedures": 1}
    kinds = {one["code"]: (one["sessions"], one["municipalities"]) for one in results["kinds"]}
    assert (kinds["experience"], kinds["cafe"], kinds["consultation"]) == ((17, 2), (2, 1), (0, 0))

    totals = (await asking.get("/totals", "auditor", Accept="text/csv")).content.decode("utf-8-sig").splitlines()
    assert totals[0] == "コード,項目,団体数,予定回数"
    assert "experience,体験会,2,17" in totals
    sheet = (await asking.get("/sheet", "auditor", Accept="text/csv")).content.decode("utf-8-sig").splitlines()
    assert len(sheet) == 63
    assert sheet[1].startswith("131016,千代田区,不参加,不参加,参加,参加,活用する,12,0,0,2,0,0,デジタル推進課,")


async def test_planned_sessions_stand_by_municipality_and_kind(asking: Asking) -> None:
    await asking.answer(CHIYODA, planned={"experience": 900, "cafe": 1})
    await asking.answer(CHIYODA)
    rows = await asking.service.as_owner(
        "SELECT fiscal_year, municipality, kind, sessions FROM planned_sessions WHERE sessions > 0 ORDER BY kind"
    )
    assert [tuple(row) for row in rows] == [(2027, CHIYODA, "cafe", 2), (2027, CHIYODA, "experience", 12)]


async def test_an_answer_is_its_municipalitys_own(asking: Asking) -> None:
    await asking.answer(CHIYODA)
    await asking.answer(MUSASHINO, section_ja="情報課")
    for part in ("/answers", "/planned-sessions"):
        rows = (await asking.get(part, "officer", CHIYODA)).json()["items"]
        assert {row["municipality"] for row in rows} == {CHIYODA}
    assert (await asking.get(f"/answers/{CHIYODA}", "approver", CHIYODA)).json()["programmes"] == [
        "supporters",
        "procedures",
    ]
    await asking.get(f"/answers/{MUSASHINO}", "officer", CHIYODA, status=404)
    assert len((await asking.get("/sheet", "officer", CHIYODA)).json()["rows"]) == 1
    for part in ("/results", "/totals"):
        refused = await asking.get(part, "officer", CHIYODA, status=409)
        assert refused.json()["type"] == "/problems/participation-survey-not-closed"
    assert len((await asking.get("/answers", "auditor")).json()["items"]) == 2
    await asking.get("/unanswered", "officer", CHIYODA, status=403)


async def test_bad_input_is_refused_and_nothing_is_written(asking: Asking) -> None:
    await asking.answer(CHIYODA, status=422, planned={"experience": -1})
    await asking.answer(CHIYODA, status=422, planned={"party": 1})
    await asking.answer(CHIYODA, status=422, programmes=["unknown"])
    await asking.answer(CHIYODA, status=422, section_phone="somebody")
    await asking.send("PUT", f"/answers/{CHIYODA}", ANSWER, "officer", MUSASHINO, status=404)
    again = await asking.send("PUT", "/opening", {"deadline": "2027-02-28"}, "secretariat", status=409)
    assert again["type"] == "/problems/participation-survey-opened-before"
    set_clock(asking.service.app, datetime(2027, 1, 31, 15, tzinfo=UTC))  # midnight in Tokyo
    late = await asking.answer(CHIYODA, status=409)
    assert late["type"] == "/problems/participation-survey-not-open"
    assert (await asking.get("/answers", "auditor")).json()["items"] == []
    assert (await asking.get("", "auditor")).json()["version"] == 1


async def test_a_rebuild_shows_the_same(asking: Asking) -> None:
    await asking.answer(CHIYODA)
    await asking.send("POST", "/reminders", None, "secretariat")
    await asking.send("PUT", "/closing", None, "secretariat")
    await asking.send("PUT", "/reopening", {"deadline": "2027-02-15", "reason_ja": "島しょ"}, "secretariat")
    happened = {type_ for (type_,) in await asking.service.as_owner("SELECT DISTINCT type FROM event")}
    assert {event.event_type for event in (*surveys.events, *answers.events)} <= happened
    owner = await Database.connect(asking.service.database.owner_url(asking.service.admin_url))
    try:
        found = await rebuild(
            owner, [surveys, answers], source="supporter-matching", progress=lambda *_: None, switch=False
        )
    finally:
        await owner.close()
    assert [one for one in found if one.only_live or one.only_rebuilt] == []
