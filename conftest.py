"""Fixtures of all tests: a real PostgreSQL, a real Kafka-protocol broker, real tokens, fresh databases."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from aiokafka.conn import AIOKafkaConnection
from fastapi import FastAPI

from kyodo_local.apache_kafka import ApacheKafka
from kyodo_local.broker import EmbeddedBroker
from kyodo_local.postgres import EmbeddedPostgres
from kyodo_platform import logs
from kyodo_platform.app import create_app
from kyodo_platform.database.provision import ServiceDatabase
from kyodo_platform.identity.issuer import LocalIssuer
from kyodo_platform.identity.model import Role
from kyodo_platform.settings import Settings
from tests.support import outside
from tests.support.databases import Databases
from tests.support.services import service
from tests.support.session_folder import session_folder

Headers = dict[str, str]
As = Callable[..., Headers]
Api = Callable[..., Awaitable[httpx.AsyncClient]]

NO_BROKER = "127.0.0.1:9"


@pytest.hookimpl(tryfirst=True)  # before any fixture starts a server for it
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leave out, and say so, what needs a program that is not here."""
    outside.require(item)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The last lines of a run name the checks that it left out."""
    for line in outside.left_out(terminalreporter.stats.get("skipped", [])):
        terminalreporter.write_line(line, yellow=True, bold=True)


@pytest.fixture(autouse=True)
def _logs() -> None:
    """Logs as a service writes them: structlog's own default takes seconds to render a crash with all its locals."""
    logs.configure(json=False)


@pytest.fixture(autouse=True, scope="session")
def _connections_that_aiokafka_forgets() -> Iterator[None]:
    """Close what nobody can reach any more, without a warning in whichever test runs by then.

    A client that is stopped while it starts is cancelled in `AIOKafkaClient.bootstrap`, which then leaves its first
    connection open, also after the broker hung up; the garbage collector finds it later, in another test. All other
    warnings stay errors.
    """

    def close(forgotten: AIOKafkaConnection) -> None:
        transport = forgotten._writer.transport if forgotten._writer is not None else None
        if transport is not None and transport._sock is not None:
            transport._sock.close()
            transport._sock, transport._closing = None, True

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(AIOKafkaConnection, "__del__", close)
        yield


@pytest.fixture(scope="session")
def state_dir() -> Iterator[Path]:
    """The folder of this session."""
    with session_folder() as folder:
        yield folder


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def databases(state_dir: Path) -> AsyncIterator[Databases]:
    """The session's PostgreSQL server."""
    async with EmbeddedPostgres(state_dir / "pg", disposable=True) as postgres:
        yield Databases(postgres.admin_url())


@pytest_asyncio.fixture
async def kernel_database(databases: Databases) -> AsyncIterator[ServiceDatabase]:
    """A fresh database with the kernel's tables only."""
    async with databases.of("kernel", None) as database:
        yield database


@pytest.fixture
def database_url(kernel_database: ServiceDatabase, databases: Databases) -> str:
    """The fresh kernel database, as the application role."""
    return kernel_database.app_url(databases.admin_url)


@pytest.fixture
def owner_url(kernel_database: ServiceDatabase, databases: Databases) -> str:
    """The fresh kernel database, as its owner."""
    return kernel_database.owner_url(databases.admin_url)


Broker = EmbeddedBroker | ApacheKafka


@asynccontextmanager
async def _broker(folder: Path) -> AsyncIterator[Broker]:
    kind: type[Broker] = ApacheKafka if os.environ.get("KYODO_TEST_BROKER") == "apache" else EmbeddedBroker
    async with kind(folder) as broker:
        yield broker


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def broker(state_dir: Path) -> AsyncIterator[Broker]:
    """The session's broker; tests use topics of their own."""
    async with _broker(state_dir / "broker") as running:
        yield running


@pytest_asyncio.fixture
async def fresh_broker(tmp_path: Path) -> AsyncIterator[Broker]:
    """A broker for one test, to be killed and restarted."""
    async with _broker(tmp_path / "broker") as running:
        yield running


@pytest.fixture
def issuer(state_dir: Path) -> LocalIssuer:
    """The token issuer that the test apps trust."""
    return LocalIssuer(state_dir / "issuer")


@pytest.fixture
def as_(issuer: LocalIssuer) -> As:
    """Headers with a token: `as_("officer", "131016")`."""

    def headers(*roles: str, municipality: str | None = None, person: str | None = None) -> Headers:
        names = [role for role in roles if not role.isdigit()]
        code = next((role for role in roles if role.isdigit()), municipality)
        token = issuer.issue(*(Role(name) for name in names), municipality=code, person=person)
        return {"Authorization": f"Bearer {token}"}

    return headers


@pytest.fixture
def settings_for(issuer: LocalIssuer) -> Callable[..., Settings]:
    """Settings of a test service."""

    def settings(name: str, database_url: str, **overrides: Any) -> Settings:
        values = {
            "database_url": database_url,
            "kafka_bootstrap": NO_BROKER,
            "kafka_idempotent_producer": os.environ.get("KYODO_TEST_BROKER") == "apache",
            "oidc_issuer": issuer.issuer,
            "oidc_audience": issuer.audience,
            "oidc_jwks_url": issuer.jwks_url,
            "cursor_secret": "placeholder-placeholder-placeholder",
            "personal_keys": "0123456789abcdef" * 4,
            **overrides,
        }
        return Settings.for_service(name, **values)

    return settings


@pytest_asyncio.fixture
async def app_of(
    databases: Databases, settings_for: Callable[..., Settings]
) -> AsyncIterator[Callable[..., Awaitable[FastAPI]]]:
    """Start a service's app on a fresh database, without relay and consumer."""
    async with AsyncExitStack() as stack:

        async def start(name: str) -> FastAPI:
            found = service(name)
            database = await stack.enter_async_context(databases.of(name, found.migrations))
            settings = settings_for(name, database.app_url(databases.admin_url))
            app = create_app(found, settings, messaging=False)
            await stack.enter_async_context(app.router.lifespan_context(app))
            return app

        yield start


@pytest_asyncio.fixture
async def api(app_of: Callable[..., Awaitable[FastAPI]]) -> AsyncIterator[Api]:
    """A client of a service's app on a fresh database: `client = await api("procurement")`."""
    async with AsyncExitStack() as stack:

        async def client(name: str) -> httpx.AsyncClient:
            transport = httpx.ASGITransport(app=await app_of(name), raise_app_exceptions=False)
            return await stack.enter_async_context(httpx.AsyncClient(transport=transport, base_url="http://kyodo.test"))

        yield client
