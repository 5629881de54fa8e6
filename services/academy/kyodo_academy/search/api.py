"""Search over the portal, for everybody: each finds what is for him or her."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Query
from pydantic import Field

from kyodo_academy.audiences import Asking
from kyodo_academy.search.entries import EntryKind
from kyodo_academy.search.finding import found
from kyodo_academy.search.highlighting import Piece, marked, snippet
from kyodo_academy.search.question import QuestionIsEmpty, QuestionIsTooLong, Word, words_of
from kyodo_academy.visibility import Visibility
from kyodo_platform.identity.policies import public
from kyodo_platform.resources import Answer, Reader
from kyodo_platform.routing import Router

router = Router(prefix="/v1/search", tags=["search"])

Question = Annotated[
    str, Query(max_length=1_000, description="Words, of which each is to be found.", examples=["電子申請 研修"])
]


class PieceOut(Answer):
    """A piece of a text; `found` where it is what was asked for."""

    text: str
    found: bool


class HitOut(Answer):
    """One document that was found. Title and snippet are in pieces, to be shown one after another."""

    kind: EntryKind = Field(title="種別")
    kind_ja: str
    id: str
    title_ja: str = Field(title="件名")
    title_pieces: list[PieceOut]
    snippet_pieces: list[PieceOut]
    tags: list[str] = Field(title="タグ")
    visibility: Visibility = Field(title="公開範囲")
    owner: str
    url: str
    at: datetime = Field(title="日時")


class FoundOut(Answer):
    """The best documents, and how many there are in all."""

    items: list[HitOut]
    total: int = Field(title="件数")
    with_slips: bool = Field(description="Nothing holds the words as they were typed; these hold similar ones.")


@router.get("", allow=public, raises=[QuestionIsEmpty, QuestionIsTooLong])
async def search(q: Question, asking: Asking, reader: Reader, kind: EntryKind | None = None) -> FoundOut:
    """What holds all words of the question, the best and newest first, in whatever spelling."""
    words = words_of(q)
    for with_slips in (False, True):
        rows = await reader.tx.rows(reader.own(found(words, asking, kind, with_slips=with_slips)))
        if rows:
            break
    items = [_hit(dict(row), words) for row in rows]
    return FoundOut(items=items, total=rows[0]["total"] if rows else 0, with_slips=bool(rows) and with_slips)


def _hit(row: dict[str, object], words: list[Word]) -> HitOut:
    spellings = [spelling for word in words for spelling in word.spellings]
    pieces = {
        "title_pieces": _out(marked(str(row["title_ja"]), spellings)),
        "snippet_pieces": _out(snippet(str(row["text"]), spellings)),
    }
    return HitOut.of({**row, "kind_ja": EntryKind(str(row["kind"])).label_ja, **pieces})


def _out(pieces: list[Piece]) -> list[PieceOut]:
    return [PieceOut.of(piece) for piece in pieces]
