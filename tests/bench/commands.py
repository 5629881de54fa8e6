"""HTTP commands a second: registering an expert, against a bare FastAPI endpoint doing the same INSERTs.

Both run in a process of their own under uvicorn, without relay (its figure stands beside this one). The bare
endpoint parses the same body and writes the same three rows in one transaction: no identity, no policies, no
row-level security, no read model's code.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import asyncpg
import orjson
import uvicorn
from fastapi import FastAPI

from kyodo_events.contracts.talent import EXPERTS, ExpertRegistered
from kyodo_events.event import new_id, new_uuid
from kyodo_local.ports import free_port
from kyodo_platform import logs
from kyodo_platform.app import create_app
from kyodo_platform.process import settle_memory
from kyodo_talent.app import service
from kyodo_talent.experts.schemas import ExpertIn, ExpertOut
from kyodo_talent.schedules.events import ScheduleBegun
from tests.bench.appends import EVENT, OUTBOX
from tests.bench.load import post, until_open
from tests.bench.measure import Rate

REQUESTS = 3_200
POOL = 10
BODY = orjson.dumps({"personas": ["producer", "engineer"], "half_days_per_month": 8})
EXPERT = """
INSERT INTO expert (id, pseudonym, personas, languages, modes, areas, skills, qualification, availability, erased,
    registered_at, version)
VALUES ($1, $2, $3, '["ja"]', '["remote"]', '["wards", "tama", "islands"]', '[]', 'registered', 'open', false,
    now(), 1) RETURNING *
"""
SCHEDULE = """
INSERT INTO schedule (expert_id, half_days_per_month, exceptions, earlier, absences, version)
VALUES ($1, $2, '[]', '[]', '[]', 1)
"""


async def ours(settings: dict[str, str], headers: dict[str, str]) -> Rate:
    """POST /v1/experts of the talent service."""
    return await _measured("kyodo", settings, headers)


async def ceiling(settings: dict[str, str], headers: dict[str, str]) -> Rate:
    """The bare endpoint."""
    return await _measured("bare", settings, headers)


async def _measured(kind: str, settings: dict[str, str], headers: dict[str, str]) -> Rate:
    port = free_port()
    environment = {**os.environ, **settings, "BENCH_PORT": str(port)}
    server = await asyncio.create_subprocess_exec(sys.executable, "-m", __name__, kind, env=environment)
    try:
        await until_open(port)
        await post(port, "/v1/experts", lambda: BODY, headers, requests=160)
        return await post(port, "/v1/experts", lambda: BODY, headers, requests=REQUESTS)
    finally:
        server.terminate()
        await server.wait()


def bare_app(database_url: str) -> FastAPI:
    """The ceiling: what FastAPI and asyncpg can do at all with these rows."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.pool = await asyncpg.create_pool(database_url, min_size=1, max_size=POOL, init=_codec)
        yield
        await app.state.pool.close()

    app = FastAPI(lifespan=lifespan)

    @app.post("/v1/experts", status_code=201)
    async def register(body: ExpertIn) -> ExpertOut:
        stream, half_days = new_id(), body.half_days_per_month
        expert = ExpertRegistered(
            pseudonym=f"expert-{stream}", personas=tuple(body.personas), half_days_per_month=half_days
        )
        begun = ScheduleBegun(half_days_per_month=half_days)
        at = (1, datetime.now(UTC), "bench", "tokyo", new_uuid())
        async with app.state.pool.acquire() as connection, connection.transaction():
            for category, topic, event in (("expert", EXPERTS.name, expert), ("schedule", None, begun)):
                id_, data = new_uuid(), event.model_dump(mode="json")
                await connection.execute(EVENT, id_, category, stream, 1, event.event_type, *at, topic, stream, data)
                await connection.execute(OUTBOX, id_)
            stored = await connection.fetchrow(EXPERT, stream, expert.pseudonym, expert.personas)
            await connection.execute(SCHEDULE, stream, half_days)
        row = {**stored, "available": False, "engagement": "free", "half_days_per_month": half_days}
        return ExpertOut.of(row)

    return app


async def _codec(connection: asyncpg.Connection[Any]) -> None:
    await connection.set_type_codec(
        "jsonb", schema="pg_catalog", encoder=lambda v: orjson.dumps(v).decode(), decoder=orjson.loads
    )


def main(kind: str) -> None:
    """Serve one of the two until terminated."""
    logs.configure(level="WARNING")
    settle_memory()
    app = create_app(service, messaging=False) if kind == "kyodo" else bare_app(os.environ["KYODO_DATABASE_URL"])
    uvicorn.run(app, host="127.0.0.1", port=int(os.environ["BENCH_PORT"]), log_config=None, access_log=False)


if __name__ == "__main__":
    main(sys.argv[1])
