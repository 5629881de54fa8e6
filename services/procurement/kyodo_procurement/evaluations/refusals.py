"""What an evaluation refuses, and what to do then."""

from __future__ import annotations

from kyodo_events.errors import Refused


class AlreadyBegun(Refused):
    status, type = 409, "evaluation-already-begun"
    title = "The evaluation has begun"
    detail = "The evaluation of the call '{call_id}' is there already."
    remedy = "Go on there."


class NotOpened(Refused):
    status, type = 409, "quotations-not-opened"
    title = "The quotations are not opened"
    detail = "The opening is {status}."
    remedy = "Let two openers open them first."


class NotAScorer(Refused):
    status, type = 403, "not-a-scorer"
    title = "You are not a scorer of this call"
    detail = "The secretariat appoints those who score."
    remedy = "Ask the secretariat."


class UnknownScorer(Refused):
    status, type = 409, "unknown-scorer"
    title = "That is no scorer of this call"
    detail = "'{scorer}' was not appointed."
    remedy = "Read the evaluation for its scorers."


class TooManyScorers(Refused):
    status, type = 409, "too-many-scorers"
    title = "There are enough scorers"
    detail = "A call has at most {most} scorers; there would be {would_be}."
    remedy = "Appoint fewer, or release somebody."


class ConflictNotDeclared(Refused):
    status, type = 409, "conflict-not-declared"
    title = "Declare first whether you have a conflict of interest"
    detail = "Nobody scores before having declared a conflict of interest, or that there is none."
    remedy = "Declare it, with an empty list where there is none."


class ConflictOfInterest(Refused):
    status, type = 403, "conflict-of-interest"
    title = "You do not score this supplier"
    detail = "You declared a conflict of interest with {supplier}."
    remedy = "Leave this quotation to the other scorers."


class UnknownSupplier(Refused):
    status, type = 422, "unknown-supplier"
    title = "That is no supplier of this call"
    detail = "'{supplier}' handed in no quotation that was opened."
    remedy = "Read the evaluation for its tenders."


class UnknownCriterion(Refused):
    status, type = 422, "unknown-criterion"
    title = "That is nothing to be scored"
    detail = "'{criterion}' is not a criterion of the call that people score."
    remedy = "Read the evaluation for its criteria; the points for the price are computed."


class ScoresFixed(Refused):
    status, type = 409, "scores-fixed"
    title = "The scores are fixed"
    detail = "The award of lot {lot} is {status}, on the scores as they stood."
    remedy = "Withdraw the proposal first, with a reason, if something was wrong."


class ScoresMissing(Refused):
    status, type = 409, "scores-missing"
    title = "The lot is not fully scored"
    detail = "{missing} points are still to be given; every quotation needs at least one scorer without a conflict."
    remedy = "Ask the scorers for them, or release those who do not score."


class NotHighest(Refused):
    status, type = 422, "reason-missing"
    title = "The quotation does not stand alone at the top"
    detail = "It has rank {rank} of lot {lot}, which {sharing} quotations share."
    remedy = "Propose the one with the most points, or state the reason."


class NoBid(Refused):
    status, type = 409, "no-bid-for-lot"
    title = "There is no bid"
    detail = "The quotation '{quotation_id}' does not bid for lot {lot}."
    remedy = "Read the matrix for the quotations that do."


class NobodyBuys(Refused):
    status, type = 409, "nobody-buys"
    title = "Nobody buys of this lot"
    detail = "No municipality committed to anything of lot {lot}."
    remedy = "Let the lot fail, with the reason."


class LotElsewhere(Refused):
    status, type = 409, "lot-not-at-this-point"
    title = "The lot is not at this point"
    detail = "Lot {lot} is {status}."
    remedy = "Read the lots of the evaluation for what comes next."


class StandstillRuns(Refused):
    status, type = 409, "standstill-runs"
    title = "The standstill is not over"
    detail = "Suppliers may object until the end of {until}, Tokyo time."
    remedy = "Award after it."


class StandstillOver(Refused):
    status, type = 409, "standstill-over"
    title = "The time for objections is over"
    detail = "Objections were heard until the end of {until}, Tokyo time."
    remedy = "Ask the secretariat."


class TooManyObjections(Refused):
    status, type = 409, "too-many-objections"
    title = "No further objection is taken"
    detail = "A call takes at most {most} objections."
    remedy = "Ask the secretariat."


class NotATenderer(Refused):
    status, type = 403, "not-a-tenderer"
    title = "You did not bid for this lot"
    detail = "Only suppliers that bid for lot {lot} may object."
    remedy = "Ask the secretariat."


class ObjectionOpen(Refused):
    status, type = 409, "objection-open"
    title = "An objection waits for its answer"
    detail = "Objections {numbers} to lot {lot} are not answered."
    remedy = "Answer them first."


class ObjectionSettled(Refused):
    status, type = 409, "objection-settled"
    title = "The objection was answered"
    detail = "Objection {number} has an answer."
    remedy = "Read it."
