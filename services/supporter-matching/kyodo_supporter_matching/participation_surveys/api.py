"""Surveys of participation over HTTP: opened and closed by Tokyo, answered by each municipality's officers."""

from __future__ import annotations

from kyodo_events.errors import NotFound
from kyodo_events.values.fiscal import FiscalYear
from kyodo_events.values.municipalities import COUNT, MunicipalityCode, by_code
from kyodo_platform.commands import CommandBus, Commands
from kyodo_platform.history import HistoryRow
from kyodo_platform.identity.model import MUNICIPAL_ROLES, Role
from kyodo_platform.identity.policies import member_of, officer_of, role, secretariat
from kyodo_platform.matrices import Matrix, MatrixColumn
from kyodo_platform.resources import Page, PageQuery, Reader
from kyodo_platform.routing import Router
from kyodo_supporter_matching.participation_surveys import views
from kyodo_supporter_matching.participation_surveys.model import (
    DeadlineImpossible,
    NobodyToRemind,
    ParticipationSurvey,
    SurveyNotClosed,
    SurveyOpenedBefore,
    SurveyTakesNoAnswers,
)
from kyodo_supporter_matching.participation_surveys.schemas import (
    SHEET_JA,
    AnswerRow,
    OpeningIn,
    PlannedRow,
    ReminderRow,
    ReopeningIn,
    ResultsOut,
    SurveyOut,
    TotalRow,
    UnansweredRow,
)
from kyodo_supporter_matching.participation_surveys.values import Participation

router = Router(prefix="/v1/participation-surveys", tags=["participation surveys"])

overseers = role(Role.SECRETARIAT, Role.AUDITOR)
readers = role(Role.SECRETARIAT, Role.AUDITOR, Role.OFFICER, Role.APPROVER)
SURVEY = "/{fiscal_year}"


@router.put(f"{SURVEY}/opening", allow=secretariat, raises=[SurveyOpenedBefore, DeadlineImpossible])
async def open_survey(fiscal_year: FiscalYear, body: OpeningIn, commands: Commands) -> SurveyOut:
    """Ask all municipalities about a fiscal year, once, until the end of a day in Tokyo."""
    deadline, today = body.deadline, commands.today
    survey = await commands.on_or_new(
        ParticipationSurvey, str(fiscal_year), lambda survey: survey.open(deadline, today)
    )
    return SurveyOut.of(survey)


@router.put(f"{SURVEY}/closing", allow=secretariat, raises=[SurveyTakesNoAnswers])
async def close_survey(fiscal_year: FiscalYear, commands: Commands) -> SurveyOut:
    """Take no more answers: the result stands."""
    return SurveyOut.of(await commands.on(ParticipationSurvey, str(fiscal_year), ParticipationSurvey.close))


@router.put(f"{SURVEY}/reopening", allow=secretariat, raises=[SurveyNotClosed, DeadlineImpossible])
async def reopen_survey(fiscal_year: FiscalYear, body: ReopeningIn, commands: Commands) -> SurveyOut:
    """Take answers again, for a reason."""
    survey = await commands.on(
        ParticipationSurvey,
        str(fiscal_year),
        lambda survey: survey.reopen(body.deadline, body.reason_ja, commands.today),
    )
    return SurveyOut.of(survey)


@router.post(f"{SURVEY}/reminders", allow=secretariat, raises=[SurveyTakesNoAnswers, NobodyToRemind])
async def remind(fiscal_year: FiscalYear, commands: Commands) -> SurveyOut:
    """Record that those who have not answered are reminded today."""
    today = commands.today
    return SurveyOut.of(await commands.on(ParticipationSurvey, str(fiscal_year), lambda survey: survey.remind(today)))


@router.put(f"{SURVEY}/answers/{{municipality}}", allow=officer_of("municipality"), raises=[SurveyTakesNoAnswers])
async def answer(
    fiscal_year: FiscalYear, municipality: MunicipalityCode, body: Participation, commands: Commands
) -> SurveyOut:
    """Answer for your own municipality, or answer anew."""
    survey = await commands.on(
        ParticipationSurvey, str(fiscal_year), lambda survey: survey.answer(municipality, body, commands.today)
    )
    return SurveyOut.of(survey)


@router.get("", allow=readers)
async def list_surveys(reader: Reader, page: PageQuery) -> Page[SurveyOut]:
    """All surveys, by fiscal year."""
    table = views.participation_survey
    return await reader.page(SurveyOut, table.select(), page, by=[table.c.fiscal_year])


@router.get(SURVEY, allow=readers)
async def read_survey(fiscal_year: FiscalYear, reader: Reader) -> SurveyOut:
    """The survey of a fiscal year."""
    return await reader.one(SurveyOut, views.survey_of(fiscal_year), what="participation survey", id=str(fiscal_year))


@router.get(f"{SURVEY}/unanswered", allow=overseers, raises=[NotFound])
async def list_unanswered(fiscal_year: FiscalYear, commands: Commands) -> Page[UnansweredRow]:
    """Who has not answered yet."""
    survey = await commands.read(ParticipationSurvey, str(fiscal_year))
    rows = [UnansweredRow(municipality=code, name_ja=by_code(code).name_ja) for code in survey.unanswered]
    return Page[UnansweredRow](items=rows)


@router.get(f"{SURVEY}/reminders", allow=overseers)
async def list_reminders(fiscal_year: FiscalYear, reader: Reader, page: PageQuery) -> Page[ReminderRow]:
    """When who was reminded."""
    by = [views.participation_reminder.c.reminder]
    return await reader.page(ReminderRow, views.reminders_of(fiscal_year), page, by=by)


@router.get(f"{SURVEY}/answers", allow=readers)
async def list_answers(fiscal_year: FiscalYear, reader: Reader, page: PageQuery) -> Page[AnswerRow]:
    """The live answers: all of them for secretariat and auditors, your own for a municipality."""
    by = [views.participation_answer.c.municipality]
    return await reader.page(AnswerRow, views.answers_of(fiscal_year), page, by=by)


@router.get(f"{SURVEY}/answers/{{municipality}}", allow=member_of("municipality") | overseers)
async def read_answer(fiscal_year: FiscalYear, municipality: MunicipalityCode, reader: Reader) -> AnswerRow:
    """One municipality's live answer."""
    return await reader.one(AnswerRow, views.answer_of(fiscal_year, municipality), what="answer", id=municipality)


@router.get(f"{SURVEY}/sheet", allow=readers)
async def read_sheet(fiscal_year: FiscalYear, commands: Commands, reader: Reader) -> Matrix:
    """Municipalities × questions; for a municipality, its own row."""
    given = await reader.all(AnswerRow, views.answers_of(fiscal_year), at_most=COUNT)
    columns = [MatrixColumn(id=code, label_ja=label) for code, label in SHEET_JA.items()]
    narrow = bool(commands.identity.roles & MUNICIPAL_ROLES)
    only = commands.identity.municipality if narrow else None
    return Matrix.of_municipalities(columns, {row.municipality: row.cells() for row in given}, only=only)


@router.get(f"{SURVEY}/planned-sessions", allow=readers)
async def list_planned(fiscal_year: FiscalYear, reader: Reader, page: PageQuery) -> Page[PlannedRow]:
    """Sessions planned by municipality and kind: all for Tokyo, your own for a municipality."""
    by = [views.planned_sessions.c.municipality, views.planned_sessions.c.kind]
    return await reader.page(PlannedRow, views.planned_of(fiscal_year), page, by=by)


@router.get(f"{SURVEY}/results", allow=readers, raises=[NotFound, SurveyNotClosed])
async def read_results(fiscal_year: FiscalYear, commands: Commands) -> ResultsOut:
    """Planned sessions by kind and municipalities by programme; for a municipality, once the survey is closed."""
    return await _results(fiscal_year, commands)


@router.get(f"{SURVEY}/totals", allow=readers, raises=[NotFound, SurveyNotClosed])
async def list_totals(fiscal_year: FiscalYear, commands: Commands) -> Page[TotalRow]:
    """The result line by line, as a sheet: the programmes, then the kinds of session."""
    results = await _results(fiscal_year, commands)
    return Page[TotalRow](items=[TotalRow.of(total) for total in (*results.programmes, *results.kinds)])


@router.get(f"{SURVEY}/history", allow=readers)
async def history_of_survey(fiscal_year: FiscalYear, reader: Reader, page: PageQuery) -> Page[HistoryRow]:
    """What happened to a survey."""
    return await reader.history(ParticipationSurvey, str(fiscal_year), page)


async def _results(fiscal_year: FiscalYear, commands: CommandBus) -> ResultsOut:
    survey = await commands.read(ParticipationSurvey, str(fiscal_year))
    if commands.identity.roles & MUNICIPAL_ROLES:
        survey.require_closed()
    return ResultsOut.from_survey(survey)
