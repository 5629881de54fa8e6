"""Reminders: each moment once, to whom it concerns, until it is over or moved."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta

import pytest
import pytest_asyncio

from conftest import As
from kyodo_academy.reminders.model import NEAR, ReminderKind, SessionReminderGiven, SessionReminders
from kyodo_academy.reminders.reminding import reminding
from kyodo_academy.sessions.model import TrainingSession
from kyodo_academy.sessions.values import Plan, SessionStatus
from kyodo_events.testing import given
from kyodo_platform.chores import do_what_is_due
from kyodo_platform.settings import Settings
from tests.support.academy_desk import APPLY_UNTIL, BEGINS, CHANGES_UNTIL, MITAKA, MUSASHINO, NOW, AcademyDesk
from tests.support.databases import Databases
from tests.support.rebuilt import differing
from tests.support.running import running

PLAN = Plan(
    title_ja="見本の研修",
    place_ja="見本会議室",
    starts_at=BEGINS,
    ends_at=BEGINS + timedelta(hours=2),
    apply_until=APPLY_UNTIL,
    changes_until=CHANGES_UNTIL,
    seats=2,
)


@pytest_asyncio.fixture
async def desk(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[AcademyDesk]:
    """A course of the academy."""
    async with running(databases, settings_for, "academy") as service:
        yield await AcademyDesk(service, as_).with_course()


def open_session(status: SessionStatus = SessionStatus.OPEN, plan: Plan = PLAN) -> TrainingSession:
    return TrainingSession(id="test", plan=plan, status=status)


@pytest.mark.parametrize(
    ("kind", "moment"),
    [
        (ReminderKind.APPLICATIONS_CLOSE, APPLY_UNTIL),
        (ReminderKind.CHANGES_CLOSE, CHANGES_UNTIL),
        (ReminderKind.STARTS, BEGINS),
    ],
)
def test_each_moment_is_reminded_of_once_while_it_is_near(kind: ReminderKind, moment: datetime) -> None:
    reminder = SessionReminderGiven(kind=kind, about=moment)
    second = timedelta(seconds=1)
    for now, near in ((moment - NEAR, True), (moment - second, True), (moment, False), (moment - NEAR - second, False)):
        assert (reminder in SessionReminders(id="test").remind(open_session(), now)) is near
    again = given(SessionReminders).that(reminder).when(lambda one: one.remind(open_session(), moment - second))
    assert reminder not in again.events
    for status in (SessionStatus.PLANNED, SessionStatus.CANCELLED, SessionStatus.HELD):
        assert [*SessionReminders(id="test").remind(open_session(status), moment - second)] == []


def test_a_moved_session_reminds_anew() -> None:
    later = PLAN.model_copy(update={"starts_at": BEGINS + timedelta(days=7), "ends_at": BEGINS + timedelta(days=7.1)})
    given(SessionReminders).that(SessionReminderGiven(kind=ReminderKind.STARTS, about=BEGINS)).when(
        lambda one: one.remind(open_session(plan=later), later.starts_at - timedelta(days=1))
    ).then(SessionReminderGiven(kind=ReminderKind.STARTS, about=later.starts_at))


async def told(desk: AcademyDesk, *role: str, person: str | None = None) -> set[tuple[str, str]]:
    """What somebody is reminded of, and who it is about."""
    path = f"/v1/learners/{person}/reminders" if person else "/v1/reminders"
    found = await desk.service.client.get(path, headers=desk.as_(*role or ("learner",), person=person))
    return {(row["kind"], row["holder"]) for row in found.json()["items"]}


async def remind(desk: AcademyDesk) -> int:
    return await do_what_is_due(desk.service.app.state.runtime, reminding)


async def test_reminders_concern_who_is_enrolled_and_where_they_work(desk: AcademyDesk) -> None:
    session = await desk.session(seats=1)
    seated, _ = await desk.enrolled(session)
    waiting, _ = await desk.enrolled(session, MITAKA)
    unapproved = await desk.learner()
    await desk.says(unapproved, session, "application")
    assert await remind(desk) == 0
    desk.at(APPLY_UNTIL - timedelta(days=1))
    assert [await remind(desk), await remind(desk)] == [1, 0]
    assert await told(desk, "officer", MUSASHINO) == {("applications_close", unapproved)}
    desk.at(APPLY_UNTIL)
    assert await told(desk, "officer", MUSASHINO) == set(), "it is over"
    desk.at(CHANGES_UNTIL - timedelta(hours=1))
    assert await remind(desk) == 1
    changes, starts = "changes_close", "starts"
    assert await told(desk, person=seated) == {(changes, seated), (starts, seated)}
    assert await told(desk, "officer", MITAKA) == {(changes, waiting), (starts, waiting)}
    assert len(await told(desk, "secretariat")) == 4
    await desk.says(seated, session, "cancellation")
    assert await told(desk, person=seated) == set(), "who does not come is reminded no more"
    assert await differing(desk.service) == set()


async def test_two_servers_remind_once(desk: AcademyDesk) -> None:
    await desk.enrolled(await desk.session())
    desk.at(BEGINS - timedelta(days=1))
    await asyncio.gather(*(remind(desk) for _ in range(4)))
    given_ = "SELECT count(*)::int FROM event WHERE type = 'kyodo.academy.session-reminder-given'"
    assert await desk.service.as_owner(given_) == [(1,)]
    assert await desk.service.as_owner("SELECT count(*)::int FROM session_reminder") == [(1,)]


async def test_a_moved_session_is_told_and_reminds_by_its_new_time(desk: AcademyDesk) -> None:
    session = await desk.session()
    seated, _ = await desk.enrolled(session)
    desk.at(BEGINS - timedelta(days=1))
    await remind(desk)
    assert await told(desk, person=seated) == {("starts", seated)}
    moved = {
        "title_ja": "見本の研修",
        "place_ja": "見本会館",
        "seats": 2,
        **{
            name: (moment + timedelta(days=7)).isoformat()
            for name, moment in {
                "starts_at": BEGINS,
                "ends_at": BEGINS + timedelta(hours=2),
                "apply_until": APPLY_UNTIL,
                "changes_until": CHANGES_UNTIL,
            }.items()
        },
    }
    await desk.done("PUT", f"sessions/{session}/plan", {"plan": moved})
    assert await told(desk, person=seated) == {("moved", seated)}, "the old beginning is no beginning any more"
    desk.at(BEGINS - timedelta(hours=23))
    late, _ = await desk.enrolled(session)
    assert await told(desk, person=late) == set(), "nothing had changed for who came afterwards"
    desk.at(BEGINS + timedelta(days=6))
    await remind(desk)
    assert await told(desk, person=seated) == {("moved", seated), ("starts", seated)}
    assert (await desk.says(seated, session, "cancellation")).is_success


async def test_a_cancelled_session_is_told_with_its_reason(desk: AcademyDesk) -> None:
    session = await desk.session(seats=1)
    seated, enrolled = await desk.enrolled(session)
    waiting, _ = await desk.enrolled(session, MITAKA)
    unapproved, gone = await desk.learner(), await desk.learner()
    for learner in (unapproved, gone):
        await desk.says(learner, session, "application")
    await desk.says(gone, session, "cancellation")
    desk.at(NOW + timedelta(days=1))
    await desk.done("PUT", f"sessions/{session}/cancellation", {"reason_ja": "大雪"})
    cancelled = "session_cancelled"
    assert await desk.standing(session) == {
        seated: cancelled,
        waiting: cancelled,
        unapproved: cancelled,
        gone: "cancelled",
    }
    path = f"/v1/learners/{seated}/reminders"
    (row,) = (await desk.service.client.get(path, headers=desk.as_("learner", person=seated))).json()["items"]
    assert (row["kind_ja"], row["reason_ja"]) == ("研修が中止されました", "大雪")
    assert await told(desk, "officer", MUSASHINO) == {("cancelled", seated), ("cancelled", unapproved)}
    desk.at(BEGINS)
    assert await told(desk, "officer", MUSASHINO) == set()
    attended = await desk.send("PUT", f"sessions/{session}/attendances/{enrolled['enrolment_id']}", {"percent": 100})
    assert attended.json()["type"] == "/problems/training-session-not-open", "nobody attended what did not take place"
