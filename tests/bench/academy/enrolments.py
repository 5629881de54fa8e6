"""Enrolments a second over HTTP, against a bare FastAPI doing the same INSERTs; for several sessions, and for one.

An enrolment is two requests: the learner applies, the municipality nominates, by which a seat is given or waited for.
Ours is the service under uvicorn in a process of its own. The ceiling is one too, which writes the same rows in the
same transactions and takes the session's row lock to number its events: no identity, no policies, no row-level
security, no stream to load, no queue, and nobody checks whether a seat is free. All learners are at it at once; for one
session every nomination wants the same stream.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import asyncpg
import httpx
import orjson
import uvicorn
from fastapi import FastAPI
from rich.console import Console

from kyodo_academy.app import service
from kyodo_academy.enrolments.api import EnrolmentOut
from kyodo_academy.enrolments.model import EnrolmentApplied, EnrolmentNominated, enrolment_id
from kyodo_academy.sessions.audit import broken
from kyodo_academy.sessions.events import SeatGiven
from kyodo_academy.sessions.model import TrainingSession
from kyodo_events.database import Database
from kyodo_events.event import Event, new_uuid
from kyodo_events.store import load
from kyodo_local.ports import free_port
from kyodo_platform import logs
from kyodo_platform.app import create_app
from kyodo_platform.identity.issuer import LocalIssuer
from kyodo_platform.process import settle_memory
from tests.bench.academy.training import Training
from tests.bench.appends import EVENT, OUTBOX
from tests.bench.load import each, until_open
from tests.bench.measure import Figure, Rate, compare

LEARNERS: Final = 384
POOL: Final = 10

LEARNER = "SELECT municipality FROM learner WHERE learner_id = $1"
APPLIED = """
INSERT INTO enrolment (municipality, enrolment_id, learner_id, session_id, applied_at, step, place, version)
VALUES ($1, $2, $3, $4, $5, 'applied', 'none', 1) RETURNING *
"""
NOMINATED = "UPDATE enrolment SET step = 'nominated', version = 2 WHERE enrolment_id = $1 RETURNING session_id"
SEATED = "UPDATE enrolment SET place = 'seated' WHERE enrolment_id = $1 RETURNING *"
SESSION = "SELECT * FROM training_session WHERE session_id = $1"
TAKEN = "UPDATE training_session SET version = version + 1 WHERE session_id = $1 RETURNING *"


@dataclass(frozen=True, slots=True)
class Crowd:
    """How the learners spread: sessions, and seats of each. There are fewer seats than learners: some wait."""

    name: str
    sessions: int
    seats: int
    goal: float


CROWDS: Final = (Crowd("several sessions", 32, 10, 0.4), Crowd("one session", 1, 300, 0.2))


async def measure(app_url: str, settings: dict[str, str], issuer: LocalIssuer, console: Console) -> list[Figure]:
    """Both crowds, ours and the ceiling in turn on one database; every session of ours is audited afterwards."""
    async with (
        _served("kyodo", settings) as port,
        _served("bare", settings) as bare,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client,
    ):
        training = await Training(client, issuer).begin(LEARNERS)
        return [await _compared(crowd, training, port, bare, app_url, console) for crowd in CROWDS]


async def _compared(crowd: Crowd, training: Training, port: int, bare: int, url: str, console: Console) -> Figure:
    async def ours() -> Rate:
        sessions = await training.sessions(crowd.sessions, crowd.seats)
        rate = await each(port, training.enrolments(sessions))
        await _audit(url, sessions, crowd)
        return rate

    async def ceiling() -> Rate:
        return await each(bare, training.enrolments(await training.sessions(crowd.sessions, crowd.seats)))

    return await compare(crowd.name, ours, "bare FastAPI", ceiling, goal=crowd.goal, console=console)


async def _audit(url: str, sessions: Sequence[str], crowd: Crowd) -> None:
    """Hold every session to its rules, and everybody to a place. Raises RuntimeError for what does not hold."""
    database = await Database.connect(url)
    try:
        async with database.transaction(read_only=True) as tx:
            found = [await load(tx, TrainingSession, one) for one in sessions]
    finally:
        await database.close()
    wrong = [words for one in found for words in broken(one, datetime.now(UTC))]
    if wrong:
        raise RuntimeError(f"the audit found: {'; '.join(wrong)}")
    seated, waiting = sum(len(one.seated) for one in found), sum(len(one.queue) for one in found)
    if (seated, seated + waiting) != (crowd.sessions * crowd.seats, LEARNERS):
        raise RuntimeError(f"{seated} have a seat and {waiting} wait, of {LEARNERS}")


@asynccontextmanager
async def _served(kind: str, settings: dict[str, str]) -> AsyncIterator[int]:
    """One of the two in a process of its own; its port."""
    port = free_port()
    environment = {**os.environ, **settings, "BENCH_PORT": str(port)}
    server = await asyncio.create_subprocess_exec(sys.executable, "-m", __name__, kind, env=environment)
    try:
        await until_open(port)
        yield port
    finally:
        server.terminate()
        await server.wait()


def bare_app(database_url: str) -> FastAPI:
    """The ceiling: what FastAPI and asyncpg can do at all with these rows."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        everyone = {"kyodo.municipality": "*"}
        app.state.pool = await asyncpg.create_pool(
            database_url, min_size=1, max_size=POOL, init=_codec, server_settings=everyone
        )
        yield
        await app.state.pool.close()

    app = FastAPI(lifespan=lifespan)

    @app.put("/v1/learners/{learner_id}/enrolments/{session_id}/application")
    async def apply(learner_id: str, session_id: str) -> EnrolmentOut:
        id_, now = enrolment_id(session_id, learner_id), datetime.now(UTC)
        async with app.state.pool.acquire() as connection, connection.transaction():
            municipality = await connection.fetchval(LEARNER, learner_id)
            applied = EnrolmentApplied(
                municipality=municipality, learner_id=learner_id, session_id=session_id, applied_at=now
            )
            await _append(connection, "enrolment", id_, 1, applied)
            row = await connection.fetchrow(APPLIED, municipality, id_, learner_id, session_id, now)
            session = await connection.fetchrow(SESSION, session_id)
        return EnrolmentOut.of({**session, **row, "status": "applied"})

    @app.put("/v1/enrolments/{enrolment_id}/nomination")
    async def nominate(enrolment_id: str) -> EnrolmentOut:
        async with app.state.pool.acquire() as connection, connection.transaction():
            session_id = await connection.fetchval(NOMINATED, enrolment_id)
            session = await connection.fetchrow(TAKEN, session_id)
            row = await connection.fetchrow(SEATED, enrolment_id)
            party = row["municipality"]
            await _append(connection, "enrolment", enrolment_id, 2, EnrolmentNominated(municipality=party))
            given = SeatGiven(enrolment_id=enrolment_id, party=party)
            await _append(connection, "training-session", session_id, session["version"], given)
        return EnrolmentOut.of({**session, **row, "status": "confirmed"})

    return app


async def _append(connection: Any, category: str, stream: str, version: int, event: Event) -> None:
    id_, data = new_uuid(), event.model_dump(mode="json")
    fields = (category, stream, version, event.event_type, 1, datetime.now(UTC), "bench", "tokyo", new_uuid())
    await connection.execute(EVENT, id_, *fields, None, stream, data)
    await connection.execute(OUTBOX, id_)


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
