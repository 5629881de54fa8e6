"""Why a line may not be corrected, or a correction not be reversed."""

from __future__ import annotations

from kyodo_events.errors import Refused


class CorrectsNothing(Refused):
    status, type = 422, "corrects-nothing"
    title = "A correction by 0 yen changes nothing"
    remedy = "Give the difference: positive where the line bore too little, negative where it bore too much."


class NoSuchLine(Refused):
    status, type = 409, "no-such-line"
    title = "Nothing was ever booked on this line"
    detail = "There is no line {line} of {party} in the books."
    remedy = "Correct a line that stands in the books; new claims come from burden terms and usage."


class CounterpartNeeded(Refused):
    status, type = 422, "counterpart-needed"
    title = "A base cost is shared: somebody bears the other side"
    detail = "The correction names nobody who bears the other side of it."
    remedy = "Name a participant of the month, or tokyo, as counterpart."


class CounterpartNotTaken(Refused):
    status, type = 422, "counterpart-not-taken"
    title = "Usage has no counterpart"
    detail = "Nobody else bears what a municipality used: the project's cost changes by the correction."
    remedy = "Leave the counterpart out."


class OwnCounterpart(Refused):
    status, type = 422, "own-counterpart"
    title = "A party is not its own counterpart"
    detail = "{party} would bear both sides."
    remedy = "Name somebody else as counterpart."


class CorrectionExceedsLine(Refused):
    status, type = 409, "correction-exceeds-line"
    title = "Nobody bears less than nothing"
    detail = "The line {line} of {party} stands at {borne} yen; {amount} yen would be added to it."
    remedy = "Correct it by no more than it bears."


class LineInDispute(Refused):
    status, type = 409, "line-in-dispute"
    title = "The line is in dispute"
    detail = "The line {line} of {party} stands still until the dispute ends."
    remedy = "Resolve the dispute, with a correction where one is due."


class CorrectionAlreadyReversed(Refused):
    status, type = 409, "correction-already-reversed"
    title = "The correction was reversed already"
    detail = "A correction is reversed at most once."
    remedy = "Make a new correction where the line is still wrong."
