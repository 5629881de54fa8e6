"""The portal's search at one size: how long it takes to build, how large it is, how fast it answers, what it finds."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import asyncpg
import httpx
from fastapi import FastAPI
from sqlalchemy.sql.dml import UpdateBase

from kyodo_academy.search.entries import indexed
from kyodo_academy.search.finding import SHOWN
from kyodo_academy.search.folding import fold
from kyodo_academy.visibility import Visibility
from kyodo_events.database import Database
from tests.bench.academy.texts import Asked, Written, questions, written

BATCH = 500
SAMPLE = 1_000  # documents, of which questions are taken from the public ones
EACH = 60  # questions of each kind
WARM = 10  # of which the first are not counted

BY_KEY = """
    SELECT title_ja, text, tags, visibility, owner, url, at
    FROM search_entry JOIN unnest($1::text[], $2::text[]) AS wanted (kind, id) USING (kind, id)
"""


@dataclass(slots=True)
class Answers:
    """How one kind of question was answered: milliseconds, and shares of what was found."""

    p50: float
    p95: float
    hits: float
    recall: float
    precision: float


@dataclass(slots=True)
class Measured:
    """One size."""

    documents: int
    characters: int
    build_seconds: float
    text_bytes: int = 0
    entry_bytes: int = 0
    chunk_bytes: int = 0
    index_bytes: int = 0
    ceiling: Answers | None = None
    kinds: dict[str, Answers] = field(default_factory=dict)


async def measure(count: int, owner_url: str, app_url: str, app: FastAPI) -> Measured:
    """Fill, look and ask."""
    measured, sample = await _fill(count, app_url)
    owner = await asyncpg.connect(owner_url, command_timeout=600)
    try:
        await owner.execute("VACUUM ANALYZE search_entry")
        await owner.execute("VACUUM ANALYZE search_chunk")
        (sizes,) = await owner.fetch(
            "SELECT (SELECT sum(octet_length(text) + octet_length(title_ja)) FROM search_entry) AS text,"
            " pg_table_size('search_entry') AS entry, pg_table_size('search_chunk') AS chunk,"
            " pg_relation_size('search_chunk_words') AS index"
        )
        measured.text_bytes, measured.entry_bytes, measured.chunk_bytes, measured.index_bytes = map(int, sizes)
        measured.ceiling = await _ceiling(owner, sample)
    finally:
        await owner.close()
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://kyodo.bench") as client:
        for kind, asked in questions(sample, EACH).items():
            measured.kinds[kind] = await _ask(client, asked)
    return measured


async def _fill(count: int, url: str) -> tuple[Measured, list[Written]]:
    """Index all documents as a view does, a batch a transaction. Writing them is not part of the time."""
    database = await Database.connect(url, statement_seconds=120)
    documents, sample, seconds, characters = written(count), list[Written](), 0.0, 0
    step = max(1, count // SAMPLE)
    try:
        while batch := list(islice(documents, BATCH)):
            public = (one for one in batch if one.document.visibility is Visibility.PUBLIC)
            sample += [one for one in public if int(one.document.id) % step == 0]
            characters += sum(len(one.document.text) for one in batch)
            begun = time.perf_counter()
            async with database.transaction() as tx:
                for write in indexed(one.document for one in batch):
                    await (tx.run(write) if isinstance(write, UpdateBase) else write.run(tx))
            seconds += time.perf_counter() - begun
    finally:
        await database.close()
    return Measured(count, characters, seconds), sample


async def _ceiling(connection: asyncpg.Connection, sample: list[Written]) -> Answers:
    """As many rows as a search shows, read by their keys: no search can be faster."""

    async def read(number: int) -> None:
        rows = [sample[(number * SHOWN + place) % len(sample)].document for place in range(SHOWN)]
        await connection.fetch(BY_KEY, [row.kind.value for row in rows], [row.id for row in rows])

    p50, p95 = await _timed(read, EACH)
    return Answers(p50, p95, SHOWN, 1, 1)


async def _ask(client: httpx.AsyncClient, asked: list[Asked]) -> Answers:
    """Ask over HTTP, as somebody without a token, who finds half of the documents."""
    answers: list[dict[str, Any]] = []

    async def ask(number: int) -> None:
        answers.append((await client.get("/v1/search", params={"q": asked[number].q})).raise_for_status().json())

    p50, p95 = await _timed(ask, len(asked))
    found = [(one, answer["items"]) for one, answer in zip(asked, answers, strict=True)]
    shown = [_holds(item, one.meant) for one, items in found for item in items]
    something = sum(bool(items) for _, items in found)
    hits = sum(answer["total"] for answer in answers) / len(answers)
    return Answers(p50, p95, hits, something / len(found), sum(shown) / len(shown) if shown else 1)


def _holds(item: dict[str, Any], meant: str) -> bool:
    pieces = [*item["title_pieces"], *item["snippet_pieces"]]
    shown = fold("".join(piece["text"] for piece in pieces))
    return any(fold(word) in shown for word in meant.split())


async def _timed(ask: Callable[[int], Awaitable[None]], times: int) -> tuple[float, float]:
    taken = []
    for number in range(times):
        begun = time.perf_counter()
        await ask(number)
        taken.append((time.perf_counter() - begun) * 1000)
    counted = sorted(taken[WARM:])
    return counted[len(counted) // 2], counted[int(len(counted) * 0.95)]
