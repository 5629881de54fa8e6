"""Calls for replacement: who is asked when somebody cancels, on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest_asyncio

from conftest import As
from kyodo_platform.settings import Settings
from tests.support.awarded import set_clock
from tests.support.databases import Databases
from tests.support.running import running
from tests.support.supporter_desk import MITAKA, MUSASHINO, NOW, SupporterDesk


@pytest_asyncio.fixture
async def desk(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[SupporterDesk]:
    """A hall in Musashino."""
    async with running(databases, settings_for, "supporter-matching") as service:
        yield await SupporterDesk(service, as_).with_venue()


async def offers(desk: SupporterDesk, session: str, status: str = "offered") -> dict[str, str]:
    """The assignments of a session that stand so, by supporter."""
    query = {"session_id": session, "status": status}
    found = await desk.client.get("/v1/assignments", params=query, headers=desk.as_("secretariat"))
    return {row["supporter_id"]: row["assignment_id"] for row in found.json()["items"]}


async def cancelled(desk: SupporterDesk, **session: Any) -> tuple[str, str]:
    """A session whose only supporter accepted and took it back; the session and the supporter."""
    held, first = await desk.session(needs=[{"seats": 1}], **session), await desk.supporter()
    offered = await desk.offered(held, first)
    assert (await desk.answer(offered, first, "acceptance")).is_success
    assert (await desk.answer(offered, first, "cancellation")).is_success
    return held, first


async def test_a_cancellation_calls_three_others_and_the_first_to_accept_has_the_seat(desk: SupporterDesk) -> None:
    others = [await desk.supporter() for _ in range(4)]
    session, first = await cancelled(desk)
    asked = await offers(desk, session)
    assert (len(asked), first in asked, set(asked) <= set(others)) == (3, False, True)
    one, other = sorted(asked)[:2]
    assert (await desk.answer(asked[one], one, "acceptance")).is_success
    late = await desk.answer(asked[other], other, "acceptance")
    assert (late.status_code, late.json()["type"]) == (409, "/problems/seats-full")
    told = await desk.client.get(f"/v1/sessions/{session}/history", headers=desk.as_("secretariat"))
    assert "空席のため3名に声をかけた" in [row["words"] for row in told.json()["items"]]


async def test_the_next_wave_asks_those_who_were_not_asked(desk: SupporterDesk) -> None:
    others = {await desk.supporter() for _ in range(5)}
    session, _ = await cancelled(desk)
    first = set(await offers(desk, session))
    waiting = await desk.done("POST", f"sessions/{session}/calls")
    assert waiting["asked"] == 0, "the wave before still waits for answers"
    set_clock(desk.service.app, NOW + timedelta(hours=25))
    assert (await desk.done("POST", f"sessions/{session}/calls"))["asked"] == 3
    second = set(await offers(desk, session))
    assert others - first < second, "whoever was not asked comes first"


async def test_nobody_is_asked_more_than_three_times_a_week(desk: SupporterDesk) -> None:
    only = await desk.supporter(sessions_per_month=10)
    for day in ("2026-12-07", "2026-12-08", "2026-12-09"):
        session = await desk.session(day, needs=[{"seats": 1}])
        assert (await desk.done("POST", f"sessions/{session}/calls"))["asked"] == 1
    fourth = await desk.session("2026-12-10", needs=[{"seats": 1}])
    assert (await desk.done("POST", f"sessions/{fourth}/calls"))["asked"] == 0
    set_clock(desk.service.app, NOW + timedelta(days=8))
    assert (await desk.done("POST", f"sessions/{fourth}/calls"))["asked"] == 1
    assert set(await offers(desk, fourth)) == {only}


async def test_who_has_reached_the_months_limit_is_not_called_also_where_that_session_comes_later(
    desk: SupporterDesk,
) -> None:
    busy, later = await desk.supporter(sessions_per_month=1), await desk.session("2026-12-21")
    assert (await desk.answer(await desk.offered(later, busy), busy, "acceptance")).is_success
    free = await desk.supporter(sessions_per_month=1)
    session, first = await cancelled(desk)
    assert busy not in (asked := await offers(desk, session))
    assert {*asked} == {free}
    assert first not in asked


async def test_a_municipality_that_cancels_has_others_called_from_everywhere_and_learns_only_how_many(
    desk: SupporterDesk,
) -> None:
    session, first = await desk.session(needs=[{"seats": 1}]), await desk.supporter()
    elsewhere, busy = await desk.supporter(MITAKA), await desk.supporter(MITAKA, sessions_per_month=1)
    other = await desk.session("2026-12-08", needs=[{"seats": 1}])
    assert (await desk.answer(await desk.offered(other, busy), busy, "acceptance")).is_success
    taken = await desk.offered(session, first)
    assert (await desk.answer(taken, first, "acceptance")).is_success
    path = f"municipalities/{MUSASHINO}/assignments/{taken}/cancellation"
    await desk.done("PUT", path, None, "officer", MUSASHINO)
    assert {*await offers(desk, session)} == {elsewhere}, "who was at work, and who is at the month's limit, is not"
    read = await desk.client.get("/v1/supporters", headers=desk.as_("officer", MUSASHINO))
    assert [row["id"] for row in read.json()["items"]] == [first], "an officer still sees only the own residents"

    another = await desk.supporter(MITAKA)
    calls = f"municipalities/{MUSASHINO}/sessions/{session}/calls"
    waiting = await desk.done("POST", calls, None, "officer", MUSASHINO)
    assert waiting == {"session_id": session, "asked": 0}, "the wave before still waits"
    set_clock(desk.service.app, NOW + timedelta(days=2))
    assert (await desk.done("POST", calls, None, "officer", MUSASHINO))["asked"] == 2, "the first wave is over"
    assert another in await offers(desk, session)
    foreign = await desk.send("POST", calls.replace(MUSASHINO, MITAKA), None, "officer", MITAKA)
    assert foreign.status_code == 404


async def test_who_declined_is_not_called_for_the_same_session(desk: SupporterDesk) -> None:
    session, unwilling, other = await desk.session(), await desk.supporter(), await desk.supporter()
    declined = await desk.offered(session, unwilling)
    assert (await desk.answer(declined, unwilling, "declination", {"reason": "too_far"})).is_success
    assert (await desk.done("POST", f"sessions/{session}/calls"))["asked"] == 1
    assert {*await offers(desk, session)} == {other}
