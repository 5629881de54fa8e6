"""Suggestions over HTTP: read by Tokyo and by whom they name, decided by the secretariat."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from kyodo_events.contracts.procurement.projects import Stage
from kyodo_events.contracts.talent_needs import FoundIn
from kyodo_events.errors import NotFound
from kyodo_events.event import new_id
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Code, Id
from kyodo_platform.commands import Commands
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import role, secretariat
from kyodo_platform.resources import Body, Page, PageQuery, Reader, Resource
from kyodo_platform.routing import Router
from kyodo_procurement.suggestions import views
from kyodo_procurement.suggestions.model import Suggestion, SuggestionStatus, SuggestionTakenUpAlready
from kyodo_procurement.themes.events import ThemeKind
from kyodo_procurement.themes.model import Theme
from kyodo_procurement.themes.schemas import ReasonIn

router = Router(prefix="/v1/suggestions", tags=["suggestions"])

governments = role(Role.SECRETARIAT, Role.AUDITOR, Role.OFFICER, Role.APPROVER)


class TakingUpIn(Body):
    """As what kind of theme it goes on; its name is the suggestion's title."""

    kind: ThemeKind
    group: Code
    stage: Stage = Field(description="The stage that is wanted.")


class SuggestionOut(Resource):
    """A need that several municipalities have alike, and what became of it."""

    id: str
    title_ja: str = Field(title="共通課題")
    purpose_ja: str = Field(title="目的")
    found_in: FoundIn = Field(title="見つけた場", description="Consultations, or requests that nobody could meet.")
    municipalities: list[str] = Field(title="団体コード")
    found_at: datetime = Field(title="提案日時")
    status: SuggestionStatus = Field(title="状態")
    theme_id: str | None = Field(title="テーマ")
    reason: str | None = Field(title="見送りの理由")
    decided_at: datetime | None = Field(title="決定日時")


@router.put("/{suggestion_id}/theme", allow=secretariat, raises=[NotFound, SuggestionTakenUpAlready])
async def take_up_suggestion(suggestion_id: Id, body: TakingUpIn, reader: Reader, commands: Commands) -> SuggestionOut:
    """Put it up as a theme for the survey, also one that was set aside before."""
    told, theme_id = await _read(reader, suggestion_id), new_id()
    await commands.on_or_new(Suggestion, told.id, lambda suggestion: suggestion.take_up(theme_id))
    await commands.create(
        Theme, lambda theme: theme.draft(told.title_ja, body.kind, body.group, body.stage), id=theme_id
    )
    return await _read(reader, suggestion_id)


@router.put("/{suggestion_id}/setting-aside", allow=secretariat, raises=[NotFound, SuggestionTakenUpAlready])
async def set_suggestion_aside(suggestion_id: Id, body: ReasonIn, reader: Reader, commands: Commands) -> SuggestionOut:
    """Not go on with it, with the reason; those whom it names may read it."""
    told = await _read(reader, suggestion_id)
    await commands.on_or_new(Suggestion, told.id, lambda suggestion: suggestion.set_aside(body.reason))
    return await _read(reader, suggestion_id)


@router.get("", allow=governments)
async def list_suggestions(
    reader: Reader,
    page: PageQuery,
    status: SuggestionStatus | None = None,
    municipality: MunicipalityCode | None = None,
) -> Page[SuggestionOut]:
    """Suggestions, the oldest first; a municipality sees those in which it is named."""
    query = views.suggestions_by(status, municipality)
    return await reader.page(SuggestionOut, query, page, by=[views.suggestion.c.id])


@router.get("/{suggestion_id}", allow=governments)
async def read_suggestion(suggestion_id: Id, reader: Reader) -> SuggestionOut:
    """One suggestion; 404 for municipalities that it does not name."""
    return await _read(reader, suggestion_id)


async def _read(reader: Reader, suggestion_id: str) -> SuggestionOut:
    query = views.suggestions_by(suggestion_id=suggestion_id)
    return await reader.one(SuggestionOut, query, what="suggestion", id=suggestion_id)
