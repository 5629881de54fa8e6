"""Migrations: Alembic, one history per service, run by the owner role.

A service's `migrations/env.py` only calls `run`; its versions stand in `migrations/versions`. Each of them uses
`execute` for SQL and says `downgrade = forward_only`; the first one begins with `foundation`.
"""

from __future__ import annotations

import asyncio
from functools import cache, partial
from pathlib import Path
from typing import NoReturn, cast

import asyncpg
import sqlalchemy as sa
from alembic import command, context, op
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, pool, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import create_async_engine

from kyodo_events.database import Transaction
from kyodo_events.schema import APP_ROLE, KERNEL_1, KERNEL_2, read_model
from kyodo_platform.idempotency import IDEMPOTENCY_1
from kyodo_platform.long_runs import LONG_RUNS_1
from kyodo_platform.personal.keys import PERSONAL_1
from kyodo_platform.webhooks.progress import WEBHOOKS_1


def migrate(migrations: Path, owner_url: str) -> None:
    """Bring the database to the newest migration. Blocking; call it in a thread from async code."""
    config = _config(migrations)
    config.attributes["url"] = owner_url
    command.upgrade(config, "head")


@cache  # the code stays as it is while a process runs
def newest(migrations: Path) -> str:
    """The name of the newest migration in the code."""
    head = ScriptDirectory.from_config(_config(migrations)).get_current_head()
    return head or ""


@cache
def earlier(migrations: Path) -> frozenset[str]:
    """The names of all migrations in the code but the newest."""
    history = ScriptDirectory.from_config(_config(migrations)).walk_revisions()
    return frozenset(revision.revision for revision in history) - {newest(migrations)}


async def applied(tx: Transaction) -> str:
    """The name of the newest migration in the database."""
    return str(await tx.scalar("SELECT version_num FROM alembic_version"))


def run() -> None:
    """What every service's `env.py` does."""
    url = cast("str", context.config.attributes["url"])
    asyncio.run(_run(url))


def foundation() -> None:
    """What every service's first migration begins with: the kernel's tables and the idempotent answers'.

    It never changes, since databases stand on it; later tables of the kernel come by further functions.
    """
    execute(*KERNEL_1, *IDEMPOTENCY_1)


def places_in_kafka() -> None:
    """The kernel's second set of tables: where each event stood in Kafka, and the gaps found there."""
    execute(*KERNEL_2)


def personal_keys() -> None:
    """The keys of persons, for a service that holds personal data."""
    execute(*PERSONAL_1)


def long_runs() -> None:
    """The table of long runs, for a service that computes for minutes."""
    execute(*LONG_RUNS_1)


def webhooks() -> None:
    """The tables of webhooks, which every service has."""
    op.create_table(
        "webhook",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("types", JSONB, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("webhook_owner", "webhook", ["owner"])
    execute(*read_model("webhook"), *WEBHOOKS_1)


def execute(*statements: str) -> None:
    """Run SQL statements in a migration, in their order."""
    for statement in statements:
        op.execute(statement)


def forward_only() -> NoReturn:
    """The `downgrade` of every migration: raises RuntimeError, for what happened cannot be taken back."""
    raise RuntimeError("An event store only goes forward: write a new migration that changes what this one made.")


async def _run(url: str) -> None:
    # The driver reads the address itself, as it does for the service: SQLAlchemy would not know of `sslmode`.
    engine = create_async_engine(
        "postgresql+asyncpg://", async_creator=partial(asyncpg.connect, url), poolclass=pool.NullPool
    )
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_upgrade)
    finally:
        await engine.dispose()


def _upgrade(connection: Connection) -> None:
    # Two processes starting at once must not migrate side by side.
    connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('kyodo-migrations'))"))
    context.configure(connection=connection)
    context.run_migrations()
    connection.execute(text(f"GRANT SELECT ON alembic_version TO {APP_ROLE}"))


def _config(migrations: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    return config
