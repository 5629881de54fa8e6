"""Usage records a second: reported over HTTP at 1,000 a request, against raw batched INSERTs of the same rows.

Ours is the service in a process of its own under uvicorn, without relay: identity, policy, the offering's facts,
every record validated and judged, its result told. The ceiling is plain asyncpg on arrays that were made beforehand:
the rows of events, outbox, records and monthly sums that the intake writes, in the same transactions of 1,000, with
no HTTP, no JSON to read and nothing decided.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from random import Random
from typing import Any

import asyncpg
import orjson
import uvicorn

from kyodo_events.contracts.procurement.usage import ServiceUsed
from kyodo_events.database import Database
from kyodo_events.event import new_id, new_uuid
from kyodo_events.values.municipalities import municipalities
from kyodo_local.ports import free_port
from kyodo_platform import logs
from kyodo_platform.app import create_app
from kyodo_platform.process import settle_memory
from kyodo_procurement.app import service
from kyodo_procurement.usage.model import stream_of
from tests.bench.load import post, until_open
from tests.bench.measure import Clock, Rate
from tests.support.metered import offered

REQUESTS = 64
CONNECTIONS = 4  # more only queue up for the rows of the monthly sums, on both sides
RECORDS = 1_000
CODES = [municipality.code for municipality in municipalities()]
PATH = "/v1/usage"

EVENT = """
INSERT INTO event (id, category, stream, version, type, type_version, at, actor, organisation, correlation, topic,
                   record_key, data)
SELECT id, 'usage', stream, 1, $3, 1, $4, 'bench', 'tokyo', $5, $6, municipality, data::jsonb
FROM unnest($1::uuid[], $2::text[], $7::text[], $8::text[]) AS given (id, stream, municipality, data)
"""
OUTBOX = "INSERT INTO outbox (event_id) SELECT unnest($1::uuid[])"
RECORD = """
INSERT INTO usage_record (municipality, offering_id, record, id, meter, used_on, quantity, reported_at, version)
SELECT municipality, $1, record, id, 'applications', used_on, quantity, $2, 1
FROM unnest($3::text[], $4::text[], $5::text[], $6::date[], $7::bigint[])
    AS given (municipality, record, id, used_on, quantity)
ORDER BY municipality, record
"""
MONTH = """
INSERT INTO usage_month (municipality, project_id, offering_id, month, meter, quantity, records)
SELECT municipality, $1, $2, month, 'applications', quantity, records
FROM unnest($3::text[], $4::text[], $5::bigint[], $6::bigint[]) AS given (municipality, month, quantity, records)
ORDER BY municipality, month
ON CONFLICT (municipality, project_id, offering_id, month, meter) DO UPDATE
SET quantity = usage_month.quantity + excluded.quantity, records = usage_month.records + excluded.records
"""


@dataclass(frozen=True, slots=True)
class Used:
    """One record to be."""

    record: str
    municipality: str
    quantity: int
    used_on: date


async def ours(settings: dict[str, str], headers: dict[str, str]) -> Rate:
    """POST /v1/usage of the procurement service."""
    database = await Database.connect(settings["KYODO_DATABASE_URL"])
    try:
        offering = await offered(database, CODES)
    finally:
        await database.close()
    port = free_port()
    environment = {**os.environ, **settings, "BENCH_PORT": str(port)}
    server = await asyncio.create_subprocess_exec(sys.executable, "-m", __name__, env=environment)
    try:
        await until_open(port)
        warm, measured = _bodies(offering, "warm", CONNECTIONS), _bodies(offering, "measured", REQUESTS)
        await post(port, PATH, lambda: next(warm), headers, requests=CONNECTIONS, connections=CONNECTIONS)
        rate = await post(port, PATH, lambda: next(measured), headers, requests=REQUESTS, connections=CONNECTIONS)
        return Rate(rate.operations * RECORDS, rate.seconds, rate.p99_ms)
    finally:
        server.terminate()
        await server.wait()


async def ceiling(url: str) -> Rate:
    """The same rows by plain asyncpg."""
    offering, project = new_id(), new_id()
    pool = await asyncpg.create_pool(
        url, min_size=CONNECTIONS, max_size=CONNECTIONS, server_settings={"kyodo.municipality": "*"}
    )
    warm = [_arguments(offering, project, part) for part in _parts("warm", CONNECTIONS)]
    measured = [_arguments(offering, project, part) for part in _parts("measured", REQUESTS)]
    try:
        await _insert(pool, warm)
        with Clock() as clock:
            await _insert(pool, measured)
        return Rate(REQUESTS * RECORDS, clock.seconds)
    finally:
        await pool.close()


async def _insert(pool: asyncpg.Pool, batches: Sequence[Sequence[tuple[str, Sequence[Any]]]]) -> None:
    waiting = iter(batches)

    async def worker() -> None:
        for batch in waiting:
            async with pool.acquire() as connection, connection.transaction():
                for statement, arguments in batch:
                    await connection.execute(statement, *arguments)

    await asyncio.gather(*(worker() for _ in range(CONNECTIONS)))


def _parts(name: str, batches: int) -> Iterator[list[Used]]:
    chance = Random(1)  # noqa: S311 - sample data
    for batch in range(batches):
        yield [
            Used(
                f"{name}/{batch:05d}/{number:04d}",
                chance.choice(CODES),
                chance.randrange(1, 500),
                date(2024, chance.randrange(4, 7), chance.randrange(1, 29)),
            )
            for number in range(RECORDS)
        ]


def _bodies(offering: str, name: str, batches: int) -> Iterator[bytes]:
    bodies = [
        orjson.dumps(
            {
                "offering_id": offering,
                "records": [
                    {
                        "record": used.record,
                        "meter": "applications",
                        "municipality": used.municipality,
                        "quantity": used.quantity,
                        "used_on": used.used_on,
                    }
                    for used in part
                ],
            }
        )
        for part in _parts(name, batches)
    ]
    return iter(bodies)


def _arguments(offering: str, project: str, part: Sequence[Used]) -> list[tuple[str, Sequence[Any]]]:
    """The statements of one transaction with their arrays."""
    now, topic = datetime.now(UTC), ServiceUsed.topic
    ids = [new_uuid() for _ in part]
    municipality, record = [used.municipality for used in part], [used.record for used in part]
    month = [used.used_on.isoformat()[:7] for used in part]
    quantity, days = [used.quantity for used in part], [used.used_on for used in part]
    streams = [stream_of(offering, used.record) for used in part]
    data = [
        ServiceUsed(
            project_id=project,
            meter="applications",
            municipality=used.municipality,
            quantity=used.quantity,
            used_on=used.used_on,
            record=used.record,
        ).model_dump_json()
        for used in part
    ]
    sums: dict[tuple[str, str], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for key, added in zip(zip(municipality, month, strict=True), quantity, strict=True):
        sums[key] = sums[key][0] + added, sums[key][1] + 1
    keys, values = zip(*sums.keys(), strict=True), zip(*sums.values(), strict=True)
    head = (ServiceUsed.event_type, now, new_uuid(), topic.name if topic else None)
    return [
        (EVENT, (ids, streams, *head, municipality, data)),
        (OUTBOX, (ids,)),
        (RECORD, (offering, now, municipality, record, [str(id_) for id_ in ids], days, quantity)),
        (MONTH, (project, offering, *keys, *values)),
    ]


def main() -> None:
    """Serve until terminated."""
    logs.configure(level="WARNING")
    settle_memory()
    app = create_app(service, messaging=False)
    uvicorn.run(app, host="127.0.0.1", port=int(os.environ["BENCH_PORT"]), log_config=None, access_log=False)


if __name__ == "__main__":
    main()
