"""Questions of suppliers over HTTP: published with their answers, never with who asked."""

from __future__ import annotations

from typing import Annotated

from kyodo_events.values.texts import Id
from kyodo_platform.commands import Commands
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import public, role, secretariat
from kyodo_platform.resources import Page, PageQuery, Reader, Sort, sort_by
from kyodo_platform.routing import Router
from kyodo_procurement.calls import queries
from kyodo_procurement.calls.model import Call
from kyodo_procurement.calls.queries import Looking
from kyodo_procurement.calls.refusals import AlreadyAnswered, CallNotOpen, QuestionsEnded, QuotationsEnded
from kyodo_procurement.calls.schemas import AnswerIn, CallOut, QuestionIn, QuestionNumber, QuestionOut, QuestionRow
from kyodo_procurement.calls.tables import question as asked

router = Router(prefix="/v1/calls", tags=["calls"])

QuestionSort = Annotated[Sort, sort_by(unique=[asked.c.number])]


@router.post("/{call_id}/questions", allow=role(Role.SUPPLIER), raises=[CallNotOpen, QuestionsEnded])
async def ask(call_id: Id, body: QuestionIn, commands: Commands) -> QuestionOut:
    """Ask; question and answer are published together, without your name."""
    asker = commands.identity.subject
    call = await commands.on(Call, call_id, lambda call: call.ask(asker, body.text, commands.today))
    return QuestionOut.number_of(call, len(call.questions))


@router.put(
    "/{call_id}/questions/{question}/answer",
    allow=secretariat,
    raises=[CallNotOpen, QuotationsEnded, AlreadyAnswered],
)
async def answer(call_id: Id, question: QuestionNumber, body: AnswerIn, commands: Commands) -> QuestionOut:
    """Answer, and publish question and answer."""
    call = await commands.on(Call, call_id, lambda call: call.answer(question, body.answer, body.text, commands.today))
    return QuestionOut.number_of(call, question)


@router.get("/{call_id}/questions", allow=public)
async def list_questions(
    call_id: Id,
    reader: Reader,
    looking: Looking,
    page: PageQuery,
    sort: QuestionSort,
    answered: bool | None = None,
) -> Page[QuestionRow]:
    """The published questions and answers; secretariat and auditors also see what waits for an answer."""
    await reader.one(CallOut, queries.call_of(call_id, looking), what="call", id=call_id)
    return await reader.page(QuestionRow, queries.questions_to(call_id, looking, answered), page, by=sort)
