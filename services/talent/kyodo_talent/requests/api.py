"""Requests over HTTP: a municipality's own on one side, the secretariat's board on the other."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from kyodo_events.errors import Forbidden, NotFound, require
from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Code, Id
from kyodo_platform.commands import Commands
from kyodo_platform.history import HistoryRow
from kyodo_platform.identity.callers import own_municipality
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import approver_of, officer_of, role, secretariat
from kyodo_platform.resources import Page, PageQuery, Reader, Sort, sort_by
from kyodo_platform.routing import Router
from kyodo_talent.assignments.model import Assignment
from kyodo_talent.introductions.model import Introduction
from kyodo_talent.reference.personas import Persona
from kyodo_talent.requests.model import Request, RequestStatus
from kyodo_talent.requests.refusals import (
    ApprovalMissing,
    ImpossibleWindow,
    NoMatchingRuns,
    NothingOffered,
    NothingToApprove,
    NotReadyForMatching,
    OfferForAnotherRequest,
    OtherAmount,
    OutcomeReasonMissing,
    RequestNotADraft,
    RequestNotOpen,
    RequestNotSubmitted,
    WindowOver,
)
from kyodo_talent.requests.schemas import (
    ApprovalIn,
    OutcomeIn,
    QuestionIn,
    RequestIn,
    RequestOut,
    TriageIn,
    WithdrawalIn,
)
from kyodo_talent.requests.values import Offer, OfferKind, RequestKind, RequestMode, Urgency
from kyodo_talent.requests.views import request, requests_by

router = Router(prefix="/v1/requests", tags=["requests"])

readers = role(Role.SECRETARIAT, Role.AUDITOR, Role.OFFICER, Role.APPROVER)

RequestSort = Annotated[
    Sort,
    sort_by(
        request.c.urgency,
        request.c.from_month,
        request.c.half_days_per_month,
        request.c.drafted_at,
        request.c.status,
        unique=[request.c.municipality, request.c.request_id],
    ),
]


@router.post("", allow=role(Role.OFFICER), raises=[Forbidden, ImpossibleWindow])
async def draft_request(body: RequestIn, reader: Reader, commands: Commands) -> RequestOut:
    """Begin a request for your own municipality; it may leave open which kind of expert it needs."""
    own = own_municipality(commands.identity)
    drafted = await commands.create(Request, lambda request: request.draft(own, body))
    return await read(reader, drafted.id)


@router.put(
    "/{request_id}/text/{municipality}", allow=officer_of("municipality"), raises=[RequestNotADraft, ImpossibleWindow]
)
async def revise_request(
    request_id: Id, municipality: MunicipalityCode, body: RequestIn, reader: Reader, commands: Commands
) -> RequestOut:
    """Change a draft of your own municipality; a change of the budget needs a new approval."""
    await commands.on(Request, request_id, lambda request: request.revise(municipality, body))
    return await read(reader, request_id)


@router.put(
    "/{request_id}/approval/{municipality}",
    allow=approver_of("municipality"),
    raises=[RequestNotADraft, NothingToApprove, OtherAmount],
)
async def approve_request(
    request_id: Id, municipality: MunicipalityCode, body: ApprovalIn, reader: Reader, commands: Commands
) -> RequestOut:
    """Agree to what a paid request is to cost, as your own municipality's approver (専決)."""
    await commands.on(Request, request_id, lambda request: request.approve(municipality, body.amount))
    return await read(reader, request_id)


@router.put(
    "/{request_id}/submission/{municipality}",
    allow=officer_of("municipality"),
    raises=[RequestNotADraft, WindowOver, ApprovalMissing],
)
async def submit_request(
    request_id: Id, municipality: MunicipalityCode, reader: Reader, commands: Commands
) -> RequestOut:
    """Hand a draft of your own municipality in."""
    await commands.on(Request, request_id, lambda request: request.submit(municipality, commands.today))
    return await read(reader, request_id)


@router.put(
    "/{request_id}/withdrawal/{municipality}",
    allow=officer_of("municipality") | approver_of("municipality"),
    raises=[RequestNotOpen],
)
async def withdraw_request(
    request_id: Id, municipality: MunicipalityCode, body: WithdrawalIn, reader: Reader, commands: Commands
) -> RequestOut:
    """No longer ask, for your own municipality, at whatever point before the end."""
    await commands.on(Request, request_id, lambda request: request.withdraw(municipality, body.reason_ja))
    return await read(reader, request_id)


@router.put("/{request_id}/return", allow=secretariat, raises=[RequestNotSubmitted])
async def return_request(request_id: Id, body: QuestionIn, reader: Reader, commands: Commands) -> RequestOut:
    """Ask the municipality something first; the request is its draft again."""
    await commands.on(Request, request_id, lambda request: request.send_back(body.question_ja))
    return await read(reader, request_id)


@router.put("/{request_id}/triage", allow=secretariat, raises=[RequestNotSubmitted])
async def triage_request(request_id: Id, body: TriageIn, reader: Reader, commands: Commands) -> RequestOut:
    """Take a request in, and settle which help and which expert it is about."""
    await commands.on(Request, request_id, lambda request: request.triage(**dict(body)))
    return await read(reader, request_id)


@router.put("/{request_id}/matching", allow=secretariat, raises=[NotReadyForMatching])
async def start_matching(request_id: Id, reader: Reader, commands: Commands) -> RequestOut:
    """Look for experts: for the first time, or again where an offer came to nothing."""
    await commands.on(Request, request_id, lambda request: request.start_matching())
    return await read(reader, request_id)


@router.post("/{request_id}/offers", allow=secretariat, raises=[NotFound, NoMatchingRuns, OfferForAnotherRequest])
async def offer_expert(request_id: Id, body: Offer, reader: Reader, commands: Commands) -> RequestOut:
    """Offer an assignment that was proposed for this request, or an introduction case, to the municipality."""
    request = await commands.read(Request, request_id)
    if body.kind is OfferKind.ASSIGNMENT:
        fits = answers(await commands.read(Assignment, body.id), request)
    else:
        fits = (await commands.read(Introduction, body.id)).request_id == request_id
    require(fits, OfferForAnotherRequest(kind=body.kind.value, id=body.id))
    await commands.on(Request, request_id, lambda request: request.offer(body))
    return await read(reader, request_id)


@router.put("/{request_id}/outcome", allow=secretariat, raises=[RequestNotOpen, OutcomeReasonMissing, NothingOffered])
async def close_request(request_id: Id, body: OutcomeIn, reader: Reader, commands: Commands) -> RequestOut:
    """Record how a request ended: met, met in part, or not."""
    await commands.on(Request, request_id, lambda request: request.close(body.outcome, body.reason))
    return await read(reader, request_id)


@router.get("", allow=readers)
async def list_requests(
    reader: Reader,
    page: PageQuery,
    sort: RequestSort,
    status: RequestStatus | None = None,
    kind: RequestKind | None = None,
    persona: Persona | None = None,
    urgency: Urgency | None = None,
    mode: RequestMode | None = None,
    matter: Code | None = None,
    municipality: MunicipalityCode | None = None,
    only_open: Annotated[bool, Query(description="Only those for which experts are looked for, or may be.")] = False,
) -> Page[RequestOut]:
    """The board: all requests for Tokyo, a municipality's own for its people."""
    query = requests_by(
        only_open=only_open,
        status=status,
        kind=kind,
        persona=persona,
        urgency=urgency,
        mode=mode,
        matter=matter,
        municipality=municipality,
    )
    return await reader.page(RequestOut, query, page, by=sort)


@router.get("/{request_id}", allow=readers)
async def read_request(request_id: Id, reader: Reader) -> RequestOut:
    """One request; 404 for all but its municipality and Tokyo."""
    return await read(reader, request_id)


@router.get("/{request_id}/history", allow=readers)
async def request_history(request_id: Id, reader: Reader, page: PageQuery) -> Page[HistoryRow]:
    """What happened to a request, in words."""
    await read(reader, request_id)
    return await reader.history(Request, request_id, page)


def answers(assignment: Assignment, request: Request) -> bool:
    """Whether an assignment is for this request: it names it, or is shared, names none, and serves its municipality."""
    shared = assignment.request_id is None and request.municipality in assignment.municipalities
    return shared or assignment.request_id == request.id


async def read(reader: Reader, request_id: str) -> RequestOut:
    """One request as the caller may see it. Raises NotFound."""
    return await reader.one(RequestOut, requests_by(request_id=request_id), what="request", id=request_id)
