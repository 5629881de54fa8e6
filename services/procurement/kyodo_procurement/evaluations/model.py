"""The evaluation (審査・落札決定) of a call's opened quotations, lot by lot, up to the award."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Self

from kyodo_events.aggregate import Events, evolve
from kyodo_events.contracts.procurement.calls import LotAward, LotAwarded, LotFailed
from kyodo_events.errors import NotFound, require
from kyodo_procurement.calls.model import Call
from kyodo_procurement.evaluations.awarding import award_of, is_bought
from kyodo_procurement.evaluations.comparison import Comparison
from kyodo_procurement.evaluations.events import (
    AwardProposalWithdrawn,
    AwardProposed,
    ObjectionAnswered,
    ObjectionRaised,
)
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
from kyodo_procurement.evaluations.state import Course, Objection
from kyodo_procurement.evaluations.values import LotStatus
from kyodo_procurement.quotations.model import Quotation

MOST_OBJECTIONS = 200


@dataclass(frozen=True)
class Evaluation(Comparison, category="evaluation"):
    """What is compared, by whom, with which points, and what became of each lot. Its id is the call's.

    `today` is the day in Tokyo.
    """

    objections: Mapping[int, Objection] = field(default_factory=dict)

    @property
    def awards(self) -> Mapping[int, LotAward]:
        """What was awarded, by lot."""
        return {number: course.award for number, course in self.courses.items() if course.award}

    @property
    def undecided(self) -> int:
        """How many lots are neither awarded nor failed."""
        return sum(course.status in (LotStatus.OPEN, LotStatus.PROPOSED) for course in self.courses.values())

    def proposal(self, lot: int) -> AwardProposed:
        """The proposal that stands for a lot. Raises NotFound, and LotElsewhere where there is none."""
        proposal = self._course(lot, LotStatus.PROPOSED).proposal
        assert proposal is not None, "a proposed lot has a proposal"  # noqa: S101
        return proposal

    # decisions

    def propose(self, lot: int, quotation_id: str, reason: str | None, call: Call, today: date) -> Events:
        """The secretariat proposes the quotation with the most points, or another one with a reason."""
        course = self._course(lot, LotStatus.OPEN)
        tender = self._tender(quotation_id)
        require(tender.cost_of(lot) is not None, NoBid(quotation_id=quotation_id, lot=lot))
        missing = self.missing(lot)
        require(not missing, ScoresMissing(missing=missing))
        require(is_bought(call, lot), NobodyBuys(lot=lot))
        standing = next(s for s in self.standings(lot) if s.tender is tender)
        alone_at_the_top = (standing.rank, standing.sharing) == (1, 1)
        require(
            alone_at_the_top or reason is not None, NotHighest(lot=lot, rank=standing.rank, sharing=standing.sharing)
        )
        assert standing.total is not None, "all points are given, so there is a total"  # noqa: S101
        yield AwardProposed(
            lot=course.lot,
            quotation_id=quotation_id,
            supplier=tender.supplier,
            total=standing.total,
            reason=reason,
            standstill_until=today + timedelta(days=self.standstill_days),
        )

    def withdraw_proposal(self, lot: int, reason: str) -> Events:
        """The secretariat takes a proposal back; the lot is evaluated anew."""
        self._course(lot, LotStatus.PROPOSED)
        yield AwardProposalWithdrawn(lot=lot, reason=reason)

    def object(self, lot: int, supplier: str, text: str, today: date) -> Events:
        """A supplier that bid for the lot objects, until the end of the standstill."""
        proposal = self.proposal(lot)
        bidding = {tender.supplier.id for tender in self.bidding(lot)}
        require(supplier in bidding, NotATenderer(lot=lot))
        require(today <= proposal.standstill_until, StandstillOver(until=proposal.standstill_until))
        number = len(self.objections) + 1
        require(number <= MOST_OBJECTIONS, TooManyObjections(most=MOST_OBJECTIONS))
        yield ObjectionRaised(lot=lot, number=number, supplier=supplier, text=text)

    def answer(self, number: int, answer: str, upheld: bool) -> Events:
        """The secretariat answers an objection; upholding it takes the proposal back. Raises NotFound."""
        objection = self.objections.get(number)
        if objection is None:
            raise NotFound(what="objection", id=number)
        require(not objection.answered, ObjectionSettled(number=number))
        yield ObjectionAnswered(number=number, answer=answer, upheld=upheld)
        if upheld and self.courses[objection.lot].status is LotStatus.PROPOSED:
            yield AwardProposalWithdrawn(lot=objection.lot, reason=f"異議申立て第{number}号を認めた")

    def award(self, lot: int, call: Call, quotation: Quotation, today: date) -> Events:
        """The secretariat awards what was proposed, after the standstill and with every objection answered.

        `quotation` is the proposed one. A standstill of no days is over at once.
        """
        proposal = self.proposal(lot)
        until = proposal.standstill_until
        require(not self.standstill_days or today > until, StandstillRuns(until=until))
        waiting = [str(n) for n, o in self.objections.items() if o.lot == lot and not o.answered]
        require(not waiting, ObjectionOpen(lot=lot, numbers=", ".join(waiting)))
        prices = quotation.bid.prices_of(lot) if quotation.bid else ()
        found = next(called for called in call.lots if called.number == lot)
        yield LotAwarded(award=award_of(call, found, proposal.supplier, quotation.id, prices, today))

    def fail(self, lot: int, reason: str) -> Events:
        """No contract comes of a lot: nobody bids, no bid will do, nobody buys."""
        self._course(lot, LotStatus.OPEN)
        yield LotFailed(lot=lot, reason=reason)

    # what events did

    @evolve
    def proposed(self, event: AwardProposed) -> Self:
        return self._on(Course(event.lot, LotStatus.PROPOSED, event))

    @evolve
    def proposal_withdrawn(self, event: AwardProposalWithdrawn) -> Self:
        return self._on(Course(event.lot))

    @evolve
    def objected(self, event: ObjectionRaised) -> Self:
        return replace(self, objections={**self.objections, event.number: Objection(event.lot, event.supplier)})

    @evolve
    def answered(self, event: ObjectionAnswered) -> Self:
        settled = replace(self.objections[event.number], answered=True)
        return replace(self, objections={**self.objections, event.number: settled})

    @evolve
    def awarded(self, event: LotAwarded) -> Self:
        course = self.courses[event.award.lot]
        return self._on(replace(course, status=LotStatus.AWARDED, award=event.award))

    @evolve
    def failed(self, event: LotFailed) -> Self:
        return self._on(Course(event.lot, LotStatus.FAILED))

    # in short

    def _course(self, lot: int, status: LotStatus) -> Course:
        course = self.courses.get(lot)
        if course is None:
            raise NotFound(what="lot", id=lot)
        require(course.status is status, LotElsewhere(lot=lot, status=course.status))
        return course

    def _on(self, course: Course) -> Self:
        return replace(self, courses={**self.courses, course.lot: course})
