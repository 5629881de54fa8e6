"""Narrowed queries: the own rows only, wherever in a query a private table stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from kyodo_events.database import EVERYONE, Database
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
        assert {row[0] for row in await tx.rows(own_rows(query, CHIYODA))} <= {CHIYODA}
        assert {row[0] for row in await tx.rows(own_rows(query, ""))} <= {None}


def test_what_everybody_may_read_stays_as_it_is() -> None:
    query = sa.select(book)
    assert own_rows(query, CHIYODA) is query


def test_a_private_table_under_an_alias_is_refused() -> None:
    with pytest.raises(TypeError, match="note is private"):
        own_rows(sa.select(note.alias("n").c.text), CHIYODA)
