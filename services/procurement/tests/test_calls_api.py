"""Joint calls over HTTP: who shapes them, who sees them, what is refused, on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import date, timedelta
from typing import Any

import pytest
import pytest_asyncio

from conftest import As
from kyodo_events.contracts.procurement.projects import ProjectSuspended
from kyodo_events.database import Database
from kyodo_events.rebuild import rebuild
from kyodo_platform.settings import Settings
from kyodo_procurement.calls import views as calls_views
from kyodo_procurement.calls.model import Call
from kyodo_procurement.calls.queries import Onlooker, calls_by
from kyodo_procurement.calls.state import CallPhase, CallStatus
from tests.support.databases import Databases
from tests.support.procurement.calls_desk import (
    AFTER,
    CHIYODA,
    MUSASHINO,
    PLAN,
    PROJECT,
    SPRING,
    Desk,
    happened,
    opened,
    units,
)


@pytest_asyncio.fixture
async def desk(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[Desk]:
    """Spring 2024; three municipalities take part."""
    async with opened(databases, settings_for, as_) as desk:
        yield desk


# drafting, publishing, amending, cancelling


async def test_from_draft_to_amendment(desk: Desk) -> None:
    call = await desk.drafted()
    revised = await desk.send("PUT", call, PLAN | {"standstill_days": 14})
    assert (revised.json()["phase"], revised.json()["standstill_days"]) == ("drafted", 14)
    published = await desk.send("PUT", f"{call}/publication")
    assert (published.json()["phase"], published.headers["ETag"]) == ("committing", '"3"')
    later = {"quotations_until": "2024-07-05", "reason": "質問が多数あったため"}
    amended = await desk.send("POST", f"{call}/amendments", later)
    assert amended.json()["amendments"] == [{"number": 1, "questions_until": "2024-06-07", **later}]
    read = await desk.service.client.get(call)
    assert (read.json(), read.headers["ETag"]) == (amended.json(), '"4"')
    history = await desk.get(f"{call}/history")
    assert [row["words"] for row in history["items"]] == [
        "共同調達「業務用端末の共同調達」の公告案を作成した",
        "共同調達「業務用端末の共同調達」の公告案を改めた",
        "共同調達「業務用端末の共同調達」を公告した",
        "変更公告第1号：質問期限を2024-06-07、見積期限を2024-07-05とした（理由：質問が多数あったため）",
    ]


async def test_a_revised_draft_has_only_its_own_items(desk: Desk) -> None:
    call = await desk.drafted()
    await desk.send("PUT", call, PLAN | {"lots": PLAN["lots"][1:]})
    position = await desk.get(f"{call}/position", "secretariat")
    assert [row["item"] for row in position["items"]] == ["dock"]


async def test_a_draft_is_not_shown_to_suppliers_and_the_public(desk: Desk) -> None:
    call = await desk.drafted()
    for path in (call, f"{call}/history", f"{call}/position", f"{call}/questions"):
        for role in ((), ("supplier",)):
            answer = await desk.service.client.get(path, headers=desk.as_(*role) if role else {})
            assert answer.status_code == 404, path
        await desk.get(path, "officer", CHIYODA)
    assert (await desk.get("/v1/calls"))["items"] == (await desk.get("/v1/calls", "supplier"))["items"] == []
    assert len((await desk.get("/v1/calls", "auditor"))["items"]) == 1
    await desk.send("PUT", f"{call}/cancellation", {"reason": "不要になった"})
    assert (await desk.service.client.get(call)).status_code == 404


async def test_a_cancelled_call_stays_public_with_its_reason(desk: Desk) -> None:
    call = await desk.published()
    await desk.send("PUT", f"{call}/cancellation", {"reason": "予算の見直し"})
    read = await desk.get(call)
    assert (read["status"], read["phase"], read["cancelled_because"]) == ("cancelled", "cancelled", "予算の見直し")
    assert (await desk.get("/v1/calls-calendar"))["items"] == []


async def test_a_call_needs_an_active_project(desk: Desk) -> None:
    missing = "0193f1a0-0000-7000-8000-00000000dead"
    unknown = await desk.send("POST", "/v1/calls", PLAN | {"project_id": missing})
    assert (unknown.status_code, unknown.json()["facts"]["id"]) == (404, missing)
    call = await desk.drafted()
    await happened(desk.service, 4, ProjectSuspended(reason="保留"))
    for refused in (
        await desk.send("POST", "/v1/calls", PLAN | {"project_id": PROJECT}),
        await desk.send("PUT", f"{call}/publication"),
    ):
        assert (refused.status_code, refused.json()["type"]) == (409, "/problems/project-not-active")


async def test_only_the_secretariat_shapes_a_call(desk: Desk) -> None:
    call = await desk.drafted()
    before = await desk.events()
    for role in (("supplier",), ("officer", CHIYODA), ("auditor",)):
        for method, path in (
            ("POST", "/v1/calls"),
            ("PUT", call),
            ("PUT", f"{call}/publication"),
            ("POST", f"{call}/amendments"),
            ("PUT", f"{call}/cancellation"),
            ("PUT", f"{call}/questions/1/answer"),
        ):
            assert (await desk.send(method, path, PLAN, *role)).status_code == 403
    assert await desk.events() == before


async def test_a_stale_version_is_refused(desk: Desk) -> None:
    call = await desk.published()
    refused = await desk.send("PUT", f"{call}/cancellation", {"reason": "理由"}, **{"If-Match": '"1"'})
    assert (refused.status_code, refused.json()["type"]) == (412, "/problems/stale-version")
    own = {"commitments": [units(1)]}
    path = f"{call}/commitments/{CHIYODA}"
    refused = await desk.send("PUT", path, own, "officer", CHIYODA, **{"If-Match": '"1"'})
    assert refused.status_code == 412


@pytest.mark.parametrize(
    "wrong",
    [
        {"commitments_until": "2024-06-15"},
        {"questions_until": "2024-06-29"},
        {"quotations_until": "2101-01-01"},
        {"criteria": [{"code": "price", "name_ja": "価格", "weight": 99}]},
        {"lots": [PLAN["lots"][0], PLAN["lots"][0]]},
        {"lots": []},
        {"mode": "cheapest"},
        {"standstill_days": 61},
        {"project_id": "project"},
        {"surprise": 1},
    ],
)
async def test_a_plan_that_does_not_fit_writes_nothing(desk: Desk, wrong: dict[str, Any]) -> None:
    before = await desk.events()
    refused = await desk.send("POST", "/v1/calls", PLAN | {"project_id": PROJECT} | wrong)
    assert refused.status_code == 422, refused.text
    assert await desk.events() == before


async def test_deadlines_are_held_over_http(desk: Desk) -> None:
    call, draft = await desk.published(), await desk.drafted()
    desk.set_day(AFTER)
    before = await desk.events()
    later = {"quotations_until": "2024-07-05", "reason": "理由"}
    for refused, kind in (
        (await desk.send("PUT", f"{draft}/publication"), "dates-passed"),
        (await desk.send("POST", f"{call}/amendments", later), "quotations-ended"),
        (await desk.send("PUT", f"{call}/cancellation", {"reason": "理由"}), "quotations-ended"),
        (await desk.send("POST", f"{call}/questions", {"text": "質問"}, "supplier"), "questions-ended"),
        (await desk.commit(call, CHIYODA, units(1)), "commitments-ended"),
    ):
        assert (refused.status_code, refused.json()["type"]) == (409, f"/problems/{kind}")
    assert await desk.events() == before


# questions


async def test_questions_are_published_with_their_answers_and_without_who_asked(desk: Desk) -> None:
    call = await desk.published()
    asked = await desk.send("POST", f"{call}/questions", {"text": "当社（サンプル）の端末は対象か"}, "supplier")
    assert (asked.status_code, asked.json()["number"], asked.json()["answer"]) == (200, 1, None)
    assert (await desk.get(f"{call}/questions"))["items"] == []
    assert (await desk.get(f"{call}/questions", "supplier"))["items"] == []
    waiting = await desk.get(f"{call}/questions", "secretariat", answered=False)
    assert [row["number"] for row in waiting["items"]] == [1]

    body = {"answer": "対象である", "text": "特定の端末は対象か"}
    answered = await desk.send("PUT", f"{call}/questions/1/answer", body)
    assert answered.json() == {"number": 1, **body, "version": 4}
    (row,) = (await desk.get(f"{call}/questions"))["items"]
    assert (row["text"], row["answer"]) == ("特定の端末は対象か", "対象である")

    ((asker,),) = await desk.service.as_owner("SELECT data->>'asker' FROM event WHERE data ? 'asker'")
    assert asker
    for path in (call, f"{call}/questions", f"{call}/history"):
        for text in ("当社", asker):
            assert text not in str(await desk.get(path, "secretariat"))
    ((row_text,),) = await desk.service.as_owner("SELECT to_jsonb(q)::text FROM call_question q")
    assert asker not in row_text
    missing = await desk.send("PUT", f"{call}/questions/2/answer", body)
    assert missing.status_code == 404
    assert (await desk.send("POST", f"{call}/questions", {"text": "質問"}, "officer", CHIYODA)).status_code == 403
    assert (await desk.send("POST", f"{call}/questions", {"text": ""}, "supplier")).status_code == 422


# lists


async def test_calls_are_listed_by_project_status_and_phase_in_any_order(desk: Desk) -> None:
    soon = await desk.published(commitments_until="2024-04-20", title_ja="い")
    late = await desk.published(title_ja="あ")
    draft = await desk.drafted(title_ja="う")
    desk.set_day(date(2024, 4, 21))

    async def listed(*role: str, **filters: str) -> list[str]:
        return [f"/v1/calls/{row['id']}" for row in (await desk.get("/v1/calls", *role, **filters))["items"]]

    assert await listed() == [soon, late]
    assert await listed("secretariat") == [soon, late, draft]
    assert await listed("secretariat", sort="-title_ja") == [draft, soon, late]
    assert await listed(phase="topping_up") == [soon]
    assert await listed(status="published", phase="committing") == [late]
    assert await listed("secretariat", phase="drafted") == [draft]
    assert await listed(project_id=PROJECT) == [soon, late]
    assert await listed(project_id="0193f1a0-0000-7000-8000-00000000dead") == []
    csv = await desk.service.client.get("/v1/calls", headers={"Accept": "text/csv"})
    assert csv.text.startswith("\ufeffversion,id,project_id,件名,状態,段階,")


async def test_the_calendar_names_every_deadline_by_day(desk: Desk) -> None:
    call = await desk.published()
    await desk.drafted()
    await desk.send("POST", f"{call}/amendments", {"quotations_until": "2024-07-05", "reason": "理由"})

    async def days(**limits: Any) -> list[tuple[str, str]]:
        return [(row["day"], row["deadline"]) for row in (await desk.get("/v1/calls-calendar", **limits))["items"]]

    everything = [
        ("2024-05-31", "commitments"),
        ("2024-06-07", "questions"),
        ("2024-06-14", "top_up"),
        ("2024-07-05", "quotations"),
    ]
    assert await days() == everything
    assert await days(**{"from": "2024-06-07", "to": "2024-06-14"}) == everything[1:3]
    first = await desk.get("/v1/calls-calendar", limit=3)
    assert await days(limit=3, cursor=first["next"]) == everything[3:]


async def test_the_phase_is_the_same_in_sql_and_in_the_model(desk: Desk) -> None:
    call_id = (await desk.published()).rpartition("/")[2]
    call = Call(id=call_id, **(await the_dates(desk, call_id)))
    async with desk.service.app.state.runtime.database.transaction() as tx:
        seen = set()
        for offset in range(100):
            today = SPRING + timedelta(days=offset)
            row = await tx.row(calls_by(Onlooker(today, True, True)))
            assert row["phase"] == call.phase(today)
            seen.add(row["phase"])
    assert seen == {phase.value for phase in CallPhase} - {"drafted", "cancelled"}


async def the_dates(desk: Desk, call_id: str) -> dict[str, Any]:
    """What the model's phase depends on."""
    read = await desk.get(f"/v1/calls/{call_id}")
    names = ("commitments_until", "top_up_until", "quotations_until")
    return {"status": CallStatus(read["status"])} | {name: date.fromisoformat(read[name]) for name in names}


async def test_read_models_equal_their_rebuild_after_every_kind_of_event(desk: Desk) -> None:
    call = await desk.drafted()
    await desk.send("PUT", call, PLAN | {"lots": PLAN["lots"][::-1], "standstill_days": 0})
    await desk.send("PUT", f"{call}/publication")
    for municipality, own in ((CHIYODA, [units(300), units(5, item="dock")]), (MUSASHINO, [units(9)])):
        assert (await desk.commit(call, municipality, *own)).status_code == 200
    await desk.commit(call, CHIYODA, units(0, 8))
    await desk.send("DELETE", f"{call}/commitments/{MUSASHINO}", None, "officer", MUSASHINO)
    await desk.send("POST", f"{call}/questions", {"text": "質問"}, "supplier")
    await desk.send("PUT", f"{call}/questions/1/answer", {"answer": "回答"})
    await desk.send("POST", f"{call}/amendments", {"quotations_until": "2024-07-05", "reason": "理由"})
    await desk.send("PUT", f"{call}/cancellation", {"reason": "理由"})
    assert (await desk.get(call))["version"] == 11

    views = [calls_views.calls, calls_views.items, calls_views.questions, calls_views.commitments]
    service = desk.service
    owner = await Database.connect(service.database.owner_url(service.admin_url))
    try:
        found = await rebuild(owner, views, source="procurement", progress=lambda *_: None, switch=False)
    finally:
        await owner.close()
    assert {table.table for table in found} == {table.name for view in views for table in view.tables}
    assert [table for table in found if table.only_live or table.only_rebuilt] == []
