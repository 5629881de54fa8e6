"""Experts' time over HTTP: capacity, absences, and months as planners see them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from time import perf_counter
from typing import Any

import pytest
import pytest_asyncio

from conftest import As
from kyodo_events.event import new_id
from kyodo_events.values.fiscal import Month
from kyodo_platform.settings import Settings
from kyodo_talent.schedules.facts import months_of
from tests.support.awarded import set_clock
from tests.support.databases import Databases
from tests.support.running import running
from tests.support.talent.time_desk import CHIYODA, MUSASHINO, NOW, TimeDesk


@pytest_asyncio.fixture
async def desk(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[TimeDesk]:
    async with running(databases, settings_for, "talent") as service:
        set_clock(service.app, NOW)
        yield await TimeDesk(service, as_).with_expert(half_days_per_month=12)


async def test_an_expert_begins_with_what_registration_said(desk: TimeDesk) -> None:
    read = await desk.read("schedule")
    assert (read.status_code, read.headers["ETag"]) == (200, '"1"')
    assert read.json() == {
        "version": 1,
        "expert_id": desk.expert_id,
        "half_days_per_month": 12,
        "exceptions": [],
        "absences": [],
    }


async def test_capacity_changes_only_on_the_version_that_was_read(desk: TimeDesk) -> None:
    body = {"half_days_per_month": 8, "exceptions": [{"month": "2026-12", "half_days": 2}]}
    address, secretariat = f"/v1/experts/{desk.expert_id}/capacity", desk.as_("secretariat")
    missing = await desk.client.put(address, json=body, headers=secretariat)
    changed = await desk.client.put(address, json=body, headers=secretariat | {"If-Match": '"1"'})
    stale = await desk.client.put(address, json=body, headers=secretariat | {"If-Match": '"1"'})
    assert [answer.status_code for answer in (missing, changed, stale)] == [428, 200, 412]
    read = await desk.read("schedule")
    assert (read.json(), read.headers["ETag"]) == (changed.json(), '"2"')
    months = (await desk.read("months?from_month=2026-10&until_month=2027-01")).json()["items"]
    assert [(one["month"], one["capacity"], one["free"]) for one in months] == [
        ("2026-10", 12, 12),
        ("2026-11", 8, 8),
        ("2026-12", 2, 2),
        ("2027-01", 8, 8),
    ]


async def test_capacity_below_what_is_confirmed_is_refused_and_nothing_is_written(desk: TimeDesk) -> None:
    await desk.confirmed({CHIYODA: 5, MUSASHINO: 4}, "2026-12-01", "2026-12-31")
    before = await desk.read("schedule")
    refused = await desk.put("capacity", {"half_days_per_month": 8})
    problem = refused.json()
    assert (refused.status_code, problem["type"]) == (409, "/problems/capacity-below-commitments")
    assert problem["detail"] == (
        "2026-12: 9 half-days held or confirmed from 2026-12-01 to 2026-12-31, 8 would be possible."
    )
    assert (await desk.read("schedule")).text == before.text
    assert (await desk.put("capacity", {"half_days_per_month": 9})).status_code == 200


async def test_absences_take_days_and_are_taken_back(desk: TimeDesk) -> None:
    me = ("expert", desk.expert_id)
    away = {"from_day": "2026-12-01", "until_day": "2026-12-29"}
    added = await desk.post("absences", away, *me)
    assert added.json()["absences"] == [{"number": 1, **away}]
    (december,) = (await desk.read("months?from_month=2026-12&until_month=2026-12")).json()["items"]
    assert (december["capacity"], december["offered"], december["free"]) == (12, 4, 4)
    removed = await desk.delete("absences/1", *me)
    assert removed.json()["absences"] == []
    assert (await desk.delete("absences/1", *me)).status_code == 404
    history = (await desk.read("schedule/history")).json()["items"]
    assert [row["words"] for row in history][1:] == [
        "2026-12-01から2026-12-29までを不在とした",
        "2026-12-01から2026-12-29までの不在を取り消した",
    ]


async def test_an_absence_on_promised_days_is_refused(desk: TimeDesk) -> None:
    await desk.confirmed({CHIYODA: 4}, "2026-12-01", "2026-12-02")
    refused = await desk.post("absences", {"from_day": "2026-12-02", "until_day": "2026-12-02"})
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/capacity-below-commitments")
    over = await desk.post("absences", {"from_day": "2026-10-31", "until_day": "2026-12-24"})
    assert (over.status_code, over.json()["type"]) == (409, "/problems/month-is-over")


async def test_months_tell_held_from_confirmed_until_the_hold_expires(desk: TimeDesk) -> None:
    await desk.confirmed({CHIYODA: 3}, "2026-12-01", "2027-01-31")
    held = await desk.held({MUSASHINO: 4}, "2026-12-01", "2026-12-31")

    async def december() -> tuple[int, int, int]:
        (row,) = (await desk.read("months?from_month=2026-12&until_month=2026-12")).json()["items"]
        return row["held"], row["confirmed"], row["free"]

    assert await december() == (4, 3, 5)
    set_clock(desk.service.app, datetime(2026, 11, 17, 15, tzinfo=UTC))
    assert await december() == (0, 3, 9)
    lapsed = await desk.client.get(f"/v1/assignments/{held}", headers=desk.as_("secretariat"))
    assert lapsed.json()["status"] == "lapsed"


async def test_the_matrix_shows_experts_by_month_also_as_a_sheet(desk: TimeDesk) -> None:
    await desk.confirmed({CHIYODA: 3}, "2026-12-01", "2026-12-31")
    address = "/v1/free-months?from_month=2026-12&until_month=2027-01"
    officer = desk.as_("officer", CHIYODA)
    matrix = (await desk.client.get(address, headers=officer)).json()
    assert [row["cells"] for row in matrix["rows"]] == [{"2026-12": "9", "2027-01": "12"}]
    none = (await desk.client.get(f"{address}&at_least=13", headers=officer)).json()
    assert none["rows"] == []
    sheet = await desk.client.get(address, headers=officer | {"Accept": "text/csv"})
    assert sheet.text.splitlines()[1].endswith(",9,12")


@pytest.mark.parametrize("months", ["from_month=2027-01&until_month=2026-12", "from_month=2026-01&until_month=2029-01"])
async def test_no_more_months_than_can_be_answered_at_once(desk: TimeDesk, months: str) -> None:
    for address in (f"/v1/free-months?{months}", f"/v1/experts/{desk.expert_id}/months?{months}"):
        refused = await desk.client.get(address, headers=desk.as_("secretariat"))
        assert (refused.status_code, refused.json()["type"]) == (422, "/problems/too-many-months")


async def test_only_the_secretariat_and_the_expert_touch_the_time(desk: TimeDesk) -> None:
    away = {"from_day": "2026-12-01", "until_day": "2026-12-29"}
    officer = await desk.client.post(
        f"/v1/experts/{desk.expert_id}/absences", json=away, headers=desk.as_("officer", CHIYODA)
    )
    other = await desk.post("absences", away, "expert", new_id())
    own_capacity = await desk.put("capacity", {"half_days_per_month": 8}, "expert", desk.expert_id)
    assert [answer.status_code for answer in (officer, other, own_capacity)] == [403, 404, 403]
    unknown = await desk.client.get(f"/v1/experts/{new_id()}/schedule", headers=desk.as_("secretariat"))
    assert unknown.status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"half_days_per_month": 0},
        {"half_days_per_month": 63},
        {"half_days_per_month": 8, "exceptions": [{"month": "2026-12", "half_days": 1}] * 2},
        {"half_days_per_month": 8, "exceptions": [{"month": "2026-13", "half_days": 1}]},
    ],
)
async def test_capacity_that_cannot_be_is_refused(desk: TimeDesk, wrong: dict[str, Any]) -> None:
    assert (await desk.put("capacity", wrong)).status_code == 422


async def test_free_months_of_four_hundred_experts_come_by_two_queries(desk: TimeDesk) -> None:
    months = list(Month.range(Month("2026-12"), Month("2027-11")))
    absences = '[{"number": 1, "from_day": "2026-12-24", "until_day": "2027-01-08"}]'
    await desk.service.as_owner(
        "INSERT INTO schedule SELECT gen_random_uuid()::text, 12, '[]', '[]',"
        f" CASE WHEN n % 4 = 0 THEN '{absences}'::jsonb ELSE '[]'::jsonb END, 1 FROM generate_series(1, 400) n",
        "INSERT INTO schedule_hold SELECT expert_id, gen_random_uuid()::text, to_char(m, 'YYYY-MM'), 1, '2026-12-01',"
        " '2027-11-30', CASE WHEN k = 1 THEN NULL ELSE '2026-11-12T00:00:00Z'::timestamptz END"
        " FROM schedule, generate_series('2026-12-01'::date, '2027-11-01', '1 month') m, generate_series(1, 3) k",
    )
    async with desk.service.app.state.runtime.database.transaction(desk.everyone, read_only=True) as tx:
        best = 1.0
        for _ in range(5):
            began = perf_counter()
            found = await months_of(tx, months, NOW)
            best = min(best, perf_counter() - began)
        one = await months_of(tx, months[:1], NOW, [desk.expert_id])
    assert len({one.expert_id for one in found}) == 401
    assert len(found) == 401 * len(months)
    assert 9 in {one.free for one in found}
    assert (one[0].held, one[0].confirmed, one[0].free) == (2, 1, 9)
    assert best < 0.5, f"{best * 1000:.0f} ms"  # 60 ms where nothing else runs
