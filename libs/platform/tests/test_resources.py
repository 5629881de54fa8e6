"""Versions, races and pages: ETag and If-Match, bounded retries, cursors, Link and CSV."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from fastapi import Response

from kyodo_events.values.municipalities import municipalities
from kyodo_platform import unit_of_work
from tests.support.plants_of_platform import if_match_ignored
from tests.support.running import Running

As = Callable[..., dict[str, str]]
CHIYODA = "131016"


async def new_book(sample: Running, as_: As, title: str = "a") -> str:
    answer = await sample.client.post("/v1/books", json={"title": title}, headers=as_("secretariat"))
    assert answer.status_code == 201
    return str(answer.json()["id"])


async def write_note(
    sample: Running, as_: As, book: str, text: str, if_match: str | None, code: str = CHIYODA
) -> httpx.Response:
    headers = as_("officer", code) | ({"If-Match": if_match} if if_match is not None else {})
    return await sample.client.put(f"/v1/books/{book}/notes/{code}", json={"text": text}, headers=headers)


async def test_etags_are_versions(sample: Running, as_: As) -> None:
    book = await new_book(sample, as_)
    read = await sample.client.get(f"/v1/books/{book}", headers=as_("auditor"))
    assert (read.headers["etag"], read.json()["version"]) == ('"1"', 1)
    written = await write_note(sample, as_, book, "n", read.headers["etag"])
    assert (written.status_code, written.headers["etag"]) == (200, '"2"')
    read = await sample.client.get(f"/v1/books/{book}", headers=as_("auditor"))
    assert read.headers["etag"] == '"2"'


async def test_a_change_needs_if_match(sample: Running, as_: As) -> None:
    answer = await write_note(sample, as_, await new_book(sample, as_), "n", None)
    assert (answer.status_code, answer.json()["type"]) == (428, "/problems/precondition-required")


@pytest.mark.parametrize("tag", ['W/"1"', '"1", "2"', '""', "x", '"１"', '"9999999999"', "-1"])
async def test_an_if_match_that_cannot_be_meant(sample: Running, as_: As, tag: str) -> None:
    book = await new_book(sample, as_)
    headers = httpx.Headers({**as_("officer", CHIYODA), "If-Match": tag}, encoding="utf-8")
    answer = await sample.client.put(f"/v1/books/{book}/notes/{CHIYODA}", json={"text": "n"}, headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/bad-if-match")


async def lost_update(sample: Running, as_: As) -> bool:
    """Whether a caller who read version 1 can overwrite what came after it."""
    book = await new_book(sample, as_)
    await write_note(sample, as_, book, "first", '"1"')
    stale = await write_note(sample, as_, book, "second", '"1"')
    if stale.status_code == 412:
        assert stale.json()["facts"] == {"given": 1, "current": 2}
    ((text,),) = await sample.as_owner("SELECT text FROM note")
    return bool(text == "second")


async def test_a_stale_change_is_refused(sample: Running, as_: As) -> None:
    assert not await lost_update(sample, as_)


async def test_a_planted_lost_update_is_noticed(sample: Running, as_: As, monkeypatch: pytest.MonkeyPatch) -> None:
    if_match_ignored(monkeypatch)
    assert await lost_update(sample, as_)


async def test_a_star_changes_whatever_stands_there(sample: Running, as_: As) -> None:
    book = await new_book(sample, as_)
    for version, text in ((2, "first"), (3, "second")):
        answer = await write_note(sample, as_, book, text, "*")
        assert (answer.status_code, answer.json()["version"]) == (200, version)
    assert (await write_note(sample, as_, "nowhere", "n", "*")).status_code == 404


async def test_all_municipalities_answer_in_the_same_moment(sample: Running, as_: As) -> None:
    book = await new_book(sample, as_)
    codes = [municipality.code for municipality in municipalities()]
    answers = await asyncio.gather(*(write_note(sample, as_, book, code, "*", code) for code in codes))
    assert [answer.status_code for answer in answers] == [200] * 62
    assert sorted(int(answer.json()["version"]) for answer in answers) == list(range(2, 64))
    assert await sample.count("note") == 62


async def test_only_one_of_many_holds_the_right_version(sample: Running, as_: As) -> None:
    book = await new_book(sample, as_)
    codes = [municipality.code for municipality in municipalities()][:20]
    answers = await asyncio.gather(*(write_note(sample, as_, book, code, '"1"', code) for code in codes))
    assert sorted(answer.status_code for answer in answers) == [200, *[412] * 19]


async def test_a_race_lost_for_good_is_a_conflict(sample: Running, as_: As, monkeypatch: pytest.MonkeyPatch) -> None:
    book = await new_book(sample, as_)
    await sample.as_owner(
        # Whoever appends to this stream finds that somebody else was faster.
        "CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE unique_violation; END $$",
        "CREATE TRIGGER always_late BEFORE INSERT ON event FOR EACH ROW EXECUTE FUNCTION lose()",
    )
    attempts = 0
    answer_once = unit_of_work._answer

    async def counted(*args: Any) -> Response:
        nonlocal attempts
        attempts += 1
        return await answer_once(*args)

    monkeypatch.setattr(unit_of_work, "_answer", counted)
    answer = await write_note(sample, as_, book, "n", "*")
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/concurrent-change")
    assert answer.json()["effect"] == "none"
    assert attempts == unit_of_work.ATTEMPTS


async def all_pages(sample: Running, headers: dict[str, str], path: str) -> list[httpx.Response]:
    """Every page from this one on, by Link."""
    pages = [await sample.client.get(path, headers=headers)]
    while link := pages[-1].links.get("next"):
        pages.append(await sample.client.get(link["url"], headers=headers))
    return pages


async def test_pages_by_link_and_by_cursor(sample: Running, as_: As) -> None:
    titles = [f"book {number}" for number in range(7)]
    for title in titles:
        await new_book(sample, as_, title)
    pages = await all_pages(sample, as_("auditor"), "/v1/books?limit=3")
    assert [[row["title"] for row in page.json()["items"]] for page in pages] == [titles[:3], titles[3:6], titles[6:]]
    assert pages[-1].json()["next"] is None
    cursor = pages[0].json()["next"]
    second = await sample.client.get("/v1/books", params={"limit": 2, "cursor": cursor}, headers=as_("auditor"))
    assert [row["title"] for row in second.json()["items"]] == titles[3:5]


async def test_a_last_page_that_is_full_has_no_next(sample: Running, as_: As) -> None:
    for _ in range(2):
        await new_book(sample, as_)
    (page,) = await all_pages(sample, as_("auditor"), "/v1/books?limit=2")
    assert (len(page.json()["items"]), page.json()["next"]) == (2, None)


async def test_a_cursor_opens_its_own_list_only(sample: Running, as_: As) -> None:
    books = [await new_book(sample, as_) for _ in range(2)]
    for code in (CHIYODA, "131024"):
        await write_note(sample, as_, books[0], "n", "*", code)
    reader = as_("auditor")
    cursor = (await sample.client.get("/v1/books?limit=1", headers=reader)).json()["next"]
    of_notes = (await sample.client.get(f"/v1/books/{books[0]}/notes?limit=1", headers=reader)).json()["next"]
    tampered = ("A" if cursor[0] != "A" else "B") + cursor[1:]
    for path, given in [
        ("/v1/books", tampered),
        ("/v1/books", cursor[:-4]),
        ("/v1/books", of_notes),
        ("/v1/books", "???"),
        ("/v1/books?title=x", cursor),
        (f"/v1/books/{books[1]}/notes", of_notes),
    ]:
        answer = await sample.client.get(httpx.URL(path).copy_merge_params({"cursor": given}), headers=reader)
        assert (answer.status_code, answer.json()["type"]) == (400, "/problems/bad-cursor"), path


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=x", f"cursor={'x' * 601}"])
async def test_pages_have_bounds(sample: Running, as_: As, query: str) -> None:
    answer = await sample.client.get(f"/v1/books?{query}", headers=as_("auditor"))
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid-request")


async def test_pages_as_csv(sample: Running, as_: As) -> None:
    book = await new_book(sample, as_)
    for code in (CHIYODA, "131024"):
        await write_note(sample, as_, book, f"=cmd {code}", "*", code)
    headers = {**as_("auditor"), "Accept": "text/csv"}
    pages = await all_pages(sample, headers, f"/v1/books/{book}/notes?limit=1")
    assert [page.headers["content-type"] for page in pages] == ["text/csv; charset=utf-8"] * 2
    assert {page.headers["vary"] for page in pages} == {"Accept"}
    rows = [list(csv.reader(io.StringIO(page.content.decode("utf-8-sig")))) for page in pages]
    assert rows == [
        [["municipality", "book_id", "本文"], [code, book, f"'=cmd {code}"]] for code in (CHIYODA, "131024")
    ]
    refused = await sample.client.get("/v1/books?limit=0", headers=headers)
    assert refused.headers["content-type"] == "application/problem+json"
