"""Visits over HTTP: recorded by the secretariat, read by those for whom they are."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from kyodo_academy.audiences import Asking
from kyodo_academy.sources import Country
from kyodo_academy.visibility import Audience, Visibility
from kyodo_academy.visits.model import Finding, FindingNumber, Visit, VisitContent, VisitRecorded
from kyodo_academy.visits.reference import forum_visits
from kyodo_academy.visits.views import finding, findings_of, visit, visits_for
from kyodo_events.values.texts import Id
from kyodo_platform.commands import Commands
from kyodo_platform.history import HistoryRow
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import public, role, secretariat
from kyodo_platform.resources import Answer, Body, Page, PageQuery, Reader, ReadSession, Resource
from kyodo_platform.routing import Router

router = Router(prefix="/v1/visits", tags=["visits"])


class VisitIn(Body):
    """The journey."""

    content: VisitContent


class FindingIn(Body):
    """Something that was found."""

    finding: Finding


class VisitOut(Resource):
    """A visit."""

    visit_id: str
    country: str = Field(title="国コード")
    visibility: Visibility = Field(title="公開範囲コード")
    visibility_ja: str = Field(default="", title="公開範囲")
    content: VisitContent = Field(title="調査")

    def model_post_init(self, context: Any) -> None:
        super().model_post_init(context)
        self.visibility_ja = self.visibility.label_ja


class FindingOut(Answer):
    """A finding of a visit."""

    visit_id: str
    number: int = Field(title="番号")
    finding: Finding = Field(title="調査結果")


class VisitsImportOut(Answer):
    """What came of recording visits that may be known already."""

    recorded: int = Field(title="登録件数")
    known: int = Field(title="登録済件数")


@router.post("", allow=secretariat)
async def record_visit(body: VisitIn, commands: Commands, audience: Asking, reader: Reader) -> VisitOut:
    """Record a visit abroad."""
    recorded = await commands.create(Visit, lambda one: one.record(body.content))
    return await _read(reader, audience, recorded.id)


@router.post("/forum-2023", allow=secretariat)
async def record_forum_visits(commands: Commands) -> VisitsImportOut:
    """Record the two visits of which the forum of February 2023 told. Those that are recorded stay as they are."""
    found = [(id_, VisitRecorded(content=content)) for id_, content in forum_visits()]
    recorded = await commands.record_each(Visit.category, found)
    return VisitsImportOut(recorded=len(recorded), known=len(found) - len(recorded))


@router.put("/{visit_id}/content", allow=secretariat)
async def correct_visit(visit_id: Id, body: VisitIn, commands: Commands, audience: Asking, reader: Reader) -> VisitOut:
    """Correct what is known of a visit, or for whom it is."""
    await commands.on(Visit, visit_id, lambda one: one.correct(body.content))
    return await _read(reader, audience, visit_id)


@router.post("/{visit_id}/findings", allow=secretariat)
async def add_finding(visit_id: Id, body: FindingIn, commands: Commands, audience: Asking, reader: Reader) -> VisitOut:
    """Add something that was found."""
    await commands.on(Visit, visit_id, lambda one: one.add_finding(body.finding))
    return await _read(reader, audience, visit_id)


@router.put("/{visit_id}/findings/{number}", allow=secretariat)
async def correct_finding(
    visit_id: Id, number: FindingNumber, body: FindingIn, commands: Commands, audience: Asking, reader: Reader
) -> VisitOut:
    """Tell a finding anew."""
    await commands.on(Visit, visit_id, lambda one: one.correct_finding(number, body.finding))
    return await _read(reader, audience, visit_id)


@router.delete("/{visit_id}/findings/{number}", allow=secretariat)
async def drop_finding(
    visit_id: Id, number: FindingNumber, commands: Commands, audience: Asking, reader: Reader
) -> VisitOut:
    """Take back a finding that does not hold."""
    await commands.on(Visit, visit_id, lambda one: one.drop_finding(number))
    return await _read(reader, audience, visit_id)


@router.get("", allow=public)
async def list_visits(
    audience: Asking, reader: Reader, page: PageQuery, country: Country | None = None
) -> Page[VisitOut]:
    """Visits that you may see, by their first day."""
    by = [visit.c.from_day, visit.c.visit_id]
    return await reader.page(VisitOut, visits_for(audience, country=country), page, by=by)


@router.get("/{visit_id}", allow=public)
async def read_visit(visit_id: Id, audience: Asking, reader: Reader) -> VisitOut:
    """One visit."""
    return await _read(reader, audience, visit_id)


@router.get("/{visit_id}/findings", allow=public)
async def list_findings(visit_id: Id, audience: Asking, reader: Reader, page: PageQuery) -> Page[FindingOut]:
    """What was found on a visit."""
    await _read(reader, audience, visit_id)
    return await reader.page(FindingOut, findings_of(visit_id), page, by=[finding.c.number])


@router.get("/{visit_id}/history", allow=role(Role.SECRETARIAT, Role.AUDITOR))
async def history_of_visit(visit_id: Id, reader: Reader, page: PageQuery) -> Page[HistoryRow]:
    """What happened to a visit."""
    return await reader.history(Visit, visit_id, page)


async def _read(reader: ReadSession, audience: Audience, visit_id: str) -> VisitOut:
    return await reader.one(VisitOut, visits_for(audience, visit_id=visit_id), what="visit", id=visit_id)
