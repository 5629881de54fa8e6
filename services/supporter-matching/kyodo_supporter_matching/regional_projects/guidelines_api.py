"""Guidelines over HTTP: kept by the secretariat, read by everybody."""

from __future__ import annotations

from kyodo_events.values.texts import Id
from kyodo_platform.commands import Commands
from kyodo_platform.history import HistoryRow
from kyodo_platform.identity.policies import public, secretariat
from kyodo_platform.resources import Page, PageQuery, Reader, ReadSession
from kyodo_platform.routing import Router
from kyodo_supporter_matching.regional_projects import views
from kyodo_supporter_matching.regional_projects.guideline import GuidelineDocument
from kyodo_supporter_matching.regional_projects.refusals import PublishedLater
from kyodo_supporter_matching.regional_projects.schemas import GuidelineOut
from kyodo_supporter_matching.regional_projects.values import Guideline

router = Router(prefix="/v1/guidelines", tags=["regional projects"])


@router.post("", allow=secretariat, raises=[PublishedLater])
async def register_guideline(body: Guideline, commands: Commands, reader: Reader) -> GuidelineOut:
    """Put a published guideline on the list."""
    today = commands.today
    document = await commands.create(GuidelineDocument, lambda document: document.register(body, today))
    return await _shown(reader, document.id)


@router.put("/{guideline_id}/edition", allow=secretariat, raises=[PublishedLater])
async def renew_guideline(guideline_id: Id, body: Guideline, commands: Commands, reader: Reader) -> GuidelineOut:
    """Name the edition that holds from now on."""
    today = commands.today
    await commands.on(GuidelineDocument, guideline_id, lambda document: document.renew(body, today))
    return await _shown(reader, guideline_id)


@router.get("", allow=public)
async def list_guidelines(reader: Reader, page: PageQuery) -> Page[GuidelineOut]:
    """All guidelines, each in the edition that holds."""
    table = views.guideline
    return await reader.page(GuidelineOut, table.select(), page, by=[table.c.guideline_id])


@router.get("/{guideline_id}", allow=public)
async def read_guideline(guideline_id: Id, reader: Reader) -> GuidelineOut:
    """One guideline."""
    return await _shown(reader, guideline_id)


@router.get("/{guideline_id}/history", allow=public)
async def history_of_guideline(guideline_id: Id, reader: Reader, page: PageQuery) -> Page[HistoryRow]:
    """What happened to a guideline."""
    return await reader.history(GuidelineDocument, guideline_id, page)


async def _shown(reader: ReadSession, id_: str) -> GuidelineOut:
    query = views.guideline.select().where(views.guideline.c.guideline_id == id_)
    return await reader.one(GuidelineOut, query, what="guideline", id=id_)
