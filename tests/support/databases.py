"""Databases for tests: one server a session, one template a service, one fresh copy a test."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path

import asyncpg

from kyodo_events.schema import KERNEL_1, KERNEL_2
from kyodo_platform.database.migrations import migrate
from kyodo_platform.database.provision import ServiceDatabase, access, provision

PASSWORD = "placeholder"
_numbers = count(1)


class Databases:
    """Copies of migrated databases on one server."""

    def __init__(self, admin_url: str) -> None:
        self.admin_url = admin_url
        self._templates: dict[str, ServiceDatabase] = {}

    @asynccontextmanager
    async def of(self, service: str, migrations: Path | None) -> AsyncIterator[ServiceDatabase]:
        """A fresh database of a service (kernel tables only where `migrations` is None), dropped at the end."""
        template = await self._template(service, migrations)
        copy = replace(template, name=f"test_{next(_numbers)}")
        await self._admin(
            # Its files are copied, not its pages through the log: the quicker way where nothing waits for the disk.
            f"CREATE DATABASE {copy.database} TEMPLATE {template.database} OWNER {copy.owner_role} STRATEGY FILE_COPY",
            *access(copy),  # a copy does not take over who may connect
        )
        try:
            yield copy
        finally:
            await self._admin(f"DROP DATABASE {copy.database} WITH (FORCE)")

    async def _template(self, service: str, migrations: Path | None) -> ServiceDatabase:
        if service not in self._templates:
            template = ServiceDatabase(service, PASSWORD, PASSWORD, name=f"template_{service.replace('-', '_')}")
            await provision(self.admin_url, template)
            if migrations:
                await asyncio.to_thread(migrate, migrations, template.owner_url(self.admin_url))
            else:
                await _kernel_only(template.owner_url(self.admin_url))
            self._templates[service] = template
        return self._templates[service]

    async def _admin(self, *statements: str) -> None:
        connection = await asyncpg.connect(self.admin_url, command_timeout=60)
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()


async def _kernel_only(owner_url: str) -> None:
    connection = await asyncpg.connect(owner_url, command_timeout=60)
    try:
        for statement in [*KERNEL_1, *KERNEL_2]:
            await connection.execute(statement)
    finally:
        await connection.close()
