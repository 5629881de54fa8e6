"""Narrowed queries: the own rows only, wherever in a query a private table stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import asyncpg
import pytest
import pytest_asyncio
import sqlalchemy as sa

from kyodo_events.database import EVERYONE, NOBODY, Database, Scope
from kyodo_events.schema import read_model
from kyodo_platform.own_rows import own_rows
from tests.support.running import Running
from tests.support.sample.app import book, note

CHIYODA, CHUO = "131016", "131024"
Query = sa.Select[Any]

inner = sa.select(note.c.municipality, sa.func.count().label("notes")).group_by(note.c.municipality)
QUERIES: dict[str, Callable[[], Query]] = {
    "plain": lambda: sa.select(note.c.municipality),
    "in order": lambda: sa.select(note.c.municipality).where(note.c.text != "").order_by(note.c.book_id).limit(9),
    "joined": lambda: sa.select(note.c.municipality).join(book, book.c.id == note.c.book_id),
    "joined to": lambda: sa.select(note.c.municipality).select_from(book).join(note, book.c.id == note.c.book_id),
    "subquery": lambda: sa.select(inner.subquery("s").c.municipality),
    "with": lambda: sa.select(inner.cte("c").c.municipality),
    "scalar": lambda: sa.select(sa.select(sa.func.max(note.c.municipality)).scalar_subquery()),
    "exists": lambda: sa.select(sa.literal(CHUO)).where(sa.exists().where(note.c.municipality == CHUO)),
}


@pytest.mark.parametrize("name", QUERIES)
async def test_only_the_own_rows(sample: Running, name: str) -> None:
    database: Database = sample.app.state.runtime.database
    query = QUERIES[name]()
    async with database.transaction(EVERYONE) as tx:
        await tx.run("INSERT INTO book VALUES ('b', 't', now(), 1)")
        await tx.run("INSERT INTO note VALUES ($1, 'b', 'mine'), ($2, 'b', 'theirs')", CHIYODA, CHUO)
        assert CHUO in {row[0] for row in await tx.rows(query)}
        assert {row[0] for row in await tx.rows(own_rows(query, Scope(CHIYODA)))} <= {CHIYODA}
        assert {row[0] for row in await tx.rows(own_rows(query, NOBODY))} <= {None}


diary = sa.Table(
    "diary",
    sa.MetaData(),
    sa.Column("municipality", sa.Text, primary_key=True),
    sa.Column("expert_id", sa.Text),
    info={"private_to": "municipality", "person": "expert_id"},
)
ANNA, BERND = "0193f1a0-0000-7000-8000-000000000001", "0193f1a0-0000-7000-8000-000000000002"


@pytest_asyncio.fixture
async def diaries(sample: Running) -> Database:
    """A table of rows that a municipality reads, and the person whom they are about."""
    rows = f"INSERT INTO diary VALUES ('{CHIYODA}', '{ANNA}'), ('{CHUO}', '{BERND}')"
    create = "CREATE TABLE diary (municipality text PRIMARY KEY, expert_id text NOT NULL)"
    await sample.as_owner(create, *read_model("diary", private_to="municipality", person="expert_id"), rows)
    database: Database = sample.app.state.runtime.database
    return database


@pytest.mark.parametrize(
    ("scope", "seen"),
    [
        (Scope("", ANNA), {CHIYODA}),
        (Scope(CHUO, ANNA), {CHIYODA, CHUO}),
        (Scope(CHUO), {CHUO}),
        (NOBODY, set()),
    ],
)
async def test_a_person_reads_what_is_about_the_person(diaries: Database, scope: Scope, seen: set[str]) -> None:
    """By either wall alone: the narrowed query where all rows show, and row-level security under the plain query."""
    query = sa.select(diary.c.municipality)
    for narrowed, under in ((own_rows(query, scope), EVERYONE), (query, scope)):
        async with diaries.transaction(under, read_only=True) as tx:
            assert {row[0] for row in await tx.rows(narrowed)} == seen


async def test_a_person_writes_no_row_about_another(diaries: Database) -> None:
    async with diaries.transaction(Scope("", ANNA)) as tx:
        assert await tx.run("UPDATE diary SET expert_id = $1", ANNA) == 1
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with diaries.transaction(Scope("", ANNA)) as tx:
            await tx.run("INSERT INTO diary VALUES ($1, $2)", "131032", BERND)


def test_what_everybody_may_read_stays_as_it_is() -> None:
    query = sa.select(book)
    assert own_rows(query, Scope(CHIYODA)) is query


def test_a_private_table_under_an_alias_is_refused() -> None:
    with pytest.raises(TypeError, match="note is private"):
        own_rows(sa.select(note.alias("n").c.text), Scope(CHIYODA))
