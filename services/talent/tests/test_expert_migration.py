"""Experts of before they had axes and skills: the migration leaves what a rebuild from their events makes."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import asyncpg
from alembic import command
from alembic.config import Config

from kyodo_events.database import Database
from kyodo_events.digests import Difference
from kyodo_events.rebuild import rebuild
from kyodo_platform.database.provision import ServiceDatabase, provision
from kyodo_talent.app import service
from kyodo_talent.experts.views import experts

EXPERT = "01941f29-7c00-7000-8000-000000000001"
REGISTERED = f'{{"pseudonym": "expert-{EXPERT}", "personas": ["engineer"], "half_days_per_month": 12}}'
HAPPENED = f"""
INSERT INTO event (id, category, stream, version, type, type_version, at, actor, organisation, correlation, record_key,
    data)
SELECT gen_random_uuid(), 'expert', '{EXPERT}', version, type, 1, '2024-04-01T09:00:00+09:00', 'test', 'tokyo',
    gen_random_uuid(), '{EXPERT}', data::jsonb
FROM (VALUES (1, 'kyodo.talent.expert-registered', '{REGISTERED}'),
    (2, 'kyodo.talent.capacity-changed', '{{"half_days_per_month": 8}}')) AS given (version, type, data);
INSERT INTO outbox (event_id) SELECT id FROM event ORDER BY version;
INSERT INTO expert (id, pseudonym, personas, half_days_per_month, version)
VALUES ('{EXPERT}', 'expert-{EXPERT}', '["engineer"]', 8, 2);
"""


def upgrade(owner_url: str, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(service.migrations))
    config.attributes["url"] = owner_url
    command.upgrade(config, revision)


async def test_an_old_expert_comes_to_what_its_events_are_read_as(databases: Any) -> None:
    database = replace(ServiceDatabase("talent", "placeholder", "placeholder"), name="old_experts")
    await provision(databases.admin_url, database)
    owner_url = database.owner_url(databases.admin_url)
    await asyncio.to_thread(upgrade, owner_url, "m0002")
    connection = await asyncpg.connect(owner_url, command_timeout=30)
    try:
        await connection.execute(HAPPENED)
        await asyncio.to_thread(upgrade, owner_url, "head")
    finally:
        await connection.close()
    owner = await Database.connect(owner_url)
    try:
        found = await rebuild(owner, [experts], source="talent", progress=lambda _done, _total: None, switch=False)
    finally:
        await owner.close()
    assert found == [Difference("expert", only_live=0, only_rebuilt=0)]
