"""The worked consumers of docs/integrators.md, run as they are printed there, on events that our relay publishes."""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio

from conftest import Broker
from kyodo_events import store
from kyodo_events.contracts.procurement.themes import Decision, ThemeSelected
from kyodo_events.contracts.procurement.usage import ServiceUseCancelled, ServiceUseCorrected, ServiceUsed
from kyodo_events.database import Database
from kyodo_events.event import Event, Topic
from kyodo_events.relay import Relay, republish
from tests.support import outside
from tests.support.messaging import IDEMPOTENT as APACHE
from tests.support.messaging import audit, until

DOCS = Path(__file__).parents[1] / "docs"
EXAMPLES = DOCS / "examples"
CHIYODA, CHUO = "131016", "131024"
DAY = date(2024, 4, 30)
ROUNDS = 40
"""How often each record of use comes, so that a consumer that is killed is killed in between."""

kafka = pytest.mark.kafka


def test_the_page_prints_the_files_that_are_run() -> None:
    page = (DOCS / "integrators.md").read_text(encoding="utf-8")
    printed = re.findall(r"```(?:python|sh)\n(.*?)```\n", page, re.DOTALL)
    for path in sorted(EXAMPLES.iterdir()):
        assert path.read_text(encoding="utf-8") in printed, f"{path.name} is another on the page"


@pytest_asyncio.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A kernel database, as a service's."""
    database = await Database.connect(database_url)
    yield database
    await database.close()


@pytest.fixture
def topic(monkeypatch: pytest.MonkeyPatch) -> Topic:
    """A topic of this test's own for procurement's use, and one event on it that the consumers do not know."""
    topic = Topic(f"kyodo.procurement.t{uuid4().hex[:12]}.v1", partitions=3)
    for event in (ServiceUsed, ServiceUseCorrected, ServiceUseCancelled, ThemeSelected):
        monkeypatch.setattr(event, "topic", topic)
    return topic


@asynccontextmanager
async def published(database: Database, broker: Broker, topic: Topic) -> AsyncIterator[Relay]:
    """A relay at work, and everything that was recorded on the topic."""
    relay = Relay(database, "procurement", broker.bootstrap, [topic], idempotent=APACHE, poll_seconds=0.1)
    relay.start()
    try:
        await relay.drained()
        yield relay
    finally:
        await relay.stop()


async def record(database: Database, *streams: list[Event]) -> None:
    """Append each list of events to a stream of its own."""
    async with database.transaction() as tx:
        for events in streams:
            await store.append(tx, "usage", uuid4().hex, 0, events, datetime.now(UTC), audit(), "procurement")


def used(municipality: str, quantity: int) -> ServiceUsed:
    return ServiceUsed(
        project_id="p", meter="seats", municipality=municipality, quantity=quantity, used_on=DAY, record=uuid4().hex
    )


async def record_use(database: Database) -> dict[tuple[str, str], int]:
    """Record use, corrections, cancellations and one selected theme; answers with what it comes to."""
    corrected = {"project_id": "p", "meter": "seats", "used_on": DAY, "record": "r", "reason": "late"}
    for _ in range(ROUNDS):
        await record(
            database,
            [used(CHIYODA, 3), ServiceUseCorrected(municipality=CHIYODA, quantity_before=3, quantity=5, **corrected)],
            [used(CHUO, 7), ServiceUseCancelled(municipality=CHUO, quantity_before=7, **corrected)],
            [used(CHUO, 2)],
        )
    decision = Decision(meeting_id=None, confirmation=None, text_ja="確認事項1")
    await record(database, [ThemeSelected(name_ja="電子申請", needed_by=(CHIYODA,), answers=("a",), decision=decision)])
    return {(CHIYODA, "seats"): 5 * ROUNDS, (CHUO, "seats"): 2 * ROUNDS}


def rows(path: Path, query: str) -> list[tuple[Any, ...]]:
    """What stands in the consumer's database; nothing while it has none."""
    with closing(sqlite3.connect(path)) as database, suppress(sqlite3.OperationalError):
        return database.execute(query).fetchall()
    return []


@asynccontextmanager
async def consumer(broker: Broker, path: Path, topic: Topic) -> AsyncIterator[asyncio.subprocess.Process]:
    """The worked consumer as a process, killed at the end: it knows no other."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, EXAMPLES / "consumer.py", broker.bootstrap, path, topic.name
    )
    try:
        yield process
        assert process.returncode is None, "the consumer ended by itself"
    finally:
        process.kill()
        await process.wait()


@kafka
async def test_the_consumer_in_python_has_each_effect_once(
    database: Database, broker: Broker, topic: Topic, tmp_path: Path
) -> None:
    """Killed, started again, and sent everything a second time, it comes to the same."""
    path = tmp_path / "usage.db"
    expected = await record_use(database)
    events = 5 * ROUNDS + 1

    async def has_seen(count: int) -> bool:
        return rows(path, "SELECT count(*) >= " + str(count) + " FROM seen") == [(1,)]

    async with published(database, broker, topic) as relay:
        async with consumer(broker, path, topic):
            await until(lambda: has_seen(1))
        await republish(database)
        await relay.drained()
        await record(database, [used(CHUO, 1)])  # behind everything that came twice
        async with consumer(broker, path, topic):
            await until(lambda: has_seen(events + 1))
            await until(lambda: _caught_up(path, used_by=2 * ROUNDS + 1))
    found = {(city, meter): quantity for city, meter, quantity in rows(path, "SELECT * FROM usage")}
    assert found == {**expected, (CHUO, "seats"): expected[CHUO, "seats"] + 1}
    (aside,) = rows(path, "SELECT set_aside FROM seen WHERE set_aside IS NOT NULL")
    assert json.loads(aside[0])["name_ja"] == "電子申請"


async def _caught_up(path: Path, used_by: int) -> bool:
    return rows(path, f"SELECT quantity FROM usage WHERE city = '{CHUO}'") == [(used_by,)]


@kafka
@outside.outside("kcat")
@pytest.mark.skipif(not APACHE, reason="the embedded broker hangs up on kcat's first request: see `make test-kafka`")
async def test_the_one_by_kcat_prints_each_event_once(database: Database, broker: Broker, topic: Topic) -> None:
    await record_use(database)
    async with published(database, broker, topic) as relay:
        await republish(database)
        await relay.drained()
        process = await asyncio.create_subprocess_exec(
            EXAMPLES / "events.sh", broker.bootstrap, topic.name, stdout=asyncio.subprocess.PIPE
        )
        async with asyncio.timeout(60):
            printed, _ = await process.communicate()
    lines = [line.split("\t") for line in printed.decode().splitlines()]
    assert process.returncode == 0
    assert Counter(type_ for _, type_, _ in lines) == {
        "kyodo.procurement.service-used.v1": 3 * ROUNDS,
        "kyodo.procurement.service-use-corrected.v1": ROUNDS,
        "kyodo.procurement.service-use-cancelled.v1": ROUNDS,
        "kyodo.procurement.theme-selected.v2": 1,
    }
    assert all(json.loads(data)["municipality"] == key for key, type_, data in lines if "service" in type_)
