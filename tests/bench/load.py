"""A small HTTP/1.1 load generator: keep-alive connections, nothing but what a command needs.

General clients cost more processor time a request than the server does, so on two cores they would measure
themselves.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.bench.measure import Clock, Rate, p99

CONNECTIONS = 16


@dataclass(frozen=True, slots=True)
class Asked:
    """One request."""

    method: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


async def until_open(port: int) -> None:
    """Wait until somebody listens. Raises TimeoutError after a minute."""
    async with asyncio.timeout(60):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except ConnectionRefusedError:
                await asyncio.sleep(0.05)
            else:
                writer.close()
                return


async def post(
    port: int,
    path: str,
    body: Callable[[], bytes],
    headers: dict[str, str],
    *,
    requests: int,
    expect: int = 201,
    connections: int = CONNECTIONS,
) -> Rate:
    """Send `requests` POSTs over so many connections. Raises RuntimeError for any other status than expected."""
    taken: list[float] = []

    async def worker(share: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(share):
            started = time.perf_counter()
            writer.write(_request(Asked("POST", path, headers, body())))
            status, answer = await _response(reader)
            taken.append(time.perf_counter() - started)
            if status != expect:
                raise RuntimeError(f"POST {path} answered {status}: {answer[:500]!r}")
        writer.close()
        await writer.wait_closed()

    with Clock() as clock:
        await asyncio.gather(*(worker(requests // connections) for _ in range(connections)))
    return Rate(len(taken), clock.seconds, p99(taken))


async def each(port: int, jobs: Sequence[Sequence[Asked]], *, connections: int = CONNECTIONS) -> Rate:
    """Do all jobs, each the requests of one in turn; whoever is through takes the next. The times are of whole jobs.

    Raises RuntimeError for a request that does not succeed.
    """
    taken, waiting = list[float](), iter(jobs)

    async def worker() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for job in waiting:
            started = time.perf_counter()
            for asked in job:
                writer.write(_request(asked))
                status, answer = await _response(reader)
                if status not in (200, 201):
                    raise RuntimeError(f"{asked.method} {asked.path} answered {status}: {answer[:500]!r}")
            taken.append(time.perf_counter() - started)
        writer.close()
        await writer.wait_closed()

    with Clock() as clock:
        await asyncio.gather(*(worker() for _ in range(connections)))
    return Rate(len(taken), clock.seconds, p99(taken), statistics.median(taken) * 1000)


def _request(asked: Asked) -> bytes:
    lines = [
        f"{asked.method} {asked.path} HTTP/1.1",
        "Host: 127.0.0.1",
        "Content-Type: application/json",
        f"Content-Length: {len(asked.body)}",
    ]
    lines += [f"{name}: {value}" for name, value in asked.headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + asked.body


async def _response(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    status = int(head[9:12])
    length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    return status, await reader.readexactly(length)
