"""How entries are found: every word of a question somewhere in a document, the best and newest first.

A word counts most in a title, then in a tag, then in a text, and least where only a synonym of it is found. The points
of a document are the sum over the words; among equals the newer one comes first.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import add
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSQUERY

from kyodo_academy.audiences import seen_by
from kyodo_academy.search.entries import EntryKind, search_chunk, search_entry
from kyodo_academy.search.question import Word
from kyodo_academy.visibility import Audience

SHOWN = 20

_IN_TITLE, _IN_TAG, _IN_TEXT, _OTHERWISE = 8, 4, 2, 1


def found(words: Sequence[Word], audience: Audience, kind: EntryKind | None, *, with_slips: bool) -> sa.Select[Any]:
    """The best documents that this audience sees and that hold all words, each with the number of all of them."""
    hit = _hits(words, audience, kind, with_slips=with_slips).subquery("hit")
    shown = search_entry.alias("shown")
    text = sa.func.substr(shown.c.text, hit.c.starts + 1, hit.c.ends - hit.c.starts).label("text")
    columns = [shown.c[name] for name in ("kind", "id", "title_ja", "tags", "visibility", "owner", "url", "at")]
    return (
        sa.select(*columns, text, hit.c.total)
        .join_from(hit, shown, sa.and_(shown.c.kind == hit.c.kind, shown.c.id == hit.c.id))
        .order_by(hit.c.points.desc(), shown.c.at.desc(), shown.c.kind, shown.c.id)
    )


def _hits(words: Sequence[Word], audience: Audience, kind: EntryKind | None, *, with_slips: bool) -> sa.Select[Any]:
    """The keys of the best, without what is shown: sorting thousands of texts would take most of the time."""
    first, *others = (_holding(word, number, with_slips=with_slips) for number, word in enumerate(words))
    entry = search_entry.c
    joined = search_entry.join(first, sa.and_(first.c.kind == entry.kind, first.c.id == entry.id))
    for other in others:
        joined = joined.join(other, sa.and_(other.c.kind == first.c.kind, other.c.id == first.c.id))
    each: list[sa.ColumnElement[int]] = [one.c.points for one in (first, *others)]
    points = reduce(add, each).label("points")
    return (
        sa.select(entry.kind, entry.id, first.c.starts, first.c.ends, points, sa.func.count().over().label("total"))
        .select_from(joined)
        .where(seen_by(audience, entry.visibility, entry.owner), *([entry.kind == kind.value] if kind else []))
        .order_by(points.desc(), entry.at.desc(), entry.kind, entry.id)
        .limit(SHOWN)
    )


def _holding(word: Word, number: int, *, with_slips: bool) -> sa.Subquery:
    """The documents that hold a word, with its points and the first chunk that holds it."""
    chunk = search_chunk.c
    points = sa.case(
        (_matches(word.in_title), _IN_TITLE),
        (_matches(word.in_tag), _IN_TAG),
        (_matches(word.exact), _IN_TEXT),
        else_=_OTHERWISE,
    )
    of_document = [sa.func.max(points).label("points"), sa.func.min(chunk.starts).label("starts")]
    return (
        sa.select(chunk.kind, chunk.id, *of_document, sa.func.min(chunk.ends).label("ends"))
        .where(_matches(word.with_slip if with_slips else word.wide))
        .group_by(chunk.kind, chunk.id)
        .subquery(f"word_{number}")
    )


def _matches(condition: str) -> sa.ColumnElement[bool]:
    return search_chunk.c.words.bool_op("@@")(sa.cast(sa.literal(condition, sa.Text), TSQUERY))
