"""The embedded stack: PostgreSQL, a broker, and the five services in one process on one port."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount, Route

from kyodo_local.broker import EmbeddedBroker
from kyodo_local.landing import Landing
from kyodo_local.ports import LOOPBACK, free_port
from kyodo_local.postgres import EmbeddedPostgres
from kyodo_local.services import all_services
from kyodo_local.state import State
from kyodo_platform.app import create_app
from kyodo_platform.database.migrations import migrate
from kyodo_platform.database.provision import provision
from kyodo_platform.settings import Settings

PREFERRED_PORT = 8000
STARTED_WITHIN = 60.0

Tell = Callable[[str], None]


@asynccontextmanager
async def embedded(folder: Path, tell: Tell, *, port: int = PREFERRED_PORT) -> AsyncIterator[str]:
    """Run the whole stack until the block ends; gives the address it answers on.

    An own PostgreSQL and broker are started unless KYODO_DATABASE_URL (a server on which roles and databases
    may be made) and KAFKA_BOOTSTRAP name others. `tell` is told each step. Where the port is taken, the next
    free one is used.
    """
    state = State(folder)
    async with AsyncExitStack() as stack:
        tell("PostgreSQL")
        admin_url = await _postgres(state, stack)
        tell("databases and migrations")
        await _prepare_databases(state, admin_url)
        tell("broker")
        bootstrap = await _broker(state, stack)
        tell("five services")
        settings = {service.name: _settings(state, service.name, admin_url, bootstrap) for service in all_services()}
        url = await _serve(state, settings, stack, port)
        state.remember(settings, url)
        yield url


async def _postgres(state: State, stack: AsyncExitStack) -> str:
    given = os.environ.get("KYODO_DATABASE_URL")
    if given:
        return given
    return (await stack.enter_async_context(EmbeddedPostgres(state.folder))).admin_url()


async def _broker(state: State, stack: AsyncExitStack) -> str:
    given = os.environ.get("KAFKA_BOOTSTRAP")
    if given:
        return given
    return (await stack.enter_async_context(EmbeddedBroker(state.folder))).bootstrap


async def _prepare_databases(state: State, admin_url: str) -> None:
    databases = {service.name: state.database_of(service.name) for service in all_services()}
    await provision(admin_url, *databases.values())
    for service in all_services():
        await asyncio.to_thread(migrate, service.migrations, databases[service.name].owner_url(admin_url))


def _settings(state: State, service: str, admin_url: str, bootstrap: str) -> Settings:
    database, issuer = state.database_of(service), state.issuer()
    return Settings.for_service(
        service,
        database_url=database.app_url(admin_url),
        owner_database_url=database.owner_url(admin_url),
        kafka_bootstrap=bootstrap,
        # The embedded broker has no idempotent producer; consumers deduplicate in either case.
        kafka_idempotent_producer="KAFKA_BOOTSTRAP" in os.environ,
        oidc_issuer=issuer.issuer,
        oidc_audience=issuer.audience,
        oidc_jwks_url=issuer.jwks_url,
        cursor_secret=state.cursor_secret(),
        personal_keys=state.personal_keys(),
        signing_keys=state.signing_keys(),
        public_url=f"http://{LOOPBACK}:{PREFERRED_PORT}/{service}",  # in what is signed, whichever port is free today
        exercise=True,  # the scenario plays a year in seconds
    )


async def _serve(state: State, settings: dict[str, Settings], stack: AsyncExitStack, port: int) -> str:
    apps = {service.name: create_app(service, settings[service.name]) for service in all_services()}
    for app in apps.values():  # Starlette does not run the lifespans of mounted apps
        await stack.enter_async_context(app.router.lifespan_context(app))
    landing = Landing(state.folder)
    root = Starlette(
        routes=[
            Route("/", landing.page),
            Route("/scenario", landing.result),
            *(Mount(f"/{name}", app=app) for name, app in apps.items()),
        ],
    )
    listener = _listen(port)
    server = _Server(uvicorn.Config(root, log_config=None, lifespan="off", timeout_graceful_shutdown=5))
    serving = asyncio.create_task(server.serve(sockets=[listener]), name="http")
    stack.push_async_callback(_stop, server, serving)
    async with asyncio.timeout(STARTED_WITHIN):
        while not server.started:
            if serving.done():
                serving.result()
                raise RuntimeError("the HTTP server ended before it answered; see the log above")
            await asyncio.sleep(0.02)
    return f"http://{LOOPBACK}:{listener.getsockname()[1]}"


def _listen(port: int) -> socket.socket:
    """A listening socket, bound before the services start so that nobody takes the port in between."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((LOOPBACK, free_port(port)))
    return listener


class _Server(uvicorn.Server):
    """uvicorn without its signal handlers: the command line stops everything, in its own order."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the command line."""
        yield


async def _stop(server: uvicorn.Server, serving: asyncio.Task[None]) -> None:
    server.should_exit = True
    await asyncio.gather(serving, return_exceptions=True)
