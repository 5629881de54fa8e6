"""Courses and programmes over HTTP."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from conftest import Api, As

BEGINNERS = {"title_ja": "データ利活用入門", "programme": "shared_training", "starts_on": "2099-06-01", "seats": 40}


@pytest.fixture
async def academy(api: Api) -> httpx.AsyncClient:
    return await api("academy")


async def announce(academy: httpx.AsyncClient, as_: As, **changes: Any) -> dict[str, Any]:
    created = await academy.post("/v1/courses", json=BEGINNERS | changes, headers=as_("secretariat"))
    assert created.status_code == 201
    assert created.headers["ETag"] == '"1"'
    course: dict[str, Any] = created.json()
    return course


async def test_everybody_sees_an_announced_course(academy: httpx.AsyncClient, as_: As) -> None:
    course = await announce(academy, as_)
    read = await academy.get(f"/v1/courses/{course['id']}")
    assert (read.json(), read.headers["ETag"]) == (course, '"1"')
    assert course.items() >= (BEGINNERS | {"programme_ja": "都と区市町村の共通研修", "status": "announced"}).items()


async def test_a_course_is_moved_and_cancelled(academy: httpx.AsyncClient, as_: As) -> None:
    address = f"/v1/courses/{(await announce(academy, as_))['id']}"
    secretariat, later = as_("secretariat"), {"starts_on": "2099-06-08"}

    missing = await academy.put(f"{address}/schedule", json=later, headers=secretariat)
    moved = await academy.put(f"{address}/schedule", json=later, headers=secretariat | {"If-Match": '"1"'})
    stale = await academy.post(f"{address}/cancel", headers=secretariat | {"If-Match": '"1"'})
    cancelled = await academy.post(f"{address}/cancel", headers=secretariat | {"If-Match": '"2"'})
    assert [answer.status_code for answer in (missing, moved, stale, cancelled)] == [428, 200, 412, 200]

    read = await academy.get(address)
    assert (read.json(), read.headers["ETag"]) == (cancelled.json(), '"3"')
    assert (read.json()["starts_on"], read.json()["status"]) == ("2099-06-08", "cancelled")

    refused = await academy.put(f"{address}/schedule", json=later, headers=secretariat | {"If-Match": "*"})
    assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (409, "course-is-cancelled")


async def test_a_repeated_key_announces_once(academy: httpx.AsyncClient, as_: As) -> None:
    headers = as_("secretariat") | {"Idempotency-Key": "the-same"}
    first, again = [await academy.post("/v1/courses", json=BEGINNERS, headers=headers) for _ in range(2)]
    assert first.json() == again.json()
    assert (await academy.get("/v1/courses")).json()["items"] == [first.json()]


async def test_courses_are_listed_by_day_page_by_page(academy: httpx.AsyncClient, as_: As) -> None:
    days = ["2099-06-03", "2099-06-01", "2099-06-02", "2099-06-01"]
    for day in days:
        await announce(academy, as_, starts_on=day)
    await announce(academy, as_, programme="core_talent_study")

    found: list[str] = []
    query = {"programme": "shared_training", "limit": "2"}
    while True:
        page = (await academy.get("/v1/courses", params=query)).json()
        found += [course["starts_on"] for course in page["items"]]
        if page["next"] is None:
            break
        query["cursor"] = page["next"]
    assert found == sorted(days)


async def test_only_the_secretariat_announces(academy: httpx.AsyncClient, as_: As) -> None:
    assert (await academy.post("/v1/courses", json=BEGINNERS)).status_code == 401
    refused = await academy.post("/v1/courses", json=BEGINNERS, headers=as_("officer", "132039"))
    assert refused.status_code == 403


async def test_a_day_gone_by_is_refused(academy: httpx.AsyncClient, as_: As) -> None:
    past = BEGINNERS | {"starts_on": "2023-06-01"}
    refused = await academy.post("/v1/courses", json=past, headers=as_("secretariat"))
    assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (409, "starts-too-early")


async def test_the_programmes_are_those_of_the_forum(academy: httpx.AsyncClient) -> None:
    programmes = (await academy.get("/v1/programmes")).json()["items"]
    planned = {programme["code"]: (programme["people"], programme["sessions"]) for programme in programmes}
    assert planned == {
        "core_talent_study": (60, 12),
        "customised_training": (1200, 33),
        "shared_training": (220, None),
    }
