"""Why something may not happen to a proposal."""

from __future__ import annotations

from kyodo_events.errors import Refused


class NotTheLead(Refused):
    status, type = 403, "not-the-lead"
    title = "Only the lead may do this"
    detail = "The proposal's lead is {lead}."
    remedy = "Ask the lead, or endorse the proposal."


class ProposalClosed(Refused):
    status, type = 409, "proposal-closed"
    title = "The proposal is closed"
    detail = "The proposal is {status}."
    remedy = "See what became of it: the theme, the proposal it was merged into, or the reason. Propose anew otherwise."


class NotUnderReview(Refused):
    status, type = 409, "proposal-not-under-review"
    title = "The proposal is not before the secretariat"
    detail = "The proposal is {status}; it is accepted or returned while it is proposed."
    remedy = "Wait until the lead has resubmitted it."


class NotReturned(Refused):
    status, type = 409, "proposal-not-returned"
    title = "The proposal was not returned"
    detail = "The proposal is {status}; only a returned one is resubmitted."
    remedy = "Nothing is to be done while it is proposed."


class OwnProposal(Refused):
    status, type = 409, "own-proposal"
    title = "A lead does not endorse its own proposal"
    detail = "{municipality} leads the proposal."
    remedy = "Nothing is to be done: the lead stands behind it."


class OtherRevision(Refused):
    status, type = 409, "other-revision"
    title = "The endorsement is of another text"
    detail = "The text stands at revision {revision}."
    remedy = "Read the proposal again and endorse the revision it shows, if that is what you mean."


class NotForMerging(Refused):
    status, type = 409, "proposals-not-for-merging"
    title = "These two proposals cannot be merged"
    detail = "The other one is {status}, or this one itself."
    remedy = "Name another proposal, one that is proposed or returned."


class NotOneOfTheTwo(Refused):
    status, type = 422, "survivor-not-one-of-the-two"
    title = "Only one of the two proposals can go on"
    detail = "The survivor is neither this proposal nor the other one."
    remedy = "Name the id of one of them."


class NoMergeRequest(Refused):
    status, type = 409, "no-merge-request"
    title = "The other lead does not ask for this merger"
    detail = "Proposal {proposal_id} carries no request to merge with this one, for both texts as they stand now."
    remedy = "Ask its lead to request the merger, again if one of the texts has changed."
