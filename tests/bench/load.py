"""A small HTTP/1.1 load generator: keep-alive connections, nothing but what a command needs.

General clients cost more processor time a request than the server does, so on two cores they would measure
themselves.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from tests.bench.measure import Clock, Rate, p99

CONNECTIONS = 16


async def until_open(port: int) -> None:
    """Wait until somebody listens. Raises TimeoutError after 20 seconds."""
    async with asyncio.timeout(20):
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
            writer.write(_request(path, body(), headers))
            status, answer = await _response(reader)
            taken.append(time.perf_counter() - started)
            if status != expect:
                raise RuntimeError(f"POST {path} answered {status}: {answer[:500]!r}")
        writer.close()
        await writer.wait_closed()

    with Clock() as clock:
        await asyncio.gather(*(worker(requests // connections) for _ in range(connections)))
    return Rate(len(taken), clock.seconds, p99(taken))


def _request(path: str, body: bytes, headers: dict[str, str]) -> bytes:
    lines = [
        f"POST {path} HTTP/1.1",
        "Host: 127.0.0.1",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
    ]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


async def _response(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    status = int(head[9:12])
    length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    return status, await reader.readexactly(length)
