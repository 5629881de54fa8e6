"""Figures over HTTP, from what happened to a few experts and requests, against numbers worked out by hand."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
import pytest_asyncio

from conftest import As
from kyodo_events.values.fiscal import Month
from kyodo_platform.settings import Settings
from kyodo_talent.figures.facts import reached
from kyodo_talent.figures.model import Step
from tests.support.awarded import set_clock
from tests.support.databases import Databases
from tests.support.talent.assignments import CHECKLIST
from tests.support.talent.figures_desk import (
    DAYS,
    LATER,
    WANTED,
    approved,
    at_work,
    longlisted,
    read,
    requested,
    rows,
    send,
    submitted,
)
from tests.support.talent.time_desk import CHIYODA, MUSASHINO, NOW, OKUTAMA, TimeDesk


@pytest_asyncio.fixture
async def desk(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[TimeDesk]:
    """One expert at work for two municipalities since December, another one only registered."""
    async with at_work(databases, settings_for, as_) as desk:
        yield desk


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


@pytest.mark.parametrize(
    ("method", "leaving", "body"),
    [("PUT", "removal", {"reason": "own_wish"}), ("POST", "erasure", {"reference": "R-1"})],
)
async def test_the_time_of_who_left_counts_up_to_that_month(
    desk: TimeDesk, method: str, leaving: str, body: dict[str, str]
) -> None:
    before = {row["month"]: row for row in await rows(desk, "figures/months?fiscal_year=2026")}
    path = f"/v1/experts/{desk.expert_id}/{leaving}"
    assert (await send(desk, method, path, body, "secretariat")).is_success
    by_month = {row["month"]: row for row in await rows(desk, "figures/months?fiscal_year=2026")}
    begun = [month for month in before if month <= Month.containing(LATER)]
    assert [by_month[month] for month in begun] == [before[month] for month in begun]
    assert (by_month["2027-02"]["capacity"], by_month["2026-12"]["confirmed"]) == (4, 3)


async def test_an_erasure_after_a_removal_gives_no_month_back(desk: TimeDesk) -> None:
    """The expert left in January; that the data are erased in March tells nothing of February."""
    path = f"/v1/experts/{desk.expert_id}"
    assert (await send(desk, "PUT", f"{path}/removal", {"reason": "own_wish"}, "secretariat")).is_success
    before = await rows(desk, "figures/months?fiscal_year=2026")
    set_clock(desk.service.app, LATER + timedelta(days=70))
    assert (await send(desk, "POST", f"{path}/erasure", {"reference": "R-1"}, "secretariat")).is_success
    assert await rows(desk, "figures/months?fiscal_year=2026") == before


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


async def test_only_approved_work_counts(desk: TimeDesk) -> None:
    assignment = (await rows(desk, "assignments"))[0]["assignment_id"]
    await submitted(desk, assignment, CHIYODA, ["2027-01-04"])
    by_month = {row["month"]: row for row in await rows(desk, "figures/months?fiscal_year=2026")}
    january = by_month["2027-01"]
    assert (january["confirmed"], january["worked"], january["used_percent"]) == (3, 0, 25)


async def test_what_is_held_is_neither_confirmed_nor_planned(desk: TimeDesk) -> None:
    held = await desk.propose({MUSASHINO: 2}, "2027-02-01", "2027-02-28")
    await desk.propose({MUSASHINO: 1}, "2027-02-01", "2027-02-28")
    await desk.act(held, "checklist", CHECKLIST)
    assert (await desk.act(held, "hold", {"until": "2027-01-12"})).is_success
    (february,) = (row for row in await rows(desk, "figures/months?fiscal_year=2026") if row["month"] == "2027-02")
    assert (february["held"], february["confirmed"], february["used_percent"]) == (2, 0, 0)
    workload = await rows(desk, f"experts/{desk.expert_id}/workload?fiscal_year=2026")
    assert [row["planned"] for row in workload if row["month"] == "2027-02"] == [0]


async def test_a_workload_is_one_experts(desk: TimeDesk) -> None:
    other = await desk.with_expert(half_days_per_month=4)
    set_clock(desk.service.app, NOW)
    assignment = await other.confirmed({CHIYODA: 1}, *DAYS)
    set_clock(desk.service.app, LATER)
    assert (await other.act(assignment, "start", None)).is_success
    await approved(other, assignment, CHIYODA, ["2026-12-10"])

    async def december(one: TimeDesk) -> tuple[int, int]:
        found = await rows(one, f"experts/{one.expert_id}/workload?fiscal_year=2026")
        return next((row["planned"], row["worked"]) for row in found if row["month"] == "2026-12")

    assert (await december(desk), await december(other)) == ((3, 3), (1, 1))


async def test_an_introduction_is_a_referral_and_an_engagement_from_its_first_day_on(desk: TimeDesk) -> None:
    """Introduced after 2 days, engaged after 5; what is arranged with the same expert later changes nothing."""
    set_clock(desk.service.app, NOW)
    one = await desk.with_expert(half_days_per_month=4)
    case = await longlisted(one, "introduction")
    consent = f"{case}/consent/{one.expert_id}"
    assert (await send(one, "PUT", consent, {"until": "2027-10-31"}, "expert", person=one.expert_id)).is_success
    set_clock(desk.service.app, NOW + timedelta(days=2))
    assert (await send(one, "PUT", f"{case}/referral", None, "secretariat")).is_success
    set_clock(desk.service.app, NOW + timedelta(days=5))
    offer = {"from_day": "2026-12-01"}
    assert (await send(one, "PUT", f"{case}/offer/{OKUTAMA}", offer, "approver", OKUTAMA)).is_success
    acceptance = f"{case}/acceptance/{one.expert_id}"
    assert (await send(one, "PUT", acceptance, None, "expert", person=one.expert_id)).is_success
    set_clock(desk.service.app, NOW + timedelta(days=6))
    await one.confirmed({MUSASHINO: 1}, "2026-12-01", "2026-12-31")
    reader = SimpleNamespace(tx=None)
    async with desk.service.app.state.runtime.database.transaction(read_only=True) as reader.tx:
        (steps,) = (found for found in await reached(cast("Any", reader)) if found.get(Step.REFERRED, NOW) > NOW)
    assert (steps[Step.REFERRED] - NOW, steps[Step.ENGAGED] - NOW) == (timedelta(days=2), timedelta(days=5))
    funnel = {row["step"]: row for row in await rows(desk, "figures/funnel")}
    assert (funnel["referred"]["experts"], funnel["engaged"]["experts"]) == (2, 2)


async def test_why_something_did_not_come_about(desk: TimeDesk) -> None:
    for _ in range(2):
        assignment = await desk.propose({MUSASHINO: 1}, "2027-02-01", "2027-02-28")
        path = f"declinations/municipalities/{MUSASHINO}"
        assert (await desk.act(assignment, path, {"reason": "other"}, "approver", MUSASHINO)).is_success
    active = (await rows(desk, "assignments?status=active"))[0]["assignment_id"]
    ended = {"reason": "other", "from_month": "2027-02"}
    assert (await desk.act(active, "termination", ended)).is_success
    case = await longlisted(desk, "introduction")
    assert (await send(desk, "PUT", f"{case}/non-referral", {"reason": "skills"}, "secretariat")).is_success
    for step, body in (("outcome", {"outcome": "unfilled", "reason": "no_capacity"}), ("withdrawal", None)):
        path = await requested(desk, "shared_use")
        if step == "withdrawal":
            gone = f"{path}/withdrawal/{OKUTAMA}"
            assert (await send(desk, "PUT", gone, {"reason_ja": "庁内で対応"}, "officer", OKUTAMA)).is_success
        else:
            assert (await send(desk, "PUT", f"{path}/{step}", body, "secretariat")).is_success
    found = await rows(desk, "figures/reasons")
    assert [(row["source"], row["reason"], row["times"]) for row in found] == [
        ("declined_assignment", "other", 2),
        ("introduction", "skills", 1),
        ("request", "no_capacity", 1),
        ("request", "withdrawn", 1),
        ("terminated_assignment", "other", 1),
    ]
    assert all(row["reason_ja"] for row in found)


async def test_an_assignment_that_met_its_goal_is_no_loss(desk: TimeDesk) -> None:
    active = (await rows(desk, "assignments?status=active"))[0]["assignment_id"]
    ended = {"reason": "goal_met", "from_month": "2027-02"}
    assert (await desk.act(active, "termination", ended)).is_success
    assert await rows(desk, "figures/reasons") == []


async def test_fill_rates_say_how_soon_somebody_was_offered(desk: TimeDesk) -> None:
    """Seven days by the calendar, though not seven times 24 hours; a draft is no request yet."""
    path = await requested(desk, "shared_use")
    assert (await send(desk, "POST", "/v1/requests", WANTED, "officer", OKUTAMA)).is_success
    await send(desk, "PUT", f"{path}/matching", None, "secretariat")
    set_clock(desk.service.app, datetime(2027, 1, 12, 1, tzinfo=UTC))
    assignment = await desk.propose({OKUTAMA: 1}, "2027-02-01", "2027-02-28")
    offer = {"kind": "assignment", "id": assignment}
    assert (await send(desk, "POST", f"{path}/offers", offer, "secretariat")).is_success
    outcome = {"outcome": "fulfilled", "reason": None}
    assert (await send(desk, "PUT", f"{path}/outcome", outcome, "secretariat")).is_success
    (row,) = await rows(desk, "figures/fill-rates")
    assert (row["kind_ja"], row["band_ja"], row["rate_percent"]) == ("共同活用", "1万人未満", 100)
    assert (row["requests"], row["closed"], row["fulfilled"], row["median_days_to_referral"]) == (1, 1, 1, 7)


async def test_figures_come_as_csv_with_japanese_heads(desk: TimeDesk) -> None:
    headers = desk.as_("auditor") | {"Accept": "text/csv"}
    answer = await desk.client.get("/v1/figures/funnel", headers=headers)
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert "人数" in answer.text.splitlines()[0]
