"""However many ask at once, no device is lent twice and no more are promised than are there; and none is lost.

Two servers, many threads, one PostgreSQL. Reservations, cancellations, loans, returns and retirements of one stock meet
each other. After every single event of its stream, all that is promised is there, by counting day by day.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import asyncpg
import httpx
import pytest
import pytest_asyncio

from conftest import As
from kyodo_events.event import Event, registry
from kyodo_events.values.fiscal import tokyo_date
from kyodo_platform.app import create_app
from kyodo_platform.settings import Settings
from kyodo_supporter_matching.device_stock.model import DeviceStock, stock_id
from kyodo_supporter_matching.devices.values import Family
from tests.support.databases import Databases
from tests.support.plants_of_platform import decide_on_what_was_read_before
from tests.support.served import Served, served
from tests.support.services import service
from tests.support.supporter_matching.lending_desk import CHIYODA, CONSENT

THREADS, DEVICES, SPAN = 12, 6, 12
RESERVATIONS = "/v1/device-reservations"
STOCK = stock_id(CHIYODA, Family.TABLET)


@dataclass
class Desk:
    """Many officers at two servers at once, over real sockets."""

    servers: Sequence[Served]
    database_url: str
    headers: dict[str, str]
    client: httpx.Client

    def send(self, method: str, path: str, body: Any = None) -> httpx.Response:
        """A request to one of the servers."""
        url = random.choice(self.servers).url  # noqa: S311 - which of them is no secret
        answer = self.client.request(method, f"{url}{path}", json=body, headers=self.headers)
        assert answer.status_code < 500, answer.text
        return answer

    def devices(self, number: int) -> list[str]:
        """New tablets; their ids."""
        bodies = [{"asset_tag": f"T{n}", "family": "tablet", "product": "見本"} for n in range(number)]
        return [self.send("POST", "/v1/devices", body).json()["device_id"] for body in bodies]

    def reserve(self, number: int, first: date, last: date) -> httpx.Response:
        """Ask for tablets."""
        window = {"from_day": first.isoformat(), "until_day": last.isoformat()}
        return self.send("POST", RESERVATIONS, {"family": "tablet", "number": number, "resident": CONSENT, **window})

    async def at_once(self, *requests: Callable[[], Any]) -> list[Any]:
        """All of these, by as many threads as there are."""
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(THREADS) as threads:
            return await asyncio.gather(*(loop.run_in_executor(threads, request) for request in requests))

    async def rows(self, query: str, *args: Any) -> list[asyncpg.Record]:
        """Rows of the database, past row-level security."""
        connection = await asyncpg.connect(self.database_url)
        try:
            return await connection.fetch(query, *args)
        finally:
            await connection.close()

    async def stream(self, category: str, id_: str) -> list[Event]:
        """What happened to one aggregate."""
        query = "SELECT type, data::text AS data FROM event WHERE category = $1 AND stream = $2 ORDER BY version"
        return [registry.read(row["type"], 1, row["data"]) for row in await self.rows(query, category, id_)]


@pytest_asyncio.fixture
async def desk(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[Desk]:
    found = service("supporter-matching")
    async with databases.of("supporter-matching", found.migrations) as database:
        settings = settings_for("supporter-matching", database.app_url(databases.admin_url))
        limits = httpx.Limits(max_connections=2 * THREADS)
        with (
            served(lambda: create_app(found, settings, messaging=False), copies=2) as servers,
            httpx.Client(timeout=60, limits=limits) as client,
        ):
            headers = as_("officer", CHIYODA) | {"If-Match": "*"}
            yield Desk(servers, database.owner_url(databases.admin_url), headers, client)


def today() -> date:
    """The day of the test."""
    return tokyo_date(datetime.now(UTC))


def too_many(stock: DeviceStock) -> list[date]:
    """The days on which more is promised than is there, counted hold by hold."""
    days = [today() + timedelta(days=after) for after in range(2 * SPAN)]
    promised = Counter(
        day
        for hold in stock.holds.values()
        for day in days
        for _ in range(hold.number)
        if hold.from_day <= day <= hold.until_day
    )
    return [day for day, number in promised.items() if number > len(stock.usable)]


async def first_excess(desk: Desk) -> int | None:
    """The first version of the stock at which more was promised than there was."""
    stock = DeviceStock(id=STOCK)
    for event in await desk.stream("device-stock", STOCK):
        stock = stock.fold([event])
        if too_many(stock):
            return stock.version
    return None


@pytest.mark.timeout(240)
@pytest.mark.parametrize("seed", range(4))
async def test_whatever_is_asked_at_once_no_day_is_promised_beyond_the_stock(desk: Desk, seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311 - chosen, so that a failure can be repeated
    ids = desk.devices(DEVICES)
    granted: dict[str, dict[str, Any]] = {}
    cancelled: set[str] = set()
    refused = Counter[str]()

    def ask(first: date, last: date, number: int, *, cancel: bool) -> None:
        answer = desk.reserve(number, first, last)
        if answer.status_code == 201:
            one = answer.json()
            granted[one["reservation_id"]] = one
            path = f"{RESERVATIONS}/{one['reservation_id']}/cancellation/{CHIYODA}"
            if cancel and desk.send("PUT", path).is_success:
                cancelled.add(one["reservation_id"])
        else:
            refused[answer.json()["type"]] += 1

    def retire(id_: str) -> None:
        answer = desk.send("PUT", f"/v1/devices/{id_}/retirement/{CHIYODA}", {"reason": "outdated"})
        assert answer.is_success or answer.json()["type"] == "/problems/device-stock-promised", answer.text

    requests: list[Callable[[], None]] = [partial(retire, id_) for id_ in ids[:2]]
    for _ in range(40):
        first = today() + timedelta(days=rng.randint(0, SPAN))
        last, number = first + timedelta(days=rng.randint(0, 5)), rng.randint(1, 4)
        requests.append(partial(ask, first, last, number, cancel=rng.randint(1, 10) <= 3))
    rng.shuffle(requests)
    await desk.at_once(*requests)

    assert await first_excess(desk) is None
    assert granted, "nothing was reserved: nothing was proved"
    assert refused["/problems/device-stock-exceeded"], "nobody was refused: nothing was proved"
    # None is lost: what was answered with success is there, what was refused, or cancelled since, is nowhere.
    stock = DeviceStock(id=STOCK).fold(await desk.stream("device-stock", STOCK))
    assert set(stock.holds) == granted.keys() - cancelled
    for id_, hold in stock.holds.items():
        asked = granted[id_]
        window = hold.from_day.isoformat(), hold.until_day.isoformat()
        assert (hold.number, *window) == (asked["number"], asked["from_day"], asked["until_day"])
    # The rows say the same as the stream.
    rows = await desk.rows("SELECT reservation_id FROM device_reservation WHERE status = 'reserved'")
    assert {row["reservation_id"] for row in rows} == set(stock.holds)
    states = await desk.rows("SELECT device_id FROM device WHERE state <> 'retired'")
    assert {row["device_id"] for row in states} == stock.usable


@pytest.mark.timeout(240)
async def test_of_many_who_want_all_at_once_one_gets_it(desk: Desk) -> None:
    desk.devices(DEVICES)
    answers = await desk.at_once(*[lambda: desk.reserve(DEVICES, today(), today())] * THREADS)
    statuses = Counter(answer.status_code for answer in answers)
    assert statuses == {201: 1, 409: THREADS - 1}
    assert {answer.json()["type"] for answer in answers if answer.status_code == 409} == {
        "/problems/device-stock-exceeded"
    }


@pytest.mark.timeout(240)
async def test_a_decision_on_what_was_read_before_is_noticed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.devices(DEVICES)
    decide_on_what_was_read_before(monkeypatch, DeviceStock)
    answers = await desk.at_once(*[lambda: desk.reserve(DEVICES, today(), today())] * 2)
    assert [answer.status_code for answer in answers] == [201, 201]
    assert await first_excess(desk) is not None


@pytest.mark.timeout(240)
async def test_one_by_one_all_that_is_there_is_given_and_none_more(desk: Desk) -> None:
    desk.devices(DEVICES)
    answers = await desk.at_once(*[lambda: desk.reserve(1, today(), today())] * (2 * DEVICES))
    assert Counter(answer.status_code for answer in answers) == {201: DEVICES, 409: DEVICES}


@pytest.mark.timeout(240)
async def test_a_device_that_many_lend_at_once_goes_out_once(desk: Desk) -> None:
    ids = desk.devices(DEVICES)
    reservations = [desk.reserve(2, today(), today()).json()["reservation_id"] for _ in range(DEVICES // 2)]

    def lend(reservation: str, first: int) -> httpx.Response:
        pair = {"device_ids": [ids[first], ids[(first + 1) % DEVICES]]}
        return desk.send("PUT", f"{RESERVATIONS}/{reservation}/loans/{CHIYODA}", pair)

    answers = await desk.at_once(*(partial(lend, r, n) for r in reservations for n in range(DEVICES)))
    assert any(answer.is_success for answer in answers)
    rows = await desk.rows("SELECT stream, count(*) FROM event WHERE type LIKE '%.device-lent' GROUP BY 1")
    assert {row["count"] for row in rows} == {1}
    stock = DeviceStock(id=STOCK).fold(await desk.stream("device-stock", STOCK))
    out = [id_ for hold in stock.holds.values() for id_ in hold.out]
    assert sorted(out) == sorted({row["stream"] for row in rows})
    lent = await desk.rows("SELECT reservation_id, lent FROM device_reservation")
    assert {row["reservation_id"]: row["lent"] for row in lent} == {
        id_: len(hold.out) for id_, hold in stock.holds.items()
    }
