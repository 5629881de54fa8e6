"""Follow-ups over HTTP: a link for the handout, one tap by a visitor who does not sign in, and what came of it.

The tap is the one change in the product that needs no token. What it may do is bounded: the secret of the handout
stands for the session, the session takes as many answers as it reported visitors, and an answer is one of four words.
Neither address nor cookie nor caller is kept; a repeated tap is known by the Idempotency-Key that the page makes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final

from fastapi import Depends, Path, Request, Response

from kyodo_events.database import Row, Scope
from kyodo_events.errors import NotFound, Refused, require
from kyodo_events.secret_addresses import Token, digest_of, new_token
from kyodo_events.values.fiscal import Month
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Id
from kyodo_platform.commands import CommandBus, Commands
from kyodo_platform.context import ANONYMOUS
from kyodo_platform.idempotency import HEADER
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import officer_of, person_of, public, role
from kyodo_platform.resources import Page, Reader, ReadSession
from kyodo_platform.routing import Router
from kyodo_supporter_matching.follow_ups.model import (
    Answer,
    EverybodyAnswered,
    FollowUp,
    FollowUpLink,
    FollowUpNotOpen,
    told_from,
)
from kyodo_supporter_matching.follow_ups.outcomes import Answers, of_tokyo, outcomes
from kyodo_supporter_matching.follow_ups.schemas import AnswerIn, AnswerTaken, LinkOut, OutcomeRow, QuestionOut
from kyodo_supporter_matching.follow_ups.views import answers_by_kind, link_by, link_of
from kyodo_supporter_matching.reports.model import Report
from kyodo_supporter_matching.sessions.events import SessionNotOpen
from kyodo_supporter_matching.sessions.model import Session
from kyodo_supporter_matching.sessions.values import SessionKind, SessionStatus

issuing = Router(prefix="/v1/municipalities/{municipality}/sessions/{session_id}/follow-up-link", tags=["follow-ups"])
hosting = Router(prefix="/v1/hosts/{host_id}/sessions/{session_id}/follow-up-link", tags=["follow-ups"])
asking = Router(prefix="/v1/follow-up-links", tags=["follow-ups"])
answering = Router(prefix="/v1/follow-up-answers", tags=["follow-ups"])
router = Router(prefix="/v1/follow-up-outcomes", tags=["follow-ups"])

governments = role(Role.SECRETARIAT, Role.AUDITOR, Role.OFFICER, Role.APPROVER)

TOKEN_HEADER: Final = "Kyodo-Follow-Up-Token"  # noqa: S105 - the name of the header, not a token
_TOKEN_SHOWN = {
    200: {
        "headers": {
            TOKEN_HEADER: {
                "description": "The secret for the handout's link or QR code. It is shown this once.",
                "schema": {"type": "string"},
            }
        }
    }
}


class OutcomeNotYet(Refused):
    status, type = 409, "outcome-not-yet"
    title = "The outcome is not there yet (集計前)"
    detail = "Visitors of the sessions of {month} may still answer. The outcome is told from {from_day} on."
    remedy = "Ask again on that day, or for an earlier month."


class KeyMissing(Refused):
    status, type = 400, "idempotency-key-missing"
    title = "An answer needs an Idempotency-Key"
    detail = "Without it, a tap that is repeated by a slow connection would count twice."
    remedy = "Make a random UUID when the page is opened, and send it with the answer."


class AnswerSigned(Refused):
    status, type = 409, "answer-signed"
    title = "Answers are anonymous (署名付きの回答は不可)"
    detail = "The request carries an access token, which would stand with the answer."
    remedy = "Send the answer without a token."


async def _keyed(request: Request) -> None:
    require(HEADER in request.headers, KeyMissing())


@issuing.post("", allow=officer_of("municipality"), raises=[SessionNotOpen], responses=_TOKEN_SHOWN)
async def issue_link(
    municipality: MunicipalityCode, session_id: Id, commands: Commands, reader: Reader, response: Response
) -> LinkOut:
    """Make the link for the handout of a session. A former one is worth nothing from then on."""
    session = (await commands.read(Session, session_id)).of(municipality)
    return await _issued(commands, reader, session, response)


@hosting.post(
    "", allow=person_of("host_id", Role.HOST), raises=[SessionNotOpen], responses=_TOKEN_SHOWN, acts_for_all=True
)
async def issue_link_as_host(
    host_id: Id, session_id: Id, commands: Commands, reader: Reader, response: Response
) -> LinkOut:
    """Make the link for the handout of a session that you see to."""
    session = await commands.read(Session, session_id)
    require(session.host_id == host_id, NotFound(what="session", id=session_id))
    return await _issued(commands, reader, session, response)


@issuing.get("", allow=officer_of("municipality"))
async def read_link(municipality: MunicipalityCode, session_id: Id, commands: Commands, reader: Reader) -> LinkOut:
    """Whether a session has a link, and when visitors are asked. How many answered is not told by session."""
    (await commands.read(Session, session_id)).of(municipality)
    return await _link(reader, session_id)


@asking.get("/{follow_up_token}", allow=public)
async def read_question(follow_up_token: Annotated[Token, Path()], commands: Commands, reader: Reader) -> QuestionOut:
    """What the page behind the link shows: the session, the question, its answers, and whether it is asked today."""
    return QuestionOut.of_row(await _opened_by(reader, follow_up_token), commands.today)


@answering.post(
    "",
    allow=public,
    raises=[KeyMissing, AnswerSigned, FollowUpNotOpen, EverybodyAnswered],
    dependencies=[Depends(_keyed)],
)
async def answer(body: AnswerIn, commands: Commands, reader: Reader) -> AnswerTaken:
    """Answer with one tap, without signing in: you are counted, and nothing of you is kept."""
    require(commands.identity.subject == ANONYMOUS, AnswerSigned())
    session_id: str = (await _opened_by(reader, body.token))["session_id"]
    session, report = await commands.read(Session, session_id), await commands.read_or_new(Report, session_id)
    visitors, today = report.activity.visitors_in_all if report.activity else 0, commands.today
    await reader.tx.see_as(Scope(session.municipality))  # the secret stands for this municipality's session, no more
    await commands.on_or_new(
        FollowUp,
        session_id,
        lambda one: one.take(session.municipality, body.answer, session.ends_at, visitors, today),
    )
    return AnswerTaken()


@router.get("/{month}", allow=governments, raises=[OutcomeNotYet])
async def list_outcomes(month: Month, commands: Commands, reader: Reader) -> Page[OutcomeRow]:
    """How many visitors of a month's sessions still use what they learnt: your municipality's, all for Tokyo."""
    from_day = told_from(month)
    require(from_day <= commands.today, OutcomeNotYet(month=month, from_day=from_day))
    found = outcomes(_counted(await reader.tx.rows(reader.own(answers_by_kind(month)))))
    above = of_tokyo(found) if commands.identity.scope_municipality is None else []
    return Page[OutcomeRow](items=[OutcomeRow.of_outcome(one) for one in [*above, *found]])


async def _issued(commands: CommandBus, reader: ReadSession, session: Session, response: Response) -> LinkOut:
    """A planned session may still become another one; a cancelled one has no visitors."""
    not_this = session.step in (SessionStatus.PLANNED, SessionStatus.CANCELLED)
    require(not not_this, SessionNotOpen(current=session.status.value, needed="one that is published"))
    token = new_token()
    await commands.on_or_new(FollowUpLink, session.id, lambda one: one.issue(session.municipality, digest_of(token)))
    # Not in the body: that is kept in clear for repetitions of the same Idempotency-Key, this header is not.
    response.headers[TOKEN_HEADER] = token
    response.headers["Cache-Control"] = "no-store"
    return await _link(reader, session.id)


async def _link(reader: ReadSession, session_id: str) -> LinkOut:
    row = await reader.tx.row(link_of(session_id))
    if row is None:
        raise NotFound(what="follow-up link", id=session_id)
    return LinkOut.of_row(row)


async def _opened_by(reader: ReadSession, token: str) -> Row:
    """The link with this token and its session. Raises NotFound, which does not repeat the token: it is logged."""
    row = await reader.tx.row(link_by(digest_of(token)))
    if row is None:
        raise NotFound(what="follow-up", id="…")
    return row


def _counted(rows: Sequence[Row]) -> dict[str, dict[SessionKind, Answers]]:
    counts: dict[str, dict[SessionKind, Answers]] = {}
    for row in rows:
        answers = {answer: int(row[answer.value]) for answer in Answer}
        counts.setdefault(row["municipality"], {})[SessionKind(row["kind"])] = answers
    return counts
