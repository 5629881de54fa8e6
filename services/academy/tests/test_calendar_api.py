"""The calendar: as rows, and as feeds that calendar programs fetch by secret addresses."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
from icalendar import Calendar

from conftest import As
from kyodo_academy.calendar.model import Feed, FeedOpened, FeedRevoked
from kyodo_events.secret_addresses import digest_of, new_token
from kyodo_events.testing import given
from kyodo_platform import logs
from kyodo_platform.settings import Settings
from tests.support.academy_desk import BEGINS, CHIYODA, MITAKA, MUSASHINO
from tests.support.building import ANY
from tests.support.databases import Databases
from tests.support.exchange_desk import ExchangeDesk
from tests.support.library_desk import MEETING
from tests.support.rebuilt import differing
from tests.support.running import running

TOKEN = "Kyodo-Feed-Token"
DIGEST, OTHER_DIGEST = digest_of("one"), digest_of("other")


def test_a_new_token_takes_the_place_of_the_old_one_and_is_revoked_once() -> None:
    feed = given(Feed).that(FeedOpened(digest=DIGEST))
    feed.when(lambda feed: feed.open(OTHER_DIGEST)).then(FeedOpened(digest=OTHER_DIGEST))
    feed.when(Feed.revoke).then(FeedRevoked())
    feed.that(FeedRevoked()).when(Feed.revoke).then()


class Calendars(ExchangeDesk):
    """Somebody who subscribes to calendars."""

    async def seminar(self, code: str, visibility: str = "municipality", begins: datetime = BEGINS) -> str:
        times = {"starts_at": begins.isoformat(), "ends_at": (begins + timedelta(hours=1)).isoformat()}
        plan = {
            "title_ja": "見本のセミナー",
            "online_url": "https://placeholder.example.jp/s",
            "visibility": visibility,
        }
        announced = await self.done("POST", "seminars", {"plan": plan | times}, "officer", code)
        return str(announced["seminar_id"])

    async def opened(self, owner: str) -> str:
        """The token of a feed of a learner or a municipality."""
        learner = len(owner) > 6
        path = f"/v1/{'learners' if learner else 'municipalities'}/{owner}/feed"
        headers = self.as_("learner", person=owner) if learner else self.as_("officer", owner)
        answer = await self.service.client.post(path, headers=headers | ANY)
        assert answer.status_code == 201, answer.text
        assert answer.headers[TOKEN] not in answer.text
        return str(answer.headers[TOKEN])

    async def fetch(self, token: str) -> httpx.Response:
        return await self.service.client.get(f"/v1/feeds/{token}")

    async def events(self, token: str) -> list[Any]:
        answer = await self.fetch(token)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"].startswith("text/calendar")
        return list(Calendar.from_ical(answer.content).walk("VEVENT"))


@pytest_asyncio.fixture
async def desk(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[Calendars]:
    """A course of the academy."""
    async with running(databases, settings_for, "academy") as service:
        desk = Calendars(service, as_)
        await desk.with_course()
        yield desk


async def test_a_learner_finds_own_sessions_and_what_is_for_the_learner(desk: Calendars) -> None:
    booked, waited, neither = [await desk.session(seats=1, title_ja=f"見本の研修{n}") for n in range(3)]
    await desk.enrolled(waited, CHIYODA)
    learner, _ = await desk.enrolled(booked, MITAKA)
    await desk.enrolled(waited, MITAKA, learner_id=learner)
    own, elsewhere = await desk.seminar(MITAKA), await desk.seminar(MUSASHINO)
    rows = (await desk.sees(f"learners/{learner}/calendar", "learner", person=learner))["items"]
    assert {(row["id"], row["tentative"]) for row in rows} == {(booked, False), (waited, True), (own, False)}
    everybody = {row["id"] for row in (await desk.sees("calendar", "officer", MUSASHINO))["items"]}
    assert everybody == {booked, waited, neither, elsewhere}
    of_mitaka = {
        row["id"] for row in (await desk.sees(f"municipalities/{MITAKA}/calendar", "approver", MITAKA))["items"]
    }
    assert of_mitaka == {booked, waited, neither, own}
    public = (await desk.service.client.get("/v1/calendar")).json()["items"]
    assert {row["id"] for row in public} == {booked, waited, neither}
    assert await differing(desk.service) == set()


async def test_meetings_with_precedent_municipalities_are_in_it(desk: Calendars) -> None:
    link = "https://placeholder.example.jp/meeting"
    times = {"starts_at": BEGINS.isoformat(), "ends_at": (BEGINS + timedelta(hours=2)).isoformat()}
    content = MEETING | times | {"register_until": "2026-06-20", "visibility": "public", "link": link}
    planned = await desk.done("POST", "precedent-meetings", {"content": content})
    (row,) = (await desk.sees("calendar", "officer", CHIYODA))["items"]
    assert (row["id"], row["kind_ja"], row["online_url"]) == (planned["meeting_id"], "先行団体との意見交換", link)
    assert datetime.fromisoformat(row["ends_at"]) == BEGINS + timedelta(hours=2)
    (public,) = (await desk.service.client.get("/v1/calendar")).json()["items"]
    assert public["online_url"] is None, "the link is for officials"
    (event,) = await desk.events(await desk.opened(CHIYODA))
    assert event["dtstart"].dt == BEGINS
    await desk.done("PUT", f"precedent-meetings/{planned['meeting_id']}/cancellation", {"reason_ja": "見本の理由"})
    assert (await desk.sees("calendar", "auditor"))["items"] == []


async def test_what_does_not_take_place_is_not_in_it(desk: Calendars) -> None:
    session, seminar = await desk.session(), await desk.seminar(MITAKA, "public")
    learner, _ = await desk.enrolled(session)
    await desk.done("PUT", f"seminars/{seminar}/cancellation", None, "officer", MITAKA)
    assert [row["id"] for row in (await desk.sees("calendar", "auditor"))["items"]] == [session]
    await desk.says(learner, session, "cancellation")
    assert (await desk.sees(f"learners/{learner}/calendar", "learner", person=learner))["items"] == []
    await desk.done("PUT", f"sessions/{session}/cancellation", {"reason_ja": "見本の理由"})
    assert (await desk.sees("calendar", "auditor"))["items"] == []


async def test_the_calendar_is_asked_by_months_in_tokyo(desk: Calendars) -> None:
    late = datetime.fromisoformat("2026-06-30T23:30:00+09:00")
    june, july = (
        await desk.seminar(MITAKA, "public", late),
        await desk.seminar(MITAKA, "public", late + timedelta(minutes=30)),
    )
    for month, found in (("2026-06", june), ("2026-07", july)):
        rows = (await desk.sees(f"calendar?from_month={month}&until_month={month}", "auditor"))["items"]
        assert [row["id"] for row in rows] == [found]
    first = await desk.sees("calendar?limit=1", "auditor")
    second = await desk.sees(f"calendar?limit=1&cursor={first['next']}", "auditor")
    assert [row["id"] for page in (first, second) for row in page["items"]] == [june, july]


async def test_a_calendar_program_reads_a_learners_feed(desk: Calendars) -> None:
    waited, booked = await desk.session(seats=1), await desk.session(BEGINS + timedelta(days=1))
    await desk.enrolled(waited, CHIYODA)
    learner, _ = await desk.enrolled(booked, MITAKA)
    await desk.enrolled(waited, MITAKA, learner_id=learner)
    seminar = await desk.seminar(MITAKA, begins=BEGINS + timedelta(days=2))
    await desk.seminar(MUSASHINO)
    first, second, third = await desk.events(await desk.opened(learner))
    assert [str(one["status"]) for one in (first, second, third)] == ["TENTATIVE", "CONFIRMED", "CONFIRMED"]
    assert first["dtstart"].dt == BEGINS
    assert (str(second["summary"]), str(second["location"])) == ("見本の研修（研修・東京都）", "見本会議室")
    assert (str(third["summary"]), str(third["location"])) == (
        "見本のセミナー（セミナー・三鷹市）",
        "https://placeholder.example.jp/s",
    )
    text = (await desk.fetch(await desk.opened(learner))).text
    assert not [secret for secret in (learner, seminar, booked) if secret in text]
    assert third["uid"] != first["uid"]


async def test_a_municipalitys_feed_shows_what_is_for_its_officials(desk: Calendars) -> None:
    await desk.session()
    await desk.seminar(MITAKA)
    await desk.seminar(MUSASHINO)
    await desk.seminar(MUSASHINO, "officials")
    summaries = [str(one["summary"]) for one in await desk.events(await desk.opened(MITAKA))]
    assert sorted(summaries) == [
        "見本のセミナー（セミナー・三鷹市）",
        "見本のセミナー（セミナー・武蔵野市）",
        "見本の研修（研修・東京都）",
    ]


@pytest.mark.parametrize("whose", ["learner", "municipality"])
async def test_a_revoked_or_replaced_token_is_worth_nothing(desk: Calendars, whose: str) -> None:
    owner = await desk.learner(MITAKA) if whose == "learner" else MITAKA
    path = f"learners/{owner}/feed" if whose == "learner" else f"municipalities/{owner}/feed"
    first = await desk.opened(owner)
    second = await desk.opened(owner)
    assert [(await desk.fetch(token)).status_code for token in (first, second, new_token())] == [404, 200, 404]
    assert (await desk.sees(path, "auditor"))["is_open"] is True
    assert (await desk.done("DELETE", path))["is_open"] is False
    assert (await desk.fetch(second)).status_code == 404
    assert await differing(desk.service) == set()


@pytest.mark.parametrize("how", ["departure", "erasure"])
async def test_who_left_has_no_feed_any_more(desk: Calendars, how: str) -> None:
    learner = await desk.learner(MITAKA)
    token = await desk.opened(learner)
    assert (await desk.fetch(token)).status_code == 200
    if how == "departure":
        await desk.done("PUT", f"learners/{learner}/departure", None, "officer", MITAKA)
    else:
        await desk.done("POST", f"learners/{learner}/erasure", {"reference": "見本-1"})
    assert (await desk.fetch(token)).status_code == 404
    refused = await desk.by(learner, "POST", f"learners/{learner}/feed")
    assert refused.json()["type"] == "/problems/learner-gone"


async def test_feeds_are_their_owners(desk: Calendars) -> None:
    learner, other = await desk.learner(MITAKA), await desk.learner(MITAKA)
    for path in (f"learners/{learner}/feed", f"municipalities/{MITAKA}/feed"):
        assert (await desk.by(other, "POST", path)).status_code in (403, 404)
        assert (await desk.send("POST", path, None, "officer", MUSASHINO)).status_code in (403, 404)
        assert (await desk.send("POST", path)).status_code == 403
    assert (await desk.by(other, "GET", f"learners/{learner}/calendar")).status_code == 404
    assert (await desk.send("GET", f"municipalities/{MITAKA}/calendar", None, "officer", MUSASHINO)).status_code == 404


async def test_a_token_rests_nowhere(desk: Calendars) -> None:
    written = io.StringIO()
    logs.configure(stream=written, level="DEBUG")
    token = await desk.opened(await desk.learner())
    assert (await desk.fetch(token)).status_code == 200
    assert "request" in written.getvalue()
    assert token not in written.getvalue()
    tables = await desk.service.as_owner("SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'")
    for (table,) in tables:
        assert await desk.service.as_owner(f"SELECT 1 FROM {table} t WHERE t::text LIKE '%{token}%'") == [], table
