"""A service's app on a fresh database, with a door to that database for each of its roles."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg
import httpx
from fastapi import FastAPI

from kyodo_platform.app import create_app
from kyodo_platform.database.provision import ServiceDatabase
from kyodo_platform.service import Service
from kyodo_platform.settings import Settings
from tests.support.databases import Databases
from tests.support.services import service

Rows = list[tuple[Any, ...]]

_documents: dict[str, dict[str, Any]] = {}


@dataclass(frozen=True)
class Running:
    """A service that answers, and its database from behind."""

    service: Service
    app: FastAPI
    client: httpx.AsyncClient
    database: ServiceDatabase
    admin_url: str

    async def as_owner(self, *statements: str) -> Rows:
        """Run statements as the database's owner, past row-level security; the rows of the last one."""
        return await _run(self.database.owner_url(self.admin_url), statements)

    async def as_admin(self, *statements: str) -> Rows:
        """Run statements in the service's database as the server's superuser."""
        return await _run(f"{self.admin_url.rpartition('/')[0]}/{self.database.database}", statements)

    async def count(self, table: str) -> int:
        """The rows of a table, all municipalities' together."""
        return int((await self.as_owner(f"SELECT count(*) FROM {table}"))[0][0])


@asynccontextmanager
async def running(
    databases: Databases, settings_for: Callable[..., Settings], name: str, **overrides: Any
) -> AsyncIterator[Running]:
    """Run a service without relay and consumer; `overrides` are settings."""
    found = service(name)
    async with databases.of(name, found.migrations) as database:
        values = {"database_url": database.app_url(databases.admin_url), **overrides}
        app = create_app(found, settings_for(name, **values), messaging=False)
        document_once(app, name)
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://kyodo.test") as client,
        ):
            yield Running(found, app, client, database, databases.admin_url)


def document_once(app: FastAPI, name: str) -> None:
    """Let a process make a service's OpenAPI document once: it takes seconds, and all of its apps have the same."""
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        if name not in _documents:
            _documents[name] = generate()
        return _documents[name]

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way to extend the document


async def _run(url: str, statements: tuple[str, ...]) -> Rows:
    connection = await asyncpg.connect(url, command_timeout=60)
    try:
        rows: list[Any] = []
        for statement in statements:
            rows = await connection.fetch(statement)
        return [tuple(row) for row in rows]
    finally:
        await connection.close()
