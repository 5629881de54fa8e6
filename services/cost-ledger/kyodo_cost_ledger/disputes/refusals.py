"""Why a dispute may not be raised, answered, resolved or withdrawn."""

from __future__ import annotations

from kyodo_events.errors import Refused


class NotOnTheStatement(Refused):
    status, type = 409, "line-not-on-statement"
    title = "The line is not on a statement of yours"
    detail = "The statement of {period} has no line {line}."
    remedy = "Name a line as it stands on an issued statement, with that statement's period."


class DisputeTooLate(Refused):
    status, type = 409, "dispute-too-late"
    title = "The time for a dispute is over"
    detail = "Lines of the statement of {period} could be disputed until {deadline}."
    remedy = "Ask the secretariat for a correction; it may make one at any time."


class AlreadyInDispute(Refused):
    status, type = 409, "already-in-dispute"
    title = "The line is in dispute already"
    detail = "The line {line} stands still until the dispute that was raised before ends."
    remedy = "Add to the open dispute by word to the secretariat, or withdraw it and raise another."


class AlreadyDecided(Refused):
    status, type = 409, "dispute-already-decided"
    title = "The secretariat has decided on this line"
    detail = "A dispute about the line {line} of the statement of {period} was resolved before."
    remedy = "Ask the secretariat for a correction where new facts have come."


class DisputeEnded(Refused):
    status, type = 409, "dispute-ended"
    title = "The dispute has ended"
    detail = "The dispute is {status}."
    remedy = "Nothing is to be done: read its history for what was decided."


class NotAnswered(Refused):
    status, type = 409, "dispute-not-answered"
    title = "The dispute has no answer yet"
    detail = "The municipality is answered before its objection is decided."
    remedy = "Answer it first."


class CorrectionMissing(Refused):
    status, type = 422, "correction-missing"
    title = "A resolution by correction names it"
    detail = "The decision is 'corrected', and no correction is given; or 'kept', and one is."
    remedy = "Give a correction with the decision 'corrected', and none with 'kept'."
