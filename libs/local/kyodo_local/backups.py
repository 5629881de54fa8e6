"""Backups: a dump of each service's database with a manifest that says what must stand there once it is restored.

A dump and its digests are of one snapshot, so that a restored database is compared whole. The dumps of several services
are of different moments, which does no harm: see docs/decisions/0038-dumps-of-different-moments.md. Keys that encrypt
personal data are settings, in no database, and so in no backup.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import asyncpg
from pydantic import BaseModel, ConfigDict, ValidationError

from kyodo_events.database import Database, Transaction
from kyodo_events.digests import digest
from kyodo_events.schema import APP_ROLE
from kyodo_local.exit_codes import Cannot
from kyodo_local.operations import STATEMENT_SECONDS
from kyodo_local.postgres_clients import dump, restore
from kyodo_local.verification import Finding, findings
from kyodo_platform.database.migrations import applied, newest
from kyodo_platform.preflight import connected
from kyodo_platform.service import Service
from kyodo_platform.settings import Settings

MANIFEST = "manifest.json"
_GROUP = f"""
DO $$ BEGIN CREATE ROLE {APP_ROLE} NOLOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$
"""


class Dumped(BaseModel):
    """One service's dump: its file, and what stood in the database at its moment, by which it is checked."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    service: str
    file: str
    bytes: int
    sha256: str
    at: datetime
    postgres: str
    migration: str
    position: int
    tables: dict[str, str]


class Manifest(BaseModel):
    """What a backup holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["kyodo-backup/1"] = "kyodo-backup/1"
    made_at: datetime
    services: list[Dumped]

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """The manifest in a backup's folder. Raises Cannot."""
        try:
            return cls.model_validate_json((folder / MANIFEST).read_bytes())
        except (OSError, ValidationError) as error:
            raise Cannot(f"{folder} holds no backup: {MANIFEST} cannot be read ({type(error).__name__})") from error

    def write(self, folder: Path) -> None:
        """Put it beside the dumps, as the last file: a folder without one is no backup."""
        (folder / MANIFEST).write_text(self.model_dump_json(indent=1))


async def back_up(chosen: Sequence[tuple[Service, Settings]], folder: Path) -> Manifest:
    """Dump the services' databases into an empty or new folder. Raises Cannot, BadConfiguration."""
    made_at = datetime.now(UTC)
    await asyncio.to_thread(_make_empty, folder)
    dumped = [await _dump(service, settings, folder) for service, settings in chosen]
    manifest = Manifest(made_at=made_at, services=dumped)
    await asyncio.to_thread(manifest.write, folder)
    return manifest


async def bring_back(service: Service, settings: Settings, folder: Path, dumped: Dumped) -> list[Finding]:
    """Restore one dump into an empty database, and compare what stands there. Raises Cannot, BadConfiguration."""
    file = folder / dumped.file
    if await asyncio.to_thread(_sha256, file) != dumped.sha256:
        raise Cannot(f"{file} is not the file of the manifest: its SHA-256 is another one")
    async with connected(service.name, settings, owner=True, statement_seconds=STATEMENT_SECONDS) as owner:
        async with owner.transaction(read_only=True) as tx:
            if standing := await _tables(tx):
                raise Cannot(
                    f"the database of {service.name} is not empty ({len(standing)} tables): nothing is restored over"
                    " data. Make a new database of this name and owner, and name it in its settings"
                )
            major = await _major(tx)
        await restore(settings.owner_database_url, file, major)
        return await _compared(service, owner, dumped)


async def rehearse(service: Service, settings: Settings, folder: Path, dumped: Dumped, server: str) -> list[Finding]:
    """Restore into a scratch database on a server (as a role that may make databases), compare, and drop it."""
    name = f"kyodo_drill_{service.name.replace('-', '_')}_{datetime.now(UTC):%Y%m%d%H%M%S}"
    async with AsyncExitStack() as stack:
        try:
            admin = await asyncpg.connect(server, command_timeout=STATEMENT_SECONDS)
        except (OSError, asyncpg.PostgresError, ValueError) as error:
            raise Cannot(f"the server of the drill does not let us in ({type(error).__name__})") from error
        stack.push_async_callback(admin.close)
        await admin.execute(_GROUP)
        await admin.execute(f"CREATE DATABASE {name}")
        stack.push_async_callback(admin.execute, f"DROP DATABASE {name} WITH (FORCE)")
        scratch = f"{server.rpartition('/')[0]}/{name}"
        places = {"database_url": scratch, "owner_database_url": scratch}
        return await bring_back(service, settings.model_copy(update=places), folder, dumped)


def next_steps(dumped: Sequence[Dumped], services: Sequence[Service]) -> list[str]:
    """What an operator does after a restore, in this order."""
    behind = [s.name for d, s in zip(dumped, services, strict=True) if d.migration != newest(s.migrations)]
    return [
        *(f"kyodo migrate {name}  (the backup is of an earlier release)" for name in behind),
        *(f"kyodo republish {one.service}  (consumers are unmoved by what they have)" for one in dumped),
        *(
            f"erase again in {d.service} whoever was erased since {d.at:%Y-%m-%d %H:%M} UTC: their keys came back"
            for d, s in zip(dumped, services, strict=True)
            if s.personal_data
        ),
        "start the services; then kyodo status and kyodo verify",
    ]


async def _dump(service: Service, settings: Settings, folder: Path) -> Dumped:
    file = folder / f"{service.name}.dump"
    async with (
        connected(service.name, settings, owner=True, statement_seconds=STATEMENT_SECONDS) as owner,
        owner.transaction(read_only=True) as tx,
    ):
        await tx.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        snapshot = str(await tx.scalar("SELECT pg_export_snapshot()"))
        await dump(settings.owner_database_url, file, await _major(tx), snapshot)
        return Dumped(
            service=service.name,
            file=file.name,
            bytes=file.stat().st_size,
            sha256=await asyncio.to_thread(_sha256, file),
            at=await tx.scalar("SELECT now()"),
            postgres=await tx.scalar("SHOW server_version"),
            migration=await applied(tx),
            position=await tx.scalar("SELECT position FROM sequencer"),
            tables=await _digests(tx),
        )


async def _compared(service: Service, owner: Database, dumped: Dumped) -> list[Finding]:
    async with owner.transaction() as tx:
        position = await tx.scalar("SELECT position FROM sequencer")
        digests = await _digests(tx)
        await tx.script("ANALYZE")
    names = digests.keys() | dumped.tables.keys()
    other = sorted(name for name in names if digests.get(name) != dumped.tables.get(name))
    found = [
        _finding(service, f"position {dumped.position}", position == dumped.position, f"it is {position}"),
        _finding(service, f"{len(dumped.tables)} tables as dumped", not other, f"others are {', '.join(other)}"),
    ]
    if dumped.migration == newest(service.migrations):
        found += await findings(service, owner)
    return found


def _finding(service: Service, about: str, holds: bool, otherwise: str) -> Finding:
    return Finding(service.name, about, holds, "" if holds else otherwise)


async def _digests(tx: Transaction) -> dict[str, str]:
    return {name: await digest(tx, name) for name in await _tables(tx)}


async def _tables(tx: Transaction) -> list[str]:
    rows = await tx.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
    return [row["tablename"] for row in rows]


async def _major(tx: Transaction) -> int:
    return int(await tx.scalar("SHOW server_version_num")) // 10_000


def _make_empty(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if any(folder.iterdir()):
        raise Cannot(f"{folder} is not empty: a backup gets a folder of its own")


def _sha256(file: Path) -> str:
    try:
        with file.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except OSError as error:
        raise Cannot(f"{file} cannot be read: {error.strerror}") from error
