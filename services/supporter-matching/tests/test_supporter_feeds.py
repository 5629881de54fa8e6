"""A supporter's calendar: as rows, and as a feed that a calendar program fetches by a secret address."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
from icalendar import Calendar

from conftest import As
from kyodo_events.secret_addresses import digest_of, new_token
from kyodo_events.testing import given
from kyodo_platform import logs
from kyodo_platform.settings import Settings
from kyodo_supporter_matching.feeds.model import Feed, FeedOpened, FeedRevoked
from tests.support.awarded import set_clock
from tests.support.building import ANY
from tests.support.databases import Databases
from tests.support.running import running
from tests.support.supporter_desk import MUSASHINO, NOW, SupporterDesk

TOKEN = "Kyodo-Feed-Token"
DIGEST, OTHER_DIGEST = digest_of("one"), digest_of("other")
PERSON = {"name_ja": "見本 支援", "phone": "03-0000-0001", "email": "placeholder-supporter@example.jp"}


def test_a_new_token_takes_the_place_of_the_old_one() -> None:
    feed = given(Feed).that(FeedOpened(digest=DIGEST))
    after = feed.when(lambda feed: feed.open(OTHER_DIGEST)).then(FeedOpened(digest=OTHER_DIGEST))
    assert after.digest == OTHER_DIGEST


def test_a_feed_is_revoked_once() -> None:
    feed = given(Feed).that(FeedOpened(digest=DIGEST))
    after = feed.when(Feed.revoke).then(FeedRevoked())
    assert after.digest is None
    feed.that(FeedRevoked()).when(Feed.revoke).then()


class Reader(SupporterDesk):
    """A supporter who reads the own calendar."""

    supporter_id = ""

    async def open(self, **headers: str) -> httpx.Response:
        me = self.as_("supporter", person=self.supporter_id) | ANY | headers
        return await self.client.post(f"/v1/supporters/{self.supporter_id}/feed", headers=me)

    async def token(self) -> str:
        answer = await self.open()
        assert answer.status_code == 201, answer.text
        return str(answer.headers[TOKEN])

    async def fetch(self, token: str) -> httpx.Response:
        return await self.client.get(f"/v1/feeds/{token}")

    async def entries(self, token: str) -> list[Any]:
        """The entries as a calendar program reads them."""
        found = await self.fetch(token)
        assert found.status_code == 200, found.text
        return list(Calendar.from_ical(found.content).walk("VEVENT"))

    async def titles(self, token: str) -> list[str]:
        return [str(entry["SUMMARY"]) for entry in await self.entries(token)]

    async def accepted(self, session_id: str) -> str:
        offered = await self.offered(session_id, self.supporter_id)
        assert (await self.answer(offered, self.supporter_id, "acceptance")).is_success
        return offered

    async def rows(self, **query: Any) -> list[dict[str, Any]]:
        me = self.as_("supporter", person=self.supporter_id)
        found = await self.client.get(f"/v1/supporters/{self.supporter_id}/calendar", params=query, headers=me)
        assert found.status_code == 200, found.text
        return list(found.json()["items"])


@pytest_asyncio.fixture
async def desk(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[Reader]:
    """A hall in Musashino and a supporter."""
    async with running(databases, settings_for, "supporter-matching") as service:
        desk = Reader(service, as_)
        await desk.with_venue()
        desk.supporter_id = await desk.supporter()
        yield desk


async def test_a_calendar_program_fetches_what_was_promised_and_what_is_asked(desk: Reader) -> None:
    await desk.accepted(await desk.session(title_ja="見本の相談会"))
    await desk.offered(await desk.session("2026-12-08"), desk.supporter_id)
    token = await desk.token()
    fetched = await desk.fetch(token)
    assert (fetched.headers["content-type"], fetched.headers["cache-control"]) == (
        "text/calendar; charset=utf-8",
        "private, no-store",
    )
    first, second = await desk.entries(token)
    assert [str(first[name]) for name in ("SUMMARY", "LOCATION", "STATUS")] == [
        "見本の相談会（承諾）",
        "見本会館 見本町1",
        "CONFIRMED",
    ]
    assert (str(second["STATUS"]), str(second["SUMMARY"])) == ("TENTATIVE", "見本の体験会（打診中）")
    begins = first.decoded("DTSTART")
    assert (begins, begins.utcoffset()) == (datetime(2026, 12, 7, 1, tzinfo=UTC), timedelta(hours=9))
    assert b"DTSTART;TZID=Asia/Tokyo:20261207T100000" in fetched.content


async def test_an_entry_keeps_its_uid_from_the_offer_to_the_attendance(desk: Reader) -> None:
    session = await desk.session()
    offered, token = await desk.offered(session, desk.supporter_id), await desk.token()
    uids = {str(entry["UID"]) for entry in await desk.entries(token)}
    await desk.answer(offered, desk.supporter_id, "acceptance")
    path = f"municipalities/{MUSASHINO}"
    uids |= {str(entry["UID"]) for entry in await desk.entries(token)}
    await desk.done("PUT", f"{path}/sessions/{session}/confirmation", None, "officer", MUSASHINO)
    assert await desk.titles(token) == ["見本の体験会（確定）"]
    set_clock(desk.service.app, datetime(2026, 12, 7, 4, tzinfo=UTC))
    await desk.done("PUT", f"{path}/assignments/{offered}/attendance", {"minutes": 90}, "officer", MUSASHINO)
    assert await desk.titles(token) == ["見本の体験会（参加済み）"]
    uids |= {str(entry["UID"]) for entry in await desk.entries(token)}
    assert len(uids) == 1
    assert desk.supporter_id not in uids.pop()


async def test_what_does_not_take_place_vanishes(desk: Reader) -> None:
    """An assignment taken back, a session cancelled while its offer was open, an offer declined, one that lapsed."""
    token = await desk.token()
    taken_back = await desk.accepted(await desk.session())
    called_off = await desk.session("2026-12-08")
    await desk.offered(called_off, desk.supporter_id)
    declined = await desk.offered(await desk.session("2026-12-09"), desk.supporter_id)
    await desk.offered(await desk.session("2026-12-10"), desk.supporter_id)
    assert len(await desk.entries(token)) == 4

    assert (await desk.answer(taken_back, desk.supporter_id, "cancellation")).is_success
    path = f"municipalities/{MUSASHINO}/sessions/{called_off}/cancellation"
    await desk.done("PUT", path, {"reason_ja": "荒天"}, "officer", MUSASHINO)
    await desk.answer(declined, desk.supporter_id, "declination", {"reason": "no_time"})
    assert len(await desk.entries(token)) == 1
    set_clock(desk.service.app, NOW + timedelta(days=4))
    assert await desk.entries(token) == []


async def test_a_session_that_was_changed_stands_in_the_calendar_as_it_is_now(desk: Reader) -> None:
    session = await desk.session()
    await desk.offered(session, desk.supporter_id)
    plan = {"kind": "cafe", "title_ja": "見本のカフェ", "venue_id": desk.venue_id, "needs": [{"seats": 2}]}
    times = {"starts_at": "2026-12-07T14:00:00+09:00", "ends_at": "2026-12-07T15:00:00+09:00"}
    path = f"municipalities/{MUSASHINO}/sessions/{session}"
    await desk.done("PUT", path, {"plan": plan, "times": times}, "officer", MUSASHINO)
    (entry,) = await desk.entries(await desk.token())
    assert (str(entry["SUMMARY"]), entry.decoded("DTSTART")) == (
        "見本のカフェ（打診中）",
        datetime(2026, 12, 7, 5, tzinfo=UTC),
    )


async def test_nothing_in_the_file_leads_to_the_person(desk: Reader) -> None:
    await desk.done("PUT", f"supporters/{desk.supporter_id}/profile", PERSON)
    await desk.accepted(await desk.session())
    text = (await desk.fetch(await desk.token())).text
    assert [word for word in (desk.supporter_id, "supporter-0", *PERSON.values()) if word in text] == []


async def test_the_calendar_as_rows_is_the_supporters_and_tokyos(desk: Reader) -> None:
    await desk.accepted(await desk.session())
    await desk.offered(await desk.session("2027-01-12"), desk.supporter_id)
    rows = await desk.rows()
    assert [(r["title_ja"], r["venue_ja"], r["status_ja"], r["municipality_ja"]) for r in rows] == [
        ("見本の体験会", "見本会館", "承諾", "武蔵野市"),
        ("見本の体験会", "見本会館", "打診中", "武蔵野市"),
    ]
    assert [r["status"] for r in await desk.rows(from_month="2027-01", until_month="2027-01")] == ["offered"]
    path = f"/v1/supporters/{desk.supporter_id}/calendar"
    other = await desk.supporter()
    for headers, status in (
        (desk.as_("auditor"), 200),
        (desk.as_("officer", MUSASHINO), 403),
        (desk.as_("supporter", person=other), 404),
    ):
        assert (await desk.client.get(path, headers=headers)).status_code == status


async def test_a_token_opens_one_supporters_calendar_and_nobody_elses(desk: Reader) -> None:
    await desk.accepted(await desk.session())
    mine, desk.supporter_id = desk.supporter_id, await desk.supporter()
    assert await desk.entries(await desk.token()) == []
    me = desk.as_("supporter", person=desk.supporter_id) | ANY
    for method in ("POST", "DELETE", "GET"):
        assert (await desk.client.request(method, f"/v1/supporters/{mine}/feed", headers=me)).status_code == 404
    assert (await desk.send("POST", f"supporters/{mine}/feed")).status_code == 403  # not even the secretariat


async def test_a_token_is_worth_nothing_once_it_is_revoked_or_replaced(desk: Reader) -> None:
    first, second = await desk.token(), await desk.token()
    assert [(await desk.fetch(token)).status_code for token in (first, second)] == [404, 200]
    revoked = await desk.send("DELETE", f"supporters/{desk.supporter_id}/feed")
    assert (revoked.status_code, revoked.json()["is_open"]) == (200, False)
    refused = await desk.fetch(second)
    assert (refused.status_code, second in refused.json()["detail"]) == (404, False)


@pytest.mark.parametrize(
    ("method", "step", "body"), [("PUT", "withdrawal", None), ("POST", "erasure", {"reference": "見本-2"})]
)
async def test_the_calendar_of_a_supporter_who_left_is_closed(desk: Reader, method: str, step: str, body: Any) -> None:
    token = await desk.token()
    await desk.done(method, f"supporters/{desk.supporter_id}/{step}", body)
    assert (await desk.fetch(token)).status_code == 404
    state = await desk.client.get(f"/v1/supporters/{desk.supporter_id}/feed", headers=desk.as_("secretariat"))
    assert state.json()["is_open"] is False
    events = "SELECT count(*) FROM event WHERE category = 'feed'"
    before = await desk.service.as_owner(events)
    assert (await desk.open()).status_code in (409, 410)
    assert await desk.service.as_owner(events) == before


async def test_a_token_is_shown_once_and_kept_nowhere(desk: Reader) -> None:
    written = io.StringIO()
    logs.configure(stream=written, level="DEBUG")
    opened = await desk.open(**{"Idempotency-Key": "feed"})
    token = opened.headers[TOKEN]
    assert token not in opened.text
    again = await desk.open(**{"Idempotency-Key": "feed"})
    assert (again.json(), TOKEN in again.headers) == (opened.json(), False)
    assert (await desk.fetch(token)).status_code == 200
    assert (await desk.fetch(new_token())).status_code == 404
    assert "request" in written.getvalue()
    assert token not in written.getvalue()
    tables = await desk.service.as_owner("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    counts = [
        await desk.service.as_owner(
            f"SELECT count(*) FROM {name} t WHERE t::text LIKE '%{token}%' OR t::text LIKE '%{token.encode().hex()}%'"
        )
        for (name,) in tables
    ]
    assert {count for ((count,),) in counts} == {0}
