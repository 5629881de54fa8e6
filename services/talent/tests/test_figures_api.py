"""Figures over HTTP, from what happened to a few experts and requests, against numbers worked out by hand."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest_asyncio
from prometheus_client import REGISTRY

from conftest import As
from kyodo_platform.settings import Settings
from kyodo_talent.figures.metrics import measure_talent
from tests.support.awarded import set_clock
from tests.support.databases import Databases
from tests.support.running import running
from tests.support.talent.time_desk import ANY, CHIYODA, MUSASHINO, NOW, OKUTAMA, TimeDesk

LATER = datetime(2027, 1, 5, 3, tzinfo=UTC)
DAYS = "2026-12-01", "2027-01-31"
SHARED = {CHIYODA: 2, OKUTAMA: 1}


@pytest_asyncio.fixture
async def desk(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[TimeDesk]:
    """One expert at work for two municipalities since December, another one only registered."""
    async with running(databases, settings_for, "talent") as service:
        set_clock(service.app, NOW)
        desk = await TimeDesk(service, as_).with_expert(half_days_per_month=8)
        body = {"personas": ["producer"], "half_days_per_month": 4}
        assert (await desk.client.post("/v1/experts", json=body, headers=as_("secretariat"))).is_success
        assignment = await desk.confirmed(SHARED, *DAYS)
        set_clock(service.app, LATER)
        assert (await desk.act(assignment, "start", None)).is_success
        for code, days in ((CHIYODA, ["2026-12-07", "2026-12-08"]), (OKUTAMA, ["2026-12-09"])):
            await approved(desk, assignment, code, days)
        yield desk


async def approved(desk: TimeDesk, assignment: str, code: str, days: list[str]) -> None:
    entries = [{"day": day, "half": "am", "activity": "meeting"} for day in days]
    body = {"assignment_id": assignment, "municipality": code, "month": "2026-12", "entries": entries}
    log = (await desk.put("work-logs", body, "expert", person=desk.expert_id)).json()["log_id"]
    expert = desk.as_("expert", person=desk.expert_id) | ANY
    submission = await desk.client.put(f"/v1/work-logs/{log}/submission/{desk.expert_id}", headers=expert)
    approval = await desk.client.put(f"/v1/work-logs/{log}/approval/{code}", headers=desk.as_("officer", code) | ANY)
    assert submission.is_success, submission.text
    assert approval.is_success, approval.text


async def read(desk: TimeDesk, path: str, *role: str, person: str | None = None) -> httpx.Response:
    return await desk.client.get(f"/v1/{path}", headers=desk.as_(*role or ("auditor",), person=person))


async def rows(desk: TimeDesk, path: str, *role: str, person: str | None = None) -> list[Any]:
    answer = await read(desk, path, *role, person=person)
    assert answer.status_code == 200, answer.text
    found: list[Any] = answer.json()["items"]
    return found


async def test_the_funnel(desk: TimeDesk) -> None:
    funnel = [
        (row["step"], row["experts"], row["out_of"], row["median_days"]) for row in await rows(desk, "figures/funnel")
    ]
    assert funnel == [("registered", 2, 2, None), ("qualified", 1, 2, 0), ("referred", 1, 1, 0), ("engaged", 1, 1, 0)]


async def test_the_time_of_a_year_by_month(desk: TimeDesk) -> None:
    by_month = {row["month"]: row for row in await rows(desk, "figures/months?fiscal_year=2026")}
    assert list(by_month) == [f"2026-{n:02}" for n in range(4, 13)] + ["2027-01", "2027-02", "2027-03"]
    december, february = by_month["2026-12"], by_month["2027-02"]
    assert (december["capacity"], december["confirmed"], december["worked"], december["used_percent"]) == (12, 3, 3, 25)
    assert (february["capacity"], february["confirmed"], february["worked"], february["used_percent"]) == (12, 0, 0, 0)


async def test_the_time_of_who_left_or_is_away_does_not_count(desk: TimeDesk) -> None:
    assert (await desk.put("removal", {"reason": "own_wish"})).is_success
    by_month = {row["month"]: row for row in await rows(desk, "figures/months?fiscal_year=2026")}
    assert (by_month["2027-02"]["capacity"], by_month["2026-12"]["confirmed"]) == (4, 3)


async def test_half_days_by_municipality_and_size(desk: TimeDesk) -> None:
    worked = {row["municipality"]: row for row in await rows(desk, "figures/municipalities?fiscal_year=2026")}
    assert len(worked) == 62
    assert (worked[CHIYODA]["half_days"], worked[CHIYODA]["per_10000"]) == (2, "0.29")  # of 66,680 residents
    assert (worked[OKUTAMA]["half_days"], worked[OKUTAMA]["per_10000"]) == (1, "2.10")  # of 4,750
    assert worked[MUSASHINO]["half_days"] == 0
    bands = {row["band"]: row["half_days"] for row in await rows(desk, "figures/size-bands?fiscal_year=2026")}
    assert bands == {"under_10000": 1, "under_100000": 2, "under_300000": 0, "larger": 0}
    assert not any(row["half_days"] for row in await rows(desk, "figures/size-bands?fiscal_year=2025"))


async def test_a_municipality_reads_its_own_row_only(desk: TimeDesk) -> None:
    own = await rows(desk, "figures/municipalities?fiscal_year=2026", "officer", OKUTAMA)
    assert [(row["municipality"], row["half_days"]) for row in own] == [(OKUTAMA, 1)]
    for path in ("funnel", "reasons", "fill-rates", "months?fiscal_year=2026", "size-bands?fiscal_year=2026"):
        assert (await read(desk, f"figures/{path}", "officer", OKUTAMA)).status_code == 403


async def test_plan_work_and_capacity_in_one_view(desk: TimeDesk) -> None:
    path = f"experts/{desk.expert_id}/workload?fiscal_year=2026"

    async def december(*role: str, person: str | None = None) -> tuple[int, ...]:
        (row,) = (row for row in await rows(desk, path, *role, person=person) if row["month"] == "2026-12")
        return tuple(row[name] for name in ("capacity", "free", "planned", "worked"))

    assert await december("secretariat") == (8, 5, 3, 3)
    assert await december("expert", person=desk.expert_id) == (8, 5, 3, 3)
    assert await december("officer", CHIYODA) == (8, 5, 2, 2)
    assert await december("officer", MUSASHINO) == (8, 5, 0, 0)
    assert (await read(desk, path, "expert", person="0193f1a0-0000-7000-8000-000000000009")).status_code == 404


async def test_why_something_did_not_come_about(desk: TimeDesk) -> None:
    for _ in range(2):
        assignment = await desk.propose({MUSASHINO: 1}, "2027-02-01", "2027-02-28")
        path = f"declinations/municipalities/{MUSASHINO}"
        assert (await desk.act(assignment, path, {"reason": "conditions"}, "approver", MUSASHINO)).is_success
    found = await rows(desk, "figures/reasons")
    assert [(row["source"], row["reason"], row["reason_ja"], row["times"]) for row in found] == [
        ("assignment", "conditions", "条件が合わない", 2)
    ]


async def test_fill_rates_say_how_soon_somebody_was_offered(desk: TimeDesk) -> None:
    body = {
        "kind": "shared_use",
        "title_ja": "様式の電子化",
        "need_ja": "紙の様式を電子化したい。",
        "reason_ja": "人手が足りない",
        "urgency": 2,
        "half_days_per_month": 1,
        "from_month": "2027-02",
        "until_month": "2027-02",
        "mode": "either",
        "budget_yen": 0,
    }
    officer, tokyo = desk.as_("officer", OKUTAMA) | ANY, desk.as_("secretariat") | ANY
    request_id = (await desk.client.post("/v1/requests", json=body, headers=officer)).json()["request_id"]
    path = f"/v1/requests/{request_id}"
    await desk.client.put(f"{path}/submission/{OKUTAMA}", headers=officer)
    triage = {"kind": "shared_use", "persona": "engineer", "urgency": 2}
    await desk.client.put(f"{path}/triage", json=triage, headers=tokyo)
    await desk.client.put(f"{path}/matching", headers=tokyo)
    set_clock(desk.service.app, datetime(2027, 1, 12, 3, tzinfo=UTC))
    assignment = await desk.propose({OKUTAMA: 1}, "2027-02-01", "2027-02-28")
    offered = await desk.client.post(f"{path}/offers", json={"kind": "assignment", "id": assignment}, headers=tokyo)
    assert offered.is_success, offered.text
    closed = await desk.client.put(f"{path}/outcome", json={"outcome": "fulfilled", "reason": None}, headers=tokyo)
    assert closed.is_success, closed.text
    (row,) = await rows(desk, "figures/fill-rates")
    assert (row["kind_ja"], row["band_ja"], row["rate_percent"]) == ("共同活用", "1万人未満", 100)
    assert (row["requests"], row["closed"], row["fulfilled"], row["median_days_to_referral"]) == (1, 1, 1, 7)


async def test_figures_come_as_csv_with_japanese_heads(desk: TimeDesk) -> None:
    headers = desk.as_("auditor") | {"Accept": "text/csv"}
    answer = await desk.client.get("/v1/figures/funnel", headers=headers)
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert "人数" in answer.text.splitlines()[0]


async def test_the_gauges_say_the_same(desk: TimeDesk) -> None:
    async with desk.service.app.state.runtime.database.transaction(read_only=True) as tx:
        await measure_talent(tx)
    value = REGISTRY.get_sample_value
    assert value("kyodo_talent_experts", {"step": "registered"}) == 2
    assert value("kyodo_talent_experts", {"step": "engaged"}) == 1
    assert value("kyodo_talent_half_days", {"state": "capacity"}) == 12
