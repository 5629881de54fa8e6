"""What a saving refuses, and what to do then."""

from __future__ import annotations

from kyodo_events.errors import Refused


class SavingAlreadyBegun(Refused):
    status, type = 409, "saving-already-begun"
    title = "There is a saving of this municipality in this lot"
    detail = "It is the saving {saving_id}."
    remedy = "Give it other baselines."


class NothingBought(Refused):
    status, type = 409, "nothing-bought"
    title = "The municipality buys nothing of this lot for certain"
    detail = "{municipality} has no firm quantity in lot {lot}; optional quantities are not reckoned with."
    remedy = "Look at the commitments to the call, or at its contracts once the lot is awarded."


class LotHasFailed(Refused):
    status, type = 409, "lot-has-failed"
    title = "No contract came of the lot"
    detail = "Lot {lot} has failed."
    remedy = "Withdraw a forecast that was made for it."


class BaselinesDoNotFit(Refused):
    status, type = 422, "baselines-do-not-fit"
    title = "There is one baseline for each item bought, and for no other"
    detail = "Missing: {missing}. Not bought: {more}."
    remedy = "Name a baseline for each item of which the municipality has a firm quantity in this lot."


class SavingTooLarge(Refused):
    status, type = 422, "saving-too-large"
    title = "A baseline or a contract of more than 1000 trillion yen is a slip of the keyboard"
    detail = "One side of the comparison comes to {total} yen."
    remedy = "Check the unit prices and the index."


class ReasonNeeded(Refused):
    status, type = 422, "reason-needed"
    title = "A claim changes for a stated reason"
    detail = "The saving was claimed already."
    remedy = "Send a reason."


class SavingSettled(Refused):
    status, type = 409, "saving-settled"
    title = "The municipality has confirmed this saving"
    detail = "It is no longer Tokyo's to change."
    remedy = "Ask the municipality to adjust it."


class SavingNotClaimed(Refused):
    status, type = 409, "saving-not-claimed"
    title = "There is no claim to confirm or adjust"
    detail = "The saving is {status}."
    remedy = "Wait until the lot is awarded and Tokyo has claimed the saving."
