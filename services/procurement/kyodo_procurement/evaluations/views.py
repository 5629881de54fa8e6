"""What people see of an evaluation: the comparison, each lot's way to its award, and the contracts that came of it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from kyodo_events.contracts.procurement.calls import LotAwarded, LotFailed
from kyodo_events.event import Batch
from kyodo_events.views import AnyWrite, RowChange, RowWrite, View, change, upsert
from kyodo_procurement.evaluations.events import (
    AwardProposalWithdrawn,
    AwardProposed,
    ConflictDeclared,
    EvaluationBegun,
    ObjectionAnswered,
    ObjectionRaised,
    ScorerReleased,
    ScorersAppointed,
    ScoresGiven,
)
from kyodo_procurement.evaluations.tables import conflict, contract, evaluation, lot, objection, score
from kyodo_procurement.evaluations.values import LotStatus

evaluations = View("evaluations", evaluation, conflict, score)
lots = View("evaluation_lots", lot, objection)
contracts = View("municipal_contracts", contract)

NO_PROPOSAL = dict.fromkeys(("quotation_id", "supplier_ja", "corporate_number", "total", "reason", "standstill_until"))


@evaluations.on(EvaluationBegun)
def _(rows: Batch[EvaluationBegun]) -> RowWrite:
    return upsert(
        evaluation,
        [
            {
                "call_id": r.stream,
                "criteria": [criterion.model_dump(mode="json") for criterion in r.event.criteria],
                "standstill_days": r.event.standstill_days,
                "tenders": [tender.model_dump(mode="json") for tender in r.event.tenders],
                "scorers": [],
                "begun_at": r.at,
                "version": r.version,
            }
            for r in rows
        ],
    )


@evaluations.on(ScorersAppointed)
def _(rows: Batch[ScorersAppointed]) -> RowChange:
    return _panel(rows)


@evaluations.on(ScorerReleased)
def _(rows: Batch[ScorerReleased]) -> list[AnyWrite]:
    """What a scorer declared and gave goes with the scorer."""
    gone = [(r.stream, r.event.scorer) for r in rows]
    return [
        _panel(rows),
        score.delete().where(sa.tuple_(score.c.call_id, score.c.scorer).in_(gone)),
        conflict.delete().where(sa.tuple_(conflict.c.call_id, conflict.c.scorer).in_(gone)),
    ]


@evaluations.on(ConflictDeclared)
def _(rows: Batch[ConflictDeclared]) -> list[AnyWrite]:
    declared = [
        {
            "call_id": r.stream,
            "scorer": r.event.scorer,
            "suppliers": list(r.event.suppliers),
            "declared_at": r.at,
        }
        for r in rows
    ]
    voided = [(r.stream, r.event.scorer, quotation) for r in rows for quotation in r.event.voided]
    of = sa.tuple_(score.c.call_id, score.c.scorer, score.c.quotation_id)
    gone: list[AnyWrite] = [score.delete().where(of.in_(voided))] if voided else []
    return [_moved(rows), upsert(conflict, declared), *gone]


@evaluations.on(ScoresGiven)
def _(rows: Batch[ScoresGiven]) -> list[AnyWrite]:
    given = [
        {
            "call_id": r.stream,
            "quotation_id": r.event.quotation_id,
            "scorer": r.event.scorer,
            "criterion": criterion,
            "score": points,
            "given_at": r.at,
        }
        for r in rows
        for criterion, points in r.event.scores.items()
    ]
    return [_moved(rows), upsert(score, given)]


@evaluations.on(AwardProposed, AwardProposalWithdrawn, ObjectionRaised, ObjectionAnswered, LotAwarded, LotFailed)
def _(rows: Batch[Any]) -> RowChange:
    """What happens to a lot shows in the lot; here it only moves the version."""
    return _moved(rows)


def _panel(rows: Batch[ScorersAppointed] | Batch[ScorerReleased]) -> RowChange:
    panel = [{"call_id": r.stream, "scorers": list(r.event.scorers), "version": r.version} for r in rows]
    return change(evaluation, panel)


def _moved(rows: Batch[Any]) -> RowChange:
    return change(evaluation, [{"call_id": r.stream, "version": r.version} for r in rows])


@lots.on(EvaluationBegun)
def _(rows: Batch[EvaluationBegun]) -> RowWrite:
    new = [{"call_id": r.stream, "lot": number, "status": LotStatus.OPEN} for r in rows for number in r.event.lots]
    return upsert(lot, new)


@lots.on(AwardProposed)
def _(rows: Batch[AwardProposed]) -> RowChange:
    return change(
        lot,
        [
            {
                "call_id": r.stream,
                "lot": r.event.lot,
                "status": LotStatus.PROPOSED,
                "quotation_id": r.event.quotation_id,
                "supplier_ja": r.event.supplier.name_ja,
                "corporate_number": r.event.supplier.corporate_number,
                "total": str(r.event.total),
                "reason": r.event.reason,
                "standstill_until": r.event.standstill_until,
            }
            for r in rows
        ],
    )


@lots.on(AwardProposalWithdrawn)
def _(rows: Batch[AwardProposalWithdrawn]) -> RowChange:
    again = {"status": LotStatus.OPEN, **NO_PROPOSAL}
    return change(lot, [{"call_id": r.stream, "lot": r.event.lot, **again} for r in rows])


@lots.on(LotAwarded)
def _(rows: Batch[LotAwarded]) -> RowChange:
    return change(
        lot,
        [
            {
                "call_id": r.stream,
                "lot": r.event.award.lot,
                "status": LotStatus.AWARDED,
                "awarded_on": r.event.award.awarded_on,
                "amount": sum(contract.amount for contract in r.event.award.contracts),
            }
            for r in rows
        ],
    )


@lots.on(LotFailed)
def _(rows: Batch[LotFailed]) -> RowChange:
    failed = [
        {"call_id": r.stream, "lot": r.event.lot, "status": LotStatus.FAILED, "reason": r.event.reason} for r in rows
    ]
    return change(lot, failed)


@lots.on(ObjectionRaised)
def _(rows: Batch[ObjectionRaised]) -> RowWrite:
    return upsert(
        objection,
        [
            {
                "call_id": r.stream,
                "number": r.event.number,
                "lot": r.event.lot,
                "supplier": r.event.supplier,
                "text": r.event.text,
                "raised_at": r.at,
            }
            for r in rows
        ],
    )


@lots.on(ObjectionAnswered)
def _(rows: Batch[ObjectionAnswered]) -> RowChange:
    return change(
        objection,
        [
            {
                "call_id": r.stream,
                "number": r.event.number,
                "answer": r.event.answer,
                "upheld": r.event.upheld,
                "answered_at": r.at,
            }
            for r in rows
        ],
    )


@contracts.on(LotAwarded)
def _(rows: Batch[LotAwarded]) -> RowWrite:
    """One row for each item of each municipality's contract."""
    return upsert(
        contract,
        [
            {
                "municipality": own.municipality,
                "call_id": r.stream,
                "lot": r.event.award.lot,
                "supplier_ja": r.event.award.supplier.name_ja,
                "corporate_number": r.event.award.supplier.corporate_number,
                "quotation_id": r.event.award.quotation_id,
                "awarded_on": r.event.award.awarded_on,
                **line.model_dump(mode="json"),
            }
            for r in rows
            for own in r.event.award.contracts
            for line in own.lines
        ],
    )
