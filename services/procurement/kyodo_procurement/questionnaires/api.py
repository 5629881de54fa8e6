"""Questionnaires over HTTP: put together and closed by Tokyo, answered by those asked."""

from __future__ import annotations

from typing import Annotated

from kyodo_events.errors import NotFound
from kyodo_events.values.municipalities import COUNT, MunicipalityCode, municipalities
from kyodo_events.values.texts import Id
from kyodo_platform.commands import Commands
from kyodo_platform.history import HistoryRow
from kyodo_platform.identity.model import MUNICIPAL_ROLES
from kyodo_platform.identity.policies import member_of, officer_of, public, secretariat
from kyodo_platform.matrices import Matrix, MatrixColumn
from kyodo_platform.resources import Page, PageQuery, Reader, Sort, sort_by
from kyodo_platform.routing import Router
from kyodo_procurement.meetings.model import Meeting
from kyodo_procurement.policies import governments
from kyodo_procurement.questionnaires import views
from kyodo_procurement.questionnaires.model import (
    AnswerDoesNotFit,
    DeadlineOver,
    NotAsked,
    OtherForm,
    Questionnaire,
    QuestionnaireClosedForGood,
    QuestionnaireNotClosed,
    QuestionnaireNotDrafted,
    QuestionnaireNotOpen,
    QuestionnaireStatus,
)
from kyodo_procurement.questionnaires.results import result_of
from kyodo_procurement.questionnaires.schemas import (
    AnswerIn,
    AnswerRow,
    FormIn,
    OpeningIn,
    QuestionnaireIn,
    QuestionnaireOut,
    QuestionResultOut,
    ReopeningIn,
    ResultOut,
)

router = Router(prefix="/v1/questionnaires", tags=["questionnaires"])

ALL = tuple(municipality.code for municipality in municipalities())

QuestionnaireSort = Annotated[
    Sort,
    sort_by(views.questionnaire.c.title_ja, views.questionnaire.c.status, unique=[views.questionnaire.c.id]),
]


@router.post("", allow=secretariat, raises=[NotFound])
async def draft_questionnaire(body: QuestionnaireIn, commands: Commands) -> QuestionnaireOut:
    """Put a questionnaire together, for all 62 or for some."""
    if body.meeting_id:
        await commands.read(Meeting, body.meeting_id)
    audience = tuple(body.audience or ALL)
    drafted = await commands.create(
        Questionnaire, lambda one: one.draft(body.title_ja, body.meeting_id, audience, body.form)
    )
    return QuestionnaireOut.of(drafted)


@router.put("/{questionnaire_id}/form", allow=secretariat, raises=[QuestionnaireClosedForGood])
async def revise_form(questionnaire_id: Id, body: FormIn, commands: Commands) -> QuestionnaireOut:
    """Change the form; answers to the one before count no longer."""
    one = await commands.on(Questionnaire, questionnaire_id, lambda one: one.revise(body.form, body.reason))
    return QuestionnaireOut.of(one)


@router.put("/{questionnaire_id}/opening", allow=secretariat, raises=[QuestionnaireNotDrafted, DeadlineOver])
async def open_questionnaire(questionnaire_id: Id, body: OpeningIn, commands: Commands) -> QuestionnaireOut:
    """Take answers until the end of a day in Tokyo."""
    one = await commands.on(Questionnaire, questionnaire_id, lambda one: one.open(body.deadline, commands.today))
    return QuestionnaireOut.of(one)


@router.put("/{questionnaire_id}/closing", allow=secretariat, raises=[QuestionnaireNotOpen])
async def close_questionnaire(questionnaire_id: Id, commands: Commands) -> QuestionnaireOut:
    """Take no more answers: the result stands."""
    return QuestionnaireOut.of(await commands.on(Questionnaire, questionnaire_id, lambda one: one.close()))


@router.put("/{questionnaire_id}/reopening", allow=secretariat, raises=[QuestionnaireNotClosed, DeadlineOver])
async def reopen_questionnaire(questionnaire_id: Id, body: ReopeningIn, commands: Commands) -> QuestionnaireOut:
    """Take answers again, for a reason."""
    one = await commands.on(
        Questionnaire, questionnaire_id, lambda one: one.reopen(body.deadline, body.reason, commands.today)
    )
    return QuestionnaireOut.of(one)


@router.put(
    "/{questionnaire_id}/answers/{municipality}",
    allow=officer_of("municipality"),
    raises=[QuestionnaireNotOpen, NotAsked, OtherForm, AnswerDoesNotFit],
)
async def answer(
    questionnaire_id: Id, municipality: MunicipalityCode, body: AnswerIn, commands: Commands
) -> QuestionnaireOut:
    """Answer for your own municipality, or answer anew."""
    one = await commands.on(
        Questionnaire,
        questionnaire_id,
        lambda one: one.answer(municipality, body.form_version, body.replies, commands.today),
    )
    return QuestionnaireOut.of(one)


@router.delete(
    "/{questionnaire_id}/answers/{municipality}", allow=officer_of("municipality"), raises=[QuestionnaireNotOpen]
)
async def withdraw_answer(questionnaire_id: Id, municipality: MunicipalityCode, commands: Commands) -> QuestionnaireOut:
    """Take your own municipality's answer back, while answers are taken."""
    one = await commands.on(
        Questionnaire, questionnaire_id, lambda one: one.withdraw_answer(municipality, commands.today)
    )
    return QuestionnaireOut.of(one)


@router.get("", allow=public)
async def list_questionnaires(
    reader: Reader,
    page: PageQuery,
    sort: QuestionnaireSort,
    status: QuestionnaireStatus | None = None,
    meeting_id: Id | None = None,
) -> Page[QuestionnaireOut]:
    """All questionnaires, the oldest first."""
    return await reader.page(QuestionnaireOut, views.questionnaires_by(status, meeting_id), page, by=sort)


@router.get("/{questionnaire_id}", allow=public)
async def read_questionnaire(questionnaire_id: Id, reader: Reader) -> QuestionnaireOut:
    """One questionnaire with its form."""
    query = views.questionnaire_of(questionnaire_id)
    return await reader.one(QuestionnaireOut, query, what="questionnaire", id=questionnaire_id)


@router.get("/{questionnaire_id}/answers", allow=governments)
async def list_answers(questionnaire_id: Id, reader: Reader, page: PageQuery) -> Page[AnswerRow]:
    """The live answers: all of them for secretariat and auditors, your own for a municipality."""
    by = [views.questionnaire_answer.c.municipality]
    return await reader.page(AnswerRow, views.answers_to(questionnaire_id), page, by=by)


@router.get("/{questionnaire_id}/answers/{municipality}", allow=member_of("municipality") | secretariat)
async def read_answer(questionnaire_id: Id, municipality: MunicipalityCode, reader: Reader) -> AnswerRow:
    """One municipality's live answer."""
    return await reader.one(AnswerRow, views.answer_of(questionnaire_id, municipality), what="answer", id=municipality)


@router.get("/{questionnaire_id}/sheet", allow=governments)
async def read_sheet(questionnaire_id: Id, commands: Commands, reader: Reader) -> Matrix:
    """Municipalities × questions, as people fill a sheet; for a municipality, its own row."""
    one = await commands.read(Questionnaire, questionnaire_id)
    given = await reader.all(AnswerRow, views.answers_to(questionnaire_id), at_most=COUNT)
    cells = {row.municipality: {code: _text(reply) for code, reply in row.replies.items()} for row in given}
    columns = [MatrixColumn(id=q.code, label_ja=q.text_ja) for q in one.form.questions] if one.form else []
    narrow = bool(commands.identity.roles & MUNICIPAL_ROLES)
    return Matrix.of_municipalities(columns, cells, only=commands.identity.municipality if narrow else None)


@router.get("/{questionnaire_id}/result", allow=governments, raises=[QuestionnaireNotClosed])
async def read_result(questionnaire_id: Id, commands: Commands) -> ResultOut:
    """How many answered, who is still to, and the sums by question; for a municipality, once it is closed."""
    one = await commands.read(Questionnaire, questionnaire_id)
    if commands.identity.roles & MUNICIPAL_ROLES:
        one.require_closed()
    questions = result_of(one.form, one.counted) if one.form else []
    return ResultOut(
        questionnaire_id=one.id,
        form_version=one.form_version,
        asked=one.asked,
        answered=one.answered,
        response_rate=f"{one.answered}/{one.asked}",
        unanswered=list(one.unanswered),
        questions=[QuestionResultOut.of(question) for question in questions],
    )


@router.get("/{questionnaire_id}/history", allow=public)
async def history_of_questionnaire(questionnaire_id: Id, reader: Reader, page: PageQuery) -> Page[HistoryRow]:
    """What happened to a questionnaire."""
    return await reader.history(Questionnaire, questionnaire_id, page)


def _text(reply: object) -> str:
    return "、".join(map(str, reply)) if isinstance(reply, list) else str(reply)
