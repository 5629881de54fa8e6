"""An expert's calendar: as rows, and as a feed that a calendar program fetches by a secret address."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest
from icalendar import Calendar

from conftest import As
from kyodo_events.event import new_id
from kyodo_events.secret_addresses import digest_of, new_token
from kyodo_events.testing import given
from kyodo_platform import logs
from kyodo_platform.settings import Settings
from kyodo_talent.assignments.state import AssignmentStatus
from kyodo_talent.feeds.entries import Entry, EntryKind, as_icalendar
from kyodo_talent.feeds.model import Feed, FeedOpened, FeedRevoked
from tests.support.databases import Databases
from tests.support.running import Running, running

ANY = {"If-Match": "*"}
AT = "Kyodo-Exercise-Time"
TODAY = "2026-06-01"
CHIYODA, MUSASHINO = "131016", "132039"
TOKEN = "Kyodo-Feed-Token"

NOW = datetime(2026, 6, 1, 0, 0, tzinfo=UTC)
DIGEST, OTHER_DIGEST = digest_of("one"), digest_of("other")


def test_a_new_token_takes_the_place_of_the_old_one() -> None:
    feed = given(Feed).that(FeedOpened(digest=DIGEST))
    after = feed.when(lambda feed: feed.open(OTHER_DIGEST)).then(FeedOpened(digest=OTHER_DIGEST))
    assert after.digest == OTHER_DIGEST


def test_a_feed_is_revoked_once() -> None:
    feed = given(Feed).that(FeedOpened(digest=DIGEST))
    feed.when(Feed.revoke).then(FeedRevoked())
    feed.that(FeedRevoked()).when(Feed.revoke).then()


def test_no_two_tokens_are_alike() -> None:
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert {len(token) for token in tokens} == {43}


def test_an_entry_spans_its_days_and_blocks_none_unless_it_is_an_absence() -> None:
    entries = [
        Entry(
            EntryKind.ASSIGNMENT, "a", date(2026, 6, 15), date(2026, 6, 30), MUSASHINO, 6, AssignmentStatus.CONFIRMED
        ),
        Entry(EntryKind.ASSIGNMENT, "b", date(2026, 7, 1), date(2026, 7, 31), CHIYODA, 4, AssignmentStatus.HELD),
        Entry(EntryKind.ABSENCE, "c", date(2026, 8, 10), date(2026, 8, 10)),
    ]
    text = as_icalendar(entries, NOW)
    assert text == as_icalendar(entries, NOW)
    found = [
        (e.decoded("DTSTART"), e.decoded("DTEND"), str(e["SUMMARY"]), str(e["STATUS"]), str(e["TRANSP"]))
        for e in Calendar.from_ical(text).walk("VEVENT")
    ]
    june, july, august = date(2026, 6, 15), date(2026, 7, 1), date(2026, 8, 10)
    assert found == [
        (june, date(2026, 7, 1), "武蔵野市 6コマ（確定）", "CONFIRMED", "TRANSPARENT"),
        (july, date(2026, 8, 1), "千代田区 4コマ（仮押さえ中）", "TENTATIVE", "TRANSPARENT"),
        (august, date(2026, 8, 11), "不在", "CONFIRMED", "OPAQUE"),
    ]
    uids = [str(event["UID"]) for event in Calendar.from_ical(text).walk("VEVENT")]
    assert len(set(uids)) == 3
    assert all(len(line) <= 75 for line in text.split(b"\r\n"))  # RFC 5545 §3.1


class Desk:
    """An expert with an assignment over two municipalities and an absence."""

    def __init__(self, service: Running, as_: As) -> None:
        self.service, self.client, self._as, self.expert_id = service, service.client, as_, ""

    def as_(self, *role: str, person: str | None = None, at: str = TODAY) -> dict[str, str]:
        return self._as(*role, person=person) | {AT: f"{at}T09:00:00+09:00"}

    @property
    def me(self) -> dict[str, str]:
        return self.as_("expert", person=self.expert_id) | ANY

    async def send(self, method: str, path: str, body: Any, **more: str) -> Any:
        answer = await self.client.request(method, path, json=body, headers=self.as_("secretariat", **more) | ANY)
        assert answer.is_success, answer.text
        return answer.json()

    async def register(self) -> str:
        body = {"personas": ["engineer"], "half_days_per_month": 12}
        expert_id = str((await self.send("POST", "/v1/experts", body))["id"])
        await self.send("PUT", f"/v1/experts/{expert_id}/screening", None)
        await self.send("PUT", f"/v1/experts/{expert_id}/qualification", {"valid_until": "2027-03-31"})
        return expert_id

    async def propose(self, from_day: str = "2026-06-15", until_day: str = "2026-07-31") -> str:
        body = {
            "expert_id": self.expert_id,
            "project_id": new_id(),
            "engagement": {"form": "hands_on", "instructed_by": "nobody", "instructed_by_ja": "本人の裁量による"},
            "from_day": from_day,
            "until_day": until_day,
            "lines": [
                {"municipality": MUSASHINO, "month": "2026-06", "half_days": 6},
                {"municipality": CHIYODA, "month": "2026-07", "half_days": 4},
            ],
        }
        return str((await self.send("POST", "/v1/assignments", body))["assignment_id"])

    async def hold(self, assignment_id: str, until: str) -> None:
        await self.send("PUT", f"/v1/assignments/{assignment_id}/hold", {"until": until})

    async def open(self, **headers: str) -> httpx.Response:
        answer = await self.client.post(f"/v1/experts/{self.expert_id}/feed", headers=self.me | headers)
        assert answer.status_code == 201, answer.text
        return answer

    async def fetch(self, token: str, at: str = TODAY) -> httpx.Response:
        return await self.client.get(f"/v1/feeds/{token}", headers={AT: f"{at}T09:00:00+09:00"})

    async def rows(self, at: str = TODAY, **query: Any) -> list[dict[str, Any]]:
        headers = self.as_("expert", person=self.expert_id, at=at)
        answer = await self.client.get(f"/v1/experts/{self.expert_id}/calendar", params=query, headers=headers)
        assert answer.status_code == 200, answer.text
        return list(answer.json()["items"])


@pytest.fixture
async def desk(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[Desk]:
    async with running(databases, settings_for, "talent", exercise=True) as service:
        desk = Desk(service, as_)
        desk.expert_id = await desk.register()
        yield desk


async def test_the_calendar_shows_assignments_and_absences_in_order_of_days(desk: Desk) -> None:
    assignment_id = await desk.propose()
    await desk.send(
        "POST", f"/v1/experts/{desk.expert_id}/absences", {"from_day": "2026-07-20", "until_day": "2026-07-24"}
    )
    rows = await desk.rows()
    assert [(r["kind_ja"], r["from_day"], r["until_day"], r["municipality_ja"], r["half_days"]) for r in rows] == [
        ("従事", "2026-06-15", "2026-06-30", "武蔵野市", 6),
        ("従事", "2026-07-01", "2026-07-31", "千代田区", 4),
        ("不在", "2026-07-20", "2026-07-24", None, None),
    ]
    assert [r["assignment_id"] for r in rows] == [assignment_id, assignment_id, None]
    assert [r["status_ja"] for r in rows] == ["提案中", "提案中", None]
    assert [r["half_days"] for r in await desk.rows(from_month="2026-07", until_month="2026-07")] == [4, None]
    assert len(await desk.rows(limit=2)) == 2


async def test_what_lapsed_or_was_declined_is_not_in_the_calendar(desk: Desk) -> None:
    assignment_id = await desk.propose()
    await desk.hold(assignment_id, "2026-06-05")
    assert [row["status"] for row in await desk.rows(at="2026-06-05")] == ["held", "held"]
    assert await desk.rows(at="2026-06-06") == []

    declined = await desk.propose()
    address = f"/v1/assignments/{declined}/declinations/expert/{desk.expert_id}"
    answer = await desk.client.put(address, json={"reason": "no_time"}, headers=desk.me)
    assert answer.is_success, answer.text
    assert declined not in {row["assignment_id"] for row in await desk.rows()}


async def test_a_calendar_program_fetches_the_calendar_by_the_token_alone(desk: Desk) -> None:
    await desk.propose()
    absence = {"from_day": "2026-08-10", "until_day": "2026-08-10"}
    await desk.send("POST", f"/v1/experts/{desk.expert_id}/absences", absence)
    token = (await desk.open()).headers[TOKEN]
    fetched = await desk.fetch(token)
    assert (fetched.status_code, fetched.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    events = Calendar.from_ical(fetched.content).walk("VEVENT")
    assert [str(event["SUMMARY"]) for event in events] == [
        "武蔵野市 6コマ（提案中）",
        "千代田区 4コマ（提案中）",
        "不在",
    ]
    assert desk.expert_id not in fetched.text


async def test_a_token_opens_one_experts_calendar_and_nobody_elses(desk: Desk) -> None:
    await desk.propose()
    mine, desk.expert_id = desk.expert_id, await desk.register()
    token = (await desk.open()).headers[TOKEN]
    fetched = await desk.fetch(token)
    assert Calendar.from_ical(fetched.content).walk("VEVENT") == []
    overseen = await desk.client.get(f"/v1/experts/{desk.expert_id}/calendar", headers=desk.as_("auditor"))
    assert overseen.json()["items"] == []

    for path, method in (("feed", "POST"), ("feed", "DELETE"), ("feed", "GET"), ("calendar", "GET")):
        refused = await desk.client.request(method, f"/v1/experts/{mine}/{path}", headers=desk.me)
        assert refused.status_code == 404
    officer = desk.as_("officer", MUSASHINO)
    assert (await desk.client.get(f"/v1/experts/{mine}/calendar", headers=officer)).status_code == 403
    secretariat = desk.as_("secretariat") | ANY
    assert (await desk.client.post(f"/v1/experts/{mine}/feed", headers=secretariat)).status_code == 403


async def test_a_token_is_worth_nothing_once_it_is_revoked_or_replaced(desk: Desk) -> None:
    first = (await desk.open()).headers[TOKEN]
    second = (await desk.open()).headers[TOKEN]
    assert [(await desk.fetch(token)).status_code for token in (first, second)] == [404, 200]

    revoked = await desk.client.delete(
        f"/v1/experts/{desk.expert_id}/feed", headers=desk.as_("secretariat") | {"If-Match": '"2"'}
    )
    assert (revoked.status_code, revoked.json()["is_open"]) == (200, False)
    refused = await desk.fetch(second)
    assert refused.status_code == 404
    assert second not in str(refused.json()["detail"])


async def test_an_erased_experts_calendar_is_closed(desk: Desk) -> None:
    token = (await desk.open()).headers[TOKEN]
    await desk.service.as_owner("UPDATE expert SET erased = true")
    assert (await desk.fetch(token)).status_code == 404


async def test_a_token_is_shown_once_and_kept_nowhere(desk: Desk) -> None:
    written = io.StringIO()
    logs.configure(stream=written, level="DEBUG")
    opened = await desk.open(**{"Idempotency-Key": "feed"})
    token = opened.headers[TOKEN]
    assert token not in opened.text

    again = await desk.open(**{"Idempotency-Key": "feed"})
    assert (again.json(), TOKEN in again.headers) == (opened.json(), False)
    assert (await desk.fetch(token)).status_code == 200
    assert (await desk.fetch(new_token())).status_code == 404
    await desk.client.get(f"/v1/feeds/{token}.ics")

    assert "request" in written.getvalue()
    assert token not in written.getvalue()
    tables = await desk.service.as_owner("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    kept = {name for (name,) in tables if await _holds(desk.service, name, token)}
    assert kept == set()
    assert await _holds(desk.service, "feed", digest_of(token))


async def _holds(service: Running, table: str, text: str) -> bool:
    """Whether a row of the table holds the text, in clear or as bytes."""
    as_bytes = text.encode().hex()
    found = await service.as_owner(
        f"SELECT count(*) FROM {table} t WHERE t::text LIKE '%{text}%' OR t::text LIKE '%{as_bytes}%'"
    )
    return bool(found[0][0])
