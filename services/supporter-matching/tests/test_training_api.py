"""Training over HTTP, from the draft of a programme to the renewal of a certificate, on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import pytest_asyncio

from conftest import As
from kyodo_events.event import new_id
from kyodo_platform.settings import Settings
from tests.support.awarded import set_clock
from tests.support.databases import Databases
from tests.support.supporter_desk import MITAKA, MUSASHINO, SupporterDesk
from tests.support.supporter_matching.training_desk import (
    CONTENT,
    COURSE,
    COURSES,
    PROGRAMMES,
    application,
    candidate,
    certified,
    course,
    events,
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


async def test_versions_stay_as_they_were_published(desk: SupporterDesk) -> None:
    path = f"{PROGRAMMES}/{desk.programme_id}"
    drafted = await desk.done("PUT", f"{path}/draft", {"content": CONTENT | {"passing_score": 80}})
    assert (drafted["content"]["passing_score"], drafted["draft"]["passing_score"]) == (70, 80)
    published = await desk.done("PUT", f"{path}/publication")
    assert (published["published"], published["content"]["passing_score"], published["draft"]) == (2, 80, None)
    rows = (await read(desk, f"{path}/versions", "supporter"))["items"]
    assert [(row["number"], row["content"]["passing_score"]) for row in rows] == [(1, 70), (2, 80)]

    assert (await desk.done("PUT", f"{path}/publication"))["published"] == 2, "there is nothing to publish"
    retired = await desk.done("PUT", f"{path}/retirement", {"reason_ja": "後継に移行"})
    assert (retired["status"], retired["status_ja"]) == ("retired", "終了")
    assert await refused(desk, "PUT", f"{path}/draft", {"content": CONTENT}) == (409, "training-programme-retired")
    listed = [(await read(desk, f"{PROGRAMMES}?status={one}"))["items"] for one in ("drafted", "published", "retired")]
    assert [len(items) for items in listed] == [0, 0, 1]
    words = [row["words"] for row in (await read(desk, f"{path}/history", "host"))["items"]]
    assert words[1] == "研修プログラム「スマホサポーター養成研修」第1版を公開した"


async def test_a_training_from_the_application_to_the_registration(desk: SupporterDesk) -> None:
    supporter = await certified(desk)
    seen = await read(desk, training_of(supporter), "officer", MUSASHINO)
    assert (seen["status"], seen["status_ja"], seen["units_done"]) == ("certified", "認定", ["basics", "practice"])
    assert (seen["certified_since"], seen["certified_until"], seen["attempts"]) == ("2026-12-07", "2027-12-07", 1)
    registered = await desk.done("PUT", f"supporters/{supporter}/registration")
    assert registered["status"] == "registered"
    words = [row["words"] for row in (await read(desk, f"{training_of(supporter)}/history"))["items"]]
    assert words == [
        "研修「スマホサポーター養成研修」第1版の受講を申し込んだ",
        "単元「practice」を修了した",
        "単元「basics」を修了した",
        "修了試験に合格した",
        "2027-12-07まで認定した",
    ]


async def test_nobody_is_registered_without_a_certificate(desk: SupporterDesk) -> None:
    supporter = await candidate(desk)
    before = await events(desk)
    assert (await desk.send("PUT", f"supporters/{supporter}/registration")).status_code == 409
    assert await events(desk) == before


async def test_scores_are_for_the_supporter_and_the_secretariat(desk: SupporterDesk) -> None:
    supporter, another = await certified(desk), await candidate(desk)
    tests = f"{training_of(supporter)}/tests"
    for role, person in (("secretariat", None), ("supporter", supporter)):
        assert [row["score"] for row in (await read(desk, tests, role, person=person))["items"]] == [83]
    for who, status in ((("officer", MUSASHINO), 403), (("approver", MUSASHINO), 403), (("auditor",), 403)):
        assert (await desk.client.get(f"/v1/{tests}", headers=desk.as_(*who))).status_code == status
    foreign = desk.as_("supporter", person=another)
    assert (await desk.client.get(f"/v1/{tests}", headers=foreign)).status_code == 404
    for page in ("", "/history"):
        answer = await desk.client.get(f"/v1/{training_of(supporter)}{page}", headers=desk.as_("officer", MUSASHINO))
        assert answer.status_code == 200
        assert "score" not in answer.text
    rows = await desk.service.as_owner("SELECT kept_by FROM training_test")
    assert rows == [("tokyo",)], "row-level security hides it from every municipality"


async def test_a_municipality_sees_trainees_at_home_there_only(desk: SupporterDesk) -> None:
    here, there = await certified(desk), await candidate(desk, MITAKA)
    for code, own in ((MUSASHINO, here), (MITAKA, there)):
        listed = (await read(desk, "trainees", "officer", code))["items"]
        assert [row["supporter_id"] for row in listed] == [own]
    assert len((await read(desk, "trainees"))["items"]) == 2
    hidden = await desk.client.get(f"/v1/{training_of(there)}", headers=desk.as_("officer", MUSASHINO))
    assert hidden.status_code == 404
    assert (await read(desk, training_of(there), "supporter", person=there))["status"] == "applied"
    for day, found in (("2027-12-07", []), ("2027-12-08", [here])):
        rows = (await read(desk, f"trainees?expiring_before={day}"))["items"]
        assert [row["supporter_id"] for row in rows] == found
    rows = (await read(desk, "trainees?status=applied"))["items"]
    assert [row["supporter_id"] for row in rows] == [there]


async def test_a_certificate_lapses_by_itself_and_is_renewed_by_the_refresher(desk: SupporterDesk) -> None:
    supporter = await certified(desk)
    training = training_of(supporter)
    set_clock(desk.service.app, datetime(2028, 6, 6, 15, tzinfo=UTC))  # the 7th in Tokyo, the last day
    assert await refused(desk, "PUT", f"{training}/renewal") == (409, "training-units-missing")
    online = {"units": ["basics"], "mode": "online", "place_ja": None}
    times = {"starts_at": "2028-06-07T10:00:00+09:00", "ends_at": "2028-06-07T11:00:00+09:00"}
    refresher = await course(desk, **online, times=times)
    await desk.done("PUT", f"{COURSES}/{refresher}/enrolments/{supporter}", None, "supporter", person=supporter)
    set_clock(desk.service.app, datetime(2028, 6, 7, 2, tzinfo=UTC))
    await desk.done("PUT", f"{COURSES}/{refresher}/enrolments/{supporter}/attendance", {"attended": True})
    assert (await read(desk, training))["refresher_done"] == ["basics"]
    renewed = await desk.done("PUT", f"{training}/renewal")
    assert (renewed["certified_since"], renewed["certified_until"]) == ("2028-06-07", "2029-06-07")
    assert renewed["refresher_done"] == []
    revoked = await desk.done("PUT", f"{training}/revocation", {"reason": "misconduct"})
    assert (revoked["status"], revoked["certified_until"]) == ("revoked", None)
    assert await refused(desk, "PUT", f"{training}/renewal") == (409, "training-not-certified")


async def test_what_cannot_be_is_told_and_writes_nothing(desk: SupporterDesk) -> None:
    supporter, outsider = await candidate(desk), await candidate(desk, applied=False)
    training, seat = training_of(supporter), f"{COURSES}/{await course(desk)}/enrolments"
    await desk.done("PUT", f"{seat}/{supporter}")
    plan = COURSE | {"programme_id": desk.programme_id}
    past = {"starts_at": "2026-11-27T10:00:00+09:00", "ends_at": "2026-11-27T12:00:00+09:00"}
    naive = {"starts_at": "2026-12-07T10:00:00", "ends_at": "2026-12-07T12:00:00"}
    mine = application(desk)
    wrong: list[tuple[str, str, Any, int, str]] = [
        ("POST", COURSES, {"plan": plan | {"times": past}}, 422, "training-course-in-the-past"),
        ("POST", COURSES, {"plan": plan | {"times": naive}}, 422, "invalid-request"),
        ("POST", COURSES, {"plan": plan | {"units": ["nothing"]}}, 422, "training-unit-unknown"),
        ("POST", COURSES, {"plan": plan | {"programme_version": 2}}, 404, "not-found"),
        ("POST", COURSES, {"plan": plan | {"programme_id": new_id()}}, 404, "not-found"),
        ("POST", COURSES, {"plan": plan | {"mode": "online", "place_ja": None}}, 422, "training-unit-face-to-face"),
        ("POST", COURSES, {"plan": plan | {"host": "131017"}}, 422, "invalid-request"),
        ("PUT", f"{seat}/{supporter}", None, 409, "training-course-already-enrolled"),
        ("PUT", f"{seat}/{outsider}", None, 409, "training-not-open"),
        ("PUT", f"{seat}/{new_id()}", None, 404, "not-found"),
        ("PUT", f"{seat}/{supporter}/attendance", {"attended": True}, 409, "training-course-not-begun"),
        ("PUT", f"{training}/units/nothing", None, 422, "training-unit-unknown"),
        ("PUT", f"{training}/units/practice", None, 422, "training-unit-face-to-face"),
        ("POST", f"{training}/tests", {"score": 90}, 409, "training-units-missing"),
        ("POST", f"{training}/tests", {"score": 101}, 422, "invalid-request"),
        ("PUT", f"{training}/certificate", {"number": "TSS-1"}, 409, "training-test-not-passed"),
        ("PUT", f"{training}/certificate", {"number": "見本さん"}, 422, "invalid-request"),
        ("PUT", f"{training}/renewal", None, 409, "training-not-certified"),
        ("PUT", f"{training}/revocation", {"reason": "misconduct"}, 409, "training-not-certified"),
        ("POST", f"{training_of(outsider)}/tests", {"score": 90}, 404, "not-found"),
        ("PUT", training_of(new_id()), mine, 404, "not-found"),
        ("PUT", training_of(outsider), mine | {"programme_version": 9}, 404, "not-found"),
    ]
    before = await events(desk)
    for method, path, body, status, kind in wrong:
        assert await refused(desk, method, path, body) == (status, kind), (method, path, body)
    assert await events(desk) == before
