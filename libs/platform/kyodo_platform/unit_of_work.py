"""One request, one transaction."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import asyncpg
from fastapi import Request, Response

from kyodo_events.database import Scope, Transaction
from kyodo_events.errors import ConcurrentChange
from kyodo_platform.context import ANONYMOUS, RequestContext, current
from kyodo_platform.idempotency import claim_of

Handler = Callable[[Request], Awaitable[Response]]
Begin = Callable[[Transaction], RequestContext]

ATTEMPTS = 8  # of a command that loses races; 62 municipalities may answer one survey in the same second


async def read(begin: Begin, request: Request, handler: Handler, scope: Scope) -> Response:
    """Answer a safe request from one read-only transaction."""
    async with request.app.state.runtime.database.transaction(scope, read_only=True) as tx:
        return await _answer(begin(tx), request, handler)


async def write(begin: Begin, request: Request, handler: Handler, scope: Scope) -> Response:
    """Carry out an unsafe request: the answer is stored, where a key asks for it, with the effect.

    Raises ConcurrentChange when it lost the race for its stream ATTEMPTS times.
    """
    database = request.app.state.runtime.database
    identity = request.state.identity
    claim = await claim_of(request, identity.subject if identity else ANONYMOUS)
    for attempt in range(1, ATTEMPTS + 1):
        try:
            async with database.transaction(scope) as tx:
                if claim and (stored := await claim.take(tx)):
                    return stored
                response = await _answer(begin(tx), request, handler)
                if claim:
                    await claim.keep(tx, response)
            return response
        except (ConcurrentChange, asyncpg.DeadlockDetectedError, asyncpg.SerializationError):
            if attempt == ATTEMPTS:
                raise
    raise AssertionError("the loop returns or raises")


async def _answer(context: RequestContext, request: Request, handler: Handler) -> Response:
    token = current.set(context)
    try:
        response = await handler(request)
    finally:
        current.reset(token)
    response.headers.update(context.headers)
    return response
