"""Histories in words, and lists in the order that was asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from kyodo_platform.resources import sort_by
from tests.support.running import Running

As = Callable[..., dict[str, str]]


async def opened(sample: Running, as_: As, *titles: str) -> list[str]:
    """Books of these titles, by id."""
    ids = []
    for title in titles:
        answer = await sample.client.post("/v1/books", json={"title": title}, headers=as_("secretariat"))
        ids.append(answer.json()["id"])
    return ids


async def pages(sample: Running, as_: As, address: str, **query: str) -> list[dict[str, Any]]:
    """All rows of a list, two a page."""
    rows: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        answer = await sample.client.get(address, params={"limit": "2", **query, **cursor}, headers=as_("auditor"))
        assert answer.status_code == 200, answer.text
        rows += answer.json()["items"]
        if (next_ := answer.json()["next"]) is None:
            return rows
        cursor = {"cursor": next_}


async def test_a_history_tells_what_happened_for_whom(sample: Running, as_: As) -> None:
    (book,) = await opened(sample, as_, "水道")
    for code, text in (("131016", "a"), ("132039", "b")):
        note = f"/v1/books/{book}/notes/{code}"
        headers = as_("officer", code) | {"If-Match": "*"}
        assert (await sample.client.put(note, json={"text": text * 12}, headers=headers)).is_success
    rows = await pages(sample, as_, f"/v1/books/{book}/history")
    assert [(row["version"], row["organisation_ja"], row["words"]) for row in rows] == [
        (1, "東京都", "帳面「水道」を開いた"),
        (2, "千代田区", "千代田区が書き込んだ"),
        (3, "武蔵野市", "武蔵野市が書き込んだ"),
    ]


async def test_there_is_no_history_of_what_does_not_exist(sample: Running, as_: As) -> None:
    answer = await sample.client.get("/v1/books/nothing/history", headers=as_("auditor"))
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")


@pytest.mark.parametrize(
    ("sort", "titles"), [("", "cab"), ("title", "abc"), ("-title", "cba"), ("opened_at", "cab"), ("-opened_at", "bac")]
)
async def test_a_list_comes_in_the_order_asked_for(sample: Running, as_: As, sort: str, titles: str) -> None:
    await opened(sample, as_, "c", "a", "b")
    rows = await pages(sample, as_, "/v1/books", **({"sort": sort} if sort else {}))
    assert "".join(row["title"] for row in rows) == titles


async def test_an_order_that_there_is_not_is_refused(sample: Running, as_: As) -> None:
    answer = await sample.client.get("/v1/books?sort=id;drop", headers=as_("auditor"))
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "query/sort")


async def test_a_cursor_is_good_for_its_order_only(sample: Running, as_: As) -> None:
    await opened(sample, as_, "c", "a", "b")
    answer = await sample.client.get("/v1/books?sort=title&limit=1", headers=as_("auditor"))
    other = {"cursor": answer.json()["next"], "sort": "-title"}
    assert (await sample.client.get("/v1/books", params=other, headers=as_("auditor"))).status_code == 400


def test_a_column_that_may_be_null_orders_nothing() -> None:
    deadline = sa.Column("deadline", sa.Date)
    with pytest.raises(TypeError, match="deadline"):
        sort_by(deadline, unique=[sa.Column("id", sa.Text, nullable=False)])
