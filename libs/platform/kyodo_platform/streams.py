"""Answers too large for a page: streamed while they are read, from one moment of the database, in bounded memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from typing import Annotated, Any
from urllib.parse import quote

import orjson
from fastapi import Depends
from sqlalchemy import Select
from starlette.responses import StreamingResponse
from starlette.types import Send

from kyodo_events.database import EVERYONE, NOBODY, STREAM_SECONDS, Transaction
from kyodo_platform.context import RequestContext, current
from kyodo_platform.resources import ReadSession

READER_SECONDS = 900.0  # for a whole stream: a reader that falls asleep does not keep a connection for good

Own = Callable[[Select[Any]], Select[Any]]


class Streamed(StreamingResponse):
    """A body that is made while it is sent; whatever ends the sending closes what it is made from."""

    # FastAPI reads the status it documents from the signature.
    def __init__(self, body: AsyncGenerator[str, None], filename: str | None = None, *, status_code: int = 200) -> None:
        disposition = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(filename)}"} if filename else {}
        super().__init__(body, status_code, media_type=self.media_type, headers=disposition)
        self._body = body

    async def stream_response(self, send: Send) -> None:
        async with aclosing(self._body), asyncio.timeout(READER_SECONDS):
            await super().stream_response(send)


class CsvStream(Streamed):
    """Rows as CSV."""

    media_type = "text/csv"


class TextStream(Streamed):
    """Lines of text."""

    media_type = "text/plain"


class JsonStream(Streamed):
    """Rows as a JSON array."""

    media_type = "application/json"


async def json_chunks(rows: AsyncIterator[Mapping[str, Any]], names: Sequence[str]) -> AsyncIterator[str]:
    """A JSON array of objects with these keys, a line each, for rows of any number; what a row lacks is null."""
    yield "["
    before = "\n"
    async for row in rows:
        yield before + orjson.dumps({name: row.get(name) for name in names}).decode()
        before = ",\n"
    yield "\n]\n"


class Snapshot:
    """The database as it is at one moment, however long the reading takes; the caller's rows only."""

    def __init__(self, tx: Transaction, own: Own) -> None:
        self.tx, self._own = tx, own

    async def stream(self, query: Select[Any]) -> AsyncIterator[dict[str, Any]]:
        """The rows of a query of any size."""
        async for row in self.tx.stream(self._own(query)):
            yield dict(row)

    async def rows(self, query: Select[Any]) -> list[dict[str, Any]]:
        """All rows of a query that is small by nature."""
        return [dict(row) for row in await self.tx.rows(self._own(query))]


class StreamSession:
    """What an endpoint streams from. The request's own transaction ends before the first byte is sent."""

    def __init__(self, context: RequestContext, turns: asyncio.Semaphore) -> None:
        self._runtime, self._scope, self._own = context.runtime, context.scope, ReadSession(context).own
        self._turns = turns

    @property
    def only(self) -> str | None:
        """The municipality whose rows alone the caller sees; None where it sees all."""
        return None if self._scope == EVERYONE else self._scope.municipality

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Snapshot]:
        """Read from one moment; few streams are read at once, further ones wait for their turn."""
        async with self._turns, self._runtime.database.transaction(self._scope, read_only=True) as tx:
            await tx.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            await tx.run(f"SET LOCAL statement_timeout = '{STREAM_SECONDS:.0f}s'")
            yield Snapshot(tx, self._own)


async def _stream_session() -> StreamSession:
    context = current.get()
    return StreamSession(context, context.runtime.streams)


async def _public_stream_session() -> StreamSession:
    context = current.get()
    return StreamSession(replace(context, scope=NOBODY), context.runtime.public_streams)


Streams = Annotated[StreamSession, Depends(_stream_session)]
"""What the caller may read."""

PublicStreams = Annotated[StreamSession, Depends(_public_stream_session)]
"""What everybody may read, whoever asks, in turns of its own: readers without a token hold up nobody who has one."""
