"""Precedents over HTTP: recorded by the secretariat, found and compared by those for whom they are."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from kyodo_academy.audiences import Asking
from kyodo_academy.precedents.model import Precedent, PrecedentRecorded
from kyodo_academy.precedents.reference import forum_precedents
from kyodo_academy.precedents.schemas import (
    FittingPrecedent,
    PrecedentIn,
    PrecedentOut,
    PrecedentRow,
    PrecedentsImportOut,
    ThemeRow,
    side_by_side,
)
from kyodo_academy.precedents.themes import words_for
from kyodo_academy.precedents.views import precedent, precedents_for
from kyodo_academy.sources import Country
from kyodo_academy.visibility import Audience
from kyodo_events.errors import NotFound, Refused, require
from kyodo_events.values.texts import Id, Line
from kyodo_platform.commands import Commands
from kyodo_platform.history import HistoryRow
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import public, role, secretariat
from kyodo_platform.matrices import Matrix
from kyodo_platform.resources import Page, PageQuery, Reader, ReadSession, Sort, sort_by
from kyodo_platform.routing import Router

router = Router(prefix="/v1/precedents", tags=["precedents"])

MOST_PRECEDENTS = 2_000  # that are looked through for themes; the forum presented five

PrecedentSort = Annotated[
    Sort, sort_by(precedent.c.category_ja, precedent.c.place_ja, unique=[precedent.c.precedent_id])
]


class NothingToCompare(Refused):
    status, type = 422, "nothing-to-compare"
    title = "Two different precedents are needed (比較対象の不足)"
    detail = "The request names {count} different precedents."
    remedy = "Name two to six precedents by their ids."


@router.post("", allow=secretariat)
async def record_precedent(body: PrecedentIn, commands: Commands, audience: Asking, reader: Reader) -> PrecedentOut:
    """Record a precedent, with where it is known from."""
    recorded = await commands.create(Precedent, lambda one: one.record(body.content))
    return await read(reader, audience, recorded.id)


@router.post("/forum-2023", allow=secretariat)
async def record_forum_precedents(commands: Commands) -> PrecedentsImportOut:
    """Record the five domestic precedents of the forum of February 2023. Those that are recorded stay as they are."""
    found = [(id_, PrecedentRecorded(content=content)) for id_, content in forum_precedents()]
    recorded = await commands.record_each(Precedent.category, found)
    return PrecedentsImportOut(recorded=len(recorded), known=len(found) - len(recorded))


@router.put("/{precedent_id}/content", allow=secretariat)
async def correct_precedent(
    precedent_id: Id, body: PrecedentIn, commands: Commands, audience: Asking, reader: Reader
) -> PrecedentOut:
    """Correct what is known, or for whom it is; one that nobody is to see any more becomes a draft."""
    await commands.on(Precedent, precedent_id, lambda one: one.correct(body.content))
    return await read(reader, audience, precedent_id)


@router.get("", allow=public)
async def list_precedents(
    audience: Asking,
    reader: Reader,
    page: PageQuery,
    sort: PrecedentSort,
    category_ja: Line | None = None,
    country: Country | None = None,
    overseas: bool | None = None,
) -> Page[PrecedentRow]:
    """Precedents that you may see, at home and abroad."""
    query = precedents_for(audience, category_ja=category_ja, country=country, overseas=overseas)
    return await reader.page(PrecedentRow, query, page, by=sort)


@router.get("/comparison", allow=public, raises=[NotFound, NothingToCompare])
async def compare_precedents(
    audience: Asking,
    reader: Reader,
    id: Annotated[list[Id], Query(min_length=2, max_length=6)],  # noqa: A002 - the query's name
) -> Matrix:
    """Several precedents side by side, in the order in which you name them."""
    ids = list(dict.fromkeys(id))
    require(len(ids) > 1, NothingToCompare(count=len(ids)))
    rows = await reader.all(PrecedentOut, precedents_for(audience, ids=ids), at_most=len(ids))
    found = {row.precedent_id: row for row in rows}
    for missing in (one for one in ids if one not in found):
        raise NotFound(what="precedent", id=missing)
    return side_by_side([found[one] for one in ids])


@router.get("/for-themes", allow=public)
async def list_for_themes(
    audience: Asking,
    reader: Reader,
    theme_ja: Annotated[list[Line], Query(min_length=1, max_length=60, description="Names of themes of procurement.")],
) -> Page[ThemeRow]:
    """Which of these themes have precedents, and by which words: name those that you need."""
    known = await reader.all(PrecedentOut, precedents_for(audience), at_most=MOST_PRECEDENTS)
    return Page[ThemeRow](items=[_of_theme(theme, known) for theme in dict.fromkeys(theme_ja)])


@router.get("/{precedent_id}", allow=public)
async def read_precedent(precedent_id: Id, audience: Asking, reader: Reader) -> PrecedentOut:
    """One precedent."""
    return await read(reader, audience, precedent_id)


@router.get("/{precedent_id}/history", allow=role(Role.SECRETARIAT, Role.AUDITOR))
async def history_of_precedent(precedent_id: Id, reader: Reader, page: PageQuery) -> Page[HistoryRow]:
    """What happened to a precedent."""
    return await reader.history(Precedent, precedent_id, page)


async def read(reader: ReadSession, audience: Audience, precedent_id: str) -> PrecedentOut:
    """A precedent as this audience may see it. Raises NotFound."""
    query = precedents_for(audience, ids=[precedent_id])
    return await reader.one(PrecedentOut, query, what="precedent", id=precedent_id)


def _of_theme(theme_ja: str, known: list[PrecedentOut]) -> ThemeRow:
    fitting = [
        FittingPrecedent(
            precedent_id=one.precedent_id,
            place_ja=one.content.place_ja,
            content_ja=one.content.content_ja,
            words_ja=words,
        )
        for one in known
        if (words := words_for(theme_ja, one.content))
    ]
    fitting.sort(key=lambda one: (-len(one.words_ja), one.precedent_id))
    return ThemeRow(theme_ja=theme_ja, has_precedent=bool(fitting), precedents=fitting)
