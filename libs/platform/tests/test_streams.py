"""Streamed answers: whole, of one moment, the caller's rows only, in bounded memory, and closed when nobody reads."""

from __future__ import annotations

import asyncio
import tracemalloc
from collections.abc import AsyncGenerator, AsyncIterator, Callable

import pytest_asyncio

from kyodo_events.database import Database
from kyodo_platform.runtime import STREAMS_AT_ONCE
from kyodo_platform.streams import CsvStream
from tests.support.running import Running

As = Callable[..., dict[str, str]]

CODES = [*(f"{number:06d}" for number in range(1_200)), "131016"]
MANY = "SELECT number, repeat('x', 100) AS text FROM generate_series(1, 100000) number"
MEGABYTE = 1_000_000


@pytest_asyncio.fixture
async def noted(sample: Running, as_: As) -> AsyncIterator[tuple[Running, str]]:
    """A book with more notes than a page or a chunk holds."""
    book = (await sample.client.post("/v1/books", json={"title": "a"}, headers=as_("secretariat"))).json()["id"]
    values = ", ".join(f"('{code}', '{book}', 'note of {code}')" for code in CODES)
    await sample.as_owner(f"INSERT INTO note (municipality, book_id, text) VALUES {values}")
    yield sample, f"/v1/books/{book}/notes.csv"


async def test_a_stream_holds_every_row_once(noted: tuple[Running, str], as_: As) -> None:
    sample, path = noted
    answer = await sample.client.get(path, headers=as_("secretariat"))
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''notes.csv"
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines == ["団体コード,本文", *(f"{code},note of {code}" for code in CODES)]


async def test_a_stream_holds_the_callers_rows_only(noted: tuple[Running, str], as_: As) -> None:
    sample, path = noted
    answer = await sample.client.get(path, headers=as_("officer", CODES[-1]))
    assert answer.text.splitlines()[1:] == [f"{CODES[-1]},note of {CODES[-1]}"]


async def peak_of(rows: AsyncIterator[object]) -> int:
    """The memory that walking through the rows takes at most, bytes."""
    tracemalloc.start()
    try:
        async for _ in rows:
            pass
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


async def test_memory_is_bounded_whatever_the_number_of_rows(sample: Running) -> None:
    database: Database = sample.app.state.runtime.database

    async def all_at_once() -> AsyncIterator[object]:
        async with database.transaction(read_only=True) as tx:
            for row in await tx.rows(MANY):
                yield row

    async with database.transaction(read_only=True) as tx:
        assert await peak_of(tx.stream(MANY)) < MEGABYTE
    assert await peak_of(all_at_once()) > 10 * MEGABYTE  # what the bound is good for


async def test_a_reader_who_hangs_up_gives_the_connection_back(sample: Running) -> None:
    runtime, open_ = sample.app.state.runtime, 0

    async def body() -> AsyncGenerator[str, None]:
        nonlocal open_
        async with runtime.streams, runtime.database.transaction(read_only=True) as tx:
            open_ += 1
            try:
                async for row in tx.stream(MANY):
                    yield row["text"]
            finally:
                open_ -= 1

    async def reads_one(message: object) -> None:
        if isinstance(message, dict) and message.get("body"):
            raise OSError("the reader is gone")

    for _ in range(STREAMS_AT_ONCE + 1):  # one that stayed open would hold its place for good
        try:
            async with asyncio.timeout(5):
                await CsvStream(body()).stream_response(reads_one)
        except OSError:
            assert open_ == 0
