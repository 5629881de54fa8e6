"""Joint needs over HTTP: the secretariat sees what municipalities have in common, and proposes it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from kyodo_events.contracts.talent_needs import FoundIn
from kyodo_events.values.texts import Code, Id, Line, Text
from kyodo_platform.commands import Commands
from kyodo_platform.history import HistoryRow
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import role, secretariat
from kyodo_platform.resources import Answer, Body, Page, PageQuery, Reader, Resource
from kyodo_platform.routing import Router
from kyodo_talent.joint_needs import views
from kyodo_talent.joint_needs.model import JointNeed, TooFewMunicipalities

router = Router(prefix="/v1/joint-needs", tags=["joint needs"])

tokyo = role(Role.SECRETARIAT, Role.AUDITOR)


class JointNeedIn(Body):
    """What several municipalities have in common, in words that name none of them."""

    found_in: FoundIn
    matter: Code = Field(description="Of a candidate.")
    title_ja: Line
    purpose_ja: Annotated[Text, Field(min_length=1, description="What joint work on it would be for.")]


class JointNeedOut(Resource):
    """A joint need, as it was proposed."""

    need_id: str
    title_ja: str = Field(title="共通課題")
    purpose_ja: str = Field(title="目的")
    found_in: FoundIn = Field(title="見つけた場")
    matter: str = Field(title="用件コード")
    municipalities: list[str] = Field(title="団体コード")
    found_at: datetime = Field(title="提案日時")


class CandidateRow(Answer):
    """What two or more municipalities have in common and nobody has proposed yet."""

    found_in: FoundIn = Field(title="見つけた場")
    matter: str = Field(title="用件コード", description="Of requests without one: the persona.")
    municipalities: list[str] = Field(title="団体コード")
    sources: int = Field(title="件数", description="Consultations or unfilled requests.")
    since: datetime = Field(title="最初の日時")


@router.post("", allow=secretariat, raises=[TooFewMunicipalities])
async def find_joint_need(body: JointNeedIn, reader: Reader, commands: Commands) -> JointNeedOut:
    """Propose what two or more municipalities have in common as a theme; procurement takes it from there."""
    sources = await views.sources_of(reader.tx, body.found_in, body.matter)
    found = await commands.create(
        JointNeed, lambda need: need.find(body.title_ja, body.purpose_ja, body.found_in, body.matter, sources)
    )
    return await _read(reader, found.id)


@router.get("/candidates", allow=tokyo)
async def list_candidates(reader: Reader, page: PageQuery) -> Page[CandidateRow]:
    """Where joint needs may be found: the same question, or the same unmet need, of two or more municipalities."""
    query, by = views.candidates()
    return await reader.page(CandidateRow, query, page, by=by)


@router.get("", allow=tokyo)
async def list_joint_needs(
    reader: Reader, page: PageQuery, found_in: FoundIn | None = None, matter: Code | None = None
) -> Page[JointNeedOut]:
    """The joint needs, the oldest first."""
    query = views.joint_needs_found(found_in=found_in, matter=matter)
    return await reader.page(JointNeedOut, query, page, by=[views.joint_need.c.need_id])


@router.get("/{need_id}", allow=tokyo)
async def read_joint_need(need_id: Id, reader: Reader) -> JointNeedOut:
    """One joint need."""
    return await _read(reader, need_id)


@router.get("/{need_id}/history", allow=tokyo)
async def joint_need_history(need_id: Id, reader: Reader, page: PageQuery) -> Page[HistoryRow]:
    """What happened to a joint need, in words."""
    return await reader.history(JointNeed, need_id, page)


async def _read(reader: Reader, need_id: str) -> JointNeedOut:
    query = views.joint_needs_found(need_id=need_id)
    return await reader.one(JointNeedOut, query, what="joint need", id=need_id)
