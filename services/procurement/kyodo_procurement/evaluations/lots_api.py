"""Lots over HTTP: proposed, objected to, awarded or failed; awards and contracts are public."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from kyodo_events.values.municipalities import MunicipalityCode
from kyodo_events.values.texts import Id
from kyodo_platform.commands import Commands
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import public, role, secretariat
from kyodo_platform.resources import Page, PageQuery, Reader, Resource, Sort, sort_by
from kyodo_platform.routing import Router
from kyodo_procurement.calls.model import Call
from kyodo_procurement.evaluations import queries
from kyodo_procurement.evaluations.model import Evaluation
from kyodo_procurement.evaluations.refusals import (
    LotElsewhere,
    NoBid,
    NobodyBuys,
    NotATenderer,
    NotHighest,
    ObjectionOpen,
    ObjectionSettled,
    ScoresMissing,
    StandstillOver,
    StandstillRuns,
    TooManyObjections,
)
from kyodo_procurement.evaluations.schemas import (
    AnswerIn,
    AwardProposalIn,
    ContractRow,
    EvaluationOut,
    LotInPath,
    LotRow,
    ObjectionIn,
    ObjectionNumber,
    ObjectionRow,
    ReasonIn,
)
from kyodo_procurement.evaluations.tables import contract, objection
from kyodo_procurement.evaluations.tables import lot as lot_table
from kyodo_procurement.evaluations.values import LotStatus
from kyodo_procurement.quotations.model import Quotation

router = Router(prefix="/v1/evaluations", tags=["evaluations"])
awards = Router(prefix="/v1/awards", tags=["awards"])
contracts = Router(prefix="/v1/contracts", tags=["awards"])

GOVERNMENTS = frozenset({Role.SECRETARIAT, Role.AUDITOR, Role.OFFICER, Role.APPROVER})
supplier = role(Role.SUPPLIER)
LotSort = Annotated[Sort, sort_by(lot_table.c.status, unique=[lot_table.c.call_id, lot_table.c.lot])]
ObjectionSort = Annotated[Sort, sort_by(objection.c.raised_at, objection.c.lot, unique=[objection.c.number])]
ContractSort = Annotated[
    Sort,
    sort_by(
        contract.c.firm_amount,
        contract.c.firm,
        contract.c.awarded_on,
        contract.c.supplier_ja,
        unique=[contract.c.municipality, contract.c.call_id, contract.c.lot, contract.c.item],
    ),
]


class ObjectionOut(Resource):
    """That an objection was received."""

    call_id: str
    lot: int
    number: int = Field(description="Its number in the call.")


@router.put(
    "/{evaluation_id}/lots/{lot}/proposal",
    allow=secretariat,
    raises=[LotElsewhere, NoBid, ScoresMissing, NobodyBuys, NotHighest],
)
async def propose_award(evaluation_id: Id, lot: LotInPath, body: AwardProposalIn, commands: Commands) -> EvaluationOut:
    """Propose who gets the lot: the quotation with the most points, or another one with a reason."""
    call = await commands.read(Call, evaluation_id)
    evaluation = await commands.on(
        Evaluation,
        evaluation_id,
        lambda evaluation: evaluation.propose(lot, body.quotation_id, body.reason, call, commands.today),
    )
    return EvaluationOut.of(evaluation)


@router.put("/{evaluation_id}/lots/{lot}/proposal/withdrawal", allow=secretariat, raises=[LotElsewhere])
async def withdraw_proposal(evaluation_id: Id, lot: LotInPath, body: ReasonIn, commands: Commands) -> EvaluationOut:
    """Take the proposal back: the lot is evaluated anew."""
    evaluation = await commands.on(
        Evaluation, evaluation_id, lambda evaluation: evaluation.withdraw_proposal(lot, body.reason)
    )
    return EvaluationOut.of(evaluation)


@router.post(
    "/{evaluation_id}/lots/{lot}/objections",
    allow=supplier,
    raises=[LotElsewhere, NotATenderer, StandstillOver, TooManyObjections],
)
async def object_to_award(evaluation_id: Id, lot: LotInPath, body: ObjectionIn, commands: Commands) -> ObjectionOut:
    """Object to the proposal for a lot that you bid for, until the end of the standstill."""
    me = commands.identity.subject
    found = await commands.on(
        Evaluation, evaluation_id, lambda evaluation: evaluation.object(lot, me, body.text, commands.today)
    )
    return ObjectionOut(call_id=evaluation_id, lot=lot, number=len(found.objections), version=found.version)


@router.put("/{evaluation_id}/objections/{objection}/answer", allow=secretariat, raises=[ObjectionSettled])
async def answer_objection(
    evaluation_id: Id, objection: ObjectionNumber, body: AnswerIn, commands: Commands
) -> EvaluationOut:
    """Answer an objection; upholding it takes the proposal back."""
    evaluation = await commands.on(
        Evaluation, evaluation_id, lambda evaluation: evaluation.answer(objection, body.answer, body.upheld)
    )
    return EvaluationOut.of(evaluation)


@router.put(
    "/{evaluation_id}/lots/{lot}/award", allow=secretariat, raises=[LotElsewhere, StandstillRuns, ObjectionOpen]
)
async def award_lot(evaluation_id: Id, lot: LotInPath, commands: Commands) -> EvaluationOut:
    """Award the lot as proposed, after the standstill: each municipality that committed gets its own contract."""
    call, before = await commands.read(Call, evaluation_id), await commands.read(Evaluation, evaluation_id)
    quotation = await commands.read(Quotation, before.proposal(lot).quotation_id)
    evaluation = await commands.on(
        Evaluation, evaluation_id, lambda evaluation: evaluation.award(lot, call, quotation, commands.today)
    )
    return EvaluationOut.of(evaluation)


@router.put("/{evaluation_id}/lots/{lot}/failure", allow=secretariat, raises=[LotElsewhere])
async def fail_lot(evaluation_id: Id, lot: LotInPath, body: ReasonIn, commands: Commands) -> EvaluationOut:
    """State that no contract comes of a lot, and why."""
    evaluation = await commands.on(Evaluation, evaluation_id, lambda evaluation: evaluation.fail(lot, body.reason))
    return EvaluationOut.of(evaluation)


@router.get("/{evaluation_id}/objections", allow=role(Role.SUPPLIER, *GOVERNMENTS))
async def list_objections(
    evaluation_id: Id, commands: Commands, reader: Reader, page: PageQuery, sort: ObjectionSort
) -> Page[ObjectionRow]:
    """The objections in a call: all for governments, a supplier's own."""
    governs = commands.identity.roles & GOVERNMENTS
    mine = None if governs else commands.identity.subject
    return await reader.page(ObjectionRow, queries.objections_by(evaluation_id, mine), page, by=sort)


@awards.get("", allow=public)
async def list_awards(
    reader: Reader, page: PageQuery, sort: LotSort, call_id: Id | None = None, status: LotStatus | None = None
) -> Page[LotRow]:
    """Each lot with what became of it: of a call, at a status, or all."""
    return await reader.page(LotRow, queries.lots_by(call_id, status), page, by=sort)


@contracts.get("", allow=public)
async def list_contracts(
    reader: Reader,
    page: PageQuery,
    sort: ContractSort,
    municipality: MunicipalityCode | None = None,
    call_id: Id | None = None,
    lot: LotInPath | None = None,
) -> Page[ContractRow]:
    """The municipalities' contracts, item by item."""
    return await reader.page(ContractRow, queries.contracts_by(municipality, call_id, lot), page, by=sort)
