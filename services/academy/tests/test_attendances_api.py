"""Attendance over HTTP: by the host's list, by the code in the room, corrected with a reason, published once."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest_asyncio

from conftest import As
from kyodo_platform.settings import Settings
from tests.support.academy_desk import BEGINS, CHIYODA, MITAKA, MUSASHINO, AcademyDesk
from tests.support.databases import Databases
from tests.support.rebuilt import differing
from tests.support.running import running

PROJECT = "0193f1a0-0000-7000-8000-0000000000d0"
ON = BEGINS + timedelta(minutes=20)


@pytest_asyncio.fixture
async def desk(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[AcademyDesk]:
    """A course of the academy."""
    async with running(databases, settings_for, "academy") as service:
        yield await AcademyDesk(service, as_).with_course()


async def told(desk: AcademyDesk, type_: str) -> int:
    """How many events of a type there are."""
    ((number,),) = await desk.service.as_owner(f"SELECT count(*) FROM event WHERE type = 'kyodo.academy.{type_}'")
    return int(number)


async def recorded(desk: AcademyDesk, session: str, enrolment: str, body: Any, what: str = "attendances") -> Any:
    return await desk.send("PUT", f"sessions/{session}/{what}/{enrolment}", body)


async def checked_in(desk: AcademyDesk, learner: str, session: str, code: str) -> httpx.Response:
    path = f"learners/{learner}/enrolments/{session}/check-in"
    return await desk.send("PUT", path, {"code": code}, "learner", person=learner)


async def test_an_attendance_is_published_once_and_taken_back_where_it_was_none(desk: AcademyDesk) -> None:
    session = await desk.session(project_id=PROJECT)
    _, enrolled = await desk.enrolled(session)
    enrolment = enrolled["enrolment_id"]
    early = await recorded(desk, session, enrolment, {})
    assert (early.status_code, early.json()["type"]) == (409, "/problems/training-session-not-open")
    desk.at(ON)
    assert (await recorded(desk, session, enrolment, {"percent": 60})).json()["percent"] == 60
    assert (await recorded(desk, session, enrolment, {"percent": 60})).is_success
    unexplained = await recorded(desk, session, enrolment, {"percent": 80})
    assert unexplained.json()["type"] == "/problems/attendance-reason-missing"
    await recorded(desk, session, enrolment, {"percent": 80, "reason_ja": "退室時刻の確認"})
    assert (await told(desk, "training-attended"), await told(desk, "training-attendance-cancelled")) == (1, 0)
    absent = await recorded(desk, session, enrolment, {"reason_ja": "受付簿の確認"}, "absences")
    assert (absent.json()["status"], absent.json()["percent"]) == ("absent", None)
    assert await told(desk, "training-attendance-cancelled") == 1
    assert await differing(desk.service) == set()


async def test_nobody_is_counted_who_has_no_seat_and_no_other_host_records(desk: AcademyDesk) -> None:
    session = await desk.session(seats=1, project_id=PROJECT)
    _, seated = await desk.enrolled(session)
    waiting, queued = await desk.enrolled(session, MITAKA)
    desk.at(ON)
    refused = await recorded(desk, session, queued["enrolment_id"], {})
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/no-seat-at-session")
    path = f"sessions/{session}/attendances/{seated['enrolment_id']}"
    assert (await desk.send("PUT", path, {}, "officer", MUSASHINO)).status_code == 404
    code = (await desk.done("POST", f"sessions/{session}/check-in"))["code"]
    assert (await checked_in(desk, waiting, session, code)).json()["type"] == "/problems/no-seat-at-session"
    assert await told(desk, "training-attended") == 0


async def test_who_is_there_checks_in_by_the_code_of_the_minute(desk: AcademyDesk) -> None:
    session = await desk.session()
    learner, _ = await desk.enrolled(session)
    other, _ = await desk.enrolled(session, CHIYODA)
    assert (await checked_in(desk, learner, session, "000000")).json()["type"] == "/problems/check-in-not-now"
    desk.at(ON)
    shown = await desk.done("POST", f"sessions/{session}/check-in")
    assert datetime.fromisoformat(shown["until"]) == ON + timedelta(minutes=1)
    wrong = await checked_in(desk, learner, session, f"{(int(shown['code']) + 1) % 1_000_000:06}")
    assert (wrong.status_code, wrong.json()["type"]) == (409, "/problems/check-in-code-wrong")
    desk.at(ON + timedelta(seconds=90))
    assert (await checked_in(desk, learner, session, shown["code"])).json()["status"] == "attended"
    desk.at(ON + timedelta(seconds=120))
    late = await checked_in(desk, other, session, shown["code"])
    assert late.json()["type"] == "/problems/check-in-code-wrong", "what was shown two minutes ago is of no use"
    again = await desk.done("POST", f"sessions/{session}/check-in")
    read = await desk.service.client.get(f"/v1/sessions/{session}/check-in", headers=desk.as_("secretariat"))
    assert read.json()["code"] == again["code"], "the codes of a session are made from one secret"


async def test_what_codes_are_made_from_is_not_readable(desk: AcademyDesk) -> None:
    session = await desk.session()
    await desk.done("POST", f"sessions/{session}/check-in")
    query = "SELECT data::text FROM event WHERE type = 'kyodo.academy.check-in-prepared'"
    ((data,),) = await desk.service.as_owner(query)
    assert '"v1.' in data
