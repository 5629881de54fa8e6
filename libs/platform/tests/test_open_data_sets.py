"""Open data as the platform serves it: whole, as nobody reads it, and once to whoever has it already."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import httpx
import pytest

from kyodo_events.sequencer import sequence
from kyodo_platform.open_data import Column, versions
from kyodo_platform.open_data.forms import EVENTS, of_party
from kyodo_platform.open_data.versions import Versions
from kyodo_platform.settings import Settings
from tests.support.databases import Databases
from tests.support.running import Running, running
from tests.support.sample.app import books_data

As = Callable[..., dict[str, str]]

CSV, JSON, CATALOGUE = "/v1/open-data/books.csv", "/v1/open-data/books.json", "/v1/open-data"
ALL = (CSV, JSON, CATALOGUE)
MANY = 1_200  # more than a page, a chunk of CSV and what a cursor fetches at once


async def opened(sample: Running, as_: As, title: str = "a") -> str:
    answer = await sample.client.post("/v1/books", json={"title": title}, headers=as_("secretariat"))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def read(sample: Running, url: str, **headers: str) -> httpx.Response:
    return await sample.client.get(url, headers=headers)


async def test_a_set_is_whole_in_both_formats(sample: Running) -> None:
    books = ", ".join(f"('{number:05d}', 'book {number}', now(), 1)" for number in range(MANY))
    await sample.as_owner(f"INSERT INTO book (id, title, opened_at, version) VALUES {books}")
    rows = [{"id": f"{n:05d}", "title": f"book {n}", "version": 1, "remark": None} for n in range(MANY)]
    assert (await read(sample, JSON)).json() == rows
    lines = (await read(sample, CSV)).content.decode("utf-8-sig").splitlines()
    assert lines == ["id,title,version,remark", *(f"{n:05d},book {n},1," for n in range(MANY))]


async def test_an_empty_set_is_one(sample: Running) -> None:
    assert (await read(sample, JSON)).json() == []
    assert (await read(sample, CSV)).content.decode("utf-8-sig") == "id,title,version,remark\r\n"


async def test_private_rows_are_in_no_set_whoever_asks(sample: Running, as_: As) -> None:
    book, own = await opened(sample, as_), as_("officer", "131016")
    written = await sample.client.put(
        f"/v1/books/{book}/notes/131016", json={"text": "secret"}, headers=own | {"If-Match": "*"}
    )
    assert written.status_code == 200
    for headers in ({}, own, as_("secretariat")):
        assert (await sample.client.get("/v1/open-data/notes.json", headers=headers)).json() == []


async def test_who_has_it_already_is_told_so(sample: Running, as_: As) -> None:
    await opened(sample, as_)
    first = {url: await read(sample, url) for url in ALL}
    assert len({answer.headers["etag"] for answer in first.values()}) == len(ALL)
    for url, answer in first.items():
        assert answer.headers["cache-control"] == "public, max-age=300"
        assert answer.headers["last-modified"].endswith(" GMT")
        tag = answer.headers["etag"]
        for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
            again = await read(sample, url, **{"If-None-Match": known})
            assert (again.status_code, again.content) == (304, b"")
            assert again.headers["etag"] == tag
        assert (await read(sample, url, **{"If-None-Match": '"other"'})).status_code == 200
    await opened(sample, as_, "b")
    for url, answer in first.items():
        changed = await read(sample, url, **{"If-None-Match": answer.headers["etag"]})
        assert changed.status_code == 200
        assert changed.text != answer.text


async def test_the_update_time_is_that_of_the_last_event(sample: Running, as_: As) -> None:
    def updated(catalogue: dict[str, Any]) -> str:
        (books,) = (one for one in catalogue["dcat:dataset"] if one["dct:identifier"] == "books")
        return str(books["dct:modified"]["@value"])

    assert updated((await read(sample, CATALOGUE)).json()) == "2024-04-01T00:00:00+09:00"
    await opened(sample, as_)
    ((at,),) = await sample.as_owner("SELECT max(at) FROM event")
    assert datetime.fromisoformat(updated((await read(sample, CATALOGUE)).json())) == at


async def test_a_version_is_the_same_however_much_of_it_was_counted_before(
    sample: Running, as_: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Events with a position and without one, counted at once, in windows, or on from an earlier request."""
    monkeypatch.setattr(versions, "WINDOW", 2)
    runtime, keys = sample.app.state.runtime, set()
    (books,) = (one for one in runtime.service.data_sets if one.id == "books")
    for title in "abcdef":
        await opened(sample, as_, title)
        if title in "bcf":
            await sequence(runtime.database)
        async with runtime.database.transaction(read_only=True) as tx:
            fresh, counted_on = await Versions().of(tx, books), await runtime.versions.of(tx, books)
            events, last = (await tx.rows("SELECT count(*), max(at) FROM event WHERE category = 'book'"))[0]
        assert fresh == counted_on
        assert fresh.modified == last
        assert f"|{events}|" in fresh.key, "two events of one moment are two versions"
        keys.add(fresh.key)
    assert len(keys) == len("abcdef")


async def test_addresses_are_those_of_the_public_address(
    databases: Databases, settings_for: Callable[..., Settings]
) -> None:
    url = "https://edge.example.jp/sample"
    async with running(databases, settings_for, "sample", public_url=url) as service:
        catalogue = (await read(service, CATALOGUE)).json()
    assert catalogue["@id"] == f"{url}/v1/open-data"
    urls = {d["dcat:downloadURL"]["@id"] for one in catalogue["dcat:dataset"] for d in one["dcat:distribution"]}
    assert urls == {f"{url}/v1/open-data/{name}" for name in ("books.csv", "books.json", "notes.csv", "notes.json")}


async def test_what_is_not_there_is_not_found(sample: Running) -> None:
    for url in ("/v1/open-data/persons.csv", "/v1/open-data/persons.json"):
        answer = await read(sample, url)
        assert (answer.status_code, answer.json()["facts"]["what"]) == (404, "data set")


def test_a_set_that_contradicts_itself_is_none() -> None:
    column = Column("id", "番号", "Id")
    with pytest.raises(TypeError, match="two columns of the same name"):
        replace(books_data, columns=(column, column))
    with pytest.raises(TypeError, match="イベント一覧"):
        replace(books_data, form=EVENTS)
    with pytest.raises(TypeError, match="in its order"):
        replace(books_data, form=EVENTS, columns=EVENTS.columns[::-1])
    replace(books_data, form=EVENTS, columns=EVENTS.columns)


def test_tokyo_itself_is_no_municipality() -> None:
    assert of_party("132039", "1") == {
        "都道府県コード又は市区町村コード": "132039",
        "NO": "1",
        "都道府県名": "東京都",
        "市区町村名": "武蔵野市",
    }
    assert of_party("tokyo", "2")["都道府県コード又は市区町村コード"] == "130001"
    assert of_party("tokyo", "2")["市区町村名"] is None
