"""Learners who leave or are erased, sessions that do not take place: no seat is lost by either."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import pytest
import pytest_asyncio

from conftest import As
from kyodo_academy.enrolments import admission
from kyodo_academy.enrolments.lapsing import lapsing
from kyodo_academy.learners import api as learners_api
from kyodo_platform.chores import do_what_is_due
from kyodo_platform.settings import Settings
from tests.support.academy_desk import BEGINS, CHIYODA, MITAKA, MUSASHINO, NOW, AcademyDesk
from tests.support.databases import Databases
from tests.support.rebuilt import differing
from tests.support.running import running


@pytest_asyncio.fixture
async def desk(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[AcademyDesk]:
    """A course of the academy."""
    async with running(databases, settings_for, "academy") as service:
        yield await AcademyDesk(service, as_).with_course()


async def leaves(desk: AcademyDesk, learner_id: str) -> None:
    await desk.done("PUT", f"learners/{learner_id}/departure", None, "officer", MUSASHINO)


async def is_erased(desk: AcademyDesk, learner_id: str) -> None:
    await desk.done("POST", f"learners/{learner_id}/erasure", {}, "learner", person=learner_id)


@pytest.mark.parametrize("goes", [leaves, is_erased])
async def test_who_leaves_gives_back_everything_to_come(
    desk: AcademyDesk, goes: Callable[..., Awaitable[None]]
) -> None:
    sessions = [await desk.session(BEGINS + timedelta(days=day), seats=1) for day in (0, 7, 14)]
    over, first, second = sessions
    goer, (waits, _) = await desk.learner(), await desk.enrolled(second)
    for session in sessions:
        await desk.enrolled(session, learner_id=goer)
    heirs = [(await desk.enrolled(session, MITAKA))[0] for session in (over, first, second)]
    unapproved = await desk.session(BEGINS + timedelta(days=21))
    applied = (await desk.says(goer, unapproved, "application")).json()
    desk.at(BEGINS)
    await goes(desk, goer)
    assert await desk.standing(over) == {goer: "confirmed", heirs[0]: "waitlisted"}, (
        "it has begun: nothing is free by it"
    )
    assert await desk.standing(first) == {goer: "cancelled", heirs[1]: "confirmed"}
    assert await desk.standing(second) == {waits: "confirmed", goer: "cancelled", heirs[2]: "waitlisted"}
    assert await desk.standing(unapproved) == {goer: "cancelled"}
    nomination = f"enrolments/{applied['enrolment_id']}/nomination"
    assert (await desk.send("PUT", nomination, None, "officer", MUSASHINO)).status_code == 409
    found = await desk.service.client.get("/v1/sessions/audit", headers=desk.as_("auditor"))
    assert found.json()["items"] == []
    assert await differing(desk.service) == set()


async def test_who_applied_at_the_moment_of_leaving_gets_no_seat(
    desk: AcademyDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def overlooked(*_: object) -> None:
        """The application was not there yet."""

    monkeypatch.setattr(learners_api, "give_back_all", overlooked)
    session, learner = await desk.session(), await desk.learner()
    applied = (await desk.says(learner, session, "application")).json()
    await leaves(desk, learner)
    refused = await desk.send("PUT", f"enrolments/{applied['enrolment_id']}/nomination", None, "officer", MUSASHINO)
    assert (refused.status_code, refused.json()["type"]) == (410, "/problems/learner-gone")


async def test_an_offer_is_given_back_too(desk: AcademyDesk) -> None:
    session, other = await desk.session(seats=1), await desk.session(BEGINS + timedelta(hours=1))
    first, _ = await desk.enrolled(session, CHIYODA)
    busy, _ = await desk.enrolled(session)
    await desk.enrolled(other, learner_id=busy)
    desk.at(NOW + timedelta(minutes=1))
    last, _ = await desk.enrolled(session, MITAKA)
    await desk.says(first, session, "cancellation")
    assert (await desk.standing(session))[busy] == "offered"
    await leaves(desk, busy)
    assert await desk.standing(session) == {first: "cancelled", busy: "cancelled", last: "confirmed"}


async def test_nobody_has_more_to_come_than_can_be_given_back_at_once(
    desk: AcademyDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admission, "MOST_TO_COME", 2)
    learner = await desk.learner()
    first, second, third = [await desk.session(BEGINS + timedelta(days=day)) for day in range(3)]
    for session in (first, second, second):
        assert (await desk.says(learner, session, "application")).is_success
    refused = await desk.says(learner, third, "application")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/too-many-enrolments")
    await desk.says(learner, first, "cancellation")
    assert (await desk.says(learner, third, "application")).is_success


async def test_a_seat_at_a_cancelled_session_is_no_clash_and_nobody_moves_up_there(desk: AcademyDesk) -> None:
    session, other = await desk.session(seats=1), await desk.session(BEGINS + timedelta(hours=1), seats=1)
    first, _ = await desk.enrolled(session, CHIYODA)
    busy, _ = await desk.enrolled(session, MITAKA)
    await desk.enrolled(other, MITAKA, learner_id=busy)
    waiting, _ = await desk.enrolled(other)
    await desk.done("PUT", f"sessions/{other}/cancellation", {"reason_ja": "大雪"})
    await desk.says(first, session, "cancellation")
    assert await desk.standing(session) == {first: "cancelled", busy: "confirmed"}, "given at once, without asking"
    await desk.says(busy, other, "cancellation")
    assert await desk.standing(other) == {busy: "cancelled", waiting: "session_cancelled"}


async def test_an_offer_of_a_cancelled_session_is_over(desk: AcademyDesk) -> None:
    session, other = await desk.session(seats=1), await desk.session(BEGINS + timedelta(hours=1))
    first, _ = await desk.enrolled(session, CHIYODA)
    busy, _ = await desk.enrolled(session)
    await desk.enrolled(other, learner_id=busy)
    await desk.says(first, session, "cancellation")
    await desk.done("PUT", f"sessions/{session}/cancellation", {"reason_ja": "大雪"})
    accepted = await desk.says(busy, session, "acceptance")
    assert accepted.json()["type"] == "/problems/training-session-not-open"
    desk.at(NOW + timedelta(hours=49))
    assert await do_what_is_due(desk.service.app.state.runtime, lapsing) == 0
    assert (await desk.standing(session))[busy] == "session_cancelled"


async def test_who_waited_in_vain_moves_up_where_the_session_is_put_off(desk: AcademyDesk) -> None:
    session = await desk.session(seats=1)
    first, _ = await desk.enrolled(session, CHIYODA)
    waiting, _ = await desk.enrolled(session)
    busy_then = await desk.session(BEGINS + timedelta(days=7))
    await desk.enrolled(busy_then, learner_id=waiting)
    desk.at(BEGINS - timedelta(days=1))
    await desk.says(first, session, "cancellation")
    assert (await desk.standing(session))[waiting] == "waitlisted"
    plan = (await desk.service.client.get(f"/v1/sessions/{session}")).json()
    times = ("starts_at", "ends_at", "apply_until", "changes_until")
    told = {name: plan[name] for name in ("title_ja", "place_ja", "seats")}
    later = {name: plan[name].replace("2026-06-22", "2026-06-29").replace("2026-06-20", "2026-06-27") for name in times}
    await desk.done("PUT", f"sessions/{session}/plan", {"plan": told | later})
    assert (await desk.standing(session))[waiting] == "offered", "who has something else at the new time is asked"
