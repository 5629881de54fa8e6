"""Folding, pairs and questions: every part of a text is found, however it is spelled. Asked of a real PostgreSQL."""

from __future__ import annotations

import unicodedata
from collections.abc import AsyncIterator, Callable
from itertools import pairwise

import asyncpg
import pytest
import pytest_asyncio
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kyodo_academy.search.bigrams import LETTERS, OVERLAP, chunks
from kyodo_academy.search.folding import fold
from kyodo_academy.search.highlighting import Piece, marked, snippet
from kyodo_academy.search.question import LETTERS as MOST_LETTERS
from kyodo_academy.search.question import WORDS, QuestionIsEmpty, QuestionIsTooLong, words_of
from kyodo_academy.search.synonyms import GROUPS_JA, synonyms_of
from tests.support.databases import Databases

ALPHABET = "あいがぎっゃんアイガギッャンーｱｲﾊﾟﾎﾞ電子申請東京都研修人々〇AaＢbＣé12３①㍻㌫・、。 　-－‐!？\n（）"
TEXTS = st.text(alphabet=ALPHABET, min_size=2, max_size=60)


def hiragana(text: str) -> str:
    return "".join(chr(ord(c) - 0x60) if "ァ" <= c <= "ヶ" else c for c in unicodedata.normalize("NFKC", text))


def katakana(text: str) -> str:
    return "".join(chr(ord(c) + 0x60) if "ぁ" <= c <= "ゖ" else c for c in text)


def fullwidth(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if c.isascii() and c.isalnum() else c for c in text)


VARIANTS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "hiragana": hiragana,
    "katakana": katakana,
    "full width": fullwidth,
    "upper case": str.upper,
    "lower case": str.lower,
    "NFKC": lambda text: unicodedata.normalize("NFKC", text),
    "NFD": lambda text: unicodedata.normalize("NFD", text),
}


@pytest_asyncio.fixture
async def postgres(databases: Databases) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(databases.admin_url, command_timeout=60)
    yield connection
    await connection.close()


async def holds(postgres: asyncpg.Connection, text: str, q: str, *, way: str = "exact", title: str = "") -> bool:
    """Whether PostgreSQL finds every word of the question in the text."""
    vectors = [chunk.words for chunk in chunks(title, [], text)]
    found = "SELECT bool_or(v::tsvector @@ $2::text::tsquery) FROM unnest($1::text[]) AS v"
    return all([await postgres.fetchval(found, vectors, getattr(word, way)) for word in words_of(q)])


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXTS, places=st.tuples(st.integers(0, 60), st.integers(2, 60)), variant=st.sampled_from(sorted(VARIANTS)))
@example(text="スキー場のサーバー室", places=(1, 2), variant="hiragana")
@example(text="カードとカー-ド", places=(0, 2), variant="as it is")
@example(text="ﾎﾟｰﾄの利用", places=(0, 5), variant="NFKC")
async def test_whatever_part_of_a_text_is_asked_for_is_found_in_whatever_variant(
    postgres: asyncpg.Connection, text: str, places: tuple[int, int], variant: str
) -> None:
    asked = VARIANTS[variant](_whole_letters(text, *places))
    if fold(asked) and len(asked.split()) <= WORDS:
        for part in (part for part in asked.split() if fold(part)):
            assert await holds(postgres, text, part), part


def _whole_letters(text: str, start: int, length: int) -> str:
    """A part that neither begins with a sound mark nor ends before one: half a letter is none."""
    end = start + length
    while end < len(text) and text[end] in "ﾞﾟ":
        end += 1
    return text[start:end].lstrip("ﾞﾟ")


@pytest.mark.parametrize("place", range(LETTERS - MOST_LETTERS - 2, LETTERS + 3, 17))
async def test_nothing_is_lost_where_a_long_text_is_cut(postgres: asyncpg.Connection, place: int) -> None:
    needle = "".join(chr(ord("一") + n) for n in range(MOST_LETTERS))
    text = "亜" * 3 + "".join(chr(ord("丁") + 200 + n % 5_000) for n in range(place)) + needle + "和" * 3 * LETTERS
    assert await holds(postgres, text, needle)


async def test_a_pair_that_recurs_hundreds_of_times_hides_none_of_its_places(postgres: asyncpg.Connection) -> None:
    """PostgreSQL keeps 255 places of a lexeme and drops the others without a word."""
    text = "申請の" * 300 + "申請書" + "申請の" * 300
    assert await holds(postgres, text, "請書")
    assert await holds(postgres, text, "の申請書申")
    assert await holds(postgres, "ああ" * 700 + "い", "あああああい")


def test_chunks_cover_the_text_and_overlap() -> None:
    text = "".join(chr(ord("一") + n % 9_000) for n in range(5 * LETTERS))
    parts = list(chunks("件名", ["タグ"], text))
    assert (parts[0].start, parts[-1].end) == (0, len(text))
    assert {one.end - following.start for one, following in pairwise(parts)} == {OVERLAP}


@pytest.mark.parametrize(
    ("text", "q"),
    [
        ("共同電子申請システムの利用", "電子申請"),
        ("サーバの更新", "サーバー"),
        ("サーバー室", "サーバ"),
        ("サーバー管理", "サーバ管理"),
        ("ﾃﾞｼﾞﾀﾙ人材", "デジタル人材"),
        ("でじたる", "ﾃﾞｼﾞﾀﾙ"),
        ("ＤＸ推進", "dx推進"),
        ("サ-バ機", "サーバ機"),
        ("電子\n申請", "電子申請"),
        ("電子申請の研修を行う。", "研修　電子申請"),
        ("令和5年度", "令和５年"),
        ("東京", "京"),
        ("スキー", "キー"),
    ],
)
async def test_found(postgres: asyncpg.Connection, text: str, q: str) -> None:
    assert await holds(postgres, text, q)


@pytest.mark.parametrize(
    ("text", "q"),
    [
        ("ビル", "ビール"),
        ("スキル", "スキー"),
        ("電子署名の申請", "電子申請"),
        ("終わる。電子", "る電子"),
        ("電子申請", "電子 研修"),
        ("京都", "東京"),
    ],
)
async def test_not_found(postgres: asyncpg.Connection, text: str, q: str) -> None:
    assert not await holds(postgres, text, q)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    word=st.text(alphabet="電子申請東京都研修人材育成アイデア活用", min_size=3, max_size=8).filter(
        lambda w: len(fold(w)) > 2
    ),
    place=st.integers(0, 7),
    slip=st.sampled_from(["another", "missing", "too many", "swapped"]),
)
async def test_one_slip_is_forgiven(postgres: asyncpg.Connection, word: str, place: int, slip: str) -> None:
    letters = list(fold(word))
    at = place % (len(letters) - 1)
    match slip:
        case "another":
            letters[at] = "鬱"
        case "missing":
            del letters[at]
        case "too many":
            letters.insert(at, "鬱")
        case _:
            letters[at], letters[at + 1] = letters[at + 1], letters[at]
    asked = "".join(letters)
    if len(fold(asked)) > 2:
        assert await holds(postgres, f"新しい「{word}」の例", asked, way="with_slip")


@pytest.mark.parametrize("asked", ["鬱憂申請", "電申子請書", "電子申し込み請求", "請申子電"])
async def test_more_than_one_slip_is_not(postgres: asyncpg.Connection, asked: str) -> None:
    assert not await holds(postgres, "電子申請", asked, way="with_slip")


async def test_a_title_is_told_from_a_text(postgres: asyncpg.Connection) -> None:
    assert await holds(postgres, "研修", "電子", way="in_title", title="電子")
    assert not await holds(postgres, "研修", "研修", way="in_title", title="電子")


def test_synonyms_stand_for_one_another_also_within_a_word() -> None:
    assert fold("スマートフォン教室") in synonyms_of(fold("スマホ教室"))
    assert fold("AI議事録") in synonyms_of(fold("議事録AI"))
    assert synonyms_of(fold("電子署名")) == []
    assert synonyms_of(fold("UIデザイン")) == []


@pytest.mark.parametrize("group", GROUPS_JA)
async def test_each_synonym_finds_the_others(postgres: asyncpg.Connection, group: tuple[str, ...]) -> None:
    for one in group:
        for other in group:
            assert await holds(postgres, f"都の{other}の例", one, way="wide"), (one, other)


@pytest.mark.parametrize(
    ("text", "q", "found"),
    [
        ("ｽﾏｰﾄﾌｫﾝの教室", "スマートフォン", ["ｽﾏｰﾄﾌｫﾝ"]),
        ("サーバーとサーバ", "サーバ", ["サーバー", "サーバ"]),
        ("ＤＸとdx", "Dx", ["ＤＸ", "dx"]),
        ("㍻の電子・申請", "平成 電子申請", ["㍻", "電子・申請"]),
        ("電子申請", "電子 子申", ["電子申"]),
    ],
)
def test_what_was_found_is_marked_as_it_was_written(text: str, q: str, found: list[str]) -> None:
    pieces = marked(text, [word.folded for word in words_of(q)])
    assert "".join(piece.text for piece in pieces) == text
    assert [piece.text for piece in pieces if piece.found] == found


@given(TEXTS, st.text(alphabet=ALPHABET, min_size=1, max_size=3).filter(fold))
def test_marking_changes_no_text(text: str, q: str) -> None:
    spellings = [word.folded for word in words_of(q)]
    assert "".join(piece.text for piece in marked(text, spellings)) == text
    assert "".join(piece.text for piece in snippet(text, spellings)) in text


def test_a_snippet_shows_the_place() -> None:
    shown = snippet("前" * 500 + "電子申請" + "後" * 500, [fold("電子申請")])
    assert [piece.text for piece in shown if piece.found] == ["電子申請"]
    assert snippet("", ["x"]) == []
    assert snippet("何もない", ["x"]) == [Piece("何もない", found=False)]


@pytest.mark.parametrize("q", ["", "　", "。、", "ー"])
def test_nothing_is_refused(q: str) -> None:
    with pytest.raises(QuestionIsEmpty):
        words_of(q)


@pytest.mark.parametrize("q", [" ".join("東西南北春夏秋冬山"), "長" * (MOST_LETTERS + 1), "㌫" * 40])
def test_too_much_is_refused(q: str) -> None:
    with pytest.raises(QuestionIsTooLong):
        words_of(q)
