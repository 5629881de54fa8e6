"""Courses over HTTP: who gets a seat, and what comes of having been there, on a real PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest_asyncio

from conftest import As
from kyodo_events.event import new_id
from kyodo_platform.settings import Settings
from tests.support.awarded import set_clock
from tests.support.databases import Databases
from tests.support.supporter_desk import MITAKA, MUSASHINO, SupporterDesk
from tests.support.supporter_matching.training_desk import (
    AFTERWARDS,
    COURSE,
    COURSES,
    PROGRAMMES,
    application,
    candidate,
    course,
    in_training,
    read,
    refused,
    training_of,
)


@pytest_asyncio.fixture
async def desk(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[SupporterDesk]:
    """A published programme with a unit face to face."""
    async with in_training(databases, settings_for, as_) as desk:
        yield desk


async def test_only_the_trainee_and_the_secretariat_enrol(desk: SupporterDesk) -> None:
    supporter, another = await candidate(desk), await candidate(desk)
    path = f"{COURSES}/{await course(desk)}/enrolments/{supporter}"
    assert (await desk.send("PUT", path, None, "officer", MUSASHINO)).status_code == 403
    assert (await desk.send("PUT", path, None, "supporter", person=another)).status_code == 404
    taken = await desk.done("PUT", path, None, "supporter", person=supporter)
    assert (taken["enrolled"], taken["seats"]) == (1, 3)
    freed = await desk.done("PUT", f"{path}/withdrawal", None, "supporter", person=supporter)
    assert freed["enrolled"] == 0


async def test_enrolments_are_seen_at_home_and_by_the_trainee(desk: SupporterDesk) -> None:
    here, there, course_id = await candidate(desk), await candidate(desk, MITAKA), await course(desk)
    path = f"{COURSES}/{course_id}/enrolments"
    for supporter in (here, there):
        await desk.done("PUT", f"{path}/{supporter}", None, "supporter", person=supporter)

    async def seen(*role: str, person: str | None = None) -> list[str]:
        return [row["supporter_id"] for row in (await read(desk, path, *role, person=person))["items"]]

    assert sorted(await seen()) == sorted([here, there])
    assert await seen("officer", MUSASHINO) == [here]
    assert await seen("officer", MITAKA) == [there]
    assert await seen("supporter", person=there) == [there]
    assert (await read(desk, f"{COURSES}/{course_id}", "officer", MITAKA))["enrolled"] == 2
    cancelled = await desk.done("PUT", f"{COURSES}/{course_id}/cancellation", {"reason_ja": "講師の都合"})
    assert (cancelled["cancelled"], cancelled["cancellation_ja"]) == (True, "講師の都合")
    assert (await read(desk, f"{COURSES}?cancelled=false"))["items"] == []


async def test_of_many_who_enrol_at_the_same_moment_no_more_than_the_seats_get_one(desk: SupporterDesk) -> None:
    course_id = await course(desk)
    supporters = [await candidate(desk) for _ in range(8)]
    path = f"{COURSES}/{course_id}/enrolments"
    answers = await asyncio.gather(
        *(desk.send("PUT", f"{path}/{one}", None, "supporter", person=one) for one in supporters)
    )
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [200] * 3 + [409] * 5
    kinds = {answer.json()["type"] for answer in answers if answer.status_code == 409}
    assert kinds == {"/problems/training-course-full"}
    assert (await read(desk, f"{COURSES}/{course_id}"))["enrolled"] == 3
    rows = await desk.service.as_owner("SELECT count(*) FROM training_enrolment WHERE status = 'enrolled'")
    assert rows == [(3,)]


async def test_courses_are_found(desk: SupporterDesk) -> None:
    course_id = await course(desk)
    for query, found in (
        (f"programme_id={desk.programme_id}", 1),
        (f"programme_id={new_id()}", 0),
        ("unit=practice", 1),
        ("unit=basics", 0),
        (f"host={MUSASHINO}", 1),
        ("host=tokyo", 0),
        ("since=2026-12-07T01:00:00Z", 1),
        ("before=2026-12-07T01:00:00Z", 0),
    ):
        assert len((await read(desk, f"{COURSES}?{query}", "supporter"))["items"]) == found, query
    words = [row["words"] for row in (await read(desk, f"{COURSES}/{course_id}/history"))["items"]]
    assert words == ["研修を計画した（対面、定員3名）"]


async def test_who_was_absent_has_completed_nothing(desk: SupporterDesk) -> None:
    supporter, course_id = await candidate(desk), await course(desk)
    seat = f"{COURSES}/{course_id}/enrolments/{supporter}"
    await desk.done("PUT", seat)
    set_clock(desk.service.app, AFTERWARDS)
    await desk.done("PUT", f"{seat}/attendance", {"attended": False})
    assert (await read(desk, training_of(supporter)))["units_done"] == []
    (row,) = (await read(desk, f"{COURSES}/{course_id}/enrolments"))["items"]
    assert (row["status"], row["status_ja"]) == ("absent", "欠席")
    await desk.done("PUT", f"{seat}/attendance", {"attended": True})
    assert (await read(desk, training_of(supporter)))["units_done"] == ["practice"]


async def test_a_unit_is_completed_on_the_day_of_the_course_whenever_that_is_recorded(desk: SupporterDesk) -> None:
    supporter, course_id = await candidate(desk), await course(desk)
    seat = f"{COURSES}/{course_id}/enrolments/{supporter}"
    await desk.done("PUT", seat)
    set_clock(desk.service.app, AFTERWARDS + timedelta(days=3))
    await desk.done("PUT", f"{seat}/attendance", {"attended": True})
    completed = "SELECT data->>'completed_on' FROM event WHERE type LIKE '%training-unit-completed'"
    assert await desk.service.as_owner(completed) == [("2026-12-07",)]


async def test_who_gave_the_seat_back_has_none(desk: SupporterDesk) -> None:
    supporter, course_id = await candidate(desk), await course(desk)
    seat = f"{COURSES}/{course_id}/enrolments/{supporter}"
    await desk.done("PUT", seat)
    await desk.done("PUT", f"{seat}/withdrawal")
    (row,) = (await read(desk, f"{COURSES}/{course_id}/enrolments"))["items"]
    assert (row["status"], row["status_ja"]) == ("withdrawn", "取消")


async def test_nobody_whose_data_are_erased_is_trained(desk: SupporterDesk) -> None:
    supporter, course_id = await candidate(desk), await course(desk)
    await desk.done("POST", f"supporters/{supporter}/erasure", {"reference": "見本-1"})
    seat = f"{COURSES}/{course_id}/enrolments/{supporter}"
    assert await refused(desk, "PUT", seat) == (410, "supporter-erased")
    assert await refused(desk, "PUT", training_of(supporter), application(desk)) == (410, "supporter-erased")


async def test_nothing_begins_by_a_programme_that_is_retired(desk: SupporterDesk) -> None:
    waiting = await candidate(desk, applied=False)
    await desk.done("PUT", f"{PROGRAMMES}/{desk.programme_id}/retirement", {"reason_ja": "後継に移行"})
    plan = {"plan": COURSE | {"programme_id": desk.programme_id}}
    assert await refused(desk, "POST", COURSES, plan) == (409, "training-programme-retired")
    assert await refused(desk, "PUT", training_of(waiting), application(desk)) == (409, "training-programme-retired")
