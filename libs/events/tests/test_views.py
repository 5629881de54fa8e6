"""Read models on real PostgreSQL: set-based writes, and the order in which events reach them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects.postgresql import JSONB

from kyodo_events.database import Database, Transaction
from kyodo_events.errors import NotFound
from kyodo_events.event import Audit, Batch, Event, Recorded, new_uuid
from kyodo_events.schema import read_model
from kyodo_events.views import AnyWrite, View, add_up, apply_all, change, insert_missing, upsert

metadata = sa.MetaData()
shelf = sa.Table(
    "shelf",
    metadata,
    sa.Column("place", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("label", sa.Text),
    sa.Column("amount", sa.BigInteger, server_default="0"),
    sa.Column("detail", JSONB),
    sa.Column("seen_on", sa.Date),
    sa.Column("seen_at", sa.DateTime(timezone=True)),
    sa.Column("open", sa.Boolean),
)
CREATE = """
CREATE TABLE shelf (
    place text, number integer, label text, amount bigint NOT NULL DEFAULT 0, detail jsonb,
    seen_on date, seen_at timestamptz, open boolean, PRIMARY KEY (place, number)
)
"""


class Placed(Event, type="kyodo-test.views.placed"):
    label: str


class Moved(Event, type="kyodo-test.views.moved"):
    label: str


class Removed(Event, type="kyodo-test.views.removed"):
    pass


@pytest_asyncio.fixture
async def tx(database_url: str, owner_url: str) -> AsyncIterator[Transaction]:
    """A transaction of the application role, with the table that its owner made."""
    owner = await asyncpg.connect(owner_url)
    for statement in [CREATE, *read_model("shelf")]:
        await owner.execute(statement)
    await owner.close()
    database = await Database.connect(database_url)
    async with database.transaction() as open_transaction:
        yield open_transaction
    await database.close()


async def standing(tx: Transaction, *columns: str) -> list[tuple[Any, ...]]:
    """The given columns of all rows, by key."""
    rows = await tx.rows(f"SELECT {', '.join(columns)} FROM shelf ORDER BY place, number")
    return [tuple(row) for row in rows]


def row(number: int, **columns: Any) -> dict[str, Any]:
    return {"place": "a", "number": number, **columns}


def recorded(*events: Event, stream: str = "s") -> list[Recorded[Event]]:
    """The events as if they had been stored in this order."""
    audit, at = Audit("tester", "131016", uuid4()), datetime(2024, 4, 1, tzinfo=UTC)
    return [
        Recorded(event, new_uuid(), "shelf", stream, version, at, audit, "test")
        for version, event in enumerate(events, start=1)
    ]


async def test_upsert_inserts_and_replaces_the_given_columns(tx: Transaction) -> None:
    await upsert(shelf, [row(1, label="x", amount=5), row(2, label="y", amount=6)]).run(tx)
    await upsert(shelf, [row(2, label="z"), row(3, label="w")]).run(tx)
    assert await standing(tx, "number", "label", "amount") == [(1, "x", 5), (2, "z", 6), (3, "w", 0)]


async def test_insert_missing_keeps_what_stands(tx: Transaction) -> None:
    await upsert(shelf, [row(1, label="x")]).run(tx)
    await insert_missing(shelf, [row(1, label="y"), row(2, label="first"), row(2, label="second")]).run(tx)
    assert await standing(tx, "number", "label") == [(1, "x"), (2, "first")]


async def test_add_up_adds_within_the_batch_and_to_what_stands(tx: Transaction) -> None:
    await add_up(shelf, [row(1, amount=2), row(2, amount=10), row(1, amount=3)]).run(tx)
    await add_up(shelf, [row(1, amount=-1), row(3, amount=2**40)]).run(tx)
    assert await standing(tx, "number", "amount") == [(1, 4), (2, 10), (3, 2**40)]


async def test_change_sets_the_given_columns_of_rows_that_stand(tx: Transaction) -> None:
    await upsert(shelf, [row(1, label="x", amount=5), row(2, label="y", amount=6)]).run(tx)
    await change(shelf, [row(1, amount=7, detail=[[1], [2]]), row(1, amount=8, detail={"a": [[1, 2], [3, 4]]})]).run(tx)
    assert await standing(tx, "number", "label", "amount") == [(1, "x", 8), (2, "y", 6)]
    assert await standing(tx, "detail") == [({"a": [[1, 2], [3, 4]]},), (None,)]


async def test_change_of_a_row_that_is_not_there_is_refused(tx: Transaction) -> None:
    await upsert(shelf, [row(1, amount=5)]).run(tx)
    with pytest.raises(NotFound, match="a/1; a/9"):
        await change(shelf, [row(1, amount=7), row(9, amount=9)]).run(tx)


async def test_of_rows_with_one_key_the_last_wins(tx: Transaction) -> None:
    await upsert(shelf, [row(1, label="first"), row(2, label="other"), row(1, label="last")]).run(tx)
    assert await standing(tx, "number", "label") == [(1, "last"), (2, "other")]


async def test_a_key_is_all_its_columns(tx: Transaction) -> None:
    rows = [{"place": place, "number": number, "label": place} for place in "ab" for number in (1, 2)]
    await upsert(shelf, rows).run(tx)
    assert await standing(tx, "place", "number") == [("a", 1), ("a", 2), ("b", 1), ("b", 2)]


async def test_rows_of_keys_alone(tx: Transaction) -> None:
    await upsert(shelf, [row(1), row(1), row(2)]).run(tx)
    await upsert(shelf, [row(2)]).run(tx)
    assert await standing(tx, "number") == [(1,), (2,)]


async def test_every_column_type_comes_back_as_it_was(tx: Transaction) -> None:
    details: list[Any] = [
        {"b": [1, {"c": None}], "a": "負担金 \"quoted\" {curly}, 'single' \\ back"},
        [],
        [[1, 2], [3, 4]],  # the driver would take rows of such lists for a table of more dimensions
        [[1, 2], [3, 5]],
        "text",
        12,
        True,
        None,
    ]
    moment = datetime(2024, 3, 31, 15, 0, 0, 123456, tzinfo=UTC)
    written = [
        row(n, label=f"%s $1 {n}", detail=detail, seen_on=date(2024, 2, 29), seen_at=moment, open=bool(n % 2))
        for n, detail in enumerate(details)
    ]
    await upsert(shelf, written).run(tx)
    names = ("number", "label", "detail", "seen_on", "seen_at", "open")
    assert await standing(tx, *names) == [tuple(r[name] for name in names) for r in written]
    nulls = await tx.scalar("SELECT count(*) FROM shelf WHERE detail IS NULL")
    assert nulls == 1  # None is no value, not the JSON value null


async def test_nothing_is_written_for_no_rows(tx: Transaction) -> None:
    for write in (upsert(shelf, []), insert_missing(shelf, []), add_up(shelf, []), change(shelf, [])):
        await write.run(tx)
    assert await standing(tx, "number") == []


@pytest.mark.parametrize("write", [upsert, insert_missing, add_up, change])
@pytest.mark.parametrize("other", [{"label": "y", "amount": 2}, {}], ids=["more columns", "fewer columns"])
async def test_rows_with_different_columns_are_refused(write: Any, other: dict[str, Any], tx: Transaction) -> None:
    """One statement has one set of columns: a value that only one row has would be lost."""
    with pytest.raises(ValueError, match="same columns"):
        await write(shelf, [row(1, label="x"), row(2, **other)]).run(tx)


def shelf_view() -> View:
    """A view with writes of every kind, whose result depends on the order of events."""
    view = View("shelves", shelf)

    @view.on(Placed)
    def placed(rows: Batch[Placed]) -> AnyWrite:
        return upsert(shelf, [row(1, label=r.event.label) for r in rows])

    @view.on(Moved)
    def moved(rows: Batch[Moved]) -> Sequence[AnyWrite]:
        return [
            change(shelf, [row(1, label=r.event.label) for r in rows]),
            add_up(shelf, [row(2, amount=1) for _ in rows]),
        ]

    @view.on(Removed)
    def removed(_: Batch[Removed]) -> AnyWrite:
        return sa.delete(shelf).where(shelf.c.number == 1)

    return view


async def test_the_order_across_event_types_is_kept(tx: Transaction) -> None:
    labels = [Placed(label="x"), Moved(label="y"), Removed(), Placed(label="z"), Moved(label="w"), Moved(label="v")]
    await shelf_view().apply(tx, recorded(*labels))
    assert await standing(tx, "number", "label", "amount") == [(1, "v", 0), (2, None, 3)]
    await shelf_view().apply(tx, recorded(Moved(label="u"), Removed()))
    assert await standing(tx, "number", "label", "amount") == [(2, None, 4)]


async def test_batches_of_any_size_lead_to_the_same_rows(tx: Transaction) -> None:
    one = [Placed(label="x"), Moved(label="y"), Moved(label="z"), Removed(), Placed(label="w"), Moved(label="v")]
    for size in range(1, len(one) + 1):
        await tx.run("DELETE FROM shelf")
        for first in range(0, len(one), size):
            await shelf_view().apply(tx, recorded(*one[first : first + size]))
        assert await standing(tx, "number", "label", "amount") == [(1, "v", 0), (2, None, 3)]


EVENTS = st.sampled_from(["x", "y", "z"]).flatmap(
    lambda label: st.sampled_from([Placed(label=label), Moved(label=label), Removed()])
)


@given(st.lists(EVENTS, max_size=12))
def test_runs_of_one_type_are_one_write(events: list[Event]) -> None:
    """However many events, a filler is called once a run, with the whole run in order."""
    seen: list[list[Event]] = []
    view = View("seen", shelf)

    @view.on(Placed, Moved)
    def both(rows: Batch[Placed | Moved]) -> Sequence[AnyWrite]:
        seen.append([r.event for r in rows])
        return []

    @view.on(Removed)
    def removed(rows: Batch[Removed]) -> Sequence[AnyWrite]:
        seen.append([r.event for r in rows])
        return []

    # Nothing is written, so a coroutine without a database can be driven to its end by hand.
    with pytest.raises(StopIteration):
        view.apply(Transaction(None), recorded(*events)).send(None)  # type: ignore[arg-type]
    assert [event for run in seen for event in run] == events
    kinds = [isinstance(run[0], Removed) for run in seen]
    assert all(isinstance(event, Removed) == kind for run, kind in zip(seen, kinds, strict=True) for event in run)
    assert all(one != other for one, other in pairwise(kinds))


async def test_events_that_a_view_does_not_know_are_not_its_business(tx: Transaction) -> None:
    view = View("placed only", shelf)

    @view.on(Placed)
    def placed(rows: Batch[Placed]) -> AnyWrite:
        return add_up(shelf, [row(7, amount=1) for _ in rows])

    await apply_all(tx, [view, shelf_view()], recorded(Removed(), Placed(label="x")))
    assert view.events == {Placed}
    assert await standing(tx, "number", "label", "amount") == [(1, "x", 0), (7, None, 1)]


def test_an_event_fills_a_view_in_one_way() -> None:
    view = shelf_view()
    with pytest.raises(TypeError, match="fills from Placed twice"):
        view.on(Placed)(lambda rows: [])
