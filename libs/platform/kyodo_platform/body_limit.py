"""A body over the limit is refused as a problem like every other."""

from __future__ import annotations

from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class BodyLimitProblems:
    """ASGI middleware that puts `answer` in place of Starlette's 413.

    Starlette's body limit answers in plain text by itself, past all exception handlers, also in place of an
    answer that a handler gave.
    """

    def __init__(self, app: ASGIApp, answer: Callable[[Request], Response]) -> None:
        self.app, self.answer = app, answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        replaced = False

        async def shaped(message: Message) -> None:
            nonlocal replaced
            if replaced:
                return
            replaced = message["type"] == "http.response.start" and _is_plain_413(message)
            if not replaced:
                await send(message)
                return
            response = self.answer(Request(scope))
            kept = [pair for pair in message["headers"] if pair[0] not in (b"content-type", b"content-length")]
            await send({**message, "headers": [*response.raw_headers, *kept]})
            await send({"type": "http.response.body", "body": response.body})

        await self.app(scope, receive, shaped if scope["type"] == "http" else send)


def _is_plain_413(start: Message) -> bool:
    return start["status"] == 413 and Headers(raw=start["headers"]).get("content-type", "").startswith("text/plain")
