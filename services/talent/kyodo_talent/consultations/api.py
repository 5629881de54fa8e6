"""The consult desk over HTTP."""

from __future__ import annotations

from typing import Annotated

from kyodo_events.errors import Forbidden, NotFound
from kyodo_events.event import new_id
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Code, Id
from kyodo_platform.commands import Commands
from kyodo_platform.history import HistoryRow
from kyodo_platform.identity.callers import own_municipality
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import officer_of, person_of, role, secretariat
from kyodo_platform.resources import Page, PageQuery, Reader, Sort, sort_by
from kyodo_platform.routing import Router
from kyodo_talent.consultations import views
from kyodo_talent.consultations.model import (
    AlreadyARequest,
    Consultation,
    ConsultationOver,
    ConsultationStatus,
    ExpertNotAvailable,
    SatisfactionMissing,
)
from kyodo_talent.consultations.schemas import (
    AnswerIn,
    AnswerRow,
    ClosingIn,
    ConsultationOut,
    ExpertIn,
    MatterIn,
    QuestionIn,
)
from kyodo_talent.experts.model import Expert
from kyodo_talent.requests.api import read as read_request
from kyodo_talent.requests.model import Request
from kyodo_talent.requests.refusals import ImpossibleWindow
from kyodo_talent.requests.schemas import RequestIn, RequestOut

router = Router(prefix="/v1/consultations", tags=["consultations"])

readers = role(Role.SECRETARIAT, Role.AUDITOR, Role.OFFICER, Role.APPROVER, Role.EXPERT)

ConsultationSort = Annotated[
    Sort,
    sort_by(
        views.consultation.c.asked_at,
        views.consultation.c.status,
        unique=[views.consultation.c.municipality, views.consultation.c.consultation_id],
    ),
]


@router.post("", allow=role(Role.OFFICER), raises=[Forbidden])
async def ask_question(body: QuestionIn, reader: Reader, commands: Commands) -> ConsultationOut:
    """Ask something for your own municipality."""
    own = own_municipality(commands.identity)
    asked = await commands.create(
        Consultation, lambda consultation: consultation.ask(own, body.title_ja, body.question_ja, body.matter)
    )
    return await _read(reader, asked.id)


@router.put("/{consultation_id}/matter", allow=secretariat)
async def sort_question(consultation_id: Id, body: MatterIn, reader: Reader, commands: Commands) -> ConsultationOut:
    """Say what it is about, by the code that the same question of other municipalities has."""
    await commands.on(Consultation, consultation_id, lambda consultation: consultation.sort(body.matter))
    return await _read(reader, consultation_id)


@router.put("/{consultation_id}/expert", allow=secretariat, raises=[NotFound, ConsultationOver, ExpertNotAvailable])
async def name_expert(consultation_id: Id, body: ExpertIn, reader: Reader, commands: Commands) -> ConsultationOut:
    """Let an expert answer: the expert reads the question from now on."""
    expert, today = await commands.read(Expert, body.expert_id), commands.today
    await commands.on(Consultation, consultation_id, lambda consultation: consultation.name_expert(expert, today))
    return await _read(reader, consultation_id)


@router.post("/{consultation_id}/answers", allow=secretariat, raises=[ConsultationOver])
async def answer_question(consultation_id: Id, body: AnswerIn, reader: Reader, commands: Commands) -> ConsultationOut:
    """Answer as the secretariat; several answers may follow one another."""
    await commands.on(Consultation, consultation_id, lambda consultation: consultation.answer(body.answer_ja, None))
    return await _read(reader, consultation_id)


@router.post(
    "/{consultation_id}/answers/{expert_id}",
    allow=person_of("expert_id", Role.EXPERT),
    acts_for_all=True,  # the row is the municipality's; the aggregate lets nobody answer but the expert it names
    raises=[ConsultationOver],
)
async def answer_as_expert(
    consultation_id: Id, expert_id: Id, body: AnswerIn, reader: Reader, commands: Commands
) -> ConsultationOut:
    """Answer as the expert whom the secretariat named."""
    await commands.on(
        Consultation, consultation_id, lambda consultation: consultation.answer(body.answer_ja, expert_id)
    )
    return await _read(reader, consultation_id)


@router.put(
    "/{consultation_id}/closing/{municipality}",
    allow=officer_of("municipality"),
    raises=[ConsultationOver, SatisfactionMissing],
)
async def close_consultation(
    consultation_id: Id, municipality: MunicipalityCode, body: ClosingIn, reader: Reader, commands: Commands
) -> ConsultationOut:
    """End your own municipality's consultation, and say how much it helped."""
    await commands.on(
        Consultation, consultation_id, lambda consultation: consultation.close(municipality, body.satisfaction)
    )
    return await _read(reader, consultation_id)


@router.post(
    "/{consultation_id}/request/{municipality}",
    allow=officer_of("municipality"),
    raises=[AlreadyARequest, ImpossibleWindow],
)
async def make_request(
    consultation_id: Id, municipality: MunicipalityCode, body: RequestIn, reader: Reader, commands: Commands
) -> RequestOut:
    """Go on with a request, drafted for your own municipality; it keeps what the question is about."""
    request_id = new_id()  # before the request begins: the consultation is decided on first, and names it
    asked = await commands.on(
        Consultation, consultation_id, lambda consultation: consultation.become_request(municipality, request_id)
    )
    wanted = body.model_copy(update={"matter": body.matter or asked.matter})
    await commands.create(Request, lambda request: request.draft(municipality, wanted, asked.id), id=request_id)
    return await read_request(reader, request_id)


@router.get("", allow=readers)
async def list_consultations(
    reader: Reader,
    page: PageQuery,
    sort: ConsultationSort,
    status: ConsultationStatus | None = None,
    matter: Code | None = None,
    municipality: MunicipalityCode | None = None,
) -> Page[ConsultationOut]:
    """Consultations: all for Tokyo, the own ones for a municipality, those to be answered for an expert."""
    query = views.consultations_by(status=status, matter=matter, municipality=municipality)
    return await reader.page(ConsultationOut, query, page, by=sort)


@router.get("/{consultation_id}", allow=readers)
async def read_consultation(consultation_id: Id, reader: Reader) -> ConsultationOut:
    """One consultation."""
    return await _read(reader, consultation_id)


@router.get("/{consultation_id}/answers", allow=readers)
async def list_answers(consultation_id: Id, reader: Reader, page: PageQuery) -> Page[AnswerRow]:
    """The answers, in their order; an expert reads those given since the expert was named."""
    await _read(reader, consultation_id)
    return await reader.page(AnswerRow, views.answers_of(consultation_id), page, by=[views.answer.c.number])


@router.get("/{consultation_id}/history", allow=readers)
async def consultation_history(consultation_id: Id, reader: Reader, page: PageQuery) -> Page[HistoryRow]:
    """What happened, in words."""
    await _read(reader, consultation_id)
    return await reader.history(Consultation, consultation_id, page)


async def _read(reader: Reader, consultation_id: str) -> ConsultationOut:
    query = views.consultations_by(consultation_id=consultation_id)
    return await reader.one(ConsultationOut, query, what="consultation", id=consultation_id)
