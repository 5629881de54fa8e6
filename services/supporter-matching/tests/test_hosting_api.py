"""Hosts over HTTP: their sessions, who comes, and what they record, on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest_asyncio

from conftest import As
from kyodo_platform.settings import Settings
from tests.support.awarded import set_clock
from tests.support.databases import Databases
from tests.support.running import running
from tests.support.supporter_desk import CHIYODA, MUSASHINO, SupporterDesk

AFTERWARDS = datetime(2026, 12, 7, 4, tzinfo=UTC)


@pytest_asyncio.fixture
async def desk(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[SupporterDesk]:
    """A hall in Musashino."""
    async with running(databases, settings_for, "supporter-matching") as service:
        yield await SupporterDesk(service, as_).with_venue()


async def host_of(desk: SupporterDesk, name_ja: str = "見本町会") -> str:
    body = {"name_ja": name_ja}
    return str((await desk.done("POST", f"municipalities/{MUSASHINO}/hosts", body, "officer", MUSASHINO))["host_id"])


async def seated(desk: SupporterDesk, session_id: str, **conditions: Any) -> str:
    """An assignment of a session that was accepted."""
    supporter = await desk.supporter(**conditions)
    offered = await desk.offered(session_id, supporter)
    assert (await desk.answer(offered, supporter, "acceptance")).is_success
    return offered


async def read(desk: SupporterDesk, host: str, path: str = "", accept: str = "application/json") -> httpx.Response:
    headers = desk.as_("host", person=host) | {"Accept": accept}
    return await desk.client.get(f"/v1/hosts/{host}/sessions{path}", headers=headers)


async def test_a_host_sees_its_own_sessions_by_time_with_venue_and_seats(desk: SupporterDesk) -> None:
    host, other = await host_of(desk), await host_of(desk, "別の町会")
    later, sooner = await desk.session("2026-12-14", host_id=host), await desk.session(host_id=host)
    await desk.session(host_id=other)
    await desk.session()
    await seated(desk, sooner)
    rows = (await read(desk, host)).json()["items"]
    assert [(r["session_id"], r["seats_taken"], r["seats_open"], r["venue_ja"], r["status_ja"]) for r in rows] == [
        (sooner, 1, 1, "見本会館", "募集中"),
        (later, 0, 2, "見本会館", "募集中"),
    ]
    assert [r["session_id"] for r in (await read(desk, host, "?since=2026-12-10T00:00:00Z")).json()["items"]] == [later]
    table = await read(desk, host, accept="text/csv")
    assert (table.headers["content-type"], "残席数" in table.text) == ("text/csv; charset=utf-8", True)
    hidden = await desk.client.get(f"/v1/hosts/{host}/sessions", headers=desk.as_("host", person=other))
    assert hidden.status_code == 404


async def test_a_host_sees_who_comes_under_pseudonyms_and_nobody_who_was_only_asked(desk: SupporterDesk) -> None:
    host = await host_of(desk)
    needs = [{"seats": 1, "skills": ["jsl"]}, {"seats": 3}]
    session = await desk.session(host_id=host, needs=needs)
    coming = await seated(desk, session, languages=["ja", "en", "jsl"])
    await desk.offered(session, await desk.supporter(), line=1)
    declined = await desk.offered(session, helper := await desk.supporter(), line=1)
    await desk.answer(declined, helper, "declination", {"reason": "no_time"})
    rows = (await read(desk, host, f"/{session}/assignments")).json()["items"]
    assert [(r["assignment_id"], r["status"], r["skills"], r["grade_ja"]) for r in rows] == [
        (coming, "accepted", {"jsl": "日本手話"}, "新人")
    ]
    assert rows[0]["pseudonym"] == f"supporter-{desk.supporters[0]}"


async def test_a_host_records_what_happened_and_the_projects_hours_are_charged(desk: SupporterDesk) -> None:
    host, project = await host_of(desk), "0193f1a0-0000-7000-8000-00000000aaaa"
    session = await desk.session(host_id=host, project_id=project)
    came, missed = await seated(desk, session), await seated(desk, session)
    path = f"hosts/{host}/sessions/{session}"
    early = await desk.send("PUT", f"{path}/holding", {"visitors": 8}, "host", person=host)
    assert (early.status_code, early.json()["type"]) == (409, "/problems/session-not-open")

    set_clock(desk.service.app, AFTERWARDS)
    held = await desk.done("PUT", f"{path}/holding", {"visitors": 8}, "host", person=host)
    assert (held["status"], held["visitors"]) == ("held", 8)
    attendance = f"{path}/assignments/{came}/attendance"
    assert (await desk.done("PUT", attendance, {"minutes": 90}, "host", person=host))["minutes"] == 90
    assert (await desk.done("PUT", f"{path}/assignments/{missed}/no-show", None, "host", person=host))["status"] == (
        "no_show"
    )
    rows = (await read(desk, host, f"/{session}/assignments")).json()["items"]
    assert {(r["assignment_id"], r["status"], r["minutes"]) for r in rows} == {
        (came, "attended", 90),
        (missed, "no_show", None),
    }
    charged = "SELECT data->>'municipality', data->>'hours' FROM event WHERE topic LIKE '%attendances.v1'"
    assert await desk.service.as_owner(charged) == [(MUSASHINO, "2")]


async def test_no_host_sees_or_records_anything_of_a_session_that_it_does_not_see_to(desk: SupporterDesk) -> None:
    """Of another host, of nobody, and by way of a session of one's own."""
    host, other = await host_of(desk), await host_of(desk, "別の町会")
    theirs, ours, mine = await desk.session(host_id=other), await desk.session(), await desk.session(host_id=host)
    seats = {session: await seated(desk, session) for session in (theirs, ours)}
    set_clock(desk.service.app, AFTERWARDS)
    before = await desk.service.as_owner("SELECT count(*) FROM event")
    for session, seat in seats.items():
        path = f"hosts/{host}/sessions/{session}"
        answers = [
            await read(desk, host, f"/{session}/assignments"),
            await desk.send("PUT", f"{path}/holding", {"visitors": 8}, "host", person=host),
            await desk.send("PUT", f"{path}/assignments/{seat}/no-show", None, "host", person=host),
            await desk.send(
                "PUT",
                f"hosts/{host}/sessions/{mine}/assignments/{seat}/attendance",
                {"minutes": 9},
                "host",
                person=host,
            ),
        ]
        assert [answer.status_code for answer in answers] == [404, 404, 404, 404]
    foreign = await desk.send("PUT", f"hosts/{host}/sessions/{mine}/holding", {"visitors": 8}, "officer", CHIYODA)
    assert foreign.status_code == 403
    assert await desk.service.as_owner("SELECT count(*) FROM event") == before
