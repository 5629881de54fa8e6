"""Why a work log, or a step of it, is refused."""

from __future__ import annotations

from kyodo_events.errors import Refused


class LogOutsideAssignment(Refused):
    status, type = 422, "log-outside-assignment"
    title = "This is not the assignment's work"
    detail = "{why}"
    remedy = "Log only days on which the assignment was active, in a month with a line for this municipality."


class HalfDayTwice(Refused):
    status, type = 422, "half-day-twice"
    title = "A half-day stands in the log twice"
    detail = "{day} ({half}) is entered more than once."
    remedy = "Enter each half of a day once; a whole day is two halves."


class HalfDayTaken(Refused):
    status, type = 409, "half-day-taken"
    title = "This half-day was worked elsewhere"
    detail = "{day} ({half}) stands in another log of yours already: nobody works in two places at a time."
    remedy = "Correct this log, or the other one first."


class LogAtAnotherStep(Refused):
    status, type = 409, "log-at-another-step"
    title = "The log is at another step"
    detail = "The log is '{status}'; this needs one of: {needed}."
    remedy = "Read the log; somebody may have taken a step meanwhile. What is approved changes by adjustment only."


class NothingLogged(Refused):
    status, type = 422, "nothing-logged"
    title = "The log is empty"
    detail = "A log without a half-day says nothing that could be approved."
    remedy = "Enter what was worked, or leave the month without a log."


class ApproverNeeded(Refused):
    status, type = 403, "approver-needed"
    title = "This needs your approver"
    detail = "{half_days} half-days are more than 10 percent above the {planned} that were planned."
    remedy = "Ask an approver of your municipality, or return the log to the expert."


class NoAdjustmentProposed(Refused):
    status, type = 409, "no-adjustment-proposed"
    title = "There is no such proposal to agree to"
    detail = "The other side has not proposed {half_days} half-days."
    remedy = "Read the log: agree to what is proposed there, or propose yourself."
