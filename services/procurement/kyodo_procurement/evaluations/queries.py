"""How evaluations, lots, points, objections and contracts are asked for."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from kyodo_procurement.evaluations.tables import conflict, contract, evaluation, lot, objection, score
from kyodo_procurement.evaluations.values import LotStatus

UNDECIDED = [LotStatus.OPEN.value, LotStatus.PROPOSED.value]
_undecided = (
    sa.select(sa.func.count())
    .where(lot.c.call_id == evaluation.c.call_id, lot.c.status.in_(UNDECIDED))
    .correlate(evaluation)
    .scalar_subquery()
)


def evaluations_by(concluded: bool | None) -> sa.Select[Any]:
    """Evaluations in which every lot is decided (True), or some lot is not (False), or all."""
    query = sa.select(evaluation, _undecided.label("undecided"))
    if concluded is None:
        return query
    return query.where(_undecided == 0 if concluded else _undecided > 0)


def evaluation_of(call_id: str) -> sa.Select[Any]:
    """One evaluation."""
    return evaluations_by(None).where(evaluation.c.call_id == call_id)


def lots_by(call_id: str | None, status: LotStatus | None) -> sa.Select[Any]:
    """The lots of a call, at a status, or all."""
    return _where(sa.select(lot), {lot.c.call_id: call_id, lot.c.status: status})


def scores_by(call_id: str, quotation_id: str | None, scorer: str | None) -> sa.Select[Any]:
    """The points of an evaluation: of a quotation, by a scorer, or all."""
    wanted = {score.c.call_id: call_id, score.c.quotation_id: quotation_id, score.c.scorer: scorer}
    return _where(sa.select(score), wanted)


def conflicts_of(call_id: str) -> sa.Select[Any]:
    """What the scorers of an evaluation declared."""
    return sa.select(conflict).where(conflict.c.call_id == call_id)


def objections_by(call_id: str, supplier: str | None, number: int | None = None) -> sa.Select[Any]:
    """The objections of a call; of one supplier where it is named."""
    wanted = {objection.c.call_id: call_id, objection.c.supplier: supplier, objection.c.number: number}
    return _where(sa.select(objection), wanted)


def contracts_by(municipality: str | None, call_id: str | None, lot_number: int | None) -> sa.Select[Any]:
    """The contracts of a municipality, of a call, of a lot, or all."""
    wanted = {contract.c.municipality: municipality, contract.c.call_id: call_id, contract.c.lot: lot_number}
    return _where(sa.select(contract), wanted)


def _where(query: sa.Select[Any], wanted: dict[sa.Column[Any], Any]) -> sa.Select[Any]:
    return query.where(*(column == value for column, value in wanted.items() if value is not None))
