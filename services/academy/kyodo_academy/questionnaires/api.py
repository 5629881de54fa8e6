"""Questionnaires over HTTP: opened by who held the session, told in sums once nobody can answer any more."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from kyodo_academy.lecturers.api import require_in_charge
from kyodo_academy.programmes.model import ProgrammeCode
from kyodo_academy.questionnaires.answering_api import SECRET, new_secret
from kyodo_academy.questionnaires.ballots import key_of
from kyodo_academy.questionnaires.model import (
    Answer,
    DeadlineWrong,
    KeyHasMeaning,
    Questionnaire,
    QuestionnaireOver,
    SessionNotHeld,
    closes_at,
)
from kyodo_academy.questionnaires.schemas import (
    ErasureIn,
    QuestionnaireIn,
    QuestionnaireOut,
    QuestionnaireRow,
    ResultsOut,
    SealedRow,
    TextRow,
    TextsErased,
    TrendRow,
    TrendSums,
)
from kyodo_academy.questionnaires.values import Results
from kyodo_academy.questionnaires.views import answer, questionnaires_with, texts_of, trend_by
from kyodo_academy.sessions.model import TrainingSession
from kyodo_academy.sessions.values import SessionStatus
from kyodo_academy.sessions.views import training_session
from kyodo_events.errors import Refused, require
from kyodo_events.values.small_counts import WHY_JA
from kyodo_events.values.texts import Id
from kyodo_platform.commands import CommandBus, Commands
from kyodo_platform.history import HistoryRow
from kyodo_platform.identity.callers import municipality_or_tokyo
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import person_of, role, secretariat
from kyodo_platform.personal import PersonalData, PersonErased, Persons
from kyodo_platform.resources import Page, PageQuery, PageRequest, Reader, ReadSession
from kyodo_platform.routing import Router

asking = Router(prefix="/v1/sessions/{session_id}/questionnaire", tags=["questionnaires"])
lecturing = Router(prefix="/v1/lecturers/{lecturer_id}/questionnaires/{session_id}", tags=["questionnaires"])
erasing = Router(prefix="/v1/questionnaire-answers/{answer_id}", tags=["questionnaires"])
router = Router(prefix="/v1/questionnaires", tags=["questionnaires"])

hosts = role(Role.OFFICER, Role.SECRETARIAT)
readers = role(Role.OFFICER, Role.APPROVER, Role.SECRETARIAT, Role.AUDITOR, Role.LECTURER)
the_lecturer = person_of("lecturer_id", Role.LECTURER)
BY: Final = [training_session.c.starts_at, training_session.c.session_id]


class TrendBy(StrEnum):
    """By what satisfaction is summed up."""

    PROGRAMME = "programme"
    COURSE = "course"
    MONTH = "month"


class ResultsNotYet(Refused):
    status, type = 409, "questionnaire-not-closed"
    title = "The results are not there yet (集計前)"
    detail = "People may still answer. The results are told from {from_moment} on."
    remedy = "Ask again then."


class TextsHidden(Refused):
    status, type = 409, "questionnaire-texts-hidden"
    title = f"So few answered that nothing is told ({WHY_JA})"
    detail = "What was written could be told to be somebody's, and was erased unread."
    remedy = "Nothing is to be done."


@asking.put("", allow=hosts, raises=[SessionNotHeld, DeadlineWrong, QuestionnaireOver, KeyHasMeaning, PersonErased])
async def open_questionnaire(
    session_id: Id, body: QuestionnaireIn, commands: Commands, reader: Reader, persons: Persons
) -> QuestionnaireOut:
    """Ask those who attended a session that was held; again, to ask otherwise or longer."""
    session, today = await _hosted(commands, session_id), commands.today
    require(session.status is SessionStatus.HELD, SessionNotHeld(current=session.status.value))
    before = await commands.read_or_new(Questionnaire, session_id)
    sealed = before.sealed or await persons.seal(key_of(session_id), {SECRET: new_secret()})
    own = body.own.questions
    await commands.on_or_new(
        Questionnaire, session_id, lambda one: one.open(session.host, body.until, own, sealed, today)
    )
    return QuestionnaireOut.of_row(await _row(reader, session_id))


@asking.get("", allow=readers)
async def read_questionnaire(session_id: Id, reader: Reader) -> QuestionnaireOut:
    """What is asked after a session, and until when."""
    return QuestionnaireOut.of_row(await _row(reader, session_id))


@asking.get("/history", allow=readers)
async def questionnaire_history(session_id: Id, reader: Reader, page: PageQuery) -> Page[HistoryRow]:
    """What happened to a questionnaire, in words."""
    return await reader.history(Questionnaire, session_id, page)


@asking.get("/results", allow=readers, raises=[ResultsNotYet])
async def read_results(session_id: Id, commands: Commands, reader: Reader) -> ResultsOut:
    """What was answered, in sums. What fewer than five people said is hidden."""
    row = await _row(reader, session_id)
    return ResultsOut.told(row, _results(row), (await commands.read(Questionnaire, session_id)).all_questions)


@asking.get("/texts", allow=hosts, raises=[ResultsNotYet, TextsHidden])
async def list_texts(
    session_id: Id, commands: Commands, reader: Reader, page: PageQuery, persons: Persons
) -> Page[TextRow]:
    """What was written freely, for the session's host and the secretariat; not who wrote it."""
    await _hosted(commands, session_id)
    return await _texts(reader, persons, page, session_id)


@lecturing.get("/texts", allow=the_lecturer, raises=[ResultsNotYet, TextsHidden], acts_for_all=True)
async def list_texts_for_lecturer(
    lecturer_id: Id, session_id: Id, commands: Commands, reader: Reader, page: PageQuery, persons: Persons
) -> Page[TextRow]:
    """The same, for a lecturer of the course."""
    await require_in_charge(commands, (await commands.read(TrainingSession, session_id)).course_id)
    return await _texts(reader, persons, page, session_id)


@erasing.post("/text-erasure", allow=secretariat)
async def erase_texts(answer_id: Id, body: ErasureIn, commands: Commands, persons: Persons) -> TextsErased:
    """Erase what was written freely in an answer, for good. What was counted stays counted."""
    erased = await commands.on(Answer, answer_id, lambda one: one.erase_texts(body.reason_ja))
    await persons.erase(answer_id)
    return TextsErased(version=erased.version, answer_id=answer_id, erased=erased.erased)


@router.get("", allow=readers)
async def list_questionnaires(reader: Reader, page: PageQuery) -> Page[QuestionnaireOut]:
    """All questionnaires, in the order of their sessions."""
    found = await reader.page(QuestionnaireRow, questionnaires_with(), page, by=BY)
    return Page[QuestionnaireOut](items=[QuestionnaireOut.of_row(row) for row in found.items], next=found.next)


@router.get("/trend", allow=readers)
async def read_trend(
    reader: Reader,
    page: PageQuery,
    by: TrendBy = TrendBy.MONTH,
    programme: ProgrammeCode | None = None,
    course_id: Id | None = None,
) -> Page[TrendRow]:
    """How training is rated, by programme, course or month, over the sessions of which it is told."""
    trend = trend_by(by.value, programme, course_id)
    found = await reader.page(TrendSums, trend.select(), page, by=[trend.c.group])
    return Page[TrendRow](items=[TrendRow.of_sums(row) for row in found.items], next=found.next)


async def _hosted(commands: CommandBus, session_id: str) -> TrainingSession:
    """The session, for its host or the secretariat. Raises NotFound for anybody else."""
    session = await commands.read(TrainingSession, session_id)
    municipality = municipality_or_tokyo(commands.identity)
    return session if municipality is None else session.hosted_by(municipality)


async def _row(reader: ReadSession, session_id: str) -> QuestionnaireRow:
    return await reader.one(QuestionnaireRow, questionnaires_with(session_id), what="questionnaire", id=session_id)


def _results(row: QuestionnaireRow) -> Results:
    if row.results is None:
        raise ResultsNotYet(from_moment=closes_at(row.until))
    return row.results


async def _texts(reader: ReadSession, persons: PersonalData, page: PageRequest, session_id: str) -> Page[TextRow]:
    results = _results(await _row(reader, session_id))
    require(results.answers is not None, TextsHidden())
    found = await reader.page(SealedRow, texts_of(session_id), page, by=[answer.c.answer_id])
    opened = await persons.open_each([(row.answer_id, row.sealed) for row in found.items])
    rows = [
        TextRow(answer_id=row.answer_id, texts=texts) for row, texts in zip(found.items, opened, strict=True) if texts
    ]
    return Page[TextRow](items=rows, next=found.next)
