"""`kyodo status`: all is well, or what is not is named; it answers while services are down."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from conftest import As, Broker
from kyodo_cost_ledger.testing import Story
from kyodo_platform.settings import Settings
from tests.support.books_desk import CHUO, Desk
from tests.support.books_desk import desk as open_desk
from tests.support.commands import Answer, kyodo
from tests.support.databases import Databases
from tests.support.ledger.arriving import arrive, record_of
from tests.support.messaging import publish

Ask = Callable[..., Coroutine[Any, Any, Answer]]
USAGE = "kyodo.procurement.usage.v1"
NOWHERE = "127.0.0.1:9"


@pytest_asyncio.fixture
async def desk(databases: Databases, settings_for: Callable[..., Settings], as_: As) -> AsyncIterator[Desk]:
    """A ledger with two municipalities' charges."""
    async with open_desk(databases, settings_for, as_) as opened:
        yield opened


@pytest_asyncio.fixture
async def ask(
    desk: Desk, databases: Databases, fresh_broker: Broker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Ask:
    """`kyodo status` of the ledger, whose topics are as declared."""
    monkeypatch.setenv("KAFKA_BOOTSTRAP", fresh_broker.bootstrap)
    monkeypatch.setenv("KYODO_COST_LEDGER_DATABASE_URL", desk.service.database.app_url(databases.admin_url))
    nowhere = f"postgresql://kyodo:placeholder@{NOWHERE}/kyodo"
    monkeypatch.setenv("KYODO_DATABASE_URL", nowhere)  # of the other services, which are away
    state = str(tmp_path / "none")
    assert (await kyodo("topics", "apply", "--state", state)).code == 0

    async def ask(*words: str) -> Answer:
        return await kyodo("status", *words, "--state", state)

    return ask


async def ledger(ask: Ask, *words: str, code: int = 0) -> dict[str, Any]:
    """What is told of the ledger, with this exit code."""
    answer = await ask("cost-ledger", "--json", *words)
    assert answer.code == code, answer.out
    (found,) = answer.document["services"]
    assert answer.document["wrong"] == [f"cost-ledger: {words}" for words in found["wrong"]]
    return dict(found)


async def test_positions_and_periods_are_told_where_all_is_well(ask: Ask, desk: Desk) -> None:
    await desk.close("2024-04", "2024-05")
    await desk.seal("2024-04")
    await desk.service.as_owner("UPDATE outbox SET queued_at = now()")  # nobody sequences here
    found = await ledger(ask)
    assert found["told"] == {
        "months_closed": 2,
        "last_closed": "2024-05",
        "periods_sealed": 1,
        "last_sealed": "2024-04",
        "fiscal_years": {},
    }
    assert (found["position"], found["relay_lag"], found["parked"], found["gaps"]) == (0, 0, 0, 0)
    assert found["waiting"] == await desk.service.count("outbox") > 0
    assert set(found["behind"]) >= {USAGE, "kyodo.talent.work-logs.v1"}
    assert sum(found["behind"].values()) == 0
    in_words = (await ask("cost-ledger")).out
    assert "last_sealed: 2024-04" in in_words
    assert "all is well" in in_words


async def test_each_thing_that_wants_a_person_is_named(ask: Ask, desk: Desk, fresh_broker: Broker) -> None:
    told = record_of(Story().used(CHUO, 3).told[0], value=b"{}")
    await arrive(desk.database, [told])
    await publish(fresh_broker.bootstrap, USAGE, [(told.key, told.value, told.headers)] * 5)
    await desk.service.as_owner(
        "UPDATE outbox SET queued_at = now() - interval '5 minutes'", "UPDATE consumed SET at = now() - interval '1 h'"
    )
    found = await ledger(ask, code=1)
    letters, events, records = sorted(found["wrong"], key=lambda words: "dead letters" not in words)
    assert letters == "1 dead letters wait; `kyodo dead-letters list cost-ledger`"
    assert events.startswith("events have waited 300 s for a position")
    assert records.startswith("records wait in Kafka, and the consumer has not taken anything for 3")
    assert found["behind"][USAGE] > 0


async def test_it_answers_while_other_things_are_down(
    ask: Ask, desk: Desk, fresh_broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything = await ask("--json")
    assert everything.code == 1
    services = {one["service"]: one for one in everything.document["services"]}
    assert services["cost-ledger"]["position"] == 0
    away = f"KYODO_DATABASE_URL: no PostgreSQL answers at {NOWHERE} (Connection refused)"
    assert services["talent"]["wrong"] == [away]
    await fresh_broker.kill()
    found = await ask("cost-ledger", "--json")
    assert (found.code, found.document["services"][0]["position"]) == (1, 0)
    assert f"Kafka at {fresh_broker.bootstrap}: no broker answers" in found.document["wrong"]
    monkeypatch.setenv("KYODO_COST_LEDGER_DATABASE_URL", f"postgresql://kyodo@{NOWHERE}/kyodo")
    assert (await ask("cost-ledger")).code == 2  # nothing at all can be told


async def test_a_database_behind_in_migrations_is_named(ask: Ask, desk: Desk) -> None:
    await desk.service.as_owner("UPDATE alembic_version SET version_num = 'm0001'")
    (words,) = (await ledger(ask, code=1))["wrong"]
    assert words.startswith("at migration m0001 instead of m0")
    await desk.service.as_owner("DROP TABLE alembic_version")
    (words,) = (await ledger(ask, code=1))["wrong"]
    assert "has no tables yet; run `kyodo migrate cost-ledger`" in words


async def test_a_process_is_asked_where_its_address_is_known(ask: Ask) -> None:
    (words,) = (await ledger(ask, "--url", f"http://{NOWHERE}", code=1))["wrong"]
    assert words == "the process is not ready: no answer (ConnectError)"
    async with edge(200, {"database": "ok"}) as url:
        assert (await ledger(ask, "--url", url))["process"] == "ok"
    async with edge(503, {"database": "ok", "consumer": "no successful poll"}) as url:
        assert (await ledger(ask, "--url", url, code=1))["process"] == "consumer: no successful poll"


@asynccontextmanager
async def edge(status: int, checks: dict[str, str]) -> AsyncIterator[str]:
    """What stands before the services, and answers for the ledger."""

    async def readyz(request: Request) -> Response:
        return JSONResponse({"status": "any", "checks": checks}, status_code=status)

    app = Starlette(routes=[Route("/cost-ledger/readyz", readyz)])
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, lifespan="off"))
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await task
