"""Why a request may not be drafted, submitted, taken in, offered to or closed."""

from __future__ import annotations

from kyodo_events.errors import Refused
from kyodo_talent.requests.values import MAX_MONTHS


class ImpossibleWindow(Refused):
    status, type = 422, "request-window-impossible"
    title = "The months of the request are not in order (期間が正しくない)"
    detail = "The request runs from {from_month} until {until_month}."
    remedy = f"Let it end in the month in which it begins or later, at most {MAX_MONTHS} months all in all."


class WindowOver(Refused):
    status, type = 409, "request-window-over"
    title = "The months of the request are over (期間が過ぎている)"
    detail = "The request ends with {until_month}, and it is {this_month}."
    remedy = "Revise the draft with months to come, and submit it then."


class RequestNotADraft(Refused):
    status, type = 409, "request-not-a-draft"
    title = "The request is no longer a draft (提出済みの依頼)"
    detail = "The request is {status}."
    remedy = "Ask the secretariat to send it back to you, or withdraw it and draft another."


class NothingToApprove(Refused):
    status, type = 409, "request-needs-no-approval"
    title = "A free request needs no approval (無料の依頼)"
    detail = "The request's budget is 0 yen."
    remedy = "Submit it as it is, or revise the budget first."


class OtherAmount(Refused):
    status, type = 409, "request-amount-differs"
    title = "The request asks for another amount (承認額が予算と異なる)"
    detail = "The approval names {approved} yen, the request's budget is {budget} yen."
    remedy = "Read the request again and approve exactly its budget."


class ApprovalMissing(Refused):
    status, type = 409, "request-not-approved"
    title = "A paid request is approved before it is submitted (決裁が済んでいない)"
    detail = "The request's budget of {budget} yen has no approval of your municipality."
    remedy = "Have your approver approve the amount, or set the budget to 0 where the help is to be free."


class RequestNotSubmitted(Refused):
    status, type = 409, "request-not-submitted"
    title = "The request does not wait to be taken in"
    detail = "The request is {status}."
    remedy = "Only a submitted request is taken in or sent back."


class NotReadyForMatching(Refused):
    status, type = 409, "request-not-ready-for-matching"
    title = "The request is not ready for matching"
    detail = "The request is {status}."
    remedy = "Take it in first; after an offer that came to nothing, matching may start again."


class NoMatchingRuns(Refused):
    status, type = 409, "request-not-matching"
    title = "Nobody is being looked for"
    detail = "The request is {status}."
    remedy = "Start matching first."


class OfferForAnotherRequest(Refused):
    status, type = 409, "request-offer-of-another"
    title = "This is not for this request"
    detail = "The {kind} {id} names another request, or has no line for this municipality."
    remedy = "Offer an introduction or assignment that names this request, or one shared with its municipality."


class NothingOffered(Refused):
    status, type = 409, "request-nothing-offered"
    title = "A request to which nothing was offered was not met"
    detail = "The request has no offer, and is to be closed as {outcome}."
    remedy = "Name the assignment or introduction case as an offer, or close the request as unfilled."


class OutcomeReasonMissing(Refused):
    status, type = 422, "request-outcome-reason"
    title = "The reason and the outcome do not fit"
    detail = "The outcome is {outcome}, the reason {reason}."
    remedy = "Give a reason of the list where the request was not met in full, and none where it was."


class RequestNotOpen(Refused):
    status, type = 409, "request-not-open"
    title = "The request is not open"
    detail = "The request is {status}."
    remedy = "Nothing is to be done; a new need is a new request."
