"""How entries are found: every word of a question somewhere in a document, the best and newest first.

A word counts most in a title, then in a tag, then in a text, and least where only a synonym of it is found, or it with
a slip. The points of a document are the sum over the words; among equals the newer one comes first.

It is done in two steps, because a row of pairs is checked in the vector, which costs fifty times what its row does.
Candidates hold all pairs, in whatever order: the index says so by itself. They are put in order as if they were found,
and looked at one by one until there are enough. Common words have thousands of candidates, and are found at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import add
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.sql.selectable import LateralFromClause

from kyodo_academy.audiences import seen_by
from kyodo_academy.search.bigrams import Field
from kyodo_academy.search.entries import EntryKind, search_chunk, search_entry
from kyodo_academy.search.question import Spelling, Word
from kyodo_academy.visibility import Audience

SHOWN = 20
COUNTED = 100
"""More are neither counted nor compared: whoever finds so many asks for more words."""

NOT_EXACT = 1  # points
FOR_A_SYNONYM, FOR_A_SLIP = 20_000, 200
"""Chunks that are looked at. A slip in a short word leaves one pair, which stands in far more chunks than the word."""

BEGINNING = 200  # characters of a text that are shown where no word is in it

PLANNED_FOR = "SET LOCAL enable_seqscan = off; SET LOCAL jit = off"
"""PostgreSQL does not count what it costs to fetch a vector from where it stands apart. It would read a small portal's
whole table once for every spelling: 120 ms at 1,000 documents, more than at 10,000."""

_TEXTS, _NUMBERS = sa.ARRAY(sa.Text), sa.ARRAY(sa.Integer)
_chunk = search_chunk.c


def found(words: Sequence[Word], audience: Audience, kind: EntryKind | None, *, with_slips: bool) -> sa.Select[Any]:
    """The best documents that this audience sees and that hold all words, each with the number of all of them."""
    is_seen = seen_by(audience, _chunk.visibility, _chunk.owner)
    among = is_seen if kind is None else sa.and_(is_seen, _chunk.kind == kind.value)
    hit = _held(words, _candidates(words, among, with_slips=with_slips), with_slips=with_slips)
    starts = sa.func.coalesce(hit.c.starts, 0)
    length = sa.func.coalesce(hit.c.ends, BEGINNING) - starts
    text = sa.func.substr(search_entry.c.text, starts + 1, length).label("text")
    columns = [column for column in search_entry.c if column.key != "text"]
    return (
        sa.select(*columns, text, sa.func.count().over().label("total"))
        .join_from(hit, search_entry, sa.and_(search_entry.c.kind == hit.c.kind, search_entry.c.id == hit.c.id))
        .order_by(hit.c.points.desc(), hit.c.at.desc(), hit.c.kind, hit.c.id)
        .limit(SHOWN)
    )


def _candidates(words: Sequence[Word], among: sa.ColumnElement[bool], *, with_slips: bool) -> sa.Subquery:
    """The documents that hold all pairs of each word, in the order in which they would be shown."""
    first, *others = (_with_pairs(word, number, among, with_slips=with_slips) for number, word in enumerate(words))
    joined: sa.FromClause = first
    for other in others:
        joined = joined.join(other, sa.and_(other.c.kind == first.c.kind, other.c.id == first.c.id))
    points = _sum([one.c.points for one in (first, *others)])
    numbers = [one.c.numbers.label(f"numbers_{number}") for number, one in enumerate((first, *others))]
    return (
        sa.select(first.c.kind, first.c.id, first.c.at, points, *numbers)
        .select_from(joined)
        .order_by(points.desc(), first.c.at.desc(), first.c.kind, first.c.id)
        .subquery("candidate")
    )


def _with_pairs(word: Word, number: int, among: sa.ColumnElement[bool], *, with_slips: bool) -> sa.Subquery:
    """The documents that hold all pairs of a spelling of a word, and in which chunks."""
    columns = [_chunk.kind, _chunk.id, _chunk.at, _chunk.number]
    chunks: sa.Select[Any] | sa.CompoundSelect[Any]
    chunks = sa.select(*columns, _chunk.points).where(among, _matches(word.exact.pairs))
    if limits := _limits(word, with_slips=with_slips):
        other = sa.func.unnest(sa.literal(list(limits), _TEXTS), sa.literal(list(limits.values()), _NUMBERS))
        spelling = other.table_valued("pairs", "at_most", name=f"spelling_{number}").render_derived()
        one = (
            sa.select(*columns)
            .where(among, _chunk.words.bool_op("@@")(sa.cast(spelling.c.pairs, TSQUERY)))
            .limit(spelling.c.at_most)
            .lateral()
        )
        others = sa.select(*one.c, sa.literal(NOT_EXACT, sa.SmallInteger)).select_from(spelling.join(one, sa.true()))
        chunks = sa.union_all(chunks, others)
    chunk = chunks.subquery().c
    best = [sa.func.max(chunk.points).label("points"), sa.func.array_agg(chunk.number).label("numbers")]
    return (
        sa.select(chunk.kind, chunk.id, chunk.at, *best)
        .group_by(chunk.kind, chunk.id, chunk.at)
        .subquery(f"pairs_{number}")
    )


def _limits(word: Word, *, with_slips: bool) -> dict[str, int]:
    """The pairs of all other spellings, each with the number of chunks that are looked at because of it."""
    limits = {spelling.pairs: FOR_A_SLIP for spelling in word.slips} if with_slips else {}
    return limits | {spelling.pairs: FOR_A_SYNONYM for spelling in word.synonyms}


def _held(words: Sequence[Word], candidate: sa.Subquery, *, with_slips: bool) -> sa.Subquery:
    """The first candidates that hold each word as it is meant, with the points that they really have."""
    held = [_holding(word, number, candidate, with_slips=with_slips) for number, word in enumerate(words)]
    joined: sa.FromClause = candidate
    for one in held:
        joined = joined.join(one, sa.true())
    this = candidate.c
    return (
        sa.select(this.kind, this.id, this.at, _sum([one.c.points for one in held]), held[0].c.starts, held[0].c.ends)
        .select_from(joined)
        .where(*(one.c.points.is_not(None) for one in held))
        .order_by(this.points.desc(), this.at.desc(), this.kind, this.id)
        .limit(COUNTED)
        .subquery("hit")
    )


def _holding(word: Word, number: int, candidate: sa.Subquery, *, with_slips: bool) -> LateralFromClause:
    """The points of a word in a candidate, and the first chunk of its text that holds it."""
    exact, *others = word.spellings(with_slips=with_slips)
    in_text = _chunk.points == Field.TEXT.value
    points: sa.ColumnElement[int] = _chunk.points
    if others:
        points = sa.case((_matches(exact.row), _chunk.points), else_=NOT_EXACT)
    return (
        sa.select(
            sa.func.max(points).label("points"),
            sa.func.min(_chunk.starts).filter(in_text).label("starts"),
            sa.func.min(_chunk.ends).filter(in_text).label("ends"),
        )
        .where(
            _chunk.kind == candidate.c.kind,
            _chunk.id == candidate.c.id,
            _chunk.number == sa.any_(candidate.c[f"numbers_{number}"]),
            _matches(_either([exact, *others])),
        )
        .lateral(f"word_{number}")
    )


def _either(spellings: Sequence[Spelling]) -> str:
    return " | ".join(f"({spelling.row})" for spelling in spellings)


def _sum(points: Sequence[sa.ColumnElement[int]]) -> sa.Label[int]:
    return reduce(add, points).label("points")


def _matches(condition: str) -> sa.ColumnElement[bool]:
    return _chunk.words.bool_op("@@")(sa.cast(sa.literal(condition, sa.Text), TSQUERY))
