"""What is refused about assignments."""

from __future__ import annotations

from kyodo_events.errors import Refused


class AssignmentNotThere(Refused):
    status, type = 409, "assignment-status"
    title = "The assignment does not stand where this needs it"
    detail = "The assignment is {status}; this needs one that is {needed}."
    remedy = "Look at the assignment's history."


class ExpertNotAvailable(Refused):
    status, type = 409, "expert-not-available"
    title = "The expert takes no new work"
    detail = "The expert is {qualification} and {availability}; new work is for who is qualified and open."
    remedy = "Have the expert qualified, or choose another one."


class InstructionsNotAllowed(Refused):
    status, type = 422, "instructions-not-allowed"
    title = "In this form that side gives no instructions"
    detail = "In the form '{form}' instructions come from: {allowed}."
    remedy = (
        "Take another form, or have instructions given by those; staff instruct nobody under an outsourcing contract."
    )


class WindowImpossible(Refused):
    status, type = 422, "assignment-window-impossible"
    title = "The days are no window of an assignment"
    detail = "From {from_day} to {until_day}: the last day comes after the first, by two years at most."
    remedy = "Name the first and the last day; what goes on longer is assigned anew."


class LineOutsideWindow(Refused):
    status, type = 422, "line-outside-window"
    title = "A line lies outside the assignment's days"
    detail = "{month} has no day from {from_day} to {until_day}."
    remedy = "Name only months of the assignment."


class LineTwice(Refused):
    status, type = 422, "line-twice"
    title = "A line is there twice"
    detail = "There is more than one line of {municipality} in {month}."
    remedy = "Write one line a municipality and month, with its half-days together."


class HoldDayImpossible(Refused):
    status, type = 422, "hold-day-impossible"
    title = "Time cannot be held until that day"
    detail = "{day} is not within {first} and {last}."
    remedy = "Hold it for a time in which everybody can answer; a hold can be renewed."


class UnknownChecklistItem(Refused):
    status, type = 422, "unknown-checklist-item"
    title = "The checklist has no such item"
    detail = "'{item}' is none of: {known}."
    remedy = "Use the codes of GET /v1/engagement-forms."


class ChecklistIncomplete(Refused):
    status, type = 409, "checklist-incomplete"
    title = "The checklist of the form is not complete"
    detail = "Still to be settled: {open}."
    remedy = "Have the secretariat tick them once they are settled."


class NotBegun(Refused):
    status, type = 409, "assignment-not-begun"
    title = "The assignment has not begun"
    detail = "Its first day is {first}."
    remedy = "Start it on that day or later."
