"""Three opened quotations and the points they were given: what tests of evaluations share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction

from kyodo_events.aggregate import Events
from kyodo_events.event import Event
from kyodo_procurement.calls.model import Call
from kyodo_procurement.evaluations.events import (
    AwardProposed,
    ConflictDeclared,
    ScorersAppointed,
    ScoresGiven,
)
from kyodo_procurement.evaluations.model import Evaluation
from kyodo_procurement.openings.model import Opening, OpeningStatus
from kyodo_procurement.quotations.model import Quotation, QuotationStatus
from tests.support.quoting import CALL, bid, call

DAY, LAST, LATER = date(2026, 6, 10), date(2026, 6, 20), date(2026, 6, 21)  # the call has ten days of standstill
CHEAP, DEAR, PART = "q-cheap", "q-dear", "q-part"


def quotation(id_: str, supplier: str, pc: int, lots: tuple[int, ...] = (1, 2)) -> Quotation:
    content = bid(pc, lots=lots, name_ja=f"株式会社{supplier}")
    return Quotation(id=id_, status=QuotationStatus.OPENED, call_id=CALL, supplier=supplier, bid=content)


QUOTATIONS = {
    CHEAP: quotation(CHEAP, "s-cheap", 80_000),
    DEAR: quotation(DEAR, "s-dear", 100_000),
    PART: quotation(PART, "s-part", 90_000, lots=(2,)),
}
OPENED = Opening(id=CALL, status=OpeningStatus.COMPLETED)

begun = next(iter(Evaluation(id=CALL).begin(call(), OPENED, list(QUOTATIONS.values()))))
appointed = ScorersAppointed(scorers=("ann", "bob"))
free = [ConflictDeclared(scorer=scorer, suppliers=(), voided=()) for scorer in ("ann", "bob")]


def scored(scorer: str, quotation_id: str, quality: int = 80, support: int = 50) -> ScoresGiven:
    return ScoresGiven(scorer=scorer, quotation_id=quotation_id, scores={"quality": quality, "support": support})


all_scored = [scored(scorer, quotation_id) for scorer in ("ann", "bob") for quotation_id in QUOTATIONS]
ready: list[Event] = [begun, appointed, *free, *all_scored]


def proposing(
    lot: int, quotation_id: str, reason: str | None = None, of: Call | None = None
) -> Callable[[Evaluation], Events]:
    return lambda evaluation: evaluation.propose(lot, quotation_id, reason, of or call(), DAY)


def proposal(lot: int = 1, quotation_id: str = CHEAP, total: str = "89", reason: str | None = None) -> AwardProposed:
    found = QUOTATIONS[quotation_id]
    assert found.bid is not None
    return AwardProposed(
        lot=lot,
        quotation_id=quotation_id,
        supplier=found.bid.supplier(found.supplier),
        total=Fraction(total),
        reason=reason,
        standstill_until=LAST,
    )


def awarding(lot: int, quotation_id: str, today: date = LATER) -> Callable[[Evaluation], Events]:
    return lambda evaluation: evaluation.award(lot, call(), QUOTATIONS[quotation_id], today)
