"""What a joint call refuses, and what to do then."""

from __future__ import annotations

from kyodo_events.errors import Refused
from kyodo_events.values.quantities import MAX_QUANTITY


class CallNotDraft(Refused):
    status, type = 409, "call-not-draft"
    title = "The call is no longer a draft"
    detail = "The call is {status}; what was published changes by amendments only."
    remedy = "Extend the deadline by an amendment, or cancel the call and draft a new one."


class DatesPassed(Refused):
    status, type = 409, "dates-passed"
    title = "The call's dates have passed"
    detail = "Commitments end with {commitments_until} and questions with {questions_until}; today is {today}."
    remedy = "Revise the draft's dates, then publish it."


class CallNotOpen(Refused):
    status, type = 409, "call-not-open"
    title = "The call is not open"
    detail = "The call is {status}."
    remedy = "Look at the calendar for calls that are open."


class QuotationsEnded(Refused):
    status, type = 409, "quotations-ended"
    title = "The time for quotations is over"
    detail = "Quotations were taken until the end of {quotations_until}, Tokyo time."
    remedy = "What is left is the evaluation: lots are awarded, or fail for a stated reason."


class DeadlineNotLater(Refused):
    status, type = 409, "deadline-not-later"
    title = "An amendment never brings a deadline forward"
    detail = "Questions end with {questions_until} and quotations with {quotations_until}."
    remedy = "Name later days; a deadline that has passed stays."


class QuestionsEnded(Refused):
    status, type = 409, "questions-ended"
    title = "The time for questions is over"
    detail = "Questions were taken until the end of {questions_until}, Tokyo time."
    remedy = "Read the published questions and answers."


class AlreadyAnswered(Refused):
    status, type = 409, "already-answered"
    title = "The question was answered, and the answer published"
    detail = "Question {number} has an answer."
    remedy = "Say what has changed by an amendment."


class NotAParticipant(Refused):
    status, type = 409, "not-a-participant"
    title = "The municipality does not take part in the project"
    detail = "{municipality} takes no part in the project in {month} or later."
    remedy = "Join the project first; an associate may buy as well."


class UnknownItem(Refused):
    status, type = 422, "unknown-item"
    title = "The call has no such item"
    detail = "There is no item '{item}' in this call."
    remedy = "Read the call for the codes of its items."


class CommitmentsEnded(Refused):
    status, type = 409, "commitments-ended"
    title = "The time for commitments is over"
    detail = "Commitments were taken until the end of {until}, Tokyo time."
    remedy = "Ask the secretariat; what was committed stands."


class TopUpOnlyAdds(Refused):
    status, type = 409, "top-up-only-adds"
    title = "In the top-up window the joint quantity never falls"
    detail = (
        "The firm total of '{item}' would fall from {total} to {would_be}, and its tier from {tier} to {would_reach}."
    )
    remedy = "Keep at least the firm quantity that you committed to, or add to it."


class JointQuantityTooLarge(Refused):
    status, type = 409, "joint-quantity-too-large"
    title = "The joint quantity is too large"
    detail = (
        f"Firm and optional units of '{{item}}' would sum to {{would_be}}; at most {MAX_QUANTITY} are bought together."
    )
    remedy = "Check the quantity for a slip of the keyboard."
