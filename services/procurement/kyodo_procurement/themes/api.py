"""Themes and their survey over HTTP."""

from __future__ import annotations

from typing import Annotated

from kyodo_events.contracts.procurement.projects import Stage
from kyodo_events.errors import NotFound
from kyodo_events.values.municipalities import MunicipalityCode, Party
from kyodo_events.values.texts import Code, Id
from kyodo_platform.commands import Commands
from kyodo_platform.history import HistoryRow
from kyodo_platform.identity.callers import municipality_or_tokyo
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import member_of, officer_of, public, role, secretariat
from kyodo_platform.resources import Page, PageQuery, Reader, Sort, sort_by
from kyodo_platform.routing import Router
from kyodo_procurement.meetings.model import Meeting, NotConfirmed
from kyodo_procurement.themes import views
from kyodo_procurement.themes.events import Need, SurveyAnswer, ThemeKind
from kyodo_procurement.themes.model import Theme, ThemeStatus
from kyodo_procurement.themes.refusals import (
    DeadlinePassed,
    NotAMergeTarget,
    NotFlagged,
    NothingToShelve,
    NotMergeable,
    NotSelectable,
    NotShelved,
    SurveyAlreadyOpened,
    SurveyNotOpen,
    SurveyNotOver,
    TooFewNeeds,
)
from kyodo_procurement.themes.schemas import (
    AnswerRow,
    MergingIn,
    ReasonIn,
    ReopeningIn,
    ReselectionIn,
    SelectionIn,
    SurveyIn,
    ThemeIn,
    ThemeOut,
)

router = Router(prefix="/v1/themes", tags=["themes"])

overseers = role(Role.SECRETARIAT, Role.AUDITOR)

ThemeSort = Annotated[
    Sort, sort_by(views.theme.c.name_ja, views.theme.c.group, views.theme.c.needs, unique=[views.theme.c.id])
]
AnswerSort = Annotated[Sort, sort_by(views.demand.c.need, unique=[views.demand.c.municipality])]


@router.post("", allow=role(Role.SECRETARIAT, Role.OFFICER))
async def draft_theme(body: ThemeIn, commands: Commands) -> ThemeOut:
    """Put a theme up for the survey, for Tokyo or for your own municipality."""
    drafter = municipality_or_tokyo(commands.identity)
    theme = await commands.create(
        Theme, lambda theme: theme.draft(body.name_ja, body.kind, body.group, body.stage, drafter)
    )
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


@router.delete("/{theme_id}/answers/{municipality}", allow=officer_of("municipality"), raises=[SurveyNotOpen])
async def withdraw_demand(theme_id: Id, municipality: MunicipalityCode, commands: Commands) -> ThemeOut:
    """Take your own municipality's answer back; a selected theme that loses its needs is flagged."""
    theme = await commands.on(Theme, theme_id, lambda theme: theme.withdraw_demand(municipality))
    return ThemeOut.of(theme)


@router.put("/{theme_id}/survey/closing", allow=secretariat, raises=[SurveyNotOpen])
async def close_survey(theme_id: Id, commands: Commands) -> ThemeOut:
    """End the survey: no more answers are taken."""
    theme = await commands.on(Theme, theme_id, lambda theme: theme.close_survey())
    return ThemeOut.of(theme)


@router.put("/{theme_id}/survey/reopening", allow=secretariat, raises=[SurveyNotOver, DeadlinePassed])
async def reopen_survey(theme_id: Id, body: ReopeningIn, commands: Commands) -> ThemeOut:
    """Ask again until another day; the answers given before still count."""
    theme = await commands.on(
        Theme, theme_id, lambda theme: theme.reopen_survey(body.deadline, body.reason, commands.today)
    )
    return ThemeOut.of(theme)


@router.put("/{theme_id}/selection", allow=secretariat, raises=[NotFound, NotConfirmed, NotSelectable, TooFewNeeds])
async def select_theme(theme_id: Id, body: SelectionIn, commands: Commands) -> ThemeOut:
    """Take the theme up as joint work: two or more municipalities need it."""
    meeting = await commands.read(Meeting, body.decision.meeting_id)
    decision = meeting.confirmed(body.decision.confirmation)
    theme = await commands.on(Theme, theme_id, lambda theme: theme.select(decision, commands.today))
    return ThemeOut.of(theme)


@router.put("/{theme_id}/reselection", allow=secretariat, raises=[NotFound, NotConfirmed, NotShelved, TooFewNeeds])
async def reselect_theme(theme_id: Id, body: ReselectionIn, commands: Commands) -> ThemeOut:
    """Take a shelved theme up after all, by the same rule."""
    meeting = await commands.read(Meeting, body.decision.meeting_id)
    decision = meeting.confirmed(body.decision.confirmation)
    theme = await commands.on(Theme, theme_id, lambda theme: theme.reselect(decision, body.reason))
    return ThemeOut.of(theme)


@router.put("/{theme_id}/shelving", allow=secretariat, raises=[NothingToShelve])
async def shelve_theme(theme_id: Id, body: ReasonIn, commands: Commands) -> ThemeOut:
    """Put the theme aside after its survey, or undo its selection."""
    theme = await commands.on(Theme, theme_id, lambda theme: theme.shelve(body.reason, commands.today))
    return ThemeOut.of(theme)


@router.put("/{theme_id}/flag/clearing", allow=secretariat, raises=[NotFlagged])
async def clear_flag(theme_id: Id, body: ReasonIn, commands: Commands) -> ThemeOut:
    """Keep a selected theme although fewer than two municipalities need it now."""
    theme = await commands.on(Theme, theme_id, lambda theme: theme.clear_flag(body.reason))
    return ThemeOut.of(theme)


@router.put("/{theme_id}/merging", allow=secretariat, raises=[NotFound, NotMergeable, NotAMergeTarget])
async def merge_theme(theme_id: Id, body: MergingIn, commands: Commands) -> ThemeOut:
    """Make the theme part of another one; its answers stay where they are."""
    into = await commands.read(Theme, body.into)
    theme = await commands.on(Theme, theme_id, lambda theme: theme.merge(into, body.reason))
    await commands.on(Theme, into.id, lambda into: into.absorb(theme))
    return ThemeOut.of(theme)


@router.get("", allow=public)
async def list_themes(
    reader: Reader,
    page: PageQuery,
    sort: ThemeSort,
    status: ThemeStatus | None = None,
    group: Code | None = None,
    kind: ThemeKind | None = None,
    stage: Stage | None = None,
    drafted_by: Party | None = None,
    flagged: bool | None = None,
) -> Page[ThemeOut]:
    """The themes that are all of this, the oldest first."""
    query = views.themes_by(status=status, group=group, kind=kind, stage=stage, drafted_by=drafted_by, flagged=flagged)
    return await reader.page(ThemeOut, query, page, by=sort)


@router.get("/{theme_id}", allow=public)
async def read_theme(theme_id: Id, reader: Reader) -> ThemeOut:
    """One theme."""
    return await reader.one(ThemeOut, views.theme_of(theme_id), what="theme", id=theme_id)


@router.get("/{theme_id}/history", allow=public)
async def read_history(theme_id: Id, reader: Reader, page: PageQuery) -> Page[HistoryRow]:
    """What happened to a theme: who answered and when, never what was answered."""
    return await reader.history(Theme, theme_id, page)


@router.get("/{theme_id}/answers", allow=overseers | role(Role.OFFICER, Role.APPROVER))
async def list_answers(
    theme_id: Id, reader: Reader, page: PageQuery, sort: AnswerSort, need: Need | None = None
) -> Page[AnswerRow]:
    """The live answers: all of them for secretariat and auditors, your own for a municipality."""
    return await reader.page(AnswerRow, views.answers_to(theme_id, need), page, by=sort)


@router.get("/{theme_id}/answers/{municipality}", allow=member_of("municipality") | overseers)
async def read_answer(theme_id: Id, municipality: MunicipalityCode, reader: Reader) -> AnswerRow:
    """One municipality's live answer."""
    return await reader.one(AnswerRow, views.answer_of(theme_id, municipality), what="answer", id=municipality)
