"""One request, one transaction."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import asyncpg
from fastapi import Request, Response

from kyodo_events.database import Scope, Transaction
from kyodo_events.errors import ConcurrentChange, NotFound
from kyodo_platform.context import ANONYMOUS, RequestContext, current
from kyodo_platform.idempotency import claim_of

Handler = Callable[[Request], Awaitable[Response]]
Begin = Callable[[Transaction], RequestContext]

ROW_LEVEL_SECURITY = "ExecWithCheckOptions"  # where PostgreSQL refuses a row; its words depend on its language
DRY_RUN = "Kyodo-Dry-Run"
ATTEMPTS = 8  # of a command that loses races; 62 municipalities may answer one survey in the same second


class _Rehearsed(Exception):
    """Carries the answer of a dry run past the rollback of its transaction."""

    def __init__(self, answer: Response) -> None:
        self.answer = answer


async def read(begin: Begin, request: Request, handler: Handler, scope: Scope) -> Response:
    """Answer a safe request from one read-only transaction."""
    async with request.app.state.runtime.database.transaction(scope, read_only=True) as tx:
        return await _answer(begin(tx), request, handler)


async def write(begin: Begin, request: Request, handler: Handler, scope: Scope) -> Response:
    """Carry out an unsafe request: the answer is stored, where a key asks for it, with the effect.

    A dry run goes the same way to its answer, refusals included, and is then rolled back, the stored answer too: the
    key stays free for the request itself.

    Raises ConcurrentChange when it lost the race for its stream ATTEMPTS times.
    """
    database = request.app.state.runtime.database
    identity = request.state.identity
    claim = await claim_of(request, identity.subject if identity else ANONYMOUS)
    lost: ConcurrentChange | None = None
    for attempt in range(1, ATTEMPTS + 1):
        try:
            async with database.transaction(scope) as tx:
                if lost:
                    await _queue_up(tx, lost)
                if claim and (stored := await claim.take(tx)):
                    return stored
                context = begin(tx)
                response = await _answer(context, request, handler)
                if context.dry_run:
                    response.headers[DRY_RUN] = "true"
                    raise _Rehearsed(response)
                if claim:
                    await claim.keep(tx, response)
            return response
        except _Rehearsed as rehearsed:
            return rehearsed.answer
        except asyncpg.InsufficientPrivilegeError as hidden:
            if hidden.server_source_function != ROW_LEVEL_SECURITY:
                raise  # a right that nobody granted is our mistake, not the caller's
            # Row-level security refused a row of another municipality: the second wall answers as the first does.
            raise NotFound(what="row to write", id=request.url.path) from hidden
        except (ConcurrentChange, asyncpg.DeadlockDetectedError, asyncpg.SerializationError) as error:
            if attempt == ATTEMPTS:
                raise
            lost = error if isinstance(error, ConcurrentChange) else None
    raise AssertionError("the loop returns or raises")


async def _queue_up(tx: Transaction, lost: ConcurrentChange) -> None:
    """Wait until the others who lost the race for this stream are through.

    Without it they race each other again and again, and some lose every time. Who has not lost yet does not
    wait: appends without rivals stay free of locks.
    """
    stream = f"{lost.facts['category']}/{lost.facts['stream']}"
    await tx.run("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", stream)


async def _answer(context: RequestContext, request: Request, handler: Handler) -> Response:
    token = current.set(context)
    try:
        response = await handler(request)
    finally:
        current.reset(token)
    response.headers.update(context.headers)
    return response
