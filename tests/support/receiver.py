"""A receiver of webhooks: an HTTP server on 127.0.0.1 that keeps what it gets and answers as it is told."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import orjson

OK = b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n"
WITHIN = 60.0  # seconds: a process that starts on a busy machine takes some


def answer(status: int, body: bytes = b"", *headers: str) -> bytes:
    """An HTTP answer, whole."""
    head = [f"HTTP/1.1 {status} Answer", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(head).encode() + body


@dataclass(frozen=True)
class Message:
    """What came: path, headers and body."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def event(self) -> dict[str, Any]:
        """The CloudEvent."""
        found: dict[str, Any] = orjson.loads(self.body)
        return found

    @property
    def position(self) -> int:
        """The event's position."""
        return int(self.event["sequence"])


@dataclass
class Receiver:
    """What came so far, and what is answered; None leaves the sender without an answer."""

    port: int = 0
    got: list[Message] = field(default_factory=list)
    answers: Callable[[Message], bytes | None] = lambda _message: OK

    def url(self, path: str = "/", scheme: str = "http") -> str:
        """Where to send."""
        return f"{scheme}://localhost:{self.port}{path}"

    def positions(self, path: str = "/") -> list[int]:
        """The positions that came at this path, in the order in which they came."""
        return [message.position for message in self.got if message.path == path]

    async def has(self, count: int, path: str = "/") -> None:
        """Wait until so many messages came at this path. Raises TimeoutError."""
        async with asyncio.timeout(WITHIN):
            while len(self.positions(path)) < count:
                await asyncio.sleep(0.1)


@asynccontextmanager
async def receiving(context: ssl.SSLContext | None = None) -> AsyncIterator[Receiver]:
    """Receive until the block ends."""
    receiver, open_ = Receiver(), set[asyncio.StreamWriter]()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        open_.add(writer)
        with suppress(asyncio.IncompleteReadError, ConnectionError, ssl.SSLError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            receiver.got.append(Message(head[0].split(" ")[1], headers, body))
            given = receiver.answers(receiver.got[-1])
            if given is None:
                return
            writer.write(given)
            await writer.drain()
            writer.close()
            await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        server.close()
        for writer in open_:
            writer.close()
