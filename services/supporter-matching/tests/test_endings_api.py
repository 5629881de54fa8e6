"""What ends many assignments at once: a session cancelled, a supporter suspended, gone or erased, on PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio

from conftest import As
from kyodo_platform.settings import Settings
from tests.support.awarded import set_clock
from tests.support.databases import Databases
from tests.support.running import running
from tests.support.supporter_desk import MUSASHINO, SupporterDesk

AFTER_IT_BEGAN = datetime(2026, 12, 7, 2, tzinfo=UTC)  # 11 o'clock in Tokyo, an hour into the session
HALL = f"municipalities/{MUSASHINO}"


@pytest_asyncio.fixture
async def desk(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[SupporterDesk]:
    """A hall in Musashino."""
    async with running(databases, settings_for, "supporter-matching") as service:
        yield await SupporterDesk(service, as_).with_venue()


async def assignments(desk: SupporterDesk, session: str) -> dict[str, tuple[str, str | None]]:
    """How the supporters of a session stand, and who cancelled."""
    found = await desk.client.get("/v1/assignments", params={"session_id": session}, headers=desk.as_("secretariat"))
    return {row["supporter_id"]: (row["status"], row["cancelled_by"]) for row in found.json()["items"]}


async def accepted(desk: SupporterDesk, session: str, supporter: str) -> str:
    """An assignment that was accepted."""
    offered = await desk.offered(session, supporter)
    assert (await desk.answer(offered, supporter, "acceptance")).is_success
    return offered


async def test_a_cancelled_session_ends_offers_too_and_gives_its_devices_back(desk: SupporterDesk) -> None:
    session, coming, asked = await desk.session(), await desk.supporter(), await desk.supporter()
    await accepted(desk, session, coming)
    offered = await desk.offered(session, asked)
    device = {"asset_tag": "tablet-1", "family": "tablet", "product": "見本"}
    await desk.done("POST", "devices", device, "officer", MUSASHINO)
    wish = {"family": "tablet", "number": 1, "from_day": "2026-12-07", "until_day": "2026-12-07"}
    kept = await desk.done("POST", "device-reservations", wish | {"session_id": session}, "officer", MUSASHINO)
    refused = await desk.send("POST", "device-reservations", wish | {"session_id": session}, "officer", MUSASHINO)
    assert refused.json()["type"] == "/problems/device-stock-exceeded", "the only one is promised"

    await desk.done("PUT", f"{HALL}/sessions/{session}/cancellation", {"reason_ja": "大雪"}, "officer", MUSASHINO)
    assert await assignments(desk, session) == {
        coming: ("cancelled", "municipality"),
        asked: ("cancelled", "municipality"),
    }
    late = await desk.answer(offered, asked, "acceptance")
    assert (late.status_code, late.json()["type"]) == (409, "/problems/assignment-status-wrong")
    path = f"/v1/device-reservations/{kept['reservation_id']}"
    read = await desk.client.get(path, headers=desk.as_("officer", MUSASHINO))
    assert read.json()["status"] == "cancelled"
    other = await desk.session("2026-12-07", "14:00", "16:00")
    await desk.done("POST", "device-reservations", wish | {"session_id": other}, "officer", MUSASHINO)


async def test_a_session_that_fell_out_unannounced_can_be_cancelled_after_its_beginning(desk: SupporterDesk) -> None:
    session, supporter = await desk.session(), await desk.supporter()
    offered = await accepted(desk, session, supporter)
    set_clock(desk.service.app, AFTER_IT_BEGAN)
    late = await desk.answer(offered, supporter, "cancellation")
    assert late.json()["type"] == "/problems/assignment-status-wrong", "a supporter cannot take it back any more"
    path = f"{HALL}/sessions/{session}/cancellation"
    await desk.done("PUT", path, {"reason_ja": "停電"}, "officer", MUSASHINO)
    assert await assignments(desk, session) == {supporter: ("cancelled", "municipality")}


@pytest.mark.parametrize(
    ("how", "body", "by"),
    [
        ("suspension", {"reason": "under_review"}, "tokyo"),
        ("withdrawal", None, "supporter"),
        ("erasure", {"reference": "見本第1号"}, "supporter"),
    ],
)
async def test_who_leaves_leaves_no_seat_behind_and_others_are_called(
    desk: SupporterDesk, how: str, body: Any, by: str
) -> None:
    days = ("2026-12-07", "2026-12-08", "2026-12-20")
    first, second, third = [await desk.session(day, needs=[{"seats": 1}]) for day in days]
    leaving, others = await desk.supporter(), [await desk.supporter() for _ in range(4)]
    held = await accepted(desk, first, leaving)
    await accepted(desk, second, leaving)
    set_clock(desk.service.app, AFTER_IT_BEGAN)
    await desk.offered(third, leaving)
    await desk.done("PUT", f"{HALL}/assignments/{held}/attendance", {"minutes": 120}, "officer", MUSASHINO)
    await desk.done("POST" if how == "erasure" else "PUT", f"supporters/{leaving}/{how}", body)

    assert await assignments(desk, first) == {leaving: ("attended", None)}, "what was done stays"
    second_now, third_now = await assignments(desk, second), await assignments(desk, third)
    assert second_now.pop(leaving) == third_now.pop(leaving) == ("cancelled", by)
    assert set(second_now.values()) == {("offered", None)}
    assert (len(second_now), set(second_now) <= {*others}) == (3, True)
    assert third_now == {}, "nobody had accepted that seat, so nobody is called for it"
    read = await desk.client.get(f"/v1/sessions/{second}", headers=desk.as_("secretariat"))
    assert read.json()["seats_taken"] == 0


async def test_who_leaves_while_a_session_is_under_way_leaves_the_record_of_it_to_its_municipality(
    desk: SupporterDesk,
) -> None:
    session, supporter = await desk.session(), await desk.supporter()
    offered = await accepted(desk, session, supporter)
    set_clock(desk.service.app, AFTER_IT_BEGAN)
    await desk.done("PUT", f"supporters/{supporter}/withdrawal")
    assert await assignments(desk, session) == {supporter: ("accepted", None)}
    await desk.done("PUT", f"{HALL}/assignments/{offered}/attendance", {"minutes": 60}, "officer", MUSASHINO)


async def test_one_wave_for_several_sessions_asks_everybody_for_one_seat(desk: SupporterDesk) -> None:
    first, second = [await desk.session(day, needs=[{"seats": 1}]) for day in ("2026-12-07", "2026-12-08")]
    leaving, only = await desk.supporter(), await desk.supporter()
    for session in (first, second):
        await accepted(desk, session, leaving)
    await desk.done("PUT", f"supporters/{leaving}/withdrawal")
    called = [session for session in (first, second) if only in await assignments(desk, session)]
    assert len(called) == 1


async def test_who_rests_keeps_what_was_accepted(desk: SupporterDesk) -> None:
    session, supporter = await desk.session(), await desk.supporter()
    await accepted(desk, session, supporter)
    await desk.done("POST", f"supporters/{supporter}/rest", None, "supporter", person=supporter)
    assert await assignments(desk, session) == {supporter: ("accepted", None)}
