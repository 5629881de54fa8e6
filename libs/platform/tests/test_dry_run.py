"""`dry_run=true`: the answer of the command, the refusals of the command, and nothing written."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest_asyncio

from tests.support.running import Running

As = Callable[..., dict[str, str]]

TABLES = ("event", "outbox", "book", "note", "idempotency")


async def write(sample: Running, as_: As, text: str, *, dry_run: bool, **headers: str) -> httpx.Response:
    """Write Chiyoda's note into the only book, or rehearse it."""
    [(book,)] = await sample.as_owner("SELECT id FROM book")
    given = {**as_("officer", "131016"), "If-Match": "*", **headers}
    query = {"dry_run": "true"} if dry_run else {}
    path = f"/v1/books/{book}/notes/131016"
    return await sample.client.put(path, json={"text": text}, headers=given, params=query)


async def rows(sample: Running) -> dict[str, int]:
    """How much stands where."""
    return {table: await sample.count(table) for table in TABLES}


@pytest_asyncio.fixture
async def book(sample: Running, as_: As) -> Running:
    """The sample with one book."""
    await sample.client.post("/v1/books", json={"title": "a"}, headers=as_("secretariat"))
    return sample


async def test_a_dry_run_answers_as_the_command_will_and_writes_nothing(book: Running, as_: As) -> None:
    before = await rows(book)
    key = {"Idempotency-Key": "k"}
    rehearsed = await write(book, as_, "a", dry_run=True, **key)
    assert await rows(book) == before
    done = await write(book, as_, "a", dry_run=False, **key)  # the key was not used up
    assert (rehearsed.status_code, rehearsed.json(), rehearsed.headers["ETag"]) == (200, done.json(), '"2"')
    assert (rehearsed.headers["Kyodo-Dry-Run"], "Kyodo-Dry-Run" in done.headers) == ("true", False)
    assert (await rows(book))["note"] == 1


async def test_a_dry_run_refuses_as_the_command_will(book: Running, as_: As) -> None:
    before = await rows(book)
    for text, headers, status in (" ", {}, 409), ("a", {"If-Match": '"9"'}, 412), ("a" * 201, {}, 422):
        for dry_run in (True, False):
            assert (await write(book, as_, text, dry_run=dry_run, **headers)).status_code == status
    assert await rows(book) == before
