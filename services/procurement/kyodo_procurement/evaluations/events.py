"""What happens in an evaluation inside this service; awards and failed lots stand in the contracts.

Points and remarks are never in the words. Scorers and suppliers are opaque subjects.
"""

from __future__ import annotations

from datetime import date

from kyodo_events.contracts.procurement.calls import Criterion, LotNumber, Supplier
from kyodo_events.event import Event
from kyodo_events.values.money import Ratio
from kyodo_events.values.texts import Code, Line, Text
from kyodo_procurement.evaluations.values import Score, Tender


class EvaluationBegun(Event, type="kyodo.procurement.evaluation-begun", words="開札した見積書の評価を開始した"):
    """The secretariat began to compare what was opened, at the firm quantities as they stand. The stream is the call's
    id."""

    lots: tuple[LotNumber, ...]
    criteria: tuple[Criterion, ...]
    standstill_days: int
    tenders: tuple[Tender, ...]


class ScorersAppointed(Event, type="kyodo.procurement.scorers-appointed", words="評価者を任命した"):
    """People may score from now on; `scorers` are all of them from then on."""

    scorers: tuple[str, ...]


class ScorerReleased(Event, type="kyodo.procurement.scorer-released", words="評価者を解任した"):
    """Somebody no longer scores, and the points given by this scorer no longer count; `scorers` are those left."""

    scorer: str
    reason: Line
    scorers: tuple[str, ...]


class ConflictDeclared(Event, type="kyodo.procurement.conflict-declared", words="評価者が利益相反の有無を申告した"):
    """A scorer named the suppliers with whom there is a conflict of interest; none is a declaration too.

    `voided` are the quotations of which this scorer's points no longer count.
    """

    scorer: str
    suppliers: tuple[str, ...]
    voided: tuple[str, ...]


class ScoresGiven(Event, type="kyodo.procurement.scores-given", words="評価者が評価点を記録した"):
    """A scorer gave a quotation points by criterion, in place of any before."""

    scorer: str
    quotation_id: str
    scores: dict[Code, Score]


class AwardProposed(
    Event,
    type="kyodo.procurement.award-proposed",
    words="第{lot}ロットの落札候補を{supplier.name_ja}とした（異議申立期間は{standstill_until}まで）",
):
    """The secretariat proposes to award a lot; objections are heard until the end of a day in Tokyo.

    `total` are the points of the quotation, exact. A reason stands where it has not the most, or shares the most.
    """

    lot: LotNumber
    quotation_id: str
    supplier: Supplier
    total: Ratio
    reason: Line | None
    standstill_until: date


class AwardProposalWithdrawn(
    Event, type="kyodo.procurement.award-proposal-withdrawn", words="第{lot}ロットの落札候補を取り消した：{reason}"
):
    """The lot is open again."""

    lot: LotNumber
    reason: Line


class ObjectionRaised(
    Event, type="kyodo.procurement.objection-raised", words="第{lot}ロットについて異議申立て第{number}号を受け付けた"
):
    """A supplier that bid for the lot objects to the proposal."""

    lot: LotNumber
    number: int
    supplier: str
    text: Text


class ObjectionAnswered(Event, type="kyodo.procurement.objection-answered", words="異議申立て第{number}号に回答した"):
    """The secretariat answered. One that is upheld takes the proposal back."""

    number: int
    answer: Text
    upheld: bool
