"""PostgreSQL as the kernel uses it: one pool, short transactions, every statement bounded in time.

Statements are SQLAlchemy Core or SQL text with $1 parameters; both run directly on asyncpg, because a command
makes about seven short statements and the engine layer above the driver doubled their cost (see
docs/decisions/0003-core-on-asyncpg.md).
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, cast

import asyncpg
import orjson
from sqlalchemy.dialects.postgresql import asyncpg as asyncpg_dialect
from sqlalchemy.sql.elements import CompilerElement
from sqlalchemy.util import LRUCache

from kyodo_events import tracing

Statement = CompilerElement | str
Row = asyncpg.Record
Link = asyncpg.Connection | asyncpg.pool.PoolConnectionProxy  # asyncpg lends pooled connections through a proxy

DIALECT = asyncpg_dialect.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves dialects untyped
_COMPILED: LRUCache[Any, Any] = LRUCache(2_000)  # SQL by the shape of the statement; a service has some hundred shapes


# InternalClientError is what asyncpg makes of a connection that is cut between two of its steps.
CONNECTION_LOST = (asyncpg.PostgresConnectionError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)


COPY_BYTES = 1 << 18  # sent at a time
STREAMED_AT_ONCE = 500  # rows
STREAM_SECONDS = 120.0  # for the next rows of a stream: the first ones come when a large table has been sorted

ACQUIRE_SECONDS = 10.0  # for a free connection; who waits longer is told to come back (503)


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose private rows a transaction may see and write; row-level security compares rows with it.

    A municipality's code, "*" for those who see all (Tokyo, auditors, the service's own workers), "" for
    nobody's. Besides, what is about `person`, the id of a person's record: an expert sees the own rows.
    """

    municipality: str
    person: str = ""

    def __post_init__(self) -> None:
        # The value becomes part of the statement that opens the transaction: nothing else may get in.
        if not re.fullmatch(r"[0-9]{6}|\*|", self.municipality):
            raise ValueError(f"{self.municipality!r} is no scope: six digits, '*' or nothing")
        if not re.fullmatch(r"[0-9a-f-]{36}|", self.person):
            raise ValueError(f"{self.person!r} is no person: a UUID or nothing")


EVERYONE = Scope("*")
NOBODY = Scope("")


class Transaction:
    """One open transaction. What is written here commits together or not at all."""

    def __init__(self, connection: Link) -> None:
        self.connection = connection
        self._after_commit: list[Callable[[], None]] = []

    async def rows(self, statement: Statement, *args: Any) -> list[Row]:
        """All rows of a query; the caller bounds it."""
        sql, parameters = _prepare(statement, args)
        with tracing.statement(sql):
            return await self.connection.fetch(sql, *parameters)

    async def row(self, statement: Statement, *args: Any) -> Row | None:
        """The first row, or None."""
        sql, parameters = _prepare(statement, args)
        with tracing.statement(sql):
            return await self.connection.fetchrow(sql, *parameters)

    async def scalar(self, statement: Statement, *args: Any) -> Any:
        """The first column of the first row, or None."""
        sql, parameters = _prepare(statement, args)
        with tracing.statement(sql):
            return await self.connection.fetchval(sql, *parameters)

    async def stream(self, statement: Statement, *args: Any) -> AsyncIterator[Row]:
        """The rows of a query of any size, of which only some hundred are in memory (a cursor of the server)."""
        sql, parameters = _prepare(statement, args)
        cursor = self.connection.cursor(sql, *parameters, prefetch=STREAMED_AT_ONCE, timeout=STREAM_SECONDS)
        async for row in cursor:
            yield row

    async def run(self, statement: Statement, *args: Any) -> int:
        """Run a write; answers with the number of rows it touched."""
        sql, parameters = _prepare(statement, args)
        with tracing.statement(sql):
            tag: str = await self.connection.execute(sql, *parameters)
        return int(tag.rpartition(" ")[2]) if tag[-1].isdigit() else 0

    async def script(self, statements: str) -> None:
        """Run several statements without parameters in one round trip."""
        with tracing.statement(statements):
            await self.connection.execute(statements)

    async def copy_text(self, table: str, columns: Sequence[str], lines: bytes) -> None:
        """Add rows given as lines of PostgreSQL's COPY text format."""

        async def source() -> AsyncIterator[bytes]:  # in parts, so that PostgreSQL reads the first while we send others
            for start in range(0, len(lines), COPY_BYTES):
                yield lines[start : start + COPY_BYTES]

        with tracing.statement(f"COPY {table}"):
            await self.connection.copy_to_table(table, source=source(), columns=list(columns))

    async def see_as(self, scope: Scope) -> None:
        """Put the rest of the transaction under another scope."""
        await self.connection.execute(_scoped(scope))

    def after_commit(self, callback: Callable[[], None]) -> None:
        """Call this once the transaction has committed; never if it did not."""
        self._after_commit.append(callback)

    def committed(self) -> None:
        """Run what waits for the commit."""
        for callback in self._after_commit:
            callback()


class Connection(asyncpg.Connection):
    """A pooled connection that needs no reset: all our settings and locks end with the transaction.

    asyncpg's reset would cost a round trip for every command.
    """

    def get_reset_query(self) -> str:
        return ""


class Database:
    """A pool of connections to one service's database, as the application role."""

    def __init__(self, pool: asyncpg.Pool, url: str) -> None:
        self._pool = pool
        self._url = url

    @classmethod
    async def connect(
        cls,
        url: str,
        *,
        min_size: int = 1,
        max_size: int = 16,
        statement_seconds: float = 10.0,
        command_seconds: float | None = None,
    ) -> Database:
        """Open the pool.

        PostgreSQL ends a statement after `statement_seconds`. The client gives up after `command_seconds` (half
        as much again by default): without that bound a query on a dropped link hangs for good.
        """
        pool = await asyncpg.create_pool(
            url,
            min_size=min_size,
            max_size=max_size,
            command_timeout=command_seconds or statement_seconds * 1.5,
            connection_class=Connection,
            init=_set_codecs,
            server_settings={
                "timezone": "UTC",
                "application_name": "kyodo",
                "statement_timeout": str(int(statement_seconds * 1000)),
            },
        )
        return cls(pool, url)

    async def close(self, within: float = 5.0) -> None:
        """Close the pool; connections still busy after the bound are cut."""
        try:
            async with asyncio.timeout(within):
                await self._pool.close()
        except TimeoutError:
            self._pool.terminate()

    @asynccontextmanager
    async def transaction(self, scope: Scope = EVERYONE, *, read_only: bool = False) -> AsyncIterator[Transaction]:
        """One transaction under a scope. Commits at the end of the block, rolls back on any exception."""
        begin = "BEGIN READ ONLY" if read_only else "BEGIN"
        async with self._pool.acquire(timeout=ACQUIRE_SECONDS) as connection:
            await connection.execute(f"{begin}; {_scoped(scope)}")
            tx = Transaction(connection)
            try:
                yield tx
            except BaseException:
                with suppress(*CONNECTION_LOST):  # a dead connection has rolled back already
                    await connection.execute("ROLLBACK")
                raise
            tag = await connection.execute("COMMIT")
            if tag != "COMMIT":
                # PostgreSQL answers COMMIT of a failed transaction with a silent ROLLBACK.
                raise RuntimeError("a statement of this transaction failed and its error was swallowed")
        tx.committed()

    @asynccontextmanager
    async def session(self) -> AsyncIterator[asyncpg.Connection]:
        """A connection of its own outside the pool, for locks that live as long as their holder."""
        connection = await asyncpg.connect(self._url, command_timeout=15.0)
        await _set_codecs(connection)
        try:
            yield connection
        finally:
            with suppress(asyncpg.InterfaceError, OSError, TimeoutError):
                await connection.close(timeout=2)


def _scoped(scope: Scope) -> str:
    """The statements that put a transaction under a scope, whose values hold no quote."""
    return f"SET LOCAL kyodo.municipality = '{scope.municipality}'; SET LOCAL kyodo.person = '{scope.person}'"


async def _set_codecs(connection: asyncpg.Connection) -> None:
    await connection.set_type_codec(
        "jsonb", schema="pg_catalog", encoder=_json_text, decoder=orjson.loads, format="text"
    )


def _json_text(value: Any) -> str:
    return orjson.dumps(value, default=str).decode()


def _prepare(statement: Statement, args: Sequence[Any]) -> tuple[str, Sequence[Any]]:
    if isinstance(statement, str):
        return statement, args
    # As SQLAlchemy's engine does it: a shape of statement is compiled once, its values are filled in each time.
    compile_once = cast("Any", statement)._compile_w_cache
    compiled, extracted, given, _ = compile_once(DIALECT, compiled_cache=_COMPILED, column_keys=[])
    values = compiled.construct_params(extracted_parameters=extracted, _collected_params=given, _no_postcompile=True)
    if compiled.post_compile_params or compiled.literal_execute_params:  # IN (…): as many parameters as values
        compiled = compiled._process_parameters_for_postcompile(values)
        return compiled.statement, [compiled.parameters[name] for name in compiled.positiontup]
    return compiled.string, [values[name] for name in compiled.positiontup or ()]
