"""Support plans over HTTP: both sides name goals and agree to actions, and everybody reads what concerns them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import pytest_asyncio

from conftest import As
from kyodo_events.database import Database
from kyodo_events.rebuild import rebuild
from kyodo_platform.settings import Settings
from kyodo_talent.support_plans.views import support_plans
from tests.support.awarded import set_clock
from tests.support.databases import Databases
from tests.support.running import running
from tests.support.talent.time_desk import ANY, CHIYODA, MUSASHINO, NOW, OKUTAMA, TimeDesk

DAYS = "2026-12-01", "2027-01-31"
LATER = datetime(2027, 1, 5, 3, tzinfo=UTC)
STRANGER = "0193f1a0-0000-7000-8000-000000000009"
FEWER, FASTER = {"goals": ["様式を半分に減らす"]}, {"goals": ["窓口の待ち時間を縮める"]}
LIST_FORMS = {"owner": "municipality", "action_ja": "様式の一覧を作る", "due": "2027-01-20"}
VISIT = {"mode": "on_site", "findings": ["同じ項目を三度書かせている"]}


@pytest_asyncio.fixture
async def desk(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[TimeDesk]:
    async with running(databases, settings_for, "talent") as service:
        set_clock(service.app, NOW)
        yield await TimeDesk(service, as_).with_expert(half_days_per_month=12)


@pytest_asyncio.fixture
async def at_work(desk: TimeDesk) -> str:
    """Hands-on support of two municipalities, at work since December."""
    assignment = await desk.confirmed({CHIYODA: 1, MUSASHINO: 1}, *DAYS)
    set_clock(desk.service.app, LATER)
    assert (await desk.act(assignment, "start")).is_success
    return assignment


async def expert(
    desk: TimeDesk, method: str, plan: str, what: str, body: Any = None, person: str | None = None
) -> httpx.Response:
    path = f"/v1/experts/{desk.expert_id}/support-plans/{plan}/{what}"
    headers = desk.as_("expert", person=person or desk.expert_id) | ANY
    return await desk.client.request(method, path, json=body, headers=headers)


async def town(
    desk: TimeDesk, method: str, plan: str, what: str, body: Any = None, code: str = CHIYODA
) -> httpx.Response:
    headers = desk.as_("officer", code) | ANY
    return await desk.client.request(method, f"/v1/support-plans/{plan}/{what}", json=body, headers=headers)


async def read(desk: TimeDesk, path: str, *role: str, person: str | None = None) -> httpx.Response:
    return await desk.client.get(f"/v1/{path}", headers=desk.as_(*role, person=person))


async def events(desk: TimeDesk) -> int:
    return await desk.service.count("event")


async def test_a_plan_from_its_goals_to_an_action_that_is_done(desk: TimeDesk, at_work: str) -> None:
    plan = f"{at_work}/{CHIYODA}"
    named = (await expert(desk, "PUT", plan, "goals", FEWER)).json()
    assert (named["goals"], named["proposed_by"], named["proposed_goals"]) == ([], "expert", FEWER["goals"])
    both = await town(desk, "PUT", plan, "goals", FEWER)
    assert (both.json()["goals"], both.json()["proposed_goals"]) == (FEWER["goals"], None)
    visited = await expert(desk, "PUT", plan, "visits/2026-12-07", VISIT)
    assert visited.headers["ETag"] != both.headers["ETag"]
    offered = await expert(desk, "POST", plan, "actions", LIST_FORMS)
    assert (offered.json()["number"], offered.json()["state_ja"], offered.json()["owner_ja"]) == (1, "提案中", "団体")
    assert (await town(desk, "PUT", plan, "actions/1/agreement")).json()["state"] == "open"
    done = await town(desk, "PUT", plan, "actions/1/completion")
    assert (done.json()["state_ja"], done.json()["ended_at"] is not None) == ("完了", True)
    plan_id = named["plan_id"]
    visits = (await read(desk, f"support-plans/{plan_id}/visits", "officer", CHIYODA)).json()["items"]
    assert visits == [{"day": "2026-12-07", "mode": "on_site", "mode_ja": "現地", "findings": VISIT["findings"]}]
    history = (await read(desk, f"support-plans/{plan_id}/history", "officer", CHIYODA)).json()["items"]
    words = " ".join(row["words"] for row in history)
    assert "専門人材が取組1を提案した" in words
    assert "様式" not in words


async def test_what_one_side_says_alone_changes_nothing(desk: TimeDesk, at_work: str) -> None:
    plan = f"{at_work}/{CHIYODA}"
    await town(desk, "PUT", plan, "goals", FEWER)
    await town(desk, "POST", plan, "actions", LIST_FORMS | {"owner": "expert"})
    before = await events(desk)
    assert (await town(desk, "PUT", plan, "goals", FEWER)).json()["goals"] == []
    for step in ("agreement", "completion"):
        refused = await town(desk, "PUT", plan, f"actions/1/{step}")
        assert (refused.status_code, refused.json()["type"]) == (409, "/problems/other-side-decides")
    assert await events(desk) == before
    assert (await expert(desk, "PUT", plan, "actions/1/agreement")).json()["state"] == "open"
    own = await expert(desk, "PUT", plan, "actions/1/drop", {"reason_ja": "手が回らない"})
    assert own.json()["type"] == "/problems/other-side-decides"
    let_go = await town(desk, "PUT", plan, "actions/1/drop", {"reason_ja": "不要になった"})
    assert (let_go.json()["state"], let_go.json()["reason_ja"]) == ("dropped", "不要になった")


@pytest.mark.parametrize("day", ["2026-11-30", "2027-01-06", "2027-02-01"])
async def test_there_is_no_visit_outside_the_assignment_or_to_come(desk: TimeDesk, at_work: str, day: str) -> None:
    plan = f"{at_work}/{CHIYODA}"
    await expert(desk, "PUT", plan, "goals", FEWER)
    refused = await expert(desk, "PUT", plan, f"visits/{day}", VISIT)
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/visit-outside-assignment")
    assert await desk.service.count("support_visit") == 0


async def test_a_plan_is_for_hands_on_support(desk: TimeDesk) -> None:
    body = desk.proposal({CHIYODA: 1}, *DAYS)
    body["engagement"] = {"form": "dispatch", "instructed_by": "municipality", "instructed_by_ja": "情報課長"}
    answer = await desk.client.post("/v1/assignments", json=body, headers=desk.as_("secretariat"))
    refused = await town(desk, "PUT", f"{answer.json()['assignment_id']}/{CHIYODA}", "goals", FEWER)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/no-hands-on-support")
    assert await desk.service.count("support_plan") == 0


async def test_goals_are_named_before_the_assignment_is_agreed_on(desk: TimeDesk) -> None:
    plan = f"{await desk.propose({CHIYODA: 1}, *DAYS)}/{CHIYODA}"
    assert (await town(desk, "PUT", plan, "goals", FEWER)).is_success
    assert (await expert(desk, "PUT", plan, "goals", FEWER)).json()["goals"] == FEWER["goals"]


async def test_for_others_there_is_no_such_plan(desk: TimeDesk, at_work: str) -> None:
    plan = f"{at_work}/{CHIYODA}"
    plan_id = (await expert(desk, "PUT", plan, "goals", FEWER)).json()["plan_id"]
    await expert(desk, "POST", plan, "actions", LIST_FORMS)
    before = await events(desk)
    other = desk.as_("officer", MUSASHINO) | ANY
    for what, body in (("goals", FEWER), ("actions/1/agreement", None)):
        answer = await desk.client.put(f"/v1/support-plans/{plan}/{what}", json=body, headers=other)
        assert answer.status_code == 404
    for what in ("", "/visits", "/history"):
        assert (await read(desk, f"support-plans/{plan_id}{what}", "officer", CHIYODA)).status_code == 200
        assert (await read(desk, f"support-plans/{plan_id}{what}", "officer", MUSASHINO)).status_code == 404
        assert (await read(desk, f"support-plans/{plan_id}{what}", "expert", person=STRANGER)).status_code == 404
    assert (await expert(desk, "PUT", plan, "goals", FASTER, person=STRANGER)).status_code == 404
    without_line = await town(desk, "PUT", f"{at_work}/{OKUTAMA}", "goals", FEWER, OKUTAMA)
    assert without_line.status_code == 404
    assert await events(desk) == before


async def test_an_expert_of_another_assignment_takes_no_step_under_the_own_address(
    desk: TimeDesk, at_work: str
) -> None:
    plan = f"{at_work}/{CHIYODA}"
    await expert(desk, "PUT", plan, "goals", FEWER)
    await town(desk, "POST", plan, "actions", LIST_FORMS)
    before = await events(desk)
    other = await desk.with_expert(half_days_per_month=2)
    registered = await events(desk) - before
    for method, what, body in (
        ("PUT", "goals", FASTER),
        ("PUT", "visits/2026-12-07", VISIT),
        ("POST", "actions", LIST_FORMS),
        ("PUT", "actions/1/agreement", None),
        ("PUT", "actions/1/completion", None),
        ("PUT", "actions/1/drop", {"reason_ja": "不要"}),
    ):
        assert (await expert(other, method, plan, what, body)).status_code == 404, what
    assert await events(desk) == before + registered


async def test_open_actions_by_day_and_owner_for_whom_they_concern(desk: TimeDesk, at_work: str) -> None:
    for code in (CHIYODA, MUSASHINO):
        plan = f"{at_work}/{code}"
        await expert(desk, "PUT", plan, "goals", FEWER)
        for due in ("2027-01-20", "2027-01-10"):
            await expert(desk, "POST", plan, "actions", LIST_FORMS | {"due": due})
        await town(desk, "PUT", plan, "actions/2/agreement", None, code)

    async def found(query: str, *role: str, person: str | None = None) -> list[tuple[str, int]]:
        answer = await read(desk, f"support-actions?{query}", *role, person=person)
        return sorted((row["municipality"], row["number"]) for row in answer.json()["items"])

    mine = [(code, number) for code in (CHIYODA, MUSASHINO) for number in (1, 2)]
    assert await found("", "expert", person=desk.expert_id) == await found("", "auditor") == mine
    assert await found("", "expert", person=STRANGER) == []
    assert await found("state=open&owner=municipality", "secretariat") == [(CHIYODA, 2), (MUSASHINO, 2)]
    assert await found("due_by=2027-01-10", "officer", CHIYODA) == [(CHIYODA, 2)]
    assert await found("owner=expert", "secretariat") == []


async def test_rebuilt_plans_equal_the_live_ones(desk: TimeDesk, at_work: str) -> None:
    plan = f"{at_work}/{CHIYODA}"
    for goals in (FEWER, FASTER, FEWER):
        await expert(desk, "PUT", plan, "goals", goals)
    await town(desk, "PUT", plan, "goals", FEWER)
    await expert(desk, "PUT", plan, "goals", FASTER)
    await town(desk, "PUT", plan, "goals", FEWER)
    for visit in (VISIT, VISIT | {"mode": "remote"}):
        assert (await expert(desk, "PUT", plan, "visits/2026-12-07", visit)).is_success
    for _ in range(2):
        await expert(desk, "POST", plan, "actions", LIST_FORMS)
    for step in ("1/agreement", "1/completion"):
        assert (await town(desk, "PUT", plan, f"actions/{step}")).is_success
    assert (await town(desk, "PUT", plan, "actions/2/drop", {"reason_ja": "別の方法"})).is_success
    happened = {type_ for (type_,) in await desk.service.as_owner("SELECT DISTINCT type FROM event")}
    assert {event.event_type for event in support_plans.events} <= happened
    owner = await Database.connect(desk.service.database.owner_url(desk.service.admin_url))
    try:
        found = await rebuild(owner, [support_plans], source="talent", progress=lambda *_: None, switch=False)
    finally:
        await owner.close()
    assert {one.table for one in found} == {"support_plan", "support_visit", "support_action"}
    assert [one for one in found if one.only_live or one.only_rebuilt] == []
