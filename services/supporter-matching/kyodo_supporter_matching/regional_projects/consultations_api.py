"""Consultations over HTTP: asked by a municipality, answered and closed by Tokyo."""

from __future__ import annotations

from kyodo_events.errors import Forbidden, NotFound
from kyodo_events.values.texts import Id
from kyodo_platform.commands import Commands
from kyodo_platform.history import HistoryRow
from kyodo_platform.identity.callers import own_municipality
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import role, secretariat
from kyodo_platform.resources import Page, PageQuery, Reader, ReadSession
from kyodo_platform.routing import Router
from kyodo_supporter_matching.regional_projects import views
from kyodo_supporter_matching.regional_projects.consultation import RegionalConsultation
from kyodo_supporter_matching.regional_projects.refusals import ConsultationFull, ConsultationOver, NothingAnswered
from kyodo_supporter_matching.regional_projects.schemas import (
    AnswerIn,
    AnswerRow,
    ConsultationOut,
    OutcomeIn,
    QuestionIn,
)
from kyodo_supporter_matching.regional_projects.values import ConsultationStatus

router = Router(prefix="/v1/regional-consultations", tags=["regional projects"])

readers = role(Role.SECRETARIAT, Role.AUDITOR, Role.OFFICER, Role.APPROVER)


@router.post("", allow=role(Role.OFFICER), raises=[Forbidden])
async def ask(body: QuestionIn, commands: Commands, reader: Reader) -> ConsultationOut:
    """Ask Tokyo about a project of your own municipality."""
    own = own_municipality(commands.identity)
    asked = await commands.create(RegionalConsultation, lambda one: one.ask(own, body.subject_ja, body.question_ja))
    return await _shown(reader, asked.id)


@router.post("/{consultation_id}/answers", allow=secretariat, raises=[ConsultationOver, ConsultationFull])
async def answer(consultation_id: Id, body: AnswerIn, commands: Commands, reader: Reader) -> ConsultationOut:
    """Answer a consultation, as often as it takes."""
    await commands.on(RegionalConsultation, consultation_id, lambda one: one.answer(body.answer_ja))
    return await _shown(reader, consultation_id)


@router.put("/{consultation_id}/closing", allow=secretariat, raises=[ConsultationOver, NothingAnswered])
async def close(consultation_id: Id, body: OutcomeIn, commands: Commands, reader: Reader) -> ConsultationOut:
    """Close a consultation with its outcome."""
    await commands.on(RegionalConsultation, consultation_id, lambda one: one.close(body.outcome_ja))
    return await _shown(reader, consultation_id)


@router.get("", allow=readers)
async def list_consultations(
    reader: Reader, page: PageQuery, status: ConsultationStatus | None = None
) -> Page[ConsultationOut]:
    """Consultations: all for the secretariat and auditors, its own for a municipality."""
    by = [views.consultation.c.municipality, views.consultation.c.consultation_id]
    return await reader.page(ConsultationOut, views.consultations_by(status), page, by=by)


@router.get("/{consultation_id}", allow=readers)
async def read_consultation(consultation_id: Id, reader: Reader) -> ConsultationOut:
    """One consultation."""
    return await _shown(reader, consultation_id)


@router.get("/{consultation_id}/answers", allow=readers, raises=[NotFound])
async def list_answers(consultation_id: Id, reader: Reader, page: PageQuery) -> Page[AnswerRow]:
    """The answers to a consultation."""
    await _shown(reader, consultation_id)
    by = [views.consultation_answer.c.number]
    return await reader.page(AnswerRow, views.answers_to(consultation_id), page, by=by)


@router.get("/{consultation_id}/history", allow=readers)
async def history_of_consultation(consultation_id: Id, reader: Reader, page: PageQuery) -> Page[HistoryRow]:
    """What happened to a consultation."""
    await _shown(reader, consultation_id)
    return await reader.history(RegionalConsultation, consultation_id, page)


async def _shown(reader: ReadSession, id_: str) -> ConsultationOut:
    return await reader.one(ConsultationOut, views.consultations_by(id_=id_), what="regional consultation", id=id_)
