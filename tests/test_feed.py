"""The feed: published events over HTTP, without a gap, in the order of positions, for those without Kafka."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
import pytest_asyncio

from conftest import As
from kyodo_events.database import Database
from kyodo_events.event import registry
from kyodo_events.sequencer import sequence_all
from kyodo_local.services import all_services
from kyodo_platform.app import routers_of
from kyodo_platform.feed import reading, watching
from kyodo_platform.settings import Settings
from tests.support.databases import Databases
from tests.support.metered import offered
from tests.support.running import Running, running
from tests.support.usage_desk import CHIYODA, MUSASHINO, Usage, used

Event = dict[str, Any]


class Reader:
    """An integrator that reads the feed of a service."""

    def __init__(self, service: Running, as_: As) -> None:
        self.service, self.as_ = service, as_

    async def ask(self, *role: str, etag: str | None = None, **params: Any) -> httpx.Response:
        headers = self.as_(*role or ("integrator",)) | ({"If-None-Match": etag} if etag else {})
        return await self.service.client.get("/v1/events", params=params, headers=headers)

    async def all(self, *role: str, **params: Any) -> list[Event]:
        """Everything there is, page by page."""
        found: list[Event] = []
        after, moved = 0, True
        while moved:
            answer = await self.ask(*role, after=after, **params)
            assert answer.status_code == 200, answer.text
            found += answer.json()
            moved, after = int(answer.headers["Kyodo-Position"]) > after, int(answer.headers["Kyodo-Position"])
        return found


@pytest_asyncio.fixture
async def usage(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[Usage]:
    """A service of procurement that two municipalities use, everything sequenced."""
    async with running(databases, settings_for, "procurement", database_pool_max=2) as service:
        offering = await offered(database_of(service), [CHIYODA, MUSASHINO])
        await sequence_all(database_of(service))
        yield Usage(service, as_, offering)


@pytest.fixture
def reader(usage: Usage, as_: As) -> Reader:
    return Reader(usage.service, as_)


def database_of(service: Running) -> Database:
    database: Database = service.app.state.runtime.database
    return database


async def report(usage: Usage, *names: str, municipality: str = CHIYODA) -> None:
    """Usage, with its position."""
    assert (await usage.report(*(used(name, municipality) for name in names))).status_code == 201
    await sequence_all(database_of(usage.service))


async def test_events_come_as_cloud_events_with_what_kafka_has(usage: Usage, reader: Reader) -> None:
    await report(usage, "one")
    answer = await reader.ask(type="kyodo.procurement.service-used")
    assert answer.headers["content-type"] == "application/cloudevents-batch+json"
    [event] = answer.json()
    assert event["specversion"] == "1.0"
    assert event["type"] == "kyodo.procurement.service-used.v1"
    assert event["source"] == "/kyodo/procurement"
    assert event["partitionkey"] == CHIYODA
    assert (event["data"]["municipality"], event["data"]["quantity"]) == (CHIYODA, 3)
    [(id_, position)] = await usage.service.as_owner(
        "SELECT e.id::text, p.position FROM event e JOIN event_position p ON p.event_id = e.id"
        " WHERE e.type = 'kyodo.procurement.service-used'"
    )
    assert (event["id"], int(event["sequence"])) == (id_, position)


async def test_only_what_is_published_is_there(usage: Usage, reader: Reader) -> None:
    await report(usage, "one")
    stored = {row[0] for row in await usage.service.as_owner("SELECT DISTINCT type FROM event")}
    seen = {event["type"].rpartition(".v")[0] for event in await reader.all()}
    published = {event.event_type for event in registry.types("kyodo.procurement.") if event.topic}
    assert seen == stored & published
    assert stored - published, "there was nothing internal: nothing was proved"


async def test_pages_of_any_size_miss_nothing(usage: Usage, reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    await report(usage, *(f"record-{number}" for number in range(7)))
    whole = [event["id"] for event in await reader.all()]
    assert len(whole) > 7
    for limit, window in ((1, 5_000), (3, 5_000), (200, 2), (2, 1)):
        monkeypatch.setattr(reading, "WINDOW", window)
        assert [event["id"] for event in await reader.all(limit=limit)] == whole


async def test_under_concurrent_writers_nothing_is_skipped_and_nothing_out_of_order(
    usage: Usage, reader: Reader
) -> None:
    """Writers commit in another order than they draw ids; the reader follows while they write."""
    done = asyncio.Event()

    async def write(writer: int) -> None:
        for number in range(12):
            answer = await usage.report(used(f"{writer}-{number}", (CHIYODA, MUSASHINO)[writer % 2]))
            assert answer.status_code == 201

    async def place() -> None:
        while not done.is_set():
            await sequence_all(database_of(usage.service))
            await asyncio.sleep(0.01)
        await sequence_all(database_of(usage.service))

    async def follow() -> list[Event]:
        found: list[Event] = []
        after, ended = 0, False
        while not ended:
            ended = placing.done()  # one more page after everything has its position
            answer = await reader.ask(after=after, limit=5)
            found += answer.json()
            ended = ended and int(answer.headers["Kyodo-Position"]) == after
            after = int(answer.headers["Kyodo-Position"])
        return found

    placing = asyncio.create_task(place())
    following = asyncio.create_task(follow())
    await asyncio.gather(*(write(writer) for writer in range(4)))
    done.set()
    await placing
    seen = await following
    rows = await usage.service.as_owner(
        "SELECT e.id::text FROM event e JOIN event_position p ON p.event_id = e.id"
        " WHERE e.topic IS NOT NULL ORDER BY p.position"
    )
    assert [event["id"] for event in seen] == [row[0] for row in rows]
    assert len([event for event in seen if event["type"] == "kyodo.procurement.service-used.v1"]) == 48


async def test_who_waits_hears_at_once_and_holds_no_connection(usage: Usage, reader: Reader) -> None:
    after = int((await reader.ask(limit=200)).headers["Kyodo-Position"])
    waiting = [asyncio.create_task(reader.ask(after=after, wait=20)) for _ in range(8)]
    await asyncio.sleep(0.3)
    began = time.monotonic()
    await report(usage, "one")  # with a pool of two connections
    answers = await asyncio.gather(*waiting)
    assert time.monotonic() - began < 5
    assert {event["data"]["quantity"] for answer in answers for event in answer.json()} == {3}
    assert all(len(answer.json()) == 1 for answer in answers)


async def test_what_is_internal_wakes_nobody(usage: Usage, reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "WINDOW", 1)  # so that what is internal is more than a window
    ((after,),) = await usage.service.as_owner("SELECT position FROM sequencer")
    waiting = asyncio.create_task(reader.ask(after=after, wait=9, type="kyodo.procurement.service-used"))
    await asyncio.sleep(0.3)
    await offered(database_of(usage.service), [CHIYODA])
    await sequence_all(database_of(usage.service))
    await asyncio.sleep(0.5)
    assert not waiting.done()
    await report(usage, "one")
    answer = await waiting
    assert len(answer.json()) == 1
    assert int(answer.headers["Kyodo-Position"]) == int(answer.json()[0]["sequence"])


async def test_waiting_ends_with_an_empty_page(reader: Reader) -> None:
    after = int((await reader.ask()).headers["Kyodo-Position"])
    began = time.monotonic()
    answer = await reader.ask(after=after, wait=1)
    assert (answer.status_code, answer.json()) == (200, [])
    assert 0.9 < time.monotonic() - began < 5


async def test_too_many_who_wait_are_answered_at_once(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "READERS", 0)
    after = int((await reader.ask()).headers["Kyodo-Position"])
    began = time.monotonic()
    assert (await reader.ask(after=after, wait=20)).json() == []
    assert time.monotonic() - began < 5


async def test_what_is_known_is_not_sent_again(usage: Usage, reader: Reader) -> None:
    first = await reader.ask(after=0)
    again = await reader.ask(after=0, etag=first.headers["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    await report(usage, "one")
    more = await reader.ask(after=0, etag=first.headers["ETag"])
    assert more.status_code == 200
    assert len(more.json()) == len(first.json()) + 1


async def test_the_link_goes_on(usage: Usage, reader: Reader) -> None:
    await report(usage, "one", "two")
    answer = await reader.ask(limit=1, type="kyodo.procurement.service-used")
    link = answer.headers["Link"]
    assert link.endswith('; rel="next"')
    address = "/v1/events" + link.partition("<")[2].partition(">")[0]
    following = await usage.service.client.get(address, headers=reader.as_("integrator"))
    assert [event["type"] for event in following.json()] == ["kyodo.procurement.service-used.v1"]
    assert following.json()[0]["id"] != answer.json()[0]["id"]


async def test_a_token_with_a_municipality_gets_what_is_about_it_alone(usage: Usage, reader: Reader) -> None:
    await report(usage, "one")
    await report(usage, "two", municipality=MUSASHINO)
    own = await reader.all("integrator", MUSASHINO)
    assert {event["data"].get("municipality") for event in own} == {MUSASHINO}
    assert "kyodo.procurement.service-used.v1" in {event["type"] for event in own}


async def test_others_are_refused(usage: Usage, reader: Reader) -> None:
    for role in (("officer", CHIYODA), ("supplier",), ("expert",), ("operator",)):
        assert (await reader.ask(*role)).status_code == 403, role
    assert (await usage.service.client.get("/v1/events")).status_code == 401


async def test_what_makes_no_sense_is_refused(reader: Reader) -> None:
    wrong: list[dict[str, Any]] = [{"after": -1}, {"limit": 201}, {"wait": 31}, {"type": "SELECT"}]
    for params in wrong:
        assert (await reader.ask(**params)).status_code == 422, params


def test_each_service_has_a_feed() -> None:
    for service in all_services():
        assert "/v1/events" in {route.path for router in routers_of(service) for route in router.routes}
