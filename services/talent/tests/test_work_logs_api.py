"""Work logs over HTTP: from the expert's half-days to the event that the ledger charges."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import pytest_asyncio

from conftest import As
from kyodo_platform.settings import Settings
from kyodo_talent.work_logs.model import WorkLog
from tests.support.awarded import set_clock
from tests.support.databases import Databases
from tests.support.meanwhile import meanwhile
from tests.support.running import running
from tests.support.talent.time_desk import ANY, CHIYODA, MUSASHINO, NOW, TimeDesk

DAYS = "2026-12-01", "2027-01-31"
LATER = datetime(2027, 1, 5, 3, tzinfo=UTC)


@pytest_asyncio.fixture
async def desk(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[TimeDesk]:
    async with running(databases, settings_for, "talent") as service:
        set_clock(service.app, NOW)
        yield await TimeDesk(service, as_).with_expert(half_days_per_month=12)


@pytest_asyncio.fixture
async def at_work(desk: TimeDesk) -> str:
    """An assignment for two municipalities, one half-day a month each, at work since December."""
    assignment = await desk.confirmed({CHIYODA: 1, MUSASHINO: 1}, *DAYS)
    set_clock(desk.service.app, LATER)
    assert (await desk.act(assignment, "start", None)).is_success
    return assignment


async def write(desk: TimeDesk, assignment: str, municipality: str, *days: str, half: str = "am") -> httpx.Response:
    entries = [{"day": day, "half": half, "activity": "consulting", "note_ja": "様式の棚卸し"} for day in days]
    body = {"assignment_id": assignment, "municipality": municipality, "month": "2026-12", "entries": entries}
    return await desk.put("work-logs", body, "expert", person=desk.expert_id)


async def step(desk: TimeDesk, log: str, name: str, body: Any, *role: str, person: str | None = None) -> httpx.Response:
    headers = desk.as_(*role, person=person) | ANY
    return await desk.client.put(f"/v1/work-logs/{log}/{name}", json=body, headers=headers)


async def submitted(desk: TimeDesk, assignment: str, municipality: str, *days: str) -> str:
    log = str((await write(desk, assignment, municipality, *days)).json()["log_id"])
    answer = await step(desk, log, f"submission/{desk.expert_id}", None, "expert", person=desk.expert_id)
    assert answer.json()["status"] == "submitted"
    return log


async def published(desk: TimeDesk) -> list[tuple[str, str, Any]]:
    rows = await desk.service.as_owner(
        "SELECT type, record_key, data->'half_days' FROM event WHERE topic = 'kyodo.talent.work-logs.v1' ORDER BY at"
    )
    return [(type_.rpartition(".")[2], key, int(half_days)) for type_, key, half_days in rows]


async def test_approved_work_is_published_once_under_the_municipalitys_key(desk: TimeDesk, at_work: str) -> None:
    log = await submitted(desk, at_work, CHIYODA, "2026-12-07")
    assert await published(desk) == []
    for _ in range(2):
        answer = await step(desk, log, f"approval/{CHIYODA}", None, "officer", CHIYODA)
        assert (answer.json()["status"], answer.json()["half_days"]) == ("approved", 1)
    assert await published(desk) == [("work-log-approved", CHIYODA, 1)]


async def test_above_the_plan_the_approver_decides(desk: TimeDesk, at_work: str) -> None:
    log = await submitted(desk, at_work, CHIYODA, "2026-12-07", "2026-12-08")
    refused = await step(desk, log, f"approval/{CHIYODA}", None, "officer", CHIYODA)
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/approver-needed")
    assert await published(desk) == []
    assert (await step(desk, log, f"approval/{CHIYODA}", None, "approver", CHIYODA)).is_success
    assert await published(desk) == [("work-log-approved", CHIYODA, 2)]


async def test_an_adjustment_is_published_when_both_agree(desk: TimeDesk, at_work: str) -> None:
    log = await submitted(desk, at_work, CHIYODA, "2026-12-07", "2026-12-08")
    await step(desk, log, f"approval/{CHIYODA}", None, "approver", CHIYODA)
    await step(desk, log, "lock", None, "secretariat")
    body = {"half_days": 1, "reason_ja": "八日は別の業務"}
    await step(desk, log, f"adjustment/municipalities/{CHIYODA}", body, "officer", CHIYODA)
    own = await step(desk, log, f"adjustment-agreement/municipalities/{CHIYODA}", {"half_days": 1}, "officer", CHIYODA)
    assert own.json()["type"] == "/problems/no-adjustment-proposed"
    assert len(await published(desk)) == 1
    agreed = await step(
        desk,
        log,
        f"adjustment-agreement/experts/{desk.expert_id}",
        {"half_days": 1},
        "expert",
        person=desk.expert_id,
    )
    assert (agreed.json()["status"], agreed.json()["half_days"]) == ("adjusted", 1)
    assert (await published(desk))[1:] == [("work-log-adjusted", CHIYODA, 1)]


async def test_a_returned_log_is_corrected_and_says_why(desk: TimeDesk, at_work: str) -> None:
    log = await submitted(desk, at_work, CHIYODA, "2026-12-07")
    returned = await step(desk, log, f"return/{CHIYODA}", {"reason_ja": "午後の内容を"}, "officer", CHIYODA)
    assert (returned.json()["status_ja"], returned.json()["return_reason_ja"]) == ("差戻し", "午後の内容を")
    assert await submitted(desk, at_work, CHIYODA, "2026-12-09") == log


@pytest.mark.parametrize(
    ("municipality", "day", "type_"),
    [
        (CHIYODA, "2026-11-30", "log-outside-assignment"),
        (CHIYODA, "2027-01-04", "log-outside-assignment"),
        ("133086", "2026-12-07", "log-outside-assignment"),
    ],
)
async def test_outside_the_assignment_nothing_is_logged(
    desk: TimeDesk, at_work: str, municipality: str, day: str, type_: str
) -> None:
    answer = await write(desk, at_work, municipality, day)
    assert (answer.status_code, answer.json()["type"]) == (422, f"/problems/{type_}")
    assert await desk.service.count("work_log") == 0


async def test_the_same_half_day_for_two_municipalities_is_refused_also_at_the_same_moment(
    desk: TimeDesk, at_work: str
) -> None:
    answers = await asyncio.gather(*(write(desk, at_work, code, "2026-12-07") for code in (CHIYODA, MUSASHINO)))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    (refused,) = (answer for answer in answers if answer.status_code == 409)
    assert refused.json()["type"] == "/problems/half-day-taken"
    assert await desk.service.count("work_log") == 1
    assert (await write(desk, at_work, MUSASHINO, "2026-12-07", half="pm")).status_code == 200


async def test_everybody_reads_what_concerns_them(desk: TimeDesk, at_work: str) -> None:
    log = await submitted(desk, at_work, CHIYODA, "2026-12-07")
    await submitted(desk, at_work, MUSASHINO, "2026-12-08")

    async def seen(*role: str, person: str | None = None) -> list[str]:
        answer = await desk.client.get("/v1/work-logs", headers=desk.as_(*role, person=person))
        return [row["municipality"] for row in answer.json()["items"]]

    assert await seen("secretariat") == [CHIYODA, MUSASHINO]
    assert await seen("expert", person=desk.expert_id) == [CHIYODA, MUSASHINO]
    assert await seen("officer", CHIYODA) == [CHIYODA]
    assert await seen("expert", person="0193f1a0-0000-7000-8000-000000000009") == []
    assert (await step(desk, log, f"approval/{MUSASHINO}", None, "officer", MUSASHINO)).status_code == 404


async def test_a_log_written_again_as_it_was_books_no_half_day_of_what_is_written_meanwhile(
    desk: TimeDesk, at_work: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await write(desk, at_work, CHIYODA, "2026-12-07")).is_success

    async def moved() -> None:
        assert (await write(desk, at_work, CHIYODA, "2026-12-08")).is_success

    meanwhile(monkeypatch, WorkLog, moved)
    assert (await write(desk, at_work, CHIYODA, "2026-12-07")).is_success
    other = await write(desk, at_work, MUSASHINO, "2026-12-07")
    assert other.is_success, "the half-day is free"
