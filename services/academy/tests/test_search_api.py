"""Search over HTTP: the written list of questions, ranking, marks, and who finds what."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from conftest import As
from kyodo_academy.courses.views import courses
from kyodo_academy.search.entries import EntryKind, gone, indexed, shown_to
from kyodo_academy.visibility import Visibility
from kyodo_events.database import Scope
from kyodo_platform.settings import Settings
from tests.support.academy.courses import COURSE, contents
from tests.support.academy.training_requests import PROPOSAL
from tests.support.databases import Databases
from tests.support.portal_search import DAY, ask, document, ids, put, write
from tests.support.rebuilt import rebuilt
from tests.support.running import Running, running

LISTED = json.loads((Path(__file__).parent / "search_recall.json").read_text())
OWN, OTHER = "131016", "132039"
ANY = {"If-Match": "*"}


@pytest_asyncio.fixture
async def academy(databases: Databases, settings_for: Callable[..., Settings]) -> AsyncIterator[Running]:
    async with running(databases, settings_for, "academy") as service:
        yield service


async def test_each_of_fifty_listed_questions_finds_what_it_must(academy: Running) -> None:
    documents = [
        document(id_, one["title"], one["text"], kind=EntryKind(one["kind"]), tags=one["tags"])
        for id_, one in LISTED["documents"].items()
    ]
    await put(academy, *documents)
    assert len(LISTED["queries"]) == 50
    found = {q: await ids(academy, q) for q, _ in LISTED["queries"]}
    assert {q: wanted for q, wanted in LISTED["queries"] if not set(wanted) <= set(found[q])} == {}
    assert {q: found[q] for q, wanted in LISTED["queries"] if set(found[q][: len(wanted)]) != set(wanted)} == {}


async def test_a_title_counts_more_than_a_tag_a_text_and_a_synonym(academy: Running) -> None:
    await put(
        academy,
        document("synonym", "スマートフォン教室", at=DAY + timedelta(days=9)),
        document("text", "教室の案内", "スマホを使う", at=DAY + timedelta(days=3)),
        document("old text", "教室の案内", "スマホを使う"),
        document("tag", "教室の案内", tags=["スマホ"], at=DAY + timedelta(days=1)),
        document("title", "スマホの教室", at=DAY - timedelta(days=9)),
        document("none", "パソコンの教室"),
    )
    assert await ids(academy, "スマホ") == ["title", "tag", "text", "old text", "synonym"]
    assert await ids(academy, "スマホ", kind="thread") == []


async def test_all_words_are_found_wherever_they_stand_in_a_long_document(academy: Running) -> None:
    await put(
        academy, document("long", "手引き", "最初の章。" + "本文が続く。" * 2_000, "最後の付録"), document("x", "最初")
    )
    assert await ids(academy, "最初 付録 手引き") == ["long"]
    (found,) = (await ask(academy, "付録"))["items"]
    assert [piece["text"] for piece in found["snippet_pieces"] if piece["found"]] == ["付録"]


async def test_a_slip_is_forgiven_only_where_nothing_else_is_found(academy: Running) -> None:
    await put(academy, document("a", "電子申請の手引き"), document("b", "電子深請の手引き"))
    assert await ids(academy, "電子深請") == ["b"]
    answer = await ask(academy, "電子新請")
    assert ({item["id"] for item in answer["items"]}, answer["with_slips"]) == ({"a", "b"}, True)
    assert await ask(academy, "道路台帳") == {"items": [], "total": 0, "counted_all": True, "with_slips": False}


async def test_pairs_of_a_word_that_are_not_in_a_row_are_not_the_word(academy: Running) -> None:
    await put(academy, document("apart", "電子と子申と申請"), document("whole", "共同電子申請"))
    assert await ids(academy, "電子申請") == ["whole"]


async def test_the_best_twenty_are_shown_and_all_are_counted(academy: Running) -> None:
    await put(academy, *(document(f"{n:02}", "研修", at=DAY + timedelta(days=n)) for n in range(30)))
    answer = await ask(academy, "研修")
    assert [item["id"] for item in answer["items"]] == [f"{n:02}" for n in range(29, 9, -1)]
    assert (answer["total"], answer["counted_all"]) == (30, True)
    await put(academy, *(document(f"{n:03}", "研修", at=DAY + timedelta(days=n)) for n in range(100, 200)))
    answer = await ask(academy, "研修")
    assert (answer["items"][0]["id"], answer["total"], answer["counted_all"]) == ("199", 100, False)


async def test_marks_stand_in_the_text_as_it_was_written(academy: Running) -> None:
    await put(academy, document("a", "ｽﾏﾎ教室", "サーバーの話"))
    (found,) = (await ask(academy, "スマホ サーバ"))["items"]
    assert found["title_pieces"] == [{"text": "ｽﾏﾎ", "found": True}, {"text": "教室", "found": False}]
    assert found["snippet_pieces"] == [{"text": "サーバー", "found": True}, {"text": "の話", "found": False}]
    assert (found["kind_ja"], found["url"]) == ("資料", "/v1/materials/a")


SEEN = {
    "anonymous": {"public"},
    "supplier": {"public"},
    "learner": {"public", "officials"},
    "officer": {"public", "officials", "municipality", "draft"},
    "other officer": {"public", "officials"},
    "secretariat": {"public", "officials", "tokyo", "municipality", "draft"},
}


def headers_of(who: str, as_: As) -> dict[str, str] | None:
    return {
        "anonymous": None,
        "supplier": as_("supplier"),
        "learner": as_("learner", person="0193f1a0-0000-7000-8000-000000000001"),
        "officer": as_("officer", OWN),
        "other officer": as_("officer", OTHER),
        "secretariat": as_("secretariat"),
    }[who]


async def put_one_of_each(academy: Running) -> None:
    await put(academy, *(document(one.value, "研修の資料", visibility=one, owner=OWN) for one in Visibility))


@pytest.mark.parametrize("who", SEEN)
async def test_everybody_finds_what_is_for_them(academy: Running, as_: As, who: str) -> None:
    await put_one_of_each(academy)
    answer = await ask(academy, "研修", headers_of(who, as_))
    assert {item["id"] for item in answer["items"]} == SEEN[who]
    assert answer["total"] == len(SEEN[who])


@pytest.mark.parametrize("who", SEEN)
async def test_what_is_one_municipalitys_is_hidden_by_either_wall_alone(
    academy: Running, as_: As, who: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await put_one_of_each(academy)
    private = {"municipality", "draft"}
    with monkeypatch.context() as patch:
        patch.setattr("kyodo_academy.search.finding.seen_by", lambda *_: True)
        assert set(await ids(academy, "研修", headers_of(who, as_))) & private == SEEN[who] & private
    await academy.as_owner("ALTER TABLE search_entry DISABLE ROW LEVEL SECURITY")
    assert set(await ids(academy, "研修", headers_of(who, as_))) == SEEN[who]


async def test_nobody_writes_what_another_municipality_keeps_for_itself(academy: Running) -> None:
    private = document("a", "内部資料", visibility=Visibility.MUNICIPALITY, owner=OWN)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await put(academy, private, scope=Scope(OTHER))
    await put(academy, private, scope=Scope(OWN))


async def test_a_document_is_found_as_it_is_now(academy: Running, as_: As) -> None:
    await put(academy, document("a", "電子申請", "長い文。" * 1_000 + "付録"), document("b", "電子申請"))
    await put(academy, document("a", "窓口改革", "短い文"))
    assert [await ids(academy, q) for q in ("付録", "窓口改革", "電子申請")] == [[], ["a"], ["b"]]
    await write(academy, shown_to(EntryKind.MATERIAL, "b", Visibility.TOKYO))
    assert await ids(academy, "電子申請") == []
    assert await ids(academy, "電子申請", as_("secretariat")) == ["b"]
    await write(academy, gone(EntryKind.MATERIAL, ["a", "b"]))
    assert await academy.count("search_chunk") == 0
    assert await academy.count("search_entry") == 0
    assert (gone(EntryKind.MATERIAL, []), indexed([])) == ([], [])


async def test_courses_are_found_until_they_are_cancelled_live_as_in_a_rebuild(academy: Running, as_: As) -> None:
    async def send(method: str, path: str, **changes: Any) -> str:
        answer = await academy.client.request(method, path, json=changes, headers=as_("secretariat") | ANY)
        assert answer.is_success, answer.text
        return str(answer.json().get("id"))

    kept = await send("POST", "/v1/courses", **COURSE | {"title_ja": "データ利活用入門"})
    cancelled = await send("POST", "/v1/courses", **COURSE | {"title_ja": "データ分析入門"})
    assert set(await ids(academy, "データ 入門")) == {kept, cancelled}
    assert set(await ids(academy, "共通研修")) == {kept, cancelled}
    await send("PUT", f"/v1/courses/{kept}/schedule", starts_on="2099-07-01")
    await send("PUT", f"/v1/courses/{kept}/contents", contents=contents())
    assert await ids(academy, "業務のデータを集計") == [kept]
    await send("POST", f"/v1/courses/{cancelled}/cancel")
    assert await ids(academy, "データ 入門") == [kept]
    proposed = await send("POST", "/v1/proposed-courses", **PROPOSAL)
    await send("PUT", f"/v1/proposed-courses/{proposed}/withdrawal", reason_ja="見本の理由")
    assert await ids(academy, PROPOSAL["title_ja"]) == []
    found = await rebuilt(academy, courses)
    assert {"search_entry", "search_chunk"} <= set(found)
    assert [table for table, difference in found.items() if not difference.none] == []


@pytest.mark.parametrize(
    ("q", "refusal"),
    [
        ("。 、", "question-is-empty"),
        ("あ" * 101, "question-is-too-long"),
        ("a b c d e f g h i", "question-is-too-long"),
    ],
)
async def test_what_cannot_be_searched_for_is_refused_in_words(academy: Running, q: str, refusal: str) -> None:
    refused = await academy.client.get("/v1/search", params={"q": q})
    problem = refused.json()
    assert (refused.status_code, problem["type"].rpartition("/")[2]) == (422, refusal)
    assert problem["detail"]


async def test_no_question_whatever_breaks_the_search(academy: Running) -> None:
    for q in ["'", "\\'", "a'b", "電子':*", "& | ! <->", "a:*", "\u3099か", "%_", "𠮷野家", "👍🏽研修", "ー-ー", "Ⅲ㍿"]:
        answer = await academy.client.get("/v1/search", params={"q": q})
        assert answer.status_code in (200, 422), (q, answer.text)
