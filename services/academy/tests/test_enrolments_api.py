"""Enrolments over HTTP on a real PostgreSQL: seats, the queue, and many at the same moment."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from conftest import As
from kyodo_academy.enrolments.lapsing import lapsing
from kyodo_academy.enrolments.model import Enrolment
from kyodo_platform.chores import do_what_is_due
from kyodo_platform.settings import Settings
from tests.support.academy_desk import (
    APPLY_UNTIL,
    BEGINS,
    CHANGES_UNTIL,
    CHIYODA,
    MITAKA,
    MUSASHINO,
    NOW,
    AcademyDesk,
)
from tests.support.databases import Databases
from tests.support.meanwhile import meanwhile
from tests.support.rebuilt import differing
from tests.support.running import running


@pytest_asyncio.fixture
async def desk(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[AcademyDesk]:
    """A course of the academy."""
    async with running(databases, settings_for, "academy") as service:
        yield await AcademyDesk(service, as_).with_course()


async def audit(desk: AcademyDesk) -> list[str]:
    found = await desk.service.client.get("/v1/sessions/audit", headers=desk.as_("auditor"))
    return [row["words"] for row in found.json()["items"]]


async def test_from_the_application_to_a_seat_and_to_the_queue(desk: AcademyDesk) -> None:
    session = await desk.session(seats=1)
    first = await desk.learner()
    applied = await desk.says(first, session, "application")
    assert applied.json()["status_ja"] == "申込済み（所属の承認待ち）"
    _, seated = await desk.enrolled(session, learner_id=first)
    second, waiting = await desk.enrolled(session, MITAKA)
    assert (seated["status"], waiting["status"]) == ("confirmed", "waitlisted")
    assert (await desk.says(first, session, "cancellation")).json()["status"] == "cancelled"
    assert await desk.standing(session) == {first: "cancelled", second: "confirmed"}, "the head moved up at once"
    assert await audit(desk) == []
    assert await differing(desk.service) == set()


async def test_only_where_the_official_works_is_it_agreed_to(desk: AcademyDesk) -> None:
    session, learner = await desk.session(), await desk.learner()
    applied = (await desk.says(learner, session, "application")).json()
    path = f"enrolments/{applied['enrolment_id']}/nomination"
    assert (await desk.send("PUT", path, None, "officer", MITAKA)).status_code == 404
    assert (await desk.send("PUT", path)).status_code == 404, "nor by Tokyo, for a municipality's official"
    declined = await desk.done("PUT", path.replace("nomination", "declination"), None, "officer", MUSASHINO)
    assert declined["status"] == "declined"
    assert (await desk.send("PUT", path, None, "officer", MUSASHINO)).json()[
        "type"
    ] == "/problems/enrolment-status-wrong"


async def test_who_has_something_else_then_is_asked_and_an_offer_that_lapses_moves_on(desk: AcademyDesk) -> None:
    session, other = await desk.session(seats=1), await desk.session(BEGINS + timedelta(hours=1))
    first, _ = await desk.enrolled(session)
    busy, _ = await desk.enrolled(session, MITAKA)
    await desk.enrolled(other, MITAKA, learner_id=busy)
    desk.at(NOW + timedelta(minutes=1))
    last, _ = await desk.enrolled(session, CHIYODA)
    await desk.says(first, session, "cancellation")
    assert await desk.standing(session) == {first: "cancelled", busy: "offered", last: "waitlisted"}
    desk.at(NOW + timedelta(hours=48, minutes=1))
    assert (await desk.says(busy, session, "acceptance")).json()["type"] == "/problems/no-seat-offered"
    assert await desk.standing(session) == {first: "cancelled", busy: "lapsed", last: "waitlisted"}
    await desk.done("PUT", f"sessions/{session}/seats", {"seats": 1})
    assert await desk.standing(session) == {first: "cancelled", busy: "lapsed", last: "confirmed"}


async def test_a_lapsed_offer_moves_on_by_itself(desk: AcademyDesk) -> None:
    session, other = await desk.session(seats=1), await desk.session(BEGINS + timedelta(hours=1))
    first, _ = await desk.enrolled(session)
    busy, _ = await desk.enrolled(session, MITAKA)
    await desk.enrolled(other, MITAKA, learner_id=busy)
    desk.at(NOW + timedelta(minutes=1))
    last, _ = await desk.enrolled(session, CHIYODA)
    await desk.says(first, session, "cancellation")
    runtime = desk.service.app.state.runtime
    assert await do_what_is_due(runtime, lapsing) == 0
    desk.at(NOW + timedelta(hours=48, minutes=1))
    assert [await do_what_is_due(runtime, lapsing) for _ in range(2)] == [1, 0]
    assert await desk.standing(session) == {first: "cancelled", busy: "lapsed", last: "confirmed"}
    assert await differing(desk.service) == set()


async def test_an_offer_is_accepted(desk: AcademyDesk) -> None:
    session, other = await desk.session(seats=1), await desk.session(BEGINS + timedelta(hours=1))
    first, _ = await desk.enrolled(session)
    busy, _ = await desk.enrolled(session, MITAKA)
    await desk.enrolled(other, MITAKA, learner_id=busy)
    await desk.says(first, session, "cancellation")
    assert (await desk.says(busy, session, "acceptance")).json()["status"] == "confirmed"


async def test_more_seats_go_to_who_waits_and_never_to_who_was_not_nominated(desk: AcademyDesk) -> None:
    session = await desk.session(seats=1)
    await desk.enrolled(session)
    unapproved = await desk.learner(CHIYODA)
    await desk.says(unapproved, session, "application")
    waiting, _ = await desk.enrolled(session, MITAKA)
    await desk.done("PUT", f"sessions/{session}/seats", {"seats": 3})
    standing = await desk.standing(session)
    assert (standing[waiting], standing[unapproved]) == ("confirmed", "applied")
    fewer = await desk.send("PUT", f"sessions/{session}/seats", {"seats": 1})
    assert (fewer.status_code, fewer.json()["type"]) == (409, "/problems/seats-below-confirmed")


async def test_nothing_is_taken_after_its_time(desk: AcademyDesk) -> None:
    session = await desk.session(seats=1)
    first, _ = await desk.enrolled(session)
    waiting, _ = await desk.enrolled(session, MITAKA)
    late = await desk.learner()
    desk.at(APPLY_UNTIL)
    refused = await desk.says(late, session, "application")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/training-session-too-late")
    desk.at(CHANGES_UNTIL)
    assert (await desk.says(first, session, "cancellation")).is_success, "leaving is always possible"
    assert (await desk.standing(session))[waiting] == "waitlisted", "nobody is moved up any more"


async def test_twenty_at_once_and_no_seat_is_given_twice(desk: AcademyDesk) -> None:
    session = await desk.session(seats=7)
    learners = [await desk.learner(code) for code in (CHIYODA, MUSASHINO) for _ in range(10)]

    async def enrol(number: int) -> None:
        await desk.enrolled(session, (CHIYODA, MUSASHINO)[number // 10], learner_id=learners[number])

    await asyncio.gather(*map(enrol, range(20)))
    assert Counter((await desk.standing(session)).values()) == {"confirmed": 7, "waitlisted": 13}
    seated = [one for one, status in (await desk.standing(session)).items() if status == "confirmed"]
    await asyncio.gather(*(desk.says(one, session, "cancellation") for one in seated))
    assert Counter((await desk.standing(session)).values()) == {"cancelled": 7, "confirmed": 7, "waitlisted": 6}
    assert await audit(desk) == []


async def test_twenty_at_once_for_five_seats_wait_in_the_order_of_their_applications(desk: AcademyDesk) -> None:
    session, learners = await desk.session(seats=5), [await desk.learner() for _ in range(20)]
    for minute, learner in enumerate(learners):
        desk.at(NOW + timedelta(minutes=minute))
        await desk.says(learner, session, "application")
    await asyncio.gather(*(desk.enrolled(session, learner_id=learner) for learner in reversed(learners)))
    standing = await desk.standing(session)
    seated = [one for one in learners if standing[one] == "confirmed"]
    waiting = [one for one in learners if standing[one] == "waitlisted"]
    assert (len(seated), len(waiting), await audit(desk)) == (5, 15, [])
    await asyncio.gather(*(desk.says(one, session, "cancellation") for one in seated))
    standing = await desk.standing(session)
    assert [one for one in waiting if standing[one] == "confirmed"] == waiting[:5], "whoever applied first moved up"
    assert await audit(desk) == []


async def test_a_quota_is_kept_until_applications_end_and_then_released_by_itself(desk: AcademyDesk) -> None:
    session = await desk.session(seats=2, quotas=[{"party": MUSASHINO, "seats": 1}])
    first, _ = await desk.enrolled(session, CHIYODA)
    waiting, standing = await desk.enrolled(session, MITAKA)
    assert standing["status"] == "waitlisted", "the free seat is Musashino's"
    assert await audit(desk) == []
    runtime = desk.service.app.state.runtime
    desk.at(APPLY_UNTIL - timedelta(seconds=1))
    assert await do_what_is_due(runtime, lapsing) == 0
    desk.at(APPLY_UNTIL)
    assert [await do_what_is_due(runtime, lapsing) for _ in range(2)] == [1, 0]
    assert await desk.standing(session) == {first: "confirmed", waiting: "confirmed"}
    assert (await desk.service.client.get(f"/v1/sessions/{session}")).json()["released"]
    assert await differing(desk.service) == set()


async def test_the_order_is_told_before_anybody_applies(desk: AcademyDesk) -> None:
    found = await desk.service.client.get(f"/v1/sessions/{await desk.session()}")
    order = "割当の範囲内の方、申込みの早い方、まだ席のない団体の方の順に繰り上げます。"
    assert found.json()["order_ja"].endswith(order)


async def test_a_series_is_planned_at_once_with_deadlines_as_far_before_each(desk: AcademyDesk) -> None:
    session = await desk.session()
    plan = (await desk.service.client.get(f"/v1/sessions/{session}")).json()
    plan = {
        name: plan[name] for name in ("title_ja", "place_ja", "starts_at", "ends_at", "apply_until", "changes_until")
    }
    path, weeks = f"courses/{desk.course_id}/session-series", [BEGINS + timedelta(weeks=n) for n in (1, 2)]
    body: dict[str, Any] = {"plan": plan | {"seats": 2}, "further": [moment.isoformat() for moment in weeks]}
    planned = await desk.done("POST", path, body)
    found = await desk.service.client.get("/v1/sessions", params={"series_id": planned["series_id"]})
    rows = found.json()["items"]
    assert [row["session_id"] for row in rows] == planned["session_ids"]
    assert [datetime.fromisoformat(row["starts_at"]) for row in rows] == [BEGINS, *weeks]
    assert datetime.fromisoformat(rows[2]["apply_until"]) == APPLY_UNTIL + timedelta(weeks=2)
    for further in ([body["further"][0]] * 2, ["2100-03-31T23:59:00+09:00"], [BEGINS.isoformat()]):
        refused = await desk.send("POST", path, body | {"further": further})
        assert refused.status_code == 422, refused.text
    late = body | {"further": [(BEGINS + timedelta(weeks=1)).isoformat()]}
    desk.at(APPLY_UNTIL)
    assert (await desk.send("POST", path, late)).json()["type"].endswith("training-session-too-late")
    still = await desk.service.client.get("/v1/sessions", params={"course_id": desk.course_id})
    assert len(still.json()["items"]) == 4, "the one before and the three of the series: all or none"


async def test_a_nomination_said_again_gives_no_seat_to_who_cancels_meanwhile(
    desk: AcademyDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = await desk.session(seats=1)
    learner, enrolled = await desk.enrolled(session)
    path = f"enrolments/{enrolled['enrolment_id']}/nomination"
    again = await desk.done("PUT", path, None, "officer", MUSASHINO)
    assert again["status"] == "confirmed", "saying it again changes nothing"

    async def cancelled() -> None:
        assert (await desk.says(learner, session, "cancellation")).is_success

    meanwhile(monkeypatch, Enrolment, cancelled)
    await desk.send("PUT", path, None, "officer", MUSASHINO)
    assert await desk.standing(session) == {learner: "cancelled"}
    other, _ = await desk.enrolled(session, MITAKA)
    assert (await desk.standing(session))[other] == "confirmed", "the seat is free"


async def test_a_cancellation_said_again_takes_no_seat_of_who_applies_anew_meanwhile(
    desk: AcademyDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = await desk.session(seats=1)
    learner, _ = await desk.enrolled(session)
    await desk.says(learner, session, "cancellation")

    async def enrolled_anew() -> None:
        await desk.enrolled(session, learner_id=learner)

    meanwhile(monkeypatch, Enrolment, enrolled_anew)
    await desk.says(learner, session, "cancellation")
    assert await desk.standing(session) == {learner: "confirmed"}
