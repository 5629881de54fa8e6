"""Themes and their survey over HTTP."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from kyodo_events.contracts.procurement import Stage
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Code, Day, Id, Line
from kyodo_platform.commands import Commands
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import member_of, officer_of, public, role, secretariat
from kyodo_platform.resources import Answer, Body, Page, PageQuery, Reader, Resource
from kyodo_platform.routing import Router
from kyodo_procurement.themes import views
from kyodo_procurement.themes.model import (
    AlreadySelected,
    DeadlinePassed,
    Need,
    NotSelectable,
    SurveyAlreadyOpened,
    SurveyAnswer,
    SurveyNotOpen,
    Theme,
    ThemeKind,
    ThemeStatus,
    TooFewNeeds,
)

router = Router(prefix="/v1/themes", tags=["themes"])

overseers = role(Role.SECRETARIAT, Role.AUDITOR)


class ThemeIn(Body):
    """A theme to be put up for the survey."""

    name_ja: Line
    kind: ThemeKind
    group: Code
    stage: Stage = Field(description="The stage that is wanted.")


class SurveyIn(Body):
    """How long the survey runs."""

    deadline: Day = Field(description="Last day on which answers are taken, Tokyo time.")


class SelectionIn(Body):
    """What the selection rests on."""

    decision: Line = Field(description="Reference of the decision, as a person would look it up.")


class ThemeOut(Resource):
    """A theme as everybody may see it."""

    id: str
    name_ja: str = Field(title="テーマ")
    kind: ThemeKind = Field(title="類型")
    group: str = Field(title="区分")
    stage: Stage = Field(title="希望段階")
    status: ThemeStatus = Field(title="状態")
    deadline: date | None = Field(title="回答期限")
    needs: int = Field(title="ニーズ団体数", description="Municipalities with a live need.")
    decision: str | None = Field(title="選定の根拠")


class AnswerRow(Answer):
    """A municipality's live answer."""

    theme_id: str
    municipality: str = Field(title="団体コード")
    need: Need = Field(title="ニーズ")
    firm_quantity: int | None = Field(title="確定数量")
    current_unit_price: int | None = Field(title="現在の単価（円）")
    remarks: str = Field(title="備考")
    answered_at: datetime = Field(title="回答日時")


@router.post("", allow=secretariat)
async def draft_theme(body: ThemeIn, commands: Commands) -> ThemeOut:
    """Put a theme up for the survey."""
    theme = await commands.create(Theme, lambda theme: theme.draft(body.name_ja, body.kind, body.group, body.stage))
    return ThemeOut.of(theme)


@router.put("/{theme_id}/survey", allow=secretariat, raises=[SurveyAlreadyOpened, DeadlinePassed])
async def open_survey(theme_id: Id, body: SurveyIn, commands: Commands) -> ThemeOut:
    """Ask all 62 municipalities, until the end of a day in Tokyo."""
    theme = await commands.on(Theme, theme_id, lambda theme: theme.open_survey(body.deadline, commands.today))
    return ThemeOut.of(theme)


@router.put(
    "/{theme_id}/answers/{municipality}", allow=officer_of("municipality"), raises=[SurveyNotOpen, DeadlinePassed]
)
async def register_demand(
    theme_id: Id, municipality: MunicipalityCode, body: SurveyAnswer, commands: Commands
) -> ThemeOut:
    """Answer the survey, or revise the answer, for your own municipality."""
    theme = await commands.on(Theme, theme_id, lambda theme: theme.register_demand(municipality, body, commands.today))
    return ThemeOut.of(theme)


@router.delete("/{theme_id}/answers/{municipality}", allow=officer_of("municipality"), raises=[AlreadySelected])
async def withdraw_demand(theme_id: Id, municipality: MunicipalityCode, commands: Commands) -> ThemeOut:
    """Take your own municipality's answer back, until the theme is selected."""
    theme = await commands.on(Theme, theme_id, lambda theme: theme.withdraw_demand(municipality))
    return ThemeOut.of(theme)


@router.put("/{theme_id}/survey/closing", allow=secretariat, raises=[SurveyNotOpen])
async def close_survey(theme_id: Id, commands: Commands) -> ThemeOut:
    """End the survey: no more answers are taken."""
    theme = await commands.on(Theme, theme_id, lambda theme: theme.close_survey())
    return ThemeOut.of(theme)


@router.put("/{theme_id}/selection", allow=secretariat, raises=[NotSelectable, TooFewNeeds])
async def select_theme(theme_id: Id, body: SelectionIn, commands: Commands) -> ThemeOut:
    """Take the theme up as joint work: two or more municipalities need it."""
    theme = await commands.on(Theme, theme_id, lambda theme: theme.select(body.decision))
    return ThemeOut.of(theme)


@router.get("", allow=public)
async def list_themes(
    reader: Reader, page: PageQuery, status: ThemeStatus | None = None, group: Code | None = None
) -> Page[ThemeOut]:
    """All themes, the oldest first."""
    return await reader.page(ThemeOut, views.themes_by(status, group), page, by=[views.theme.c.id])


@router.get("/{theme_id}", allow=public)
async def read_theme(theme_id: Id, reader: Reader) -> ThemeOut:
    """One theme."""
    return await reader.one(ThemeOut, views.theme_of(theme_id), what="theme", id=theme_id)


@router.get("/{theme_id}/answers", allow=overseers | role(Role.OFFICER, Role.APPROVER))
async def list_answers(theme_id: Id, reader: Reader, page: PageQuery) -> Page[AnswerRow]:
    """The live answers: all of them for secretariat and auditors, your own for a municipality."""
    return await reader.page(AnswerRow, views.answers_to(theme_id), page, by=[views.demand.c.municipality])


@router.get("/{theme_id}/answers/{municipality}", allow=member_of("municipality") | overseers)
async def read_answer(theme_id: Id, municipality: MunicipalityCode, reader: Reader) -> AnswerRow:
    """One municipality's live answer."""
    return await reader.one(AnswerRow, views.answer_of(theme_id, municipality), what="answer", id=municipality)
