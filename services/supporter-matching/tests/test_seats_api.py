"""Assignments over HTTP, from the offer to the attendance, on a real PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio

from conftest import As
from kyodo_events.event import new_id
from kyodo_platform.settings import Settings
from kyodo_supporter_matching.assignments.model import Assignment
from tests.support.awarded import set_clock
from tests.support.databases import Databases
from tests.support.meanwhile import meanwhile
from tests.support.running import running
from tests.support.supporter_desk import CHIYODA, MITAKA, MUSASHINO, SupporterDesk

AFTERWARDS = datetime(2026, 12, 7, 4, tzinfo=UTC)


@pytest_asyncio.fixture
async def desk(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[SupporterDesk]:
    """A hall in Musashino."""
    async with running(databases, settings_for, "supporter-matching") as service:
        yield await SupporterDesk(service, as_).with_venue()


async def staffing(desk: SupporterDesk, session_id: str) -> tuple[Any, Any, Any]:
    found = await desk.client.get(f"/v1/sessions/{session_id}", headers=desk.as_("officer", CHIYODA))
    return found.json()["status"], found.json()["taken"], found.json()["seats_taken"]


async def test_a_seat_from_the_offer_to_the_attendance(desk: SupporterDesk) -> None:
    session, supporter = await desk.session(project_id=new_id()), await desk.supporter()
    offered = await desk.offered(session, supporter)
    accepted = await desk.answer(offered, supporter, "acceptance")
    assert (accepted.json()["status"], accepted.json()["origin_ja"]) == ("accepted", "個別打診")
    assert await staffing(desk, session) == ("published", [1], 1)

    path = f"municipalities/{MUSASHINO}"
    await desk.done("PUT", f"{path}/sessions/{session}/confirmation", None, "officer", MUSASHINO)
    early = await desk.send("PUT", f"{path}/assignments/{offered}/attendance", {"minutes": 90}, "officer", MUSASHINO)
    assert (early.status_code, early.json()["type"]) == (409, "/problems/assignment-status-wrong")

    set_clock(desk.service.app, AFTERWARDS)
    attended = await desk.done("PUT", f"{path}/assignments/{offered}/attendance", {"minutes": 90}, "officer", MUSASHINO)
    assert (attended["status"], attended["minutes"]) == ("attended", 90)
    await desk.done("PUT", f"{path}/assignments/{offered}/no-show", None, "officer", MUSASHINO)
    charged = await desk.service.as_owner(
        "SELECT data->>'hours', data->>'hours_before' FROM event"
        " WHERE topic = 'kyodo.supporter-matching.attendances.v1' ORDER BY version"
    )
    assert charged == [("2", None), ("0", "2")], "whole hours, and taken back when nobody came after all"


async def test_of_two_who_accept_the_last_seat_one_gets_it(desk: SupporterDesk) -> None:
    session = await desk.session(needs=[{"seats": 1}])
    both = [await desk.supporter(), await desk.supporter()]
    offers = [await desk.offered(session, supporter) for supporter in both]
    answers = await asyncio.gather(
        *(desk.answer(offer, supporter, "acceptance") for offer, supporter in zip(offers, both, strict=True))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert {answer.json()["type"] for answer in answers if answer.status_code == 409} <= {
        "/problems/seats-full",
        "/problems/session-not-open",
    }
    assert await staffing(desk, session) == ("staffed", [1], 1)


async def test_a_supporter_is_never_promised_twice_at_the_same_time(desk: SupporterDesk) -> None:
    """Two sessions that overlap, accepted at the same moment: one is, whichever came first."""
    supporter = await desk.supporter()
    sessions = [await desk.session(), await desk.session(begin="11:00", end="13:00")]
    offers = [await desk.offered(session, supporter) for session in sessions]
    answers = await asyncio.gather(*(desk.answer(offer, supporter, "acceptance") for offer in offers))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    taken = [await staffing(desk, session) for session in sessions]
    assert sorted(seats for _, _, seats in taken) == [0, 1], "the refused acceptance took no seat"


async def test_the_limit_of_a_month_holds(desk: SupporterDesk) -> None:
    supporter = await desk.supporter(sessions_per_month=2)
    sessions = [await desk.session(day) for day in ("2026-12-07", "2026-12-08", "2026-12-09", "2027-01-04")]
    offers = [await desk.offered(session, supporter) for session in sessions]
    answers = await asyncio.gather(*(desk.answer(offer, supporter, "acceptance") for offer in offers))
    assert sorted(answer.status_code for answer in answers[:3]) == [200, 200, 409]
    assert answers[3].status_code == 200, "another month"


@pytest.mark.parametrize(
    ("conditions", "needs", "why"),
    [
        ({}, [{"seats": 1, "skills": ["jsl"]}], "jsl"),
        ({}, [{"seats": 1, "experienced": True}], "experienced"),
    ],
)
async def test_who_cannot_help_is_not_asked(
    desk: SupporterDesk, conditions: Any, needs: list[dict[str, Any]], why: str
) -> None:
    session, supporter = await desk.session(needs=needs), await desk.supporter(**conditions)
    body = {"supporter_id": supporter}
    path = f"municipalities/{MUSASHINO}/sessions/{session}/assignments"
    refused = await desk.send("POST", path, body, "officer", MUSASHINO)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/supporter-not-available")
    assert why in refused.json()["detail"]


async def test_a_resting_supporter_is_not_asked(desk: SupporterDesk) -> None:
    session, supporter = await desk.session(), await desk.supporter()
    await desk.done("POST", f"supporters/{supporter}/rest", None, "supporter", person=supporter)
    path = f"municipalities/{MUSASHINO}/sessions/{session}/assignments"
    refused = await desk.send("POST", path, {"supporter_id": supporter}, "officer", MUSASHINO)
    assert (refused.status_code, "resting" in refused.json()["detail"]) == (409, True)


async def test_a_cancellation_opens_the_seat_and_frees_the_time(desk: SupporterDesk) -> None:
    session, supporter = await desk.session(), await desk.supporter(sessions_per_month=1)
    offered = await desk.offered(session, supporter)
    assert (await desk.answer(offered, supporter, "acceptance")).is_success
    cancelled = (await desk.answer(offered, supporter, "cancellation")).json()
    assert cancelled["status"] == "cancelled"
    assert await staffing(desk, session) == ("published", [0], 0)
    again = await desk.offered(session, supporter)
    assert (await desk.answer(again, supporter, "acceptance")).is_success, "the month's one session is free again"


async def test_a_cancelled_session_frees_everybody(desk: SupporterDesk) -> None:
    session, supporter = await desk.session(), await desk.supporter(sessions_per_month=1)
    assert (await desk.answer(await desk.offered(session, supporter), supporter, "acceptance")).is_success
    path = f"municipalities/{MUSASHINO}/sessions/{session}/cancellation"
    await desk.done("PUT", path, {"reason_ja": "大雪"}, "officer", MUSASHINO)
    other = await desk.session("2026-12-08")
    assert (await desk.answer(await desk.offered(other, supporter), supporter, "acceptance")).is_success


async def test_applications_until_the_window_closes_then_seats_at_once(desk: SupporterDesk) -> None:
    session, supporter = await desk.session(), await desk.supporter()
    path = f"supporters/{supporter}"
    wish = await desk.send("PUT", f"{path}/applications/{session}", None, "supporter", person=supporter)
    assert (wish.status_code, wish.json()["wanted"]) == (200, True)
    early = await desk.send("PUT", f"{path}/seats/{session}/0", None, "supporter", person=supporter)
    assert early.json()["type"] == "/problems/applications-open"
    set_clock(desk.service.app, datetime(2026, 12, 6, 3, tzinfo=UTC))
    late = await desk.send("PUT", f"{path}/applications/{session}", None, "supporter", person=supporter)
    assert late.json()["type"] == "/problems/applications-closed"
    seat = await desk.send("PUT", f"{path}/seats/{session}/0", None, "supporter", person=supporter)
    assert (seat.json()["status"], seat.json()["origin"]) == ("accepted", "application")


async def test_whose_is_whose(desk: SupporterDesk) -> None:
    """Another municipality sees no assignment, another supporter neither, and nobody answers for another."""
    session, supporter, other = await desk.session(), await desk.supporter(), await desk.supporter(MITAKA)
    offered = await desk.offered(session, supporter)
    assert (await desk.answer(offered, other, "acceptance")).status_code == 404
    for role, person, count in (
        (("officer", MUSASHINO), None, 1),
        (("officer", CHIYODA), None, 0),
        (("secretariat",), None, 1),
    ):
        found = await desk.client.get("/v1/assignments", headers=desk.as_(*role, person=person))
        assert len(found.json()["items"]) == count
    own = await desk.client.get(
        f"/v1/supporters/{supporter}/assignments", headers=desk.as_("supporter", person=supporter)
    )
    assert [row["assignment_id"] for row in own.json()["items"]] == [offered]
    foreign = await desk.client.get(
        f"/v1/supporters/{supporter}/assignments", headers=desk.as_("supporter", person=other)
    )
    assert foreign.status_code == 404


@pytest.mark.parametrize(
    ("times", "needs", "status"),
    [
        (("2026-11-27T10:00:00+09:00", "2026-11-27T12:00:00+09:00"), [{"seats": 1}], 422),
        (("2026-12-07T10:00:00+09:00", "2026-12-07T09:00:00+09:00"), [{"seats": 1}], 422),
        (("2026-12-07T10:00:00+09:00", "2026-12-07T12:00:00+09:00"), [{"seats": -1}], 422),
        (("2026-12-07T10:00:00+09:00", "2026-12-07T12:00:00+09:00"), [{"seats": 1, "skills": ["telepathy"]}], 422),
    ],
)
async def test_impossible_sessions(desk: SupporterDesk, times: tuple[str, str], needs: Any, status: int) -> None:
    body = {
        "plan": {"kind": "cafe", "title_ja": "見本", "venue_id": desk.venue_id, "needs": needs},
        "times": {"starts_at": times[0], "ends_at": times[1]},
    }
    refused = await desk.send("POST", f"municipalities/{MUSASHINO}/sessions", body, "officer", MUSASHINO)
    assert refused.status_code == status, refused.text
    listed = await desk.client.get("/v1/sessions", headers=desk.as_("secretariat"))
    assert listed.json()["items"] == []


async def test_a_series_keeps_its_hours_over_the_year_end(desk: SupporterDesk) -> None:
    recurrence = {
        "from_day": "2026-12-14",
        "until_day": "2027-01-31",
        "weekdays": [0, 3],
        "every_weeks": 2,
        "except_days": ["2026-12-31"],
        "begin": "10:00",
        "end": "12:00",
    }
    plan = {"kind": "permanent_desk", "title_ja": "見本", "venue_id": desk.venue_id, "needs": [{"seats": 1}]}
    series = await desk.done(
        "POST",
        f"municipalities/{MUSASHINO}/session-series",
        {"plan": plan, "recurrence": recurrence},
        "officer",
        MUSASHINO,
    )
    found = await desk.client.get(f"/v1/sessions?series_id={series['series_id']}", headers=desk.as_("secretariat"))
    begins = [
        datetime.fromisoformat(row["starts_at"]).astimezone(UTC).isoformat()[:16] for row in found.json()["items"]
    ]
    assert begins == [
        "2026-12-14T01:00",
        "2026-12-17T01:00",
        "2026-12-28T01:00",
        "2027-01-11T01:00",
        "2027-01-14T01:00",
        "2027-01-25T01:00",
        "2027-01-28T01:00",
    ]


async def test_the_open_list_puts_first_where_nobody_comes_and_each_wish_lowers_a_rank(desk: SupporterDesk) -> None:
    staffed, wished, alone = [await desk.session(day) for day in ("2026-12-07", "2026-12-08", "2026-12-09")]
    await desk.session("2026-12-10", needs=[{"seats": 1, "skills": ["ko"]}])
    supporter, other = await desk.supporter(), await desk.supporter()
    assert (await desk.answer(await desk.offered(staffed, other), other, "acceptance")).is_success
    await desk.done("PUT", f"supporters/{other}/applications/{wished}", None, "supporter", person=other)

    async def openings() -> list[Any]:
        path = f"/v1/supporters/{supporter}/openings"
        found = await desk.client.get(path, headers=desk.as_("supporter", person=supporter))
        return list(found.json()["items"])

    found = await openings()
    assert [(row["session_id"], row["wishes"], row["nobody_yet"]) for row in found] == [
        (alone, 0, True),
        (wished, 1, True),
        (staffed, 0, False),
    ]
    for wish in range(2):
        mine = f"supporters/{[supporter, other][wish]}/applications/{alone}"
        await desk.done("PUT", mine, None, "supporter", person=[supporter, other][wish])
    assert [(row["session_id"], row["applied"]) for row in await openings()][:2] == [(wished, False), (alone, True)]


async def test_an_acceptance_said_again_takes_no_seat_of_what_is_cancelled_meanwhile(
    desk: SupporterDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, supporter = await desk.session(needs=[{"seats": 1}]), await desk.supporter()
    offered = await desk.offered(session, supporter)
    assert (await desk.answer(offered, supporter, "acceptance")).is_success

    async def cancelled() -> None:
        assert (await desk.answer(offered, supporter, "cancellation")).is_success

    meanwhile(monkeypatch, Assignment, cancelled)
    await desk.answer(offered, supporter, "acceptance")
    assert await staffing(desk, session) == ("published", [0], 0)
    other = await desk.offered(await desk.session(), supporter)
    assert (await desk.answer(other, supporter, "acceptance")).is_success, "nor is the time promised"
