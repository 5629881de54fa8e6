"""Assignments over HTTP: one shared by three municipalities from proposal to end, who sees what, what is refused."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import pytest_asyncio

from conftest import As
from kyodo_events.event import new_id
from kyodo_platform.settings import Settings
from tests.support.awarded import set_clock
from tests.support.databases import Databases
from tests.support.running import running
from tests.support.talent.assignments import CHECKLIST, FREELANCE, NO_TIME
from tests.support.talent.time_desk import CHIYODA, MUSASHINO, NOW, OKUTAMA, UNTIL, TimeDesk

DAYS = "2026-12-01", "2027-02-28"
SHARED = {CHIYODA: 4, MUSASHINO: 3, OKUTAMA: 2}


@pytest_asyncio.fixture
async def desk(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[TimeDesk]:
    async with running(databases, settings_for, "talent") as service:
        set_clock(service.app, NOW)
        yield await TimeDesk(service, as_).with_expert(half_days_per_month=12)


async def free(desk: TimeDesk) -> list[int]:
    months = (await desk.read("months?from_month=2026-12&until_month=2027-02")).json()["items"]
    return [month["free"] for month in months]


async def lines(desk: TimeDesk, assignment: str, *role: str, person: str | None = None) -> list[Any]:
    headers = desk.as_(*role, person=person)
    answer = await desk.client.get(f"/v1/assignments/{assignment}/lines", headers=headers)
    assert answer.status_code == 200, answer.text
    return [(row["municipality"], row["month"], row["half_days"]) for row in answer.json()["items"]]


async def test_from_proposal_to_completion_with_three_municipalities(desk: TimeDesk) -> None:
    assignment = await desk.propose(SHARED, *DAYS)
    assert await free(desk) == [12, 12, 12]
    held = await desk.act(assignment, "hold", {"until": UNTIL})
    assert (held.json()["status"], held.json()["expires_at"]) == ("held", "2026-11-18T00:00:00+09:00")
    assert await free(desk) == [3, 3, 3]

    early = await desk.agrees(assignment, CHIYODA)
    assert (early.status_code, early.json()["type"]) == (409, "/problems/checklist-incomplete")
    assert (await desk.act(assignment, "checklist", CHECKLIST)).json()["checklist_open"] == []
    assert (await desk.act(assignment, "confirmations/home", FREELANCE)).json()["missing"] == [
        "expert",
        CHIYODA,
        MUSASHINO,
        OKUTAMA,
    ]
    for code in (OKUTAMA, CHIYODA):
        assert (await desk.agrees(assignment, code)).json()["status"] == "held"
    assert (await desk.expert_agrees(assignment)).json()["missing"] == [MUSASHINO]
    confirmed = (await desk.agrees(assignment, MUSASHINO)).json()
    assert (confirmed["status"], confirmed["missing"], confirmed["expires_at"]) == ("confirmed", [], None)
    assert (await desk.agrees(assignment, MUSASHINO)).status_code == 200, "to say so again is harmless"

    early = await desk.act(assignment, "start")
    assert (early.status_code, early.json()["type"]) == (409, "/problems/assignment-not-begun")
    set_clock(desk.service.app, datetime(2026, 12, 1, tzinfo=UTC))
    assert (await desk.act(assignment, "start")).json()["status"] == "active"
    assert (await desk.act(assignment, "pause")).json()["status"] == "paused"
    assert (await desk.act(assignment, "start")).json()["status"] == "active"
    set_clock(desk.service.app, datetime(2027, 1, 20, tzinfo=UTC))
    completed = (await desk.act(assignment, "completion")).json()
    assert (completed["status"], completed["freed_from"]) == ("completed", "2027-02")
    assert await free(desk) == [3, 3, 12]
    assert await lines(desk, assignment, "officer", MUSASHINO) == [
        (MUSASHINO, "2026-12", 3),
        (MUSASHINO, "2027-01", 3),
        (MUSASHINO, "2027-02", 0),
    ]

    address = f"/v1/assignments/{assignment}"
    read = await desk.client.get(address, headers=desk.as_("officer", MUSASHINO))
    assert (read.json(), read.headers["ETag"]) == (completed, f'"{completed["version"]}"')
    history = await desk.client.get(f"{address}/history", headers=desk.as_("officer", OKUTAMA))
    assert [row["words"] for row in history.json()["items"]][-5:] == [
        "すべての関係者の承諾がそろい、2026-12-01から2027-02-28までの伴走型支援が確定した",
        "2026-12-01に業務を開始した",
        "2026-12-01から業務を休止した",
        "2026-12-01に業務を開始した",
        "2027-02以降の枠を解放して終了した（完了）",
    ]


async def test_termination_frees_the_months_to_come_for_others(desk: TimeDesk) -> None:
    assignment = await desk.confirmed({CHIYODA: 12}, *DAYS)
    waiting = await desk.propose({MUSASHINO: 12}, "2027-01-01", "2027-02-28")
    refused = await desk.act(waiting, "hold", {"until": UNTIL})
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/capacity-exceeded")
    assert refused.json()["detail"] == ("2027-01: 12 half-days asked, 0 free; 2027-02: 12 half-days asked, 0 free.")
    over = await desk.act(assignment, "termination", {"reason": "budget_ended", "from_month": "2026-10"})
    assert (over.status_code, over.json()["type"]) == (409, "/problems/month-is-over")
    body = {"reason": "budget_ended", "from_month": "2027-01"}
    ended = (await desk.act(assignment, "termination", body)).json()
    assert (ended["status"], ended["reason"], ended["freed_from"]) == ("terminated", "budget_ended", "2027-01")
    assert (await desk.act(waiting, "hold", {"until": UNTIL})).json()["status"] == "held"
    assert await free(desk) == [0, 0, 0]


async def test_a_refused_hold_leaves_the_assignment_as_it_was(desk: TimeDesk) -> None:
    assignment = await desk.propose({CHIYODA: 13}, *DAYS)
    before = await desk.client.get(f"/v1/assignments/{assignment}", headers=desk.as_("secretariat"))
    events = await desk.service.count("event")
    assert (await desk.act(assignment, "hold", {"until": UNTIL})).status_code == 409
    after = await desk.client.get(f"/v1/assignments/{assignment}", headers=desk.as_("secretariat"))
    assert (after.text, await desk.service.count("event")) == (before.text, events)


async def test_a_declination_frees_the_time(desk: TimeDesk) -> None:
    async def declined(who: str, assignment: str) -> httpx.Response:
        match who:
            case "expert":
                return await desk.as_expert(assignment, "declinations", NO_TIME)
            case "tokyo":
                return await desk.act(assignment, "declinations/tokyo", NO_TIME)
        return await desk.act(assignment, f"declinations/municipalities/{who}", NO_TIME, "approver", who)

    for who in ("expert", "tokyo", OKUTAMA):
        assignment = await desk.held(SHARED, *DAYS)
        assert await free(desk) == [3, 3, 3]
        answer = (await declined(who, assignment)).json()
        assert (answer["status"], answer["reason"]) == ("declined", "no_time")
        assert await free(desk) == [12, 12, 12]
        late = await desk.agrees(assignment, CHIYODA)
        assert (late.status_code, late.json()["type"]) == (409, "/problems/assignment-status")


async def test_nobody_agrees_to_what_has_expired_and_all_are_asked_again(desk: TimeDesk) -> None:
    assignment = await desk.held({CHIYODA: 4}, *DAYS)
    assert (await desk.expert_agrees(assignment)).json()["missing"] == ["home", CHIYODA]
    set_clock(desk.service.app, datetime(2026, 11, 17, 15, tzinfo=UTC))
    late = await desk.agrees(assignment, CHIYODA)
    assert (late.status_code, late.json()["type"]) == (409, "/problems/hold-gone")
    listed = await desk.client.get("/v1/assignments?status=lapsed", headers=desk.as_("officer", CHIYODA))
    assert [one["assignment_id"] for one in listed.json()["items"]] == [assignment]
    again = (await desk.act(assignment, "hold", {"until": "2026-11-30"})).json()
    assert (again["status"], again["missing"]) == ("held", ["expert", "home", CHIYODA])


async def test_who_sees_what(desk: TimeDesk) -> None:
    shared, own = await desk.propose({CHIYODA: 4, OKUTAMA: 2}, *DAYS), await desk.propose({CHIYODA: 1}, *DAYS)

    async def seen(*role: str, person: str | None = None) -> list[str]:
        listed = await desk.client.get("/v1/assignments", headers=desk.as_(*role, person=person))
        return [one["assignment_id"] for one in listed.json()["items"]]

    assert await seen("secretariat") == await seen("officer", CHIYODA) == [shared, own]
    assert await seen("approver", OKUTAMA) == [shared]
    assert await seen("officer", MUSASHINO) == []
    assert await seen("expert", person=desk.expert_id) == [shared, own]
    assert await seen("expert", person=new_id()) == []
    assert len(await lines(desk, shared, "expert", person=desk.expert_id)) == 6
    assert {code for code, _, _ in await lines(desk, shared, "officer", OKUTAMA)} == {OKUTAMA}
    for path in ("", "/lines", "/history"):
        hidden = await desk.client.get(f"/v1/assignments/{own}{path}", headers=desk.as_("officer", OKUTAMA))
        assert hidden.status_code == 404
    filtered = await desk.client.get(f"/v1/assignments?municipality={OKUTAMA}", headers=desk.as_("officer", CHIYODA))
    assert filtered.json()["items"] == [], "what others receive is not told by a filter"
    sheet = await desk.client.get("/v1/assignments", headers=desk.as_("officer", OKUTAMA) | {"Accept": "text/csv"})
    assert "従事形態" in sheet.text.splitlines()[0]


async def test_nobody_agrees_for_another(desk: TimeDesk) -> None:
    assignment = await desk.held({CHIYODA: 4, OKUTAMA: 2}, *DAYS)
    path = "confirmations/municipalities"
    officer = await desk.act(assignment, f"{path}/{CHIYODA}", None, "officer", CHIYODA)
    neighbour = await desk.act(assignment, f"{path}/{CHIYODA}", None, "approver", OKUTAMA)
    stranger = await desk.act(assignment, f"{path}/{MUSASHINO}", None, "approver", MUSASHINO)
    secretariat = await desk.act(assignment, f"{path}/{CHIYODA}", None)
    assert [one.status_code for one in (officer, neighbour, stranger, secretariat)] == [403, 404, 404, 403]
    other = await desk.as_expert(assignment, "confirmations", None, person=new_id())
    assert other.status_code == 404


async def test_new_work_is_for_experts_who_are_qualified_and_open(desk: TimeDesk) -> None:
    assignment = await desk.propose({CHIYODA: 1}, *DAYS)
    closed = await desk.put("availability", {"availability": "closed"})
    assert closed.is_success, closed.text
    body = desk.proposal({CHIYODA: 1}, *DAYS)
    proposed = await desk.client.post("/v1/assignments", json=body, headers=desk.as_("secretariat"))
    held = await desk.act(assignment, "hold", {"until": UNTIL})
    for refused in (proposed, held):
        assert (refused.status_code, refused.json()["type"]) == (409, "/problems/expert-not-available")
    unknown = await desk.client.post(
        "/v1/assignments", json=body | {"expert_id": new_id()}, headers=desk.as_("secretariat")
    )
    assert unknown.status_code == 404


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"lines": []}, "invalid-request"),
        ({"lines": [{"municipality": CHIYODA, "month": "2026-12", "half_days": 0}]}, "invalid-request"),
        ({"lines": [{"municipality": CHIYODA, "month": "2027-03", "half_days": 1}]}, "line-outside-window"),
        ({"lines": [{"municipality": CHIYODA, "month": "2026-12", "half_days": 1}] * 2}, "line-twice"),
        ({"until_day": "2026-11-30"}, "assignment-window-impossible"),
        (
            {"engagement": {"form": "outsourcing", "instructed_by": "municipality", "instructed_by_ja": "課長"}},
            "instructions-not-allowed",
        ),
    ],
)
async def test_a_proposal_that_cannot_be_is_refused(desk: TimeDesk, wrong: dict[str, Any], problem: str) -> None:
    body = desk.proposal({CHIYODA: 1}, *DAYS) | wrong
    events = await desk.service.count("event")
    refused = await desk.client.post("/v1/assignments", json=body, headers=desk.as_("secretariat"))
    assert (refused.status_code, refused.json()["type"]) == (422, f"/problems/{problem}")
    assert await desk.service.count("event") == events


async def test_the_forms_come_with_their_checklists(desk: TimeDesk) -> None:
    forms = (await desk.client.get("/v1/engagement-forms", headers=desk.as_("officer", CHIYODA))).json()["items"]
    assert [form["label_ja"] for form in forms] == ["併任", "派遣", "業務委託", "任期付", "伴走型支援"]
    (outsourcing,) = (form for form in forms if form["form"] == "outsourcing")
    assert any("偽装請負" in item["text_ja"] for item in outsourcing["checklist"])
    assert outsourcing["instructors"] == ["home_organisation", "nobody"]
