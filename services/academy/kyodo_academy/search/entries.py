"""What is found by a search: one entry a document, written by the views of the slices that the documents belong to.

A view that calls `indexed` or `gone` names TABLES among its own. `search_entry` holds what is shown, under a wall of
its own (see m0007): row-level security by a plain column would hide what is shared. `search_chunk` holds pairs of
letters, from which nothing is ever answered, and stands under none: PostgreSQL uses no text index beneath a policy,
because `@@` might tell of hidden rows what the policy hides.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR

from kyodo_academy.search.bigrams import chunks
from kyodo_academy.search.folding import PARAGRAPH
from kyodo_academy.tables import metadata
from kyodo_academy.visibility import Visibility
from kyodo_events.views import AnyWrite, RowChange, change, upsert


class EntryKind(StrEnum):
    """What a document is."""

    COURSE = "course"
    MATERIAL = "material"
    PRECEDENT = "precedent"
    VISIT = "visit"
    MEETING = "meeting"
    SEMINAR = "seminar"
    THREAD = "thread"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return KINDS_JA[self]


KINDS_JA = {
    EntryKind.COURSE: "講座",
    EntryKind.MATERIAL: "資料",
    EntryKind.PRECEDENT: "先行事例",
    EntryKind.VISIT: "視察",
    EntryKind.MEETING: "意見交換会",
    EntryKind.SEMINAR: "セミナー",
    EntryKind.THREAD: "相談・交流",
}

search_entry = sa.Table(
    "search_entry",
    metadata,
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("title_ja", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("tags", JSONB, nullable=False),
    sa.Column("visibility", sa.Text, nullable=False),
    sa.Column("owner", sa.Text, nullable=False, comment="a municipality, or tokyo"),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
)
search_chunk = sa.Table(
    "search_chunk",
    metadata,
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("words", TSVECTOR, nullable=False, comment="title A, tags B, text D"),
    sa.Column("starts", sa.Integer, nullable=False, comment="the character of the entry's text, from 0"),
    sa.Column("ends", sa.Integer, nullable=False),
)
TABLES = (search_entry, search_chunk)


@dataclass(frozen=True, slots=True)
class Document:
    """One thing to be found; `texts` are all that is read in it besides its title, `owner` is as in visibility.py."""

    kind: EntryKind
    id: str
    title_ja: str
    texts: Sequence[str]
    visibility: Visibility
    owner: str
    url: str
    at: datetime
    tags: Sequence[str] = ()

    @property
    def text(self) -> str:
        """All texts as one, a paragraph each: no word reaches across."""
        return PARAGRAPH.join(text for text in self.texts if text)


def indexed(documents: Iterable[Document]) -> list[AnyWrite]:
    """Writes that make these documents found as they are now, whatever was found of them before."""
    last = {(document.kind, document.id): document for document in documents}
    if not last:
        return []
    return [
        _chunks_gone(last),
        upsert(search_entry, [_entry(document) for document in last.values()]),
        upsert(
            search_chunk,
            [
                {
                    "kind": document.kind.value,
                    "id": document.id,
                    "number": number,
                    "words": chunk.words,
                    "starts": chunk.start,
                    "ends": chunk.end,
                }
                for document in last.values()
                for number, chunk in enumerate(chunks(document.title_ja, document.tags, document.text))
            ],
        ),
    ]


def shown_to(kind: EntryKind, visibilities: Iterable[tuple[str, Visibility]]) -> RowChange:
    """A write that changes by whom documents are found, by their ids, and nothing else of them."""
    return change(
        search_entry,
        [{"kind": kind.value, "id": id_, "visibility": visibility.value} for id_, visibility in visibilities],
    )


def gone(kind: EntryKind, ids: Iterable[str]) -> list[AnyWrite]:
    """Writes after which these documents are found no more."""
    keys = [(kind, id_) for id_ in ids]
    entries = sa.delete(search_entry).where(sa.tuple_(search_entry.c.kind, search_entry.c.id).in_(keys))
    return [_chunks_gone(keys), entries] if keys else []


def _chunks_gone(keys: Iterable[tuple[EntryKind, str]]) -> sa.Delete:
    return sa.delete(search_chunk).where(
        sa.tuple_(search_chunk.c.kind, search_chunk.c.id).in_([(kind.value, id_) for kind, id_ in keys])
    )


def _entry(document: Document) -> dict[str, object]:
    return {
        "kind": document.kind.value,
        "id": document.id,
        "title_ja": document.title_ja,
        "text": document.text,
        "tags": list(document.tags),
        "visibility": document.visibility.value,
        "owner": document.owner,
        "url": document.url,
        "at": document.at,
    }
