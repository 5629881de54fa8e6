"""Statements of before they had kinds, salts and lines of their own: the migration and the upcaster agree on them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import asyncpg
from alembic import command
from alembic.config import Config

from kyodo_cost_ledger.app import service
from kyodo_cost_ledger.statements.file import FileLine
from kyodo_cost_ledger.statements.verification import lines_hash
from kyodo_events.contracts.cost_ledger.statements import StatementIssued
from kyodo_events.event import registry
from kyodo_platform.database.provision import ServiceDatabase, provision

MUNICIPALITY, MONTH, PROJECT = "131016", "2025-03", "01941f29-7c00-7000-8000-00000000000a"
AMOUNTS = [("base", "equal", MONTH, 100), ("usage", "applications", "2025-02", -30)]
OLD = {
    "month": MONTH,
    "municipality": MUNICIPALITY,
    "base": 100,
    "usage": -30,
    "total": 70,
    "lines_hash": lines_hash(
        "", [{"project_id": PROJECT, "book": b, "item": i, "month": m, "amount": a} for b, i, m, a in AMOUNTS]
    ),
}


def upgrade(owner_url: str, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(service.migrations))
    config.attributes["url"] = owner_url
    command.upgrade(config, revision)


async def test_an_old_statement_comes_to_what_its_event_is_read_as(databases: Any) -> None:
    database = replace(ServiceDatabase("cost-ledger", "placeholder", "placeholder"), name="old_statements")
    await provision(databases.admin_url, database)
    owner_url = database.owner_url(databases.admin_url)
    await asyncio.to_thread(upgrade, owner_url, "m0005")
    connection = await asyncpg.connect(owner_url, command_timeout=30)
    try:
        for book, item, month, amount in AMOUNTS:
            await connection.execute(
                "INSERT INTO charge VALUES ($1, $2, $3, $4, $5, $6, $7)",
                *(MUNICIPALITY, PROJECT, book, item, month, MONTH, amount),
            )
        await connection.execute(
            "INSERT INTO statement (municipality, month, base, usage, total, lines_hash, issued_at, version)"
            " VALUES ($1, $2, $3, $4, $5, $6, now(), 1)",
            *(OLD[name] for name in ("municipality", "month", "base", "usage", "total", "lines_hash")),
        )
        await asyncio.to_thread(upgrade, owner_url, "head")
        [row] = [dict(found) for found in await connection.fetch("SELECT * FROM statement")]
        lines = [dict(line) for line in await connection.fetch("SELECT * FROM statement_line ORDER BY line")]
    finally:
        await connection.close()
    event = registry.read(StatementIssued.event_type, 1, dict(OLD))
    assert {name: row[name] for name in StatementIssued.model_fields} == event.model_dump()
    assert row["paid"] == 0
    plain = [FileLine(**{name: line[name] for name in FileLine.model_fields}) for line in lines]
    assert lines_hash("", [line.model_dump(mode="json") for line in plain]) == OLD["lines_hash"]
