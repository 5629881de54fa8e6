"""Evaluations over HTTP: begun by the secretariat, scored by appointed people, read by governments."""

from __future__ import annotations

from typing import Annotated

from kyodo_events.errors import NotFound
from kyodo_events.values.texts import Id
from kyodo_platform.commands import Commands
from kyodo_platform.history import HistoryRow
from kyodo_platform.identity.model import Role
from kyodo_platform.identity.policies import role, secretariat
from kyodo_platform.resources import Page, PageQuery, Reader, Sort, sort_by
from kyodo_platform.routing import Router
from kyodo_procurement.calls.model import Call
from kyodo_procurement.evaluations import queries
from kyodo_procurement.evaluations.model import Evaluation
from kyodo_procurement.evaluations.refusals import (
    AlreadyBegun,
    ConflictNotDeclared,
    ConflictOfInterest,
    NotAScorer,
    NotOpened,
    ScoresFixed,
    TooManyScorers,
    UnknownCriterion,
    UnknownScorer,
    UnknownSupplier,
)
from kyodo_procurement.evaluations.schemas import (
    ConflictIn,
    ConflictRow,
    EvaluationIn,
    EvaluationOut,
    MatrixOut,
    MatrixRow,
    ReleaseIn,
    ScoreRow,
    ScorersIn,
    ScoresIn,
)
from kyodo_procurement.evaluations.tables import conflict, evaluation, score
from kyodo_procurement.evaluations.values import Subject
from kyodo_procurement.openings.model import Opening
from kyodo_procurement.quotations.model import Quotation

router = Router(prefix="/v1/evaluations", tags=["evaluations"])

governments = role(Role.SECRETARIAT, Role.AUDITOR, Role.OFFICER, Role.APPROVER)
scoring = role(Role.SECRETARIAT, Role.OFFICER, Role.APPROVER)
EvaluationSort = Annotated[Sort, sort_by(evaluation.c.begun_at, unique=[evaluation.c.call_id])]
ScoreSort = Annotated[
    Sort, sort_by(score.c.score, score.c.given_at, unique=[score.c.quotation_id, score.c.scorer, score.c.criterion])
]
ConflictSort = Annotated[Sort, sort_by(conflict.c.declared_at, unique=[conflict.c.scorer])]


@router.post("", allow=secretariat, raises=[NotFound, AlreadyBegun, NotOpened])
async def begin_evaluation(body: EvaluationIn, commands: Commands) -> EvaluationOut:
    """Begin to compare the opened quotations of a call, at the firm quantities that were committed."""
    call = await commands.read(Call, body.call_id)
    opening = await commands.read_or_new(Opening, body.call_id)
    (await commands.read_or_new(Evaluation, body.call_id)).require_new()
    quotations = [await commands.read(Quotation, quotation_id) for quotation_id in opening.live]
    evaluation = await commands.create(
        Evaluation, lambda evaluation: evaluation.begin(call, opening, quotations), id=call.id
    )
    return EvaluationOut.of(evaluation)


@router.put("/{evaluation_id}/scorers", allow=secretariat, raises=[ScoresFixed, TooManyScorers])
async def appoint_scorers(evaluation_id: Id, body: ScorersIn, commands: Commands) -> EvaluationOut:
    """Let people score, beside those who do already."""
    evaluation = await commands.on(Evaluation, evaluation_id, lambda evaluation: evaluation.appoint(body.scorers))
    return EvaluationOut.of(evaluation)


@router.put("/{evaluation_id}/scorers/release", allow=secretariat, raises=[ScoresFixed, UnknownScorer])
async def release_scorer(evaluation_id: Id, body: ReleaseIn, commands: Commands) -> EvaluationOut:
    """Let somebody score no longer; the points that were given by this scorer no longer count."""
    evaluation = await commands.on(
        Evaluation, evaluation_id, lambda evaluation: evaluation.release(body.scorer, body.reason)
    )
    return EvaluationOut.of(evaluation)


@router.put("/{evaluation_id}/conflict", allow=scoring, raises=[NotAScorer, ScoresFixed, UnknownSupplier])
async def declare_conflict(evaluation_id: Id, body: ConflictIn, commands: Commands) -> EvaluationOut:
    """Declare with which suppliers you have a conflict of interest, or that there is none, before you score."""
    me = commands.identity.subject
    evaluation = await commands.on(Evaluation, evaluation_id, lambda evaluation: evaluation.declare(me, body.suppliers))
    return EvaluationOut.of(evaluation)


@router.put(
    "/{evaluation_id}/scores/{quotation_id}",
    allow=scoring,
    raises=[NotAScorer, ScoresFixed, ConflictNotDeclared, ConflictOfInterest, UnknownCriterion],
)
async def give_scores(evaluation_id: Id, quotation_id: Id, body: ScoresIn, commands: Commands) -> EvaluationOut:
    """Give a quotation your points, 0 to 100 by criterion, in place of those you gave before."""
    me = commands.identity.subject
    evaluation = await commands.on(
        Evaluation, evaluation_id, lambda evaluation: evaluation.score(me, quotation_id, body.scores)
    )
    return EvaluationOut.of(evaluation)


@router.get("", allow=governments)
async def list_evaluations(
    reader: Reader, page: PageQuery, sort: EvaluationSort, concluded: bool | None = None
) -> Page[EvaluationOut]:
    """Evaluations that are concluded, that are not, or all."""
    return await reader.page(EvaluationOut, queries.evaluations_by(concluded), page, by=sort)


@router.get("/{evaluation_id}", allow=governments)
async def read_evaluation(evaluation_id: Id, reader: Reader) -> EvaluationOut:
    """One evaluation."""
    return await reader.one(EvaluationOut, queries.evaluation_of(evaluation_id), what="evaluation", id=evaluation_id)


@router.get("/{evaluation_id}/matrix", allow=governments)
async def read_matrix(evaluation_id: Id, commands: Commands) -> MatrixOut:
    """Quotations × criteria, lot by lot, with weighted totals; exact, and ties stated."""
    found = await commands.read(Evaluation, evaluation_id)
    rows = [MatrixRow.at(lot, standing) for lot in found.courses for standing in found.standings(lot)]
    missing = {lot: found.missing(lot) for lot in found.courses}
    return MatrixOut(criteria=list(found.criteria), missing=missing, rows=rows)


@router.get("/{evaluation_id}/scores", allow=governments)
async def list_scores(
    evaluation_id: Id,
    reader: Reader,
    page: PageQuery,
    sort: ScoreSort,
    quotation_id: Id | None = None,
    scorer: Subject | None = None,
) -> Page[ScoreRow]:
    """The points that count: of a quotation, by a scorer, or all."""
    return await reader.page(ScoreRow, queries.scores_by(evaluation_id, quotation_id, scorer), page, by=sort)


@router.get("/{evaluation_id}/conflicts", allow=governments)
async def list_conflicts(evaluation_id: Id, reader: Reader, page: PageQuery, sort: ConflictSort) -> Page[ConflictRow]:
    """What the scorers declared."""
    return await reader.page(ConflictRow, queries.conflicts_of(evaluation_id), page, by=sort)


@router.get("/{evaluation_id}/history", allow=governments)
async def evaluation_history(evaluation_id: Id, reader: Reader, page: PageQuery) -> Page[HistoryRow]:
    """What happened in an evaluation, in words."""
    return await reader.history(Evaluation, evaluation_id, page)
