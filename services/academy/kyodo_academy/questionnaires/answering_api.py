"""Answering over HTTP: a signed learner fetches a ballot, and answers with it unsigned.

The two requests share nothing that is kept: fetching writes nothing, and whoever answers is nobody to us. An answer
that carries an access token is refused, for the token's subject would stand with it.
"""

from __future__ import annotations

import secrets
from typing import Final

import sqlalchemy as sa

from kyodo_academy.enrolments.model import Enrolment, Step, enrolment_id
from kyodo_academy.enrolments.views import enrolment
from kyodo_academy.questionnaires.ballots import answer_id, ballot_of, is_ballot, key_of
from kyodo_academy.questionnaires.model import (
    Answer,
    AnswerDoesNotFit,
    AskedOtherwise,
    BallotWrong,
    Questionnaire,
    QuestionnaireOver,
    QuestionnaireStatus,
)
from kyodo_academy.questionnaires.schemas import AnswerIn, AnswerTaken, BallotOut, OpenRow
from kyodo_academy.questionnaires.views import questionnaire
from kyodo_academy.sessions.views import training_session
from kyodo_events.database import EVERYONE, Scope
from kyodo_events.errors import NotFound, Refused, require
from kyodo_events.values.municipalities import TOKYO
from kyodo_events.values.texts import Id
from kyodo_platform.commands import Commands
from kyodo_platform.context import ANONYMOUS
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import person_of, public
from kyodo_platform.personal import PersonalData, PersonErased, Persons
from kyodo_platform.resources import Page, PageQuery, Reader
from kyodo_platform.routing import Router

own = Router(prefix="/v1/learners/{learner_id}/questionnaires", tags=["questionnaires"])
answering = Router(prefix="/v1/questionnaire-answers", tags=["questionnaires"])

the_learner = person_of("learner_id", Role.LEARNER)
SECRET: Final = "ballots"  # noqa: S105 - the field under which it is sealed


class NobodyAttended(Refused):
    status, type = 409, "questionnaire-not-attended"
    title = "There is no attendance on record (出席の記録がない)"
    detail = "Those are asked who attended the session."
    remedy = "Where you were there, ask the session's host to record it."


class AnswerSigned(Refused):
    status, type = 409, "answer-signed"
    title = "Answers are anonymous (署名付きの回答は不可)"
    detail = "The request carries an access token, which would stand with the answer."
    remedy = "Send the answer without a token; the ballot is all that is needed."


def new_secret() -> str:
    """What the ballots of a questionnaire are made from."""
    return secrets.token_urlsafe(32)


@own.get("", allow=the_learner)
async def list_open_questionnaires(
    learner_id: Id, commands: Commands, reader: Reader, page: PageQuery
) -> Page[OpenRow]:
    """Questionnaires of the sessions that you attended, while answers are taken."""
    session = training_session.c
    query = (
        sa.select(questionnaire.c.session_id, session.title_ja, session.starts_at, questionnaire.c.until)
        .join(training_session, session.session_id == questionnaire.c.session_id)
        .join(enrolment, enrolment.c.session_id == questionnaire.c.session_id)
        .where(enrolment.c.learner_id == learner_id, enrolment.c.step == Step.ATTENDED.value)
        .where(questionnaire.c.status == QuestionnaireStatus.OPEN.value, questionnaire.c.until >= commands.today)
    )
    return await reader.page(OpenRow, query, page, by=[session.starts_at, questionnaire.c.session_id])


@own.get("/{session_id}", allow=the_learner, raises=[NobodyAttended, QuestionnaireOver])
async def read_ballot(learner_id: Id, session_id: Id, commands: Commands, persons: Persons) -> BallotOut:
    """What is asked after a session that you attended, and your ballot. That you fetched it is kept nowhere."""
    asked = (await commands.read(Questionnaire, session_id)).asked()
    enrolled = await commands.read_or_new(Enrolment, enrolment_id(session_id, learner_id))
    require(enrolled.step is Step.ATTENDED, NobodyAttended())
    asked.taking(asked.number, commands.today)
    ballot = ballot_of(await _secret(persons, asked), learner_id)
    answered = (await commands.read_or_new(Answer, answer_id(ballot))).said is not None
    return BallotOut.of_model(asked, ballot, answered)


@answering.post(
    "",
    allow=public,
    raises=[NotFound, AnswerSigned, BallotWrong, QuestionnaireOver, AskedOtherwise, AnswerDoesNotFit, PersonErased],
)
async def answer(body: AnswerIn, commands: Commands, reader: Reader, persons: Persons) -> AnswerTaken:
    """Answer with your ballot and without signing in; again until the last day, to answer otherwise."""
    require(commands.identity.subject == ANONYMOUS, AnswerSigned())
    asked = (await commands.read(Questionnaire, body.session_id)).taking(body.number, commands.today)
    require(is_ballot(await _secret(persons, asked), body.ballot), BallotWrong())
    asked.require_fit(body.answers, body.written)
    id_ = answer_id(body.ballot)
    host = asked.municipality
    await reader.tx.see_as(EVERYONE if host == TOKYO else Scope(host))  # the ballot stands for the host's own, no more
    sealed = await persons.seal(id_, body.written) if body.written else {}
    await commands.on_or_new(Answer, id_, lambda one: one.give(host, asked.id, body.number, body.answers, sealed))
    return AnswerTaken()


async def _secret(persons: PersonalData, asked: Questionnaire) -> str:
    """Raises QuestionnaireOver where the key is gone."""
    opened = await persons.open(key_of(asked.id), asked.sealed)
    if opened is None:
        raise QuestionnaireOver(until=asked.until)
    return opened[SECRET]
