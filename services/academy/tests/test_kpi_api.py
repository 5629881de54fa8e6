"""The figure over HTTP: what counts in it, what is frozen, what was taken over, and who reads what."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from typing import Any

import pytest_asyncio
from prometheus_client import REGISTRY

from conftest import As
from kyodo_academy.earlier_attendances.views import earlier
from kyodo_academy.employees.views import workforces
from kyodo_academy.frozen_months.views import frozen_months
from kyodo_academy.kpi.metrics import measure_at
from kyodo_academy.kpi.targets import FIRST_MONTH
from kyodo_events.values.fiscal import TOKYO_TIME, Month
from kyodo_events.values.municipalities import TOKYO
from kyodo_platform.settings import Settings
from tests.support.academy_desk import BEGINS, CHIYODA, MITAKA, MUSASHINO, NOW, AcademyDesk
from tests.support.databases import Databases
from tests.support.rebuilt import differing, rebuilt
from tests.support.running import running

JUNE, JULY = Month("2026-06"), Month("2026-07")
MIDNIGHT = datetime(2026, 7, 1, 0, 30, tzinfo=TOKYO_TIME)  # 30 June in London, and in UTC
SOURCE = {"title_ja": "令和4年度研修実績報告", "url": None}
EMPLOYEES: dict[str, Any] = {"employees": 900, "source": {"title_ja": "定員管理調査", "url": None}}
LINES: list[dict[str, Any]] = [
    {"month": "2022-06", "programme": "core_talent_study", "municipality": None, "attendances": 40},
    {"month": "2022-07", "programme": "shared_training", "municipality": MITAKA, "attendances": 3},
]


@pytest_asyncio.fixture
async def desk(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[AcademyDesk]:
    """A course of the academy."""
    async with running(databases, settings_for, "academy") as service:
        yield await AcademyDesk(service, as_).with_course()


async def read(desk: AcademyDesk, path: str, *role: str) -> Any:
    """An answer as somebody reads it; as everybody where no role is named."""
    answer = await desk.service.client.get(f"/v1/{path}", headers=desk.as_(*role) if role else {})
    assert answer.is_success, f"{path}: {answer.text}"
    return answer.json()


async def rows(desk: AcademyDesk, path: str, *role: str) -> Any:
    return (await read(desk, path, *role))["items"]


async def year(desk: AcademyDesk, programme: str | None = None, fiscal_year: int = 2026) -> Any:
    """A row of what everybody reads."""
    wanted = (fiscal_year, programme)
    (row,) = [row for row in await rows(desk, "kpi") if (row["fiscal_year"], row["programme"]) == wanted]
    return row


async def record(desk: AcademyDesk, enrolment: str, session: str, what: str = "attendances", **body: Any) -> None:
    """The host's list."""
    await desk.done("PUT", f"sessions/{session}/{what}/{enrolment}", body)


async def trained(desk: AcademyDesk) -> dict[str, Any]:
    """Two sessions, in June and in the first hour of July, with one who comes twice, one in part, one of Tokyo."""
    sessions = [await desk.session(begins, seats=4) for begins in (BEGINS, MIDNIGHT)]
    twice, in_part = await desk.learner(MUSASHINO), await desk.learner(CHIYODA)
    official = str((await desk.done("POST", "learners"))["learner_id"])
    enrolments: dict[tuple[str, str], str] = {}
    for session in sessions:
        for name, learner, code in (("twice", twice, MUSASHINO), ("in_part", in_part, CHIYODA)):
            enrolments[name, session] = (await desk.enrolled(session, code, learner))[1]["enrolment_id"]
    applied = (await desk.says(official, sessions[0], "application")).json()["enrolment_id"]
    await desk.done("PUT", f"enrolments/{applied}/nomination")
    desk.at(MIDNIGHT + timedelta(minutes=10))
    june, july = sessions
    await record(desk, enrolments["twice", june], june)
    await record(desk, enrolments["in_part", june], june, percent=30)
    await record(desk, applied, june)
    await record(desk, enrolments["twice", july], july)
    return {"sessions": sessions, "twice": twice, "in_part": in_part, **{k[0] + k[1]: v for k, v in enrolments.items()}}


async def frozen_until(desk: AcademyDesk, last: Month) -> None:
    """All months up to one, in their order."""
    for month in Month.range(FIRST_MONTH, last):
        await desk.done("POST", "frozen-months", {"month": month})


async def test_an_attendance_counts_once_whatever_part_and_tokyo_stands_apart(desk: AcademyDesk) -> None:
    made = await trained(desk)
    found = await year(desk)
    assert [found[name] for name in ("attendances", "heads", "cumulative", "tokyo_attendances")] == [3, 2, 3, 1]
    assert (found["municipalities_reached"], found["target"]) == (2, None)
    assert await year(desk, "shared_training") == found | {
        "programme": "shared_training",
        "programme_ja": "都と区市町村の共通研修",
    }
    assert (await year(desk, "core_talent_study"))["attendances"] == 0
    assert [(await year(desk, None, one))["target"] for one in (2022, 2023, 2025)] == [None, 1500, 1500]
    monthly = await rows(desk, "kpi/months?fiscal_year=2026", "officer", MITAKA)
    months = {row["month"]: row for row in monthly if row["programme"] is None}
    assert [(months[m]["attendances"], months[m]["heads"], months[m]["frozen"]) for m in (JUNE, JULY)] == [
        (2, 2, False),
        (1, 1, False),
    ]
    june = made["sessions"][0]
    await record(desk, made["in_part" + june], june, "absences", reason_ja="受付簿の確認")
    assert ((await year(desk))["attendances"], (await year(desk))["heads"]) == (2, 1)
    assert await rows(desk, "kpi/municipalities?fiscal_year=2026&reached=true", "auditor") == [
        row
        for row in await rows(desk, "kpi/municipalities?fiscal_year=2026", "auditor")
        if row["municipality"] == MUSASHINO
    ]
    await desk.done("PUT", f"sessions/{june}/cancellation", {"reason_ja": "会場の停電"})
    assert ((await year(desk))["attendances"], (await year(desk))["tokyo_attendances"]) == (1, 0)


async def test_municipalities_stand_with_their_employees_or_as_unknown(desk: AcademyDesk) -> None:
    await trained(desk)
    own = f"employees/{MUSASHINO}/2026"
    await desk.done("PUT", own, EMPLOYEES, "officer", MUSASHINO)
    await desk.done("PUT", f"employees/{MITAKA}/2025", EMPLOYEES)
    assert (await desk.send("PUT", own, EMPLOYEES, "officer", CHIYODA)).status_code == 404
    found = await rows(desk, "kpi/municipalities?fiscal_year=2026", "officer", MITAKA)
    assert [row["municipality"] for row in found[-2:]] == [TOKYO, None]
    assert len(found) == 64
    by_code = {row["municipality"]: row for row in found}
    shown = [
        [by_code[code][name] for name in ("attendances", "heads", "employees", "per_1000_employees", "reached")]
        for code in (MUSASHINO, CHIYODA, MITAKA, TOKYO)
    ]
    assert shown == [
        [2, 1, 900, "2.222", True],
        [1, 1, None, None, True],
        [0, 0, None, None, False],
        [1, 1, None, None, True],
    ], "what is known of another year says nothing of this one"
    assert len(await rows(desk, "kpi/municipalities?fiscal_year=2026&reached=false", "secretariat")) == 60
    assert len(await rows(desk, "kpi/municipalities?fiscal_year=2025&reached=false", "secretariat")) == 62
    matrix = await read(desk, "kpi/municipalities/months?fiscal_year=2026", "secretariat")
    cells = {row["id"]: row["cells"] for row in matrix["rows"]}
    assert (cells[MUSASHINO], cells[CHIYODA], TOKYO in cells) == ({JUNE: "1", JULY: "1"}, {JUNE: "1"}, False)
    await desk.done("PUT", own, EMPLOYEES | {"employees": 901}, "officer", MUSASHINO)
    told = await rows(desk, f"{own}/history", "approver", MUSASHINO)
    assert ["900人" in told[0]["words"], "901人" in told[1]["words"]] == [True, True]
    assert len(await rows(desk, "employees?fiscal_year=2026", "officer", MITAKA)) == 1


async def test_the_forecast_adds_confirmed_seats_and_says_how(desk: AcademyDesk) -> None:
    await trained(desk)
    august = await desk.session(BEGINS + timedelta(days=60), seats=4)
    for code in (MUSASHINO, CHIYODA, MITAKA):
        await desk.enrolled(august, code)
    found = await read(desk, "kpi/forecast?fiscal_year=2026", "officer", MITAKA)
    # June has 2; July 1 and a seat of which nothing is on record; August 3 seats; the mean of 2 in the other seven
    names = ("counted", "confirmed", "monthly_mean", "months_left", "expected")
    assert [found[name] for name in names] == [3, 4, 2, 9, 2 + 2 + 3 + 7 * 2]
    assert "月平均" in found["method_ja"]


async def test_a_frozen_month_counts_the_same_whatever_is_corrected_or_erased(desk: AcademyDesk) -> None:
    made = await trained(desk)
    june = made["sessions"][0]
    desk.at(datetime(2026, 6, 30, 23, 59, tzinfo=TOKYO_TIME))
    await frozen_until(desk, JUNE.previous())
    early = await desk.send("POST", "frozen-months", {"month": JUNE})
    assert early.json()["type"] == "/problems/attendance-month-not-over"
    desk.at(MIDNIGHT)
    skipped = await desk.send("POST", "frozen-months", {"month": JULY})
    assert skipped.json()["type"] == "/problems/attendance-month-not-over"
    answers = await asyncio.gather(*(desk.send("POST", "frozen-months", {"month": JUNE}) for _ in range(4)))
    assert sorted(one.status_code for one in answers) == [201, 409, 409, 409]
    before = await year(desk)
    await record(desk, made["in_part" + june], june, "absences", reason_ja="受付簿の確認")
    await desk.done("POST", f"learners/{made['twice']}/erasure", {"reference": "見本-1"})
    assert await year(desk) == before
    (listed,) = [row for row in await rows(desk, "frozen-months?limit=200", "auditor") if row["month"] == JUNE]
    shown = [listed[name] for name in ("attendances", "live_attendances", "heads", "live_heads", "differs")]
    assert shown == [2, 1, 2, 1, True]
    changed = await rows(desk, f"frozen-months/{JUNE}/differences", "secretariat")
    assert [(row["programme"], row["municipality"], row["live_attendances"]) for row in changed] == [
        (None, CHIYODA, 0),
        ("shared_training", CHIYODA, 0),
    ]
    restated = await desk.done("PUT", f"frozen-months/{JUNE}/restatement", {"reason_ja": "受付簿の確認"})
    assert (restated["version"], restated["attendances"], restated["differs"]) == (2, 1, False)
    versions = await rows(desk, f"frozen-months/{JUNE}/versions", "auditor")
    assert [(one["attendances"], one["reason_ja"]) for one in versions] == [(2, None), (1, "受付簿の確認")]
    first = await rows(desk, f"frozen-months/{JUNE}/figures?version=1", "auditor")
    assert {(row["municipality"], row["attendances"]) for row in first if row["programme"] is None} == {
        (MUSASHINO, 1),
        (CHIYODA, 1),
        (TOKYO, 1),
    }
    assert ((await year(desk))["attendances"], (await year(desk))["heads"]) == (2, 1)
    assert len(await rows(desk, f"frozen-months/{JUNE}/history", "auditor")) == 2
    assert await differing(desk.service) == set()


async def test_what_was_counted_before_the_platform_is_taken_over_once(desk: AcademyDesk) -> None:
    body = {"fiscal_year": 2022, "lines": LINES, "heads": 38, "source": SOURCE}
    taken = await desk.done("POST", "earlier-attendances", body)
    assert (taken["version"], taken["source"], taken["reason_ja"]) == (1, SOURCE, None)
    again = await desk.send("POST", "earlier-attendances", body)
    assert (again.status_code, again.json()["type"]) == (409, "/problems/attendances-taken-over-already")
    twice = await desk.send("POST", "earlier-attendances", body | {"lines": LINES[:1] * 2})
    assert twice.status_code == 422
    found = await year(desk, None, 2022)
    names = ("attendances", "taken_over", "heads", "heads_taken_over", "municipalities_reached", "cumulative_percent")
    assert [found[name] for name in names] == [43, 43, 0, 38, 1, 0]
    nobody = (await rows(desk, "kpi/municipalities?fiscal_year=2022", "secretariat"))[-1]
    assert (nobody["municipality_ja"], nobody["attendances"]) == ("団体不明（引継ぎ分）", 40)
    await frozen_until(desk, Month("2022-06"))
    change = {"lines": [LINES[0] | {"attendances": 41}], "heads": 38, "source": SOURCE, "reason_ja": "集計漏れ"}
    await desk.done("PUT", "earlier-attendances/2022/restatement", change)
    assert [one["version"] for one in await rows(desk, "earlier-attendances/2022/versions", "auditor")] == [1, 2]
    assert (await read(desk, "earlier-attendances/2022", "auditor"))["reason_ja"] == "集計漏れ"
    assert (await year(desk, None, 2022))["attendances"] == 40, "June is frozen with 40, July has lost its line"
    await desk.done("PUT", "frozen-months/2022-06/restatement", {"reason_ja": "集計漏れ"})
    assert (await year(desk, None, 2022))["attendances"] == 41
    await desk.done("PUT", f"employees/{MUSASHINO}/2022", EMPLOYEES)
    assert all(one.none for one in (await rebuilt(desk.service, earlier, frozen_months, workforces)).values())


async def test_what_the_platform_recorded_is_not_taken_over_beside(desk: AcademyDesk) -> None:
    await trained(desk)
    desk.at(datetime(2026, 8, 1, tzinfo=TOKYO_TIME))
    here: dict[str, Any] = {"month": JUNE, "programme": "shared_training", "municipality": None, "attendances": 9}
    body: dict[str, Any] = {"fiscal_year": 2026, "lines": [here], "source": SOURCE}
    refused = await desk.send("POST", "earlier-attendances", body)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/attendances-recorded-here")
    elsewhere = [here | {"programme": "core_talent_study"}]
    assert (await desk.send("POST", "earlier-attendances", body | {"lines": elsewhere})).is_success
    assert ((await year(desk))["attendances"], (await year(desk))["taken_over"]) == (12, 9)


async def test_sums_are_public_and_the_rest_is_for_officials(desk: AcademyDesk) -> None:
    await trained(desk)
    asked = {
        "kpi": 200,
        "kpi/definition": 200,
        "kpi/months?fiscal_year=2026": 401,
        "kpi/municipalities?fiscal_year=2026": 401,
        "kpi/municipalities/months?fiscal_year=2026": 401,
        "kpi/forecast?fiscal_year=2026": 401,
        "frozen-months": 401,
        "earlier-attendances/2022": 401,
    }
    found = {path: (await desk.service.client.get(f"/v1/{path}")).status_code for path in asked}
    assert found == asked
    officer = ("officer", MITAKA)
    headers = desk.as_(*officer)
    for path in ("frozen-months", "earlier-attendances/2022"):
        assert (await desk.service.client.get(f"/v1/{path}", headers=headers)).status_code == 403
    assert await rows(desk, "kpi") == await rows(desk, "kpi", "secretariat") == await rows(desk, "kpi", *officer)
    definition = await read(desk, "kpi/definition")
    assert (definition["cumulative_target"], definition["yearly_targets"]["2024"]) == (5500, 1500)
    assert {"延べ数", "実人数", "訂正", "都職員"} <= {rule["about_ja"] for rule in definition["rules"]}


async def test_the_gauges(desk: AcademyDesk) -> None:
    await trained(desk)
    await frozen_until(desk, Month("2022-05"))
    async with desk.service.app.state.runtime.database.transaction(read_only=True) as tx:
        await measure_at(tx, NOW + timedelta(days=60))
    value = REGISTRY.get_sample_value
    of = {"fiscal_year": "2026", "programme": "all"}
    assert value("kyodo_academy_attendances", of) == 3
    assert value("kyodo_academy_attendances", of | {"programme": "core_talent_study"}) == 0
    assert value("kyodo_academy_heads", of) == value("kyodo_academy_municipalities_reached") == 2
    assert value("kyodo_academy_attendances_target", {"fiscal_year": "2025"}) == 1500
    assert value("kyodo_academy_attendances_target", {"fiscal_year": "2026"}) is None
    assert value("kyodo_academy_attendances_cumulative") == 3
    assert value("kyodo_academy_attendances_cumulative_target") == 5500
    assert value("kyodo_academy_months_not_frozen") == 49
