"""The comparison of opened quotations: who scores what, which points count, and until when they may change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.contracts.procurement.calls import Criterion
from kyodo_events.errors import NotFound, require
from kyodo_procurement.calls.model import Call
from kyodo_procurement.evaluations.awarding import tender_of
from kyodo_procurement.evaluations.events import (
    ConflictDeclared,
    EvaluationBegun,
    ScorerReleased,
    ScorersAppointed,
    ScoresGiven,
)
from kyodo_procurement.evaluations.panel import Panel
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
from kyodo_procurement.evaluations.scoring import Standing, standings
from kyodo_procurement.evaluations.state import Course
from kyodo_procurement.evaluations.values import PRICE, LotStatus, Tender
from kyodo_procurement.openings.model import Opening, OpeningStatus
from kyodo_procurement.quotations.model import Quotation

MOST_SCORERS = 20


@dataclass(frozen=True)
class Comparison(Aggregate):
    """The part of an evaluation that is about points. Its id is the call's.

    The points may change until the award of a lot is proposed, and again when the proposal is taken back.
    """

    criteria: tuple[Criterion, ...] = ()
    standstill_days: int = 0
    tenders: tuple[Tender, ...] = ()
    panel: Panel = field(default_factory=Panel)
    courses: Mapping[int, Course] = field(default_factory=dict)

    @property
    def call_id(self) -> str:
        """The call that is evaluated."""
        return self.id

    @property
    def scorers(self) -> tuple[str, ...]:
        """Who scores."""
        return self.panel.scorers

    def bidding(self, lot: int) -> tuple[Tender, ...]:
        """The quotations that bid for a lot."""
        return tuple(tender for tender in self.tenders if tender.cost_of(lot) is not None)

    def standings(self, lot: int) -> list[Standing]:
        """The quotations of a lot with their points, the best first."""
        return standings(lot, self.criteria, self.tenders, self.panel.given)

    def missing(self, lot: int) -> int:
        """How many points are still to be given before a lot can be proposed."""
        return self.panel.missing(self.bidding(lot), self._scored_by_people)

    def require_new(self) -> None:
        """Raises AlreadyBegun where the evaluation has a past."""
        require(not self.version, AlreadyBegun(call_id=self.id))

    # decisions

    def begin(self, call: Call, opening: Opening, quotations: Sequence[Quotation]) -> Events:
        """The secretariat begins with what was opened; costs are those of the firm quantities, which stand by now."""
        require(opening.status is OpeningStatus.COMPLETED, NotOpened(status=opening.status))
        yield EvaluationBegun(
            lots=tuple(lot.number for lot in call.lots),
            criteria=call.criteria,
            standstill_days=call.standstill_days,
            tenders=tuple(tender_of(call, quotation) for quotation in quotations),
        )

    def appoint(self, scorers: Sequence[str]) -> Events:
        """The secretariat lets people score, beside those who may already."""
        self._require_scores_open()
        panel = tuple(dict.fromkeys((*self.scorers, *scorers)))
        require(len(panel) <= MOST_SCORERS, TooManyScorers(most=MOST_SCORERS, would_be=len(panel)))
        if panel != self.scorers:
            yield ScorersAppointed(scorers=panel)

    def release(self, scorer: str, reason: str) -> Events:
        """The secretariat lets somebody score no longer; the points given by this scorer go."""
        self._require_scores_open()
        require(scorer in self.scorers, UnknownScorer(scorer=scorer))
        left = tuple(other for other in self.scorers if other != scorer)
        yield ScorerReleased(scorer=scorer, reason=reason, scorers=left)

    def declare(self, scorer: str, suppliers: Sequence[str]) -> Events:
        """A scorer names the suppliers with whom there is a conflict of interest, or none, in place of any before."""
        require(scorer in self.scorers, NotAScorer())
        self._require_scores_open()
        bidding = {tender.supplier.id for tender in self.tenders}
        for supplier in suppliers:
            require(supplier in bidding, UnknownSupplier(supplier=supplier))
        named = frozenset(suppliers)
        if self.panel.conflicts.get(scorer) != named:
            voided = (t.quotation_id for t in self.tenders if t.supplier.id in named)
            yield ConflictDeclared(scorer=scorer, suppliers=tuple(sorted(named)), voided=tuple(voided))

    def score(self, scorer: str, quotation_id: str, scores: Mapping[str, int]) -> Events:
        """A scorer gives points, by some criteria or all, in place of those given before. Raises NotFound."""
        require(scorer in self.scorers, NotAScorer())
        self._require_scores_open()
        tender = self._tender(quotation_id)
        require(scorer in self.panel.conflicts, ConflictNotDeclared())
        free = self.panel.may_score(scorer, tender)
        require(free, ConflictOfInterest(supplier=tender.supplier.name_ja))
        for code in scores:
            require(code in self._scored_by_people, UnknownCriterion(criterion=code))
        before = self.panel.points_of(scorer, quotation_id)
        if {**before, **scores} != before:
            yield ScoresGiven(scorer=scorer, quotation_id=quotation_id, scores={**before, **scores})

    # what events did

    @evolve
    def begun(self, event: EvaluationBegun) -> Self:
        return replace(
            self,
            criteria=event.criteria,
            standstill_days=event.standstill_days,
            tenders=event.tenders,
            courses={lot: Course(lot) for lot in event.lots},
        )

    @evolve
    def appointed(self, event: ScorersAppointed) -> Self:
        return replace(self, panel=replace(self.panel, scorers=event.scorers))

    @evolve
    def released(self, event: ScorerReleased) -> Self:
        return replace(self, panel=self.panel.released(event.scorer, event.scorers))

    @evolve
    def declared(self, event: ConflictDeclared) -> Self:
        return replace(self, panel=self.panel.declared(event.scorer, event.suppliers, event.voided))

    @evolve
    def scored(self, event: ScoresGiven) -> Self:
        return replace(self, panel=self.panel.scored(event.scorer, event.quotation_id, event.scores))

    # in short

    @property
    def _scored_by_people(self) -> frozenset[str]:
        return frozenset(criterion.code for criterion in self.criteria) - {PRICE}

    def _tender(self, quotation_id: str) -> Tender:
        for tender in self.tenders:
            if tender.quotation_id == quotation_id:
                return tender
        raise NotFound(what="quotation in this evaluation", id=quotation_id)

    def _require_scores_open(self) -> None:
        for course in self.courses.values():
            fixed = course.status in (LotStatus.PROPOSED, LotStatus.AWARDED)
            require(not fixed, ScoresFixed(lot=course.lot, status=course.status))
